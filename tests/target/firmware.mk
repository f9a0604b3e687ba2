# SPDX-License-Identifier: MIT OR Apache-2.0
# Examples and tests of the port as firmware in QEMU; included by the Makefile.
# Every program of this file ends the machine with status 0 only if all it
# required held; run.sh turns a hang or a trap into a failure.

BARE := tests/target/bare
EXAMPLES := tests/target/examples
BARE_FILES := $(BARE)/start.S $(BARE)/bare.c $(BARE)/bare.h $(BARE)/bare.ld
# Freestanding, and without libgcc: what links here runs on a machine that has nothing.
BARE_CFLAGS := -std=c11 -ffreestanding -fno-tree-loop-distribute-patterns -Wall -Wextra -Wshadow -Werror \
  -ffunction-sections -fdata-sections -Iinclude -I$(BARE)
BARE_LINK = -nostdlib -nostartfiles -Wl,--gc-sections,--no-warn-rwx-segments,--fatal-warnings -T $(BARE)/bare.ld \
  $(foreach symbol,$(1),-Wl,--defsym=$(symbol))

# The machines.  QEMU's virt has its RAM, and sifive_e its flash, where the harts start.
VIRT_MEMORY := __flash=0x80000000 __flash_size=0x200000 __ram=0x80200000 __ram_size=0x200000 __stack_size=0x4000
SIFIVE_E_MEMORY := __flash=0x20400000 __flash_size=0x100000 __ram=0x80000000 __ram_size=0x4000 __stack_size=0x800
SIFIVE_E_RUN := -M sifive_e -m 16K

FIRMWARE_BITS = $(patsubst rv%,%,$(firstword $(subst e, ,$(subst i, ,$(subst g, ,$(1))))))
# A hart that has just the extensions of the target: others would hide a wrong -march.
NO_EXTENSIONS := m=false,a=false,f=false,d=false,c=false
FIRMWARE_CPU_rv32e := rv32,i=false,e=true,h=false,s=false,u=false,mmu=false,$(NO_EXTENSIONS)
FIRMWARE_CPU_rv32i := rv32,h=false,mmu=false,$(NO_EXTENSIONS)
FIRMWARE_CPU_rv32imc := rv32,a=false,f=false,d=false
FIRMWARE_CPU_rv32imac := rv32,f=false,d=false
FIRMWARE_CPU_rv32imafc := rv32,d=false
FIRMWARE_CPU_rv64imac := rv64,f=false,d=false
FIRMWARE_CPU_rv64gc := rv64
FIRMWARE_CPU_rv32imac_zbb := rv32,f=false,d=false,zbb=true
FIRMWARE_CPU_rv64gc_zbb := rv64,zbb=true
# Run an image on its target's hart: target, image, more options of QEMU
FIRMWARE_RUN = $(TARGET_RUN) $(call FIRMWARE_BITS,$(1)) $(TARGET_SECONDS) $(2) -cpu $(FIRMWARE_CPU_$(1)) $(3)

##@ Examples and tests of the port in QEMU; `make firmware` is all of them

# ---- minimal: every target, and another machine --------------------------------

.PHONY: firmware-minimal
firmware: firmware-minimal
firmware-minimal: $(RISCV_TARGETS:%=firmware-minimal-%) firmware-minimal-sifive_e-rv32e firmware-minimal-sifive_e-rv64imac ## the smallest program, for every target

$(BUILD)/%/minimal.elf: $(EXAMPLES)/minimal.c $(BARE_FILES) $(BUILD)/%/libacre.a
	$(LIB_CC_$*) -Os $(BARE_CFLAGS) $(call BARE_LINK,$(VIRT_MEMORY) __harts=1) -o $@ \
	  $(EXAMPLES)/minimal.c $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$*/libacre.a
$(BUILD)/%/minimal-sifive_e.elf: $(EXAMPLES)/minimal.c $(BARE_FILES) $(BUILD)/%/libacre.a
	$(LIB_CC_$*) -Os $(BARE_CFLAGS) $(call BARE_LINK,$(SIFIVE_E_MEMORY) __harts=1) -o $@ \
	  $(EXAMPLES)/minimal.c $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$*/libacre.a

