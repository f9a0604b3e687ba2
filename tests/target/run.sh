#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Run a firmware in QEMU: run.sh BITS SECONDS ELF [QEMU OPTION...]
# What the firmware prints goes to stdout; its exit status is ours.
set -u

bits=$1
seconds=$2
elf=$3
shift 3
qemu=qemu-system-riscv$bits

if ! command -v "$qemu" >/dev/null 2>&1; then
  echo "run.sh: $qemu is not installed; run \`make setup\`" >&2
  exit 127
fi
if ! [ -f "$elf" ]; then
  echo "run.sh: there is no firmware $elf; the target that runs it builds it, see \`make help\`" >&2
  exit 127
fi

# Without a chardev of its own, semihosting would print to stderr.
timeout "$seconds" "$qemu" -M virt -m 64M -bios none -display none -monitor none -serial none \
  -chardev stdio,id=console,signal=off -semihosting-config enable=on,target=native,chardev=console \
  "$@" -kernel "$elf" </dev/null
status=$?

case $status in
0) ;;
124)
  echo "run.sh: $elf did not end within $seconds s on $qemu: it loops, or it trapped (nothing handles traps)." >&2
  echo "run.sh: run it again with \`-d int,guest_errors\` after the firmware's name to see traps," \
    "or allow more time with TARGET_SECONDS=..." >&2
  ;;
*)
  echo "run.sh: $elf ended with status $status on $qemu; what it printed says why" >&2
  ;;
esac
exit $status
