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

# The members of libc.a that make up its own malloc.
LIBC_MALLOC := 'libc\.a\((nano-malloc|libc_picolib_picosbrk|libc_stdlib_aligned_alloc)'

define EXAMPLE_RULES # target, end of the name, memories
$(BUILD)/$(1)/interrupt$(2).elf: $(EXAMPLES)/interrupt.c $(BARE)/machine.h $(BARE_FILES) $(PORT_HEADERS) \
  $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) -DACRE_LOCK=ACRE_LOCK_IRQ $(call BARE_LINK,$(3) __harts=1) -o $$@ \
	  $(EXAMPLES)/interrupt.c $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
$(BUILD)/$(1)/freertos$(2).elf: $(EXAMPLES)/freertos.c src/port/freertos/heap_acre.c src/port/freertos/heap_acre.h \
  $(BARE_FILES) $(PORT_HEADERS) $(BUILD)/$(1)/libacre.a
	$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) -Isrc/port/freertos -DACRE_LOCK=ACRE_LOCK_IRQ -DconfigTOTAL_HEAP_SIZE=4096u \
	  $(call BARE_LINK,$(3) __harts=1) -o $$@ $(EXAMPLES)/freertos.c src/port/freertos/heap_acre.c \
	  $(BARE)/start.S $(BARE)/bare.c $(BUILD)/$(1)/libacre.a
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
$(BUILD)/$(1)/picolibc.elf: $(EXAMPLES)/picolibc.c $(EXAMPLES)/picolibc_malloc.c $(PORT_HEADERS) \
  $(BUILD)/$(1)/libacre.a $(BUILD)/$(1)/libacre-port.a
	$(LIB_CC_$(1)) -O2 $(filter-out -std=%,$(TARGET_CFLAGS)) -std=gnu11 -D_GNU_SOURCE -DACRE_LOCK=ACRE_LOCK_IRQ \
	  $(TARGET_LINK) -Wl,-Map=$$@.map -o $$@ $(EXAMPLES)/picolibc.c $(EXAMPLES)/picolibc_malloc.c \
	  $(BUILD)/$(1)/libacre-port.a $(BUILD)/$(1)/libacre.a
	@! grep -E $(LIBC_MALLOC) $$@.map || { rm -f $$@; \
	  echo "firmware: libc's own malloc was linked beside acre's (above): define what it was pulled in for in" \
	       "$(EXAMPLES)/picolibc_malloc.c" >&2; exit 1; }
	@$(LIB_CC_$(1)) -O2 $(filter-out -std=%,$(TARGET_CFLAGS)) -std=gnu11 -D_GNU_SOURCE $(TARGET_LINK) \
	  -Wl,-Map=$$@.own.map -o $$@.own $(EXAMPLES)/picolibc.c && grep -qE $(LIBC_MALLOC) $$@.own.map || { rm -f $$@; \
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
$(foreach e,freertos new picolibc,$(eval $(call EXAMPLE_RUN,$(e))))

firmware-interrupt: ## example: a queue between interrupt and main loop
firmware-freertos: ## example: FreeRTOS heap interface
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
$(foreach e,interrupt freertos new,$(foreach t,$(EXAMPLE_ARCHS),$(eval $(call EXAMPLE_SIFIVE_E,$(e),$(t)))))

# The containers of the C++ library: on this machine, and as a RISC-V process,
# because Debian's C++ library for RISC-V is the one for Linux.
CXX ?= g++
LINUX_CXX ?= riscv64-linux-gnu-g++
PMR_FLAGS := -std=c++17 -O2 -Wall -Wextra -Werror -Iinclude
.PHONY: firmware-pmr
firmware: firmware-pmr
$(BUILD)/host/pmr: $(EXAMPLES)/pmr.cpp include/acre/pmr.hpp $(PORT_HEADERS) $(BUILD)/host/libacre.a \
  $(BUILD)/host/libacre-port.a
	$(CXX) $(PMR_FLAGS) -DACRE_LOCK=ACRE_LOCK_PTHREAD -o $@ $< $(BUILD)/host/libacre-port.a $(BUILD)/host/libacre.a
$(BUILD)/rv64gc/pmr: $(EXAMPLES)/pmr.cpp include/acre/pmr.hpp $(PORT_HEADERS) $(BUILD)/rv64gc/libacre.a \
  $(BUILD)/rv64gc/libacre-port.a
	$(LINUX_CXX) -static $(PMR_FLAGS) -DACRE_LOCK=ACRE_LOCK_NONE -o $@ $< \
	  $(BUILD)/rv64gc/libacre-port.a $(BUILD)/rv64gc/libacre.a
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
	@cd src/port/rust && RUST_BACKTRACE=0 CARGO_TARGET_DIR=$(abspath $(BUILD))/rust timeout 300 $(CARGO) test --offline --quiet --features pthread
	@echo "== rust, the build script for $(RUST_TARGET): the C core behind the crate"
	@mkdir -p $(BUILD)/rust/script && cd src/port/rust && CARGO_MANIFEST_DIR=$$PWD rustc --edition 2021 \
	  -o $(abspath $(BUILD))/rust/script/build build.rs && env -u CC -u AR TARGET=$(RUST_TARGET) \
	  OUT_DIR=$(abspath $(BUILD))/rust/script CARGO_FEATURE_IRQ=1 $(abspath $(BUILD))/rust/script/build >/dev/null
	@$(RISCV_PREFIX)objdump -f $(BUILD)/rust/script/libacre_rust.a | grep -c 'elf32-littleriscv' | \
	  sed 's/$$/ objects for 32-bit RISC-V/'
	@if [ -d "$$(rustc --print sysroot)/lib/rustlib/$(RUST_TARGET)" ]; then \
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

FIGURES_KIB := 4 16 64
define FIGURES_RULES # target, KiB
$(BUILD)/$(1)/figures-$(2).elf: tests/target/port/figures.c $(BARE)/machine.h $(BARE_FILES) include/acre/region.h \
  $(CORE_SOURCES) $(CORE_HEADERS)
	@mkdir -p $$(@D)
	@$(LIB_CC_$(1)) -O2 $(BARE_CFLAGS) '-DSIZE=($(2)u*1024u)' $(call BARE_LINK,$(VIRT_MEMORY) __harts=1) -o $$@ \
	  tests/target/port/figures.c $(BARE)/start.S $(BARE)/bare.c $(CORE_SOURCES) -lgcc
$(BUILD)/$(1)/figures-$(2).out: $(BUILD)/$(1)/figures-$(2).elf
	@$$(call FIRMWARE_RUN,$(1),$$<,$(LOCK_QEMU_1)) >$$@
endef
$(foreach t,$(RISCV_TARGETS),$(foreach k,$(FIGURES_KIB),$(eval $(call FIGURES_RULES,$(t),$(k)))))
FIGURES_RUNS := $(foreach t,$(RISCV_TARGETS),$(FIGURES_KIB:%=$(BUILD)/$(t)/figures-%.out))
FIGURES_OF = /usr/bin/python3 ci/figures.py $(BUILD) $(1) $(foreach t,$(RISCV_TARGETS),'$(t) $(LIB_CC_$(t))')

.PHONY: figures firmware-figures
figures: setup $(FIGURES_RUNS) ## measure code, stack, metadata and instructions per target into src/port/FIGURES.md
	@$(call FIGURES_OF,src/port/FIGURES.md)
# The same into build/: it fails on recursion, calls through pointers, or stack of unknown size.
firmware-figures: setup $(FIGURES_RUNS) ## as figures, into build/FIGURES.md, as a test: fails on recursion or unknown stack
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