.PHONY: $(RISCV_TARGETS:%=firmware-minimal-%)
$(RISCV_TARGETS:%=firmware-minimal-%): firmware-minimal-%: $(BUILD)/%/minimal.elf
	@echo "== minimal, $*, machine virt with -cpu $(FIRMWARE_CPU_$*)"
	@$(call FIRMWARE_RUN,$*,$<)
firmware-minimal-sifive_e-%: $(BUILD)/%/minimal-sifive_e.elf
	@echo "== minimal, $*, machine sifive_e"
	@$(TARGET_RUN) $(call FIRMWARE_BITS,$*) $(TARGET_SECONDS) $< $(SIFIVE_E_RUN)

# ---- Locks: a timer interrupt against the main loop, on one hart and on two ------
# On one hart -icount makes every run the same, and time pass with instructions:
# the interrupt comes after each 100 to 800 of them however busy this machine is.
# Two harts run in two threads, really at the same time, so no run is like another.

LOCK_ROUNDS ?= 1000000
LOCK_ARCHS := rv32imac rv64imac
LOCK_RUNS := irq-1 spin-1 spin-2
LOCK_QEMU_1 := -icount shift=0,sleep=off
LOCK_QEMU_2 := -smp 2 -accel tcg,thread=multi

define LOCK_RULES # target, lock, harts
$(BUILD)/$(1)/locks-$(2)-$(3)-$(LOCK_ROUNDS).elf: tests/target/port/locks.c $(BARE)/machine.h $(BARE_FILES) $(PORT_HEADERS) \
  $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) -DACRE_LOCK=$(PORT_LOCK_$(2)) -DHARTS=$(3)u -DROUNDS=$(LOCK_ROUNDS)u \
	  $(call BARE_LINK,$(VIRT_MEMORY) __harts=$(3)) -o $$@ tests/target/port/locks.c $(BARE)/start.S $(BARE)/bare.c \
	  $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
endef
$(foreach target,$(LOCK_ARCHS),$(foreach lock,none irq spin,$(foreach harts,1 2,\
  $(eval $(call LOCK_RULES,$(target),$(lock),$(harts))))))

.PHONY: test-locks
firmware: test-locks
test-locks: $(foreach t,$(LOCK_ARCHS),$(LOCK_RUNS:%=test-locks-$(t)-%) test-locks-control-$(t) test-locks-control2-$(t)) ## locks against a timer interrupt, on one hart and two; LOCK_ROUNDS

LOCK_HARTS = $(lastword $(subst -, ,$(1)))
define LOCK_TEST # target, run
.PHONY: test-locks-$(1)-$(2)
test-locks-$(1)-$(2): $(BUILD)/$(1)/locks-$(2)-$(LOCK_ROUNDS).elf
	@echo "== locks, $(1), $(2)"
	@$$(call FIRMWARE_RUN,$(1),$$<,$$(LOCK_QEMU_$(call LOCK_HARTS,$(2))))
endef
$(foreach t,$(LOCK_ARCHS),$(foreach r,$(LOCK_RUNS),$(eval $(call LOCK_TEST,$(t),$(r)))))

# Without a lock the same program has to fail, or it would show nothing.
test-locks-control-%: $(BUILD)/%/locks-none-1-$(LOCK_ROUNDS).elf
	@echo "== locks, $*, without a lock: has to fail"
	@! $(call FIRMWARE_RUN,$*,$<,$(LOCK_QEMU_1)) >$<.out 2>&1 && grep 'does not hold' $<.out
# Interrupts off on one hart do not keep the other out: this has to fail, too.
test-locks-control2-%: $(BUILD)/%/locks-irq-2-$(LOCK_ROUNDS).elf
	@echo "== locks, $*, two harts with the interrupt lock: has to fail"
	@! $(call FIRMWARE_RUN,$*,$<,$(LOCK_QEMU_2)) >$<.out 2>&1 && grep 'does not hold' $<.out

# ---- Memory, retention, protection ------------------------------------------------

PORT_TESTS := memory retention pmp
PORT_ARCHS := rv32imac rv64imac
define PORT_TEST_RULES # target, test
$(BUILD)/$(1)/$(2).elf: tests/target/port/$(2).c $(BARE)/machine.h $(BARE_FILES) $(PORT_HEADERS) \
  $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) $(call BARE_LINK,$(VIRT_MEMORY) __harts=1) -o $$@ tests/target/port/$(2).c \
	  $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
