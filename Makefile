# SPDX-License-Identifier: MIT OR Apache-2.0
# `make help` lists the targets.  Every target first installs the Debian
# packages of ci/packages.txt that are missing (see `setup`).

BUILD := build
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CORE_SOURCES := $(sort $(wildcard src/region/*.c))
CORE_HEADERS := $(sort $(wildcard include/acre/*.h src/region/*.h))

# The core needs no library at all.  -ffreestanding alone lets GCC turn a loop
# that clears an array into a call of memset: -fno-tree-loop-distribute-patterns
# forbids it.
CORE_CFLAGS := -std=c11 -ffreestanding -fno-tree-loop-distribute-patterns \
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
  -ffunction-sections -fdata-sections -Iinclude
CORE_OPT ?= -O2

# One static library per target: build/<target>/libacre.a
LIB_TARGETS := host rv32imac rv32i rv64imac
LIB_CC_host := $(CC)
LIB_CC_rv32imac := riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32
LIB_CC_rv32i := riscv64-unknown-elf-gcc -march=rv32i -mabi=ilp32
LIB_CC_rv64imac := riscv64-unknown-elf-gcc -march=rv64imac -mabi=lp64 -mcmodel=medany
LIB_AR_host := $(AR)
LIB_AR_rv32imac := riscv64-unknown-elf-ar
LIB_AR_rv32i := riscv64-unknown-elf-ar
LIB_AR_rv64imac := riscv64-unknown-elf-ar

.PHONY: all help setup lib check prove mutants firmware bench lint format size clean

all: lib

help: setup ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/\1 \2/p' $(MAKEFILE_LIST) | \
	  while read -r name what; do printf '  make %-14s %s\n' "$$name" "$$what"; done

setup: ## install the Debian packages of ci/packages.txt that are missing
	@ci/setup.sh

# ---- The library -------------------------------------------------------------

lib: setup $(BUILD)/host/libacre.a ## build the library for this machine: build/host/libacre.a (default)

define LIB_RULES # target
$(BUILD)/$(1)/core/%.o: src/region/%.c $(CORE_HEADERS) Makefile | setup
	@mkdir -p $$(@D)
	$(LIB_CC_$(1)) $(CORE_OPT) $(CORE_CFLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/libacre.a: $(CORE_SOURCES:src/region/%.c=$(BUILD)/$(1)/core/%.o)
	@rm -f $$@
	$(LIB_AR_$(1)) rcsD $$@ $$^
endef
$(foreach target,$(LIB_TARGETS),$(eval $(call LIB_RULES,$(target))))

# ---- Checks ------------------------------------------------------------------

check: setup test-symbols test-machdep test-mutants test-unit test-model test-target firmware lint ## run all tests and lint; under 15 minutes on two cores
	@echo "check: passed"

.PHONY: test-symbols
test-symbols: setup ## the library exports only acre_ names and needs none, at -O2 and -Os
	@ci/symbols.sh $(CORE_CFLAGS)

lint: setup ## formatter, cppcheck with MISRA, clang-tidy; deviations in ci/misra-deviations.md
	@ci/lint.sh

format: setup ## format the C files
	@ci/lint.sh format

size: setup ## print the size of the code and of the metadata
	@$(MAKE) --no-print-directory code-size
	@mkdir -p $(BUILD)/size
	@$(CC) -std=c11 -Wall -Wextra -Werror -Iinclude -o $(BUILD)/size/metadata ci/metadata.c
	@$(BUILD)/size/metadata

clean: ## remove build/
	rm -rf $(BUILD)

# ---- Fragments ---------------------------------------------------------------

-include tests/tests.mk
-include tests/target/target.mk
include proofs/proofs.mk

# What the fragments build, too, needs the packages.
test-unit test-model test-target firmware bench: | setup

mutants: ## show that the proof refuses every mutant in proofs/mutants
firmware: ## build for rv32imac and rv64imac, run in QEMU
bench: ## instructions per call on rv32imac, beside the design's figures
test-unit: ## unit tests with cmocka, plain and with sanitizers
test-model: ## exhaustive and random tests against the reference model
test-target: ## the random test as firmware in QEMU
