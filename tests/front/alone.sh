#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# The fronts, with a debug layer, heap and core, need nothing but what a program
# or its board supplies: no libc, no libgcc.  Objects that a C library is for
# (panic, write, libc) aside; and memcpy at -Os, by which the compiler passes the
# structures of heap_caps_walker_cb_t.
#   alone.sh NM NAME OBJECT-OR-ARCHIVE...
set -eu
nm=$1 name=$2
shift 2
names=$("$nm" -A "$@" 2>/dev/null | grep -v '/walk\.o:.* U memcpy$' | awk 'NF >= 2 { print $(NF - 1), $NF }' | grep -v '\.[ao]:$' || true)
defined=$(echo "$names" | awk '$1 ~ /^[A-TVWX]$/ { print $2 }' | sort -u)
needed=$(echo "$names" | awk '$1 == "U" { print $2 }' | sort -u)
supplied=$(printf '%s\n' acre_front_acquire acre_front_lock acre_front_panic acre_front_release acre_front_write)
foreign=$(printf '%s\n' "$needed" | grep -vxF "$defined" | grep -vxF "$supplied" || true)
if [ -z "$defined" ] || ! printf '%s\n' "$needed" | grep -qx acre_front_write; then
  echo "alone: $name: $nm read nothing of the objects" >&2
  exit 1
fi
if [ -n "$foreign" ]; then
  echo "alone: $name: the fronts need $(echo $foreign); find who with \`$nm -A\`" >&2
  exit 1
fi
echo "alone: $name: the fronts need no library"