.PHONY: test-$(2)-$(1)
test-$(2)-$(1): $(BUILD)/$(1)/$(2).elf
	@echo "== $(2), $(1)"
	@$$(call FIRMWARE_RUN,$(1),$$<)
test-$(2): test-$(2)-$(1)
endef
$(foreach t,$(PORT_ARCHS),$(foreach p,$(PORT_TESTS),$(eval $(call PORT_TEST_RULES,$(t),$(p)))))
.PHONY: $(PORT_TESTS:%=test-%)
firmware: $(PORT_TESTS:%=test-%)
test-memory: ## regions from the linker script
test-retention: ## regions that outlive a warm reset
test-pmp: ## stray writes against the PMP

# ---- Examples ----------------------------------------------------------------------
# They stand beside the tests because each of them is one: it runs and is judged.

EXAMPLE_ARCHS := rv32imac rv64imac
RISCV_CXX ?= $(RISCV_PREFIX)g++
BARE_CXXFLAGS := -std=c++17 -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics \
  -fno-tree-loop-distribute-patterns -Wall -Wextra -Werror -ffunction-sections -fdata-sections -Iinclude -I$(BARE)

# A program on picolibc, and what it links for acre's malloc.
HOSTED_CFLAGS := $(filter-out -std=%,$(TARGET_CFLAGS)) -std=gnu11 -D_GNU_SOURCE
MALLOC_LIBS = $(patsubst %,$(BUILD)/$(1)/libacre%.a,-libc -plain -lock-irq -heap) $(BUILD)/$(1)/libacre.a
# The members of libc.a that make up its own malloc.
LIBC_MALLOC := 'libc\.a\((nano-malloc|libc_picolib_picosbrk|libc_stdlib_aligned_alloc)'

# Where FreeRTOS's heap lies: its own memory, the program's ucHeap, what the linker script names.
FREERTOS_-static :=
FREERTOS_-ucheap := -DconfigAPPLICATION_ALLOCATED_HEAP=1
FREERTOS_-linker := -DconfigACRE_LINKER_HEAP=1

define EXAMPLE_RULES # target, end of the name, memories
$(BUILD)/$(1)/interrupt$(2).elf: $(EXAMPLES)/interrupt.c $(BARE)/machine.h $(BARE_FILES) $(PORT_HEADERS) \
  $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) -DACRE_LOCK=ACRE_LOCK_IRQ $(call BARE_LINK,$(3) __harts=1) -o $$@ \
	  $(EXAMPLES)/interrupt.c $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
$(BUILD)/$(1)/freertos%$(2).elf: $(EXAMPLES)/freertos.c src/port/freertos/heap_acre.c src/port/freertos/heap_acre.h \
  $(BARE_FILES) $(PORT_HEADERS) $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) -Isrc/port/freertos -DACRE_LOCK=ACRE_LOCK_IRQ -DconfigTOTAL_HEAP_SIZE=4096u \
	  $$(FREERTOS_$$*) $(call BARE_LINK,$(3) __harts=1) -o $$@ $(EXAMPLES)/freertos.c src/port/freertos/heap_acre.c \
	  $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
$(BUILD)/$(1)/new$(2).elf: $(BUILD)/$(1)/new.o $(BARE_FILES) $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) $(call BARE_LINK,$(3) __harts=1) -o $$@ $$< $(BARE)/start.S \
	  $(BARE)/bare.c $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
endef
$(foreach t,$(EXAMPLE_ARCHS),$(eval $(call EXAMPLE_RULES,$(t),,$(VIRT_MEMORY)))\
  $(eval $(call EXAMPLE_RULES,$(t),-sifive_e,$(SIFIVE_E_MEMORY))))

define EXAMPLE_ONCE # target
$(BUILD)/$(1)/new.o: $(EXAMPLES)/new.cpp $(BARE_FILES) $(PORT_HEADERS)
	@mkdir -p $$(@D)
	$(patsubst $(RISCV_CC),$(RISCV_CXX),$(LIB_CC_$(1))) -O2 $(BARE_CXXFLAGS) -DACRE_LOCK=ACRE_LOCK_IRQ -c -o $$@ $$<
