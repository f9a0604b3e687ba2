#!/bin/bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Consumes every kind of package from an empty folder, as a user would, and
# runs the result on this machine or in QEMU.  Where the system itself is not
# to be had (ESP-IDF, Zephyr, PlatformIO), checks its files as far as they go
# and says so.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make=${MAKE:-make}
# The jobs of the make above are not those of the makes below.
MAKEFLAGS=$(echo "${MAKEFLAGS:-}" | sed 's/ *-j[0-9]*//; s/ *--jobserver-[a-z]*=[^ ]*//')
export MAKEFLAGS
unset MFLAGS
prefix=/opt/acre
staged=$work/staged$prefix
cross=riscv64-unknown-elf-gcc
virt="-nostdlib -nostartfiles -T $root/tests/target/bare/bare.ld -Wl,--no-warn-rwx-segments"
for s in __flash=0x80000000 __flash_size=0x200000 __ram=0x80200000 __ram_size=0x200000 __stack_size=0x4000 __harts=1; do
  virt="$virt -Wl,--defsym=$s"
done
bare="$root/tests/target/bare/start.S $root/tests/target/bare/bare.c"

say() { echo "packages: $*"; }
# An empty folder with nothing but the user's programs: one on core and heap, one on the fronts.
fresh() {
  mkdir "$work/$1"
  cp "$here/main.c" "$here/fronts.c" "$work/$1"
  cd "$work/$1"
}
run_rv() { "$root/tests/target/run.sh" "$1" 60 "$2"; }

"$make" --no-print-directory -s -C "$root" install DESTDIR="$work/staged" PREFIX=$prefix
export PKG_CONFIG_PATH=$staged/lib/pkgconfig

fresh pkg-config
cc -std=c11 -DACRE_LOCK=ACRE_LOCK_PTHREAD main.c $(pkg-config --cflags --libs acre) -o program
./program
cc -std=c11 -Wall -Werror fronts.c $(pkg-config --cflags --libs acre-fronts) -o fronts
./fronts
cc -std=c11 -Wall -Werror -DWITH_MALLOC fronts.c \
  $(pkg-config --define-variable=lock=none --define-variable=layer=poison --cflags --libs acre-libc) -o poisoned
./poisoned
pkg-config --define-variable=lock=none --libs acre-libc | grep -q -- '-lacre-libc.* -lacre-fronts -lacre-plain -lacre-lock-none' || {
  say "the variables lock and layer of acre-fronts.pc have no effect: $(pkg-config --define-variable=lock=none --libs acre-libc)" >&2
  exit 1
}
for target in rv32imac:32:-march=rv32imac:-mabi=ilp32 rv64imac:64:-march=rv64imac:-mabi=lp64; do
  IFS=: read -r name bits march mabi <<<"$target"
  # shellcheck disable=SC2086 # lists of words
  $cross $march $mabi -mcmodel=medany -O2 -ffreestanding -I"$root/tests/target/bare" -DACRE_LOCK=ACRE_LOCK_IRQ main.c \
    $bare $virt $(pkg-config --cflags --libs "acre-$name") -o "$name.elf"
  run_rv "$bits" "$name.elf"
  # shellcheck disable=SC2086
  $cross $march $mabi -mcmodel=medany -O2 -ffreestanding -I"$root/tests/target/bare" fronts.c \
    $bare $virt $(pkg-config --cflags --libs "acre-fronts-$name") -o "$name-fronts.elf"
  run_rv "$bits" "$name-fronts.elf"
done
say "make install and pkg-config: core, heap and fronts run on this machine, rv32imac and rv64imac"

fresh mismatch
$cross -march=rv32imac -mabi=ilp32 -I"$staged/include" -DACRE_LOCK=ACRE_LOCK_IRQ -ffreestanding -c "$root/src/port/guarded.c" -o irq.o
$cross -march=rv32imac -mabi=ilp32 -I"$staged/include" -DACRE_LOCK=ACRE_LOCK_NONE -ffreestanding -c main.c
# shellcheck disable=SC2086
if $cross -march=rv32imac -mabi=ilp32 -ffreestanding -I"$root/tests/target/bare" main.o irq.o $bare $virt \
  "$staged/lib/acre/rv32imac/libacre.a" -o mixed.elf 2>error; then
  say "a program for one lock linked with an object for another; the names of acre/guarded.h must differ" >&2
  exit 1
fi
grep -q 'acre_guarded_alloc_none' error
say "objects for different locks do not link"

fresh find_package
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(consume LANGUAGES C)
find_package(acre 0.1 REQUIRED)
add_executable(program main.c)
target_link_libraries(program PRIVATE acre::heap acre::pthread)
add_executable(fronts fronts.c)
target_compile_definitions(fronts PRIVATE WITH_MALLOC)
target_link_libraries(fronts PRIVATE acre::libc acre::fronts acre::owners acre::lock-pthread)
END
cmake -S . -B build -DCMAKE_PREFIX_PATH="$staged" >log || { cat log; exit 1; }
cmake --build build >log || { cat log; exit 1; }
build/program
build/fronts
if cmake -S . -B other -DCMAKE_PREFIX_PATH="$staged" -DACRE_TARGET=rv128i >log 2>&1; then
  say "find_package found acre for rv128i" >&2
  exit 1
fi
grep -q 'acre is installed for' log
say "find_package: this machine runs; an unknown target is refused with the list of known ones"

