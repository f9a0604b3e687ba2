# SPDX-License-Identifier: MIT OR Apache-2.0
# Firmware for rv32imac and rv64imac, run in QEMU.  Included by the Makefile,
# whose rules build the libraries $(BUILD)/rv32imac/libacre.a and
# $(BUILD)/rv64imac/libacre.a.

BUILD ?= build
RISCV_CC ?= riscv64-unknown-elf-gcc
RISCV_SIZE ?= riscv64-unknown-elf-size
TARGET_SECONDS ?= 300
BENCH_SECONDS ?= 600

# Without zicsr in -march: the multilibs are named without it.
TARGET_ARCH_rv32imac := -march=rv32imac -mabi=ilp32
TARGET_ARCH_rv64imac := -march=rv64imac -mabi=lp64 -mcmodel=medany
TARGET_BITS_rv32imac := 32
TARGET_BITS_rv64imac := 64

# picolibc's start code that ends the machine with main's result, input and
# output by semihosting, and QEMU's RAM cut into code and data.
TARGET_LINK := --specs=picolibc.specs --crt0=hosted --oslib=semihost \
  -Wl,--defsym=__flash=0x80000000 -Wl,--defsym=__flash_size=0x400000 \
  -Wl,--defsym=__ram=0x80400000 -Wl,--defsym=__ram_size=0x2000000 \
  -Wl,--defsym=__stack_size=0x8000
TARGET_CFLAGS := -std=c11 -Wall -Wextra -Werror -Iinclude

TARGET_CORE := $(wildcard src/region/*.c)
TARGET_HEADERS := $(wildcard include/acre/*.h src/region/*.h)
TARGET_RUN := tests/target/run.sh
TARGET_ARCHS := rv32imac rv64imac
CORE_CFLAGS ?= -std=c11 -ffreestanding -Iinclude

# ---- The demo: built, run, and compared with what it is to print -------------

##@ Firmware in QEMU

.PHONY: firmware
firmware: $(TARGET_ARCHS:%=firmware-%) test-target ## build and run every example, and every test on a target, in QEMU

$(BUILD)/%/demo.elf: tests/target/demo.c $(BUILD)/%/libacre.a $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(RISCV_CC) -O2 $(TARGET_ARCH_$*) $(TARGET_CFLAGS) $(TARGET_LINK) -o $@ $< $(BUILD)/$*/libacre.a

.PHONY: $(TARGET_ARCHS:%=firmware-%)
$(TARGET_ARCHS:%=firmware-%): firmware-%: $(BUILD)/%/demo.elf
	@$(TARGET_RUN) $(TARGET_BITS_$*) $(TARGET_SECONDS) $< >$(BUILD)/$*/demo.out || { \
	  status=$$?; cat $(BUILD)/$*/demo.out; exit $$status; }
	@cat $(BUILD)/$*/demo.out
	@diff -u tests/target/demo.expected $(BUILD)/$*/demo.out || { \
	  echo "firmware: on $* the demo printed something else (+) than tests/target/demo.expected (-);" \
	       "if the new text is right: cp $(BUILD)/$*/demo.out tests/target/demo.expected" >&2; exit 1; }
	@echo "firmware: $*: as expected"

# ---- The model-based random test on the target --------------------------------
# The same operations on both machines and on this one: each compares every
# result with the model, and all must come to the same digest.

TARGET_MODEL := tests/model/random.c tests/model/both.c tests/model/naive_invariant.c spec/model.c
TARGET_MODEL_HEADERS := $(wildcard spec/*.h tests/model/*.h)
TARGET_MODEL_FLAGS := -Ispec -Itests/model -DMODEL_TARGET

.PHONY: test-target
test-target: $(TARGET_ARCHS:%=test-target-%) ## the random tests of core and heap as firmware: as on this machine

$(BUILD)/%/random.elf: $(TARGET_MODEL) $(TARGET_MODEL_HEADERS) $(BUILD)/%/libacre.a $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(RISCV_CC) -O2 $(TARGET_ARCH_$*) $(TARGET_CFLAGS) $(TARGET_MODEL_FLAGS) $(TARGET_LINK) -o $@ \
	  $(TARGET_MODEL) $(BUILD)/$*/libacre.a

$(BUILD)/host/random.expected: $(TARGET_MODEL) $(TARGET_MODEL_HEADERS) $(TARGET_CORE) $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(CC) -O2 $(TARGET_CFLAGS) $(TARGET_MODEL_FLAGS) -o $(BUILD)/host/random $(TARGET_MODEL) $(TARGET_CORE)
	@$(BUILD)/host/random >$@

.PHONY: $(TARGET_ARCHS:%=test-target-%)
$(TARGET_ARCHS:%=test-target-%): test-target-%: $(BUILD)/%/random.elf $(BUILD)/host/random.expected
	@$(TARGET_RUN) $(TARGET_BITS_$*) $(TARGET_SECONDS) $< >$(BUILD)/$*/random.out || { \
	  status=$$?; cat $(BUILD)/$*/random.out; exit $$status; }
	@cat $(BUILD)/$*/random.out
	@diff -u $(BUILD)/host/random.expected $(BUILD)/$*/random.out || { \
	  echo "test-target: the same operations came out otherwise on $* (+) than on this machine (-);" \
	       "the lines above name the region and seed" >&2; exit 1; }
	@echo "test-target: $*: every result as on this machine"

# ---- Instructions per call, and code size --------------------------------------

BENCH_DIR := $(BUILD)/bench

# The core at -O2 whatever the library is built with: the figures are for -O2.
$(BENCH_DIR)/bench.elf: tests/bench/bench.c $(wildcard tests/bench/*.h) $(TARGET_CORE) $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(RISCV_CC) -O2 $(TARGET_ARCH_rv32imac) $(TARGET_CFLAGS) $(BENCH_CFLAGS) $(TARGET_LINK) -o $@ \
	  tests/bench/bench.c $(TARGET_CORE)

.PHONY: bench
bench: $(BENCH_DIR)/bench.elf code-size ## instructions per call on rv32imac, beside the design's figures
	@echo
	@$(TARGET_RUN) 32 $(BENCH_SECONDS) $< -icount shift=0,sleep=off

.PHONY: code-size
code-size: ## size of the core's code on rv32imac, at -Os and -O2
	@mkdir -p $(BENCH_DIR)
	@for level in s 2; do \
	  objects=; \
	  for file in $(TARGET_CORE); do \
	    object=$(BENCH_DIR)/O$$level-$$(basename $$file .c).o; \
	    $(RISCV_CC) -O$$level $(TARGET_ARCH_rv32imac) $(CORE_CFLAGS) -c -o $$object $$file || exit 1; \
	    objects="$$objects $$object"; \
	  done; \
	  echo "Code of the core in bytes, rv32imac at -O$$level"; \
	  $(RISCV_SIZE) $$objects | awk ' \
	    NR > 1 { name = $$NF; sub(/.*O[s2]-/, "", name); sub(/[.]o$$/, "", name); \
	             sum += $$1; data += $$2 + $$3; line = line sprintf("%s %d, ", name, $$1) } \
	    END { printf "  %s all %d; data %d\n", line, sum, data }'; \
	done