$(BUILD)/$(1)/picolibc.elf: $(EXAMPLES)/picolibc.c $(call MALLOC_LIBS,$(1))
	$(LIB_CC_$(1)) -O2 $(HOSTED_CFLAGS) $(TARGET_LINK) -Wl,-Map=$$@.map -o $$@ $(EXAMPLES)/picolibc.c $(call MALLOC_LIBS,$(1))
	@! grep -E $(LIBC_MALLOC) $$@.map || { rm -f $$@; \
	  echo "firmware: libc's own malloc was linked beside acre's (above): define what it was pulled in for in" \
	       "src/front/libc" >&2; exit 1; }
	@$(LIB_CC_$(1)) -O2 $(HOSTED_CFLAGS) $(TARGET_LINK) -Wl,-Map=$$@.own.map -o $$@.own $(EXAMPLES)/picolibc.c && \
	  grep -qE $(LIBC_MALLOC) $$@.own.map || { rm -f $$@; \
	  echo "firmware: libc's own malloc is not found in a program that uses it: its files have other names than" \
	       "LIBC_MALLOC in tests/target/firmware.mk says" >&2; exit 1; }
endef
$(foreach t,$(EXAMPLE_ARCHS),$(eval $(call EXAMPLE_ONCE,$(t))))

define EXAMPLE_RUN # example, options of QEMU
.PHONY: firmware-$(1) $(EXAMPLE_ARCHS:%=firmware-$(1)-%)
$(EXAMPLE_ARCHS:%=firmware-$(1)-%): firmware-$(1)-%: $(BUILD)/%/$(1).elf
	@echo "== $(1), $$*"
	@$$(call FIRMWARE_RUN,$$*,$$<,$(2))
firmware-$(1): $(EXAMPLE_ARCHS:%=firmware-$(1)-%)
firmware: firmware-$(1)
endef
$(eval $(call EXAMPLE_RUN,interrupt,$(LOCK_QEMU_1)))
$(foreach e,freertos-static freertos-ucheap new picolibc,$(eval $(call EXAMPLE_RUN,$(e))))

firmware-interrupt: ## example: a queue between interrupt and main loop
.PHONY: firmware-freertos
firmware: firmware-freertos
firmware-freertos: firmware-freertos-static firmware-freertos-ucheap firmware-freertos-linker ## example: FreeRTOS heap interface
firmware-new: ## example: C++ new and delete, without a library
firmware-picolibc: ## example: malloc of picolibc

# The same on the other machine, whose 16 KiB of RAM hold all but picolibc.
define EXAMPLE_SIFIVE_E # example, target
.PHONY: firmware-sifive_e-$(1)-$(2)
firmware-sifive_e-$(1)-$(2): $(BUILD)/$(2)/$(1)-sifive_e.elf
	@echo "== $(1), $(2), machine sifive_e"
	@$(TARGET_RUN) $(call FIRMWARE_BITS,$(2)) $(TARGET_SECONDS) $$< $(SIFIVE_E_RUN) $(LOCK_QEMU_1)
firmware-$(1): firmware-sifive_e-$(1)-$(2)
endef
$(foreach e,interrupt freertos-static freertos-linker new,$(foreach t,$(EXAMPLE_ARCHS),$(eval $(call EXAMPLE_SIFIVE_E,$(e),$(t)))))

# And picolibc on spike, which has the RAM for it.
.PHONY: $(EXAMPLE_ARCHS:%=firmware-spike-picolibc-%)
$(EXAMPLE_ARCHS:%=firmware-spike-picolibc-%): firmware-spike-picolibc-%: $(BUILD)/%/picolibc.elf
	@echo "== picolibc, $*, machine spike"
	@$(TARGET_RUN) $(call FIRMWARE_BITS,$*) $(TARGET_SECONDS) $< -M spike
firmware-picolibc: $(EXAMPLE_ARCHS:%=firmware-spike-picolibc-%)