cat >"$work/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER $cross)
set(CMAKE_ASM_COMPILER $cross)
set(CMAKE_C_FLAGS_INIT "-march=rv32imac -mabi=ilp32 -ffreestanding")
set(CMAKE_ASM_FLAGS_INIT "-march=rv32imac -mabi=ilp32")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
END
firmware_cmake() { # how acre comes in
  cat <<END
cmake_minimum_required(VERSION 3.16)
project(consume LANGUAGES C ASM)
$1
add_executable(firmware main.c $bare)
target_include_directories(firmware PRIVATE $root/tests/target/bare)
target_link_libraries(firmware PRIVATE acre::heap acre::irq)
target_link_options(firmware PRIVATE $virt)
add_executable(fronts fronts.c $bare)
target_include_directories(fronts PRIVATE $root/tests/target/bare)
target_link_libraries(fronts PRIVATE acre::fronts acre::plain acre::lock-irq)
target_link_options(fronts PRIVATE $virt)
END
}
fresh find_package_cross
firmware_cmake "find_package(acre REQUIRED)" >CMakeLists.txt
cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE="$work/toolchain.cmake" -DCMAKE_PREFIX_PATH="$staged" \
  -DCMAKE_FIND_ROOT_PATH="$staged" >log || { cat log; exit 1; }
cmake --build build >log || { cat log; exit 1; }
run_rv 32 build/firmware
run_rv 32 build/fronts
fresh add_subdirectory
firmware_cmake "add_subdirectory($root acre)" >CMakeLists.txt
cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE="$work/toolchain.cmake" >log || { cat log; exit 1; }
cmake --build build >log || { cat log; exit 1; }
run_rv 32 build/firmware
run_rv 32 build/fronts
say "CMake for rv32imac: find_package and add_subdirectory, core, heap and fronts, run in QEMU"
fresh add_subdirectory_host
cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.16)
project(consume LANGUAGES C)
add_subdirectory($root acre)
add_executable(fronts fronts.c)
target_compile_definitions(fronts PRIVATE WITH_MALLOC)
target_link_libraries(fronts PRIVATE acre::libc acre::fronts acre::poison-light acre::lock-pthread)
END
cmake -S . -B build >log || { cat log; exit 1; }
cmake --build build >log || { cat log; exit 1; }
build/fronts
say "CMake, add_subdirectory: malloc and fronts run on this machine"

# ESP-IDF reads every component in script mode first, where the registration returns.
fresh idf-early
cat >early.cmake <<END
macro(idf_component_register)
  set(registered 1)
  return()
endmacro()
set(CMAKE_BUILD_EARLY_EXPANSION 1)
function(read)
  include($root/CMakeLists.txt)
  if(registered)
    message(STATUS registered)
  endif()
endfunction()
read()
END
cmake -P early.cmake >log 2>&1 && grep -q registered log || { cat log; say "ESP-IDF could not read CMakeLists.txt in script mode" >&2; exit 1; }
for kind in "idf -DACRE_LOCK=NONE -DACRE_FRONTS=plain" \
  "zephyr -DCONFIG_ACRE=1 -DCONFIG_ACRE_LOCK_NONE=1 -DCONFIG_ACRE_FRONTS=1 -DCONFIG_ACRE_FRONT_LEVEL=1 -DCONFIG_ACRE_LIBC=1"; do
  fresh "${kind%% *}"
  cp "$here/doubles.cmake" CMakeLists.txt
  # shellcheck disable=SC2086
  cmake -S . -B build -DACRE="$root" -DKIND=${kind} >log || { cat log; exit 1; }
  cmake --build build >log || { cat log; exit 1; }
  build/firmware
  build/fronts
done
say "ESP-IDF and Zephyr: the CMake files build a program that runs, with their functions replaced by plain CMake"

/usr/bin/python3 "$here/manifests.py" "$root" "$work"
fresh platformio
# Archives as PlatformIO makes them, one for each library; core and heap have files of the same name.
for library in "$root" "$root/src/front"; do
  name=$(basename "$library")
  flags="-std=gnu11 -DACRE_LOCK=ACRE_LOCK_NONE -I$root/include $(/usr/bin/python3 "$here/manifests.py" --flags "$library" | tr '\n' ' ')"
  mkdir "objects-$name"
  /usr/bin/python3 "$here/manifests.py" --sources "$library" >sources
  while read -r source; do
    # shellcheck disable=SC2086
    cc $flags -c "$source" -o "objects-$name/$(basename "$(dirname "$source")")-$(basename "$source" .c).o"
  done <sources
  ar rcs "$name.a" "objects-$name"/*.o
done
# shellcheck disable=SC2086
cc $flags main.c "$(basename "$root").a" -o program
./program
# shellcheck disable=SC2086
cc $flags fronts.c front.a "$(basename "$root").a" -o fronts
./fronts
say "PlatformIO: the sources and flags of both library.json build programs that run"
for tool in "pio pkg pack -o $work/pio.tar.gz $root" "pio pkg pack -o $work/fronts.tar.gz $root/src/front" \
  "compote component pack --name acre --project-dir $root --dest-dir $work/idf-pack"; do
  if command -v "${tool%% *}" >/dev/null; then
    $tool
    say "accepted: ${tool%% -*}"
  else
    say "not tried: ${tool%% -*}: ${tool%% *} is not installed"
  fi
done
say "passed"