# The containers of the C++ library: on this machine, and as a RISC-V process,
# because Debian's C++ library for RISC-V is the one for Linux.
CXX ?= g++
LINUX_CXX ?= riscv64-linux-gnu-g++
PMR_FLAGS := -std=c++17 -O2 -Wall -Wextra -Werror -Iinclude
.PHONY: firmware-pmr
firmware: firmware-pmr
PMR_LIBS = $(patsubst %,$(BUILD)/$(1)/libacre%.a,-port -heap) $(BUILD)/$(1)/libacre.a
$(BUILD)/host/pmr: $(EXAMPLES)/pmr.cpp include/acre/pmr.hpp $(PORT_HEADERS) $(call PMR_LIBS,host)
	$(CXX) $(PMR_FLAGS) -DACRE_LOCK=ACRE_LOCK_PTHREAD -o $@ $< $(call PMR_LIBS,host)
$(BUILD)/rv64gc/pmr: $(EXAMPLES)/pmr.cpp include/acre/pmr.hpp $(PORT_HEADERS) $(call PMR_LIBS,rv64gc)
	$(LINUX_CXX) -static $(PMR_FLAGS) -DACRE_LOCK=ACRE_LOCK_NONE -o $@ $< $(call PMR_LIBS,rv64gc)
firmware-pmr: $(BUILD)/host/pmr $(BUILD)/rv64gc/pmr ## example: containers of the C++ library
	@echo "== pmr, this machine"
	@$(BUILD)/host/pmr
	@echo "== pmr, rv64gc, as a Linux process"
	@qemu-riscv64 $(BUILD)/rv64gc/pmr

# ---- Rust: tests here, and a build for RISC-V if its target is installed ------------

CARGO ?= cargo
RUST_TARGET ?= riscv32imac-unknown-none-elf
.PHONY: firmware-rust
firmware: firmware-rust
firmware-rust: $(wildcard src/port/rust/*.* src/port/rust/*/*.rs) | setup ## the Rust crate: tests, and its build for RISC-V
	@echo "== rust, this machine"
	@cd src/port/rust && unset MAKEFLAGS MFLAGS && RUST_BACKTRACE=0 CARGO_TARGET_DIR=$(abspath $(BUILD))/rust timeout 300 $(CARGO) test --offline --quiet --features pthread
	@echo "== rust, the build script for $(RUST_TARGET): the C core behind the crate"
	@mkdir -p $(BUILD)/rust/script && cd src/port/rust && unset MAKEFLAGS MFLAGS && CARGO_MANIFEST_DIR=$$PWD rustc --edition 2021 \
	  -o $(abspath $(BUILD))/rust/script/build build.rs && env -u CC -u AR TARGET=$(RUST_TARGET) \
	  OUT_DIR=$(abspath $(BUILD))/rust/script CARGO_FEATURE_IRQ=1 $(abspath $(BUILD))/rust/script/build >/dev/null
	@$(RISCV_PREFIX)objdump -f $(BUILD)/rust/script/libacre_rust.a | grep -c 'elf32-littleriscv' | \
	  sed 's/$$/ objects for 32-bit RISC-V/'
	@unset MAKEFLAGS MFLAGS; if [ -d "$$(rustc --print sysroot)/lib/rustlib/$(RUST_TARGET)" ]; then \
	  echo "== rust, $(RUST_TARGET)"; \
	  cd src/port/rust && CARGO_TARGET_DIR=$(abspath $(BUILD))/rust $(CARGO) build --offline --quiet --release \
	    --features irq --target $(RUST_TARGET); \
	else \
	  echo "rust: not built for $(RUST_TARGET), which is not installed (rustup target add $(RUST_TARGET))"; \
	fi

# ---- Post-mortem ---------------------------------------------------------------------

ACRE_DUMP := $(BUILD)/host/acre-dump
.PHONY: acre-dump test-postmortem
acre-dump: setup $(ACRE_DUMP) ## build the tool that reads a region out of a core or a dump of RAM
$(ACRE_DUMP): src/port/postmortem/acre-dump.c include/acre/region.h $(BUILD)/host/libacre.a
	$(CC) -std=c11 -O2 -Wall -Wextra -Wconversion -Wshadow -Werror -Iinclude -o $@ $< $(BUILD)/host/libacre.a

$(PORT_ARCHS:%=$(BUILD)/%/postmortem.elf): $(BUILD)/%/postmortem.elf: tests/target/port/postmortem.c $(BARE_FILES) \
  $(PORT_HEADERS) $(BUILD)/%/libacre.a
	$(LIB_CC_$*) -Og -g $(BARE_CFLAGS) $(call BARE_LINK,$(VIRT_MEMORY) __harts=1) -o $@ $< $(BARE)/start.S \
	  $(BARE)/bare.c $(BUILD)/$*/libacre.a
.PHONY: $(PORT_ARCHS:%=test-postmortem-%)
$(PORT_ARCHS:%=test-postmortem-%): test-postmortem-%: $(BUILD)/%/postmortem.elf $(ACRE_DUMP)
	@echo "== post-mortem, $*"
	@tests/target/port/postmortem.sh $(call FIRMWARE_BITS,$*) $(FIRMWARE_CPU_$*) $< $(ACRE_DUMP) $(BUILD)/$*/postmortem
test-postmortem: $(PORT_ARCHS:%=test-postmortem-%) ## acre-dump and the gdb command on dumps from QEMU
firmware: test-postmortem

# ---- Figures per target -----------------------------------------------------------------

# The core with the ghost counter of steps as a real one, under other names.
STEPS := $(BUILD)/figures/steps
$(STEPS)/made: $(CORE_SOURCES) $(CORE_HEADERS)
	@mkdir -p $(@D)
	@for f in $(CORE_SOURCES) $(wildcard src/region/*.h); do \
	  sed 's|/\*@ ghost \(acre_steps += [0-9]*;\) \*/|\1|' $$f >$(@D)/$$(basename $$f); done
	@! grep -n 'ghost acre_steps' $(@D)/*.[ch] || { \
	  echo "figures: tests/target/firmware.mk does not know these lines that count steps" >&2; exit 1; }
	@echo 'extern unsigned acre_steps;' >$(@D)/count.h
	@touch $@
define FIGURES_RULES # target
$(BUILD)/$(1)/figures.elf: tests/target/port/figures.c $(BARE)/machine.h $(BARE_FILES) include/acre/region.h \
  $(BUILD)/$(1)/libacre.a $(STEPS)/made
	@$(LIB_CC_$(1)) -O2 $(CORE_CFLAGS) -include $(STEPS)/count.h -r -nostdlib -o $(BUILD)/$(1)/counted.o $(STEPS)/*.c
	@$(RISCV_PREFIX)objcopy --prefix-symbols=counted_ $(BUILD)/$(1)/counted.o
	@$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) $(call BARE_LINK,$(VIRT_MEMORY) __harts=1) -o $$@ \
	  tests/target/port/figures.c $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$(1)/counted.o $(BUILD)/$(1)/libacre.a -lgcc
$(BUILD)/$(1)/figures.out: $(BUILD)/$(1)/figures.elf
	@$$(call FIRMWARE_RUN,$(1),$$<,$(LOCK_QEMU_1)) >$$@
endef
$(foreach t,$(RISCV_TARGETS),$(eval $(call FIGURES_RULES,$(t))))
# The objects of all libraries at -O2 and at -Os, with their call graphs beside them.
FIGURES_LIBS := $(foreach t,$(RISCV_TARGETS),$(call LIB_FILES,$(t)))
FIGURES_RUNS := $(RISCV_TARGETS:%=$(BUILD)/%/figures.out)
FIGURES_OF = /usr/bin/python3 ci/figures.py $(BUILD) $(1) $(foreach t,$(RISCV_TARGETS),'$(t) $(LIB_CC_$(t))')

.PHONY: figures-objects
figures-objects: setup $(FIGURES_LIBS)
	@[ '$(CORE_OPT)' = -O2 ] || { echo "figures: the libraries in $(BUILD) have to be built with CORE_OPT=-O2" >&2; exit 1; }
	@[ -n '$(RISCV_GRAPH)' ] || { echo "figures: $(RISCV_CC) has no -fcallgraph-info=su, from which the stack is read" >&2; exit 1; }
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/Os CORE_OPT=-Os $(FIGURES_LIBS:$(BUILD)/%=$(BUILD)/Os/%)

.PHONY: figures firmware-figures
figures: figures-objects $(FIGURES_RUNS) ## measure code, stack, metadata and instructions per target into src/port/FIGURES.md, README.md
	@$(call FIGURES_OF,src/port/FIGURES.md --readme README.md)
# The same into build/: it fails on recursion, calls through pointers, or stack of unknown size.
firmware-figures: figures-objects $(FIGURES_RUNS) ## as figures, into build/FIGURES.md, as a test: fails on recursion or unknown stack
	@$(call FIGURES_OF,$(BUILD)/FIGURES.md)
firmware: firmware-figures

# ---- On this machine: the pthread lock, acre-dump on damaged dumps ---------------------

PORT_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
.PHONY: test-port
firmware: test-port
test-port: ## the pthread lock, and acre-dump on damaged dumps
$(BUILD)/san/pthread-%: tests/port/pthread.c src/port/guarded.c $(CORE_SOURCES) $(CORE_HEADERS) $(PORT_HEADERS) | setup
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O1 -g -Wall -Wextra -Werror -Iinclude -DACRE_LOCK=$(PORT_LOCK_$*) -DROUNDS=50000u -fsanitize=thread \
	  -o $@ tests/port/pthread.c src/port/guarded.c $(CORE_SOURCES)
$(BUILD)/host/pthread: tests/port/pthread.c $(PORT_HEADERS) $(BUILD)/host/libacre.a $(BUILD)/host/libacre-port.a
	@$(CC) -std=c11 -O2 -Wall -Wextra -Werror -Iinclude -DACRE_LOCK=ACRE_LOCK_PTHREAD -o $@ $< \
	  $(BUILD)/host/libacre-port.a $(BUILD)/host/libacre.a
$(BUILD)/san/acre-dump: src/port/postmortem/acre-dump.c $(CORE_SOURCES) $(CORE_HEADERS) | setup
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O1 -g -Iinclude $(PORT_SAN) -o $@ $< $(CORE_SOURCES)
test-port: $(BUILD)/host/pthread $(BUILD)/san/pthread-pthread $(BUILD)/san/pthread-none $(BUILD)/san/acre-dump \
  $(PORT_ARCHS:%=test-postmortem-%)
	@$(BUILD)/host/pthread
	@$(BUILD)/san/pthread-pthread
	@! $(BUILD)/san/pthread-none >/dev/null 2>&1 || { echo "test-port: threads without a lock go unnoticed" >&2; exit 1; }
	@$(foreach t,$(PORT_ARCHS),ASAN_OPTIONS=exitcode=66:detect_leaks=0 UBSAN_OPTIONS=exitcode=66 tests/port/dump.py $(BUILD)/san/acre-dump \
	  $(BUILD)/$(t)/postmortem/whole.ram@0x80200000 $(BUILD)/$(t)/postmortem.elf heap &&) true

# ---- Every header from C++ --------------------------------------------------------------

# On RISC-V nothing of it may need a constructor, which bare start code does not call.
CXX_STANDARDS := 11 14 17 20
CLANGXX ?= clang++
CXX_FLAGS := -O1 -Wall -Wextra -Wpedantic -Werror -Iinclude $(FRONT_INCLUDES) -Isrc/port/freertos
CXX_LIBS := $(patsubst %,$(BUILD)/host/libacre%.a,-fronts -plain -lock-none -port -heap) $(BUILD)/host/libacre.a
.PHONY: test-cxx
firmware: test-cxx
test-cxx: tests/port/headers.cpp $(PORT_HEADERS) $(FRONT_HEADERS) $(CXX_LIBS) ## every header and static object from C++11 to C++20
	@mkdir -p $(BUILD)/cxx
	@set -e; for standard in $(CXX_STANDARDS); do \
	  for compiler in $(CXX) $(CLANGXX); do \
	    $$compiler -std=c++$$standard $(CXX_FLAGS) -DRUN -DACRE_LOCK=ACRE_LOCK_NONE -o $(BUILD)/cxx/headers $< $(CXX_LIBS); \
	    $(BUILD)/cxx/headers; \
	  done; \
	  $(RISCV_CXX) $(LIB_ARCH_rv32imac) -std=c++$$standard -ffreestanding $(CXX_FLAGS) -DACRE_LOCK=ACRE_LOCK_IRQ \
	    -c -o $(BUILD)/cxx/headers.o $<; \
	  ! $(RISCV_PREFIX)objdump -h $(BUILD)/cxx/headers.o | grep -E 'init_array|ctors'; \
	done
	@echo "cxx: all headers compile as C++ $(CXX_STANDARDS); static regions and heaps need no constructor"
