# SPDX-License-Identifier: MIT OR Apache-2.0
# `make help` lists the targets: those with a line `## what it does`, below the
# headings `##@`, here and in the fragments.  Every target first installs the
# Debian packages of ci/packages.txt that are missing (see `setup`).

BUILD := build
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CORE_SOURCES := $(sort $(wildcard src/region/*.c))
CORE_HEADERS := $(sort $(wildcard include/acre/*.h src/region/*.h))
HEAP_SOURCES := $(sort $(wildcard src/heap/*.c))
HEAP_HEADERS := $(sort $(wildcard src/heap/*.h))

# The core needs no library at all.  -ffreestanding alone lets GCC turn a loop
# that clears an array into a call of memset: -fno-tree-loop-distribute-patterns
# forbids it.
CORE_CFLAGS := -std=c11 -ffreestanding -fno-tree-loop-distribute-patterns \
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
  -ffunction-sections -fdata-sections -Iinclude
CORE_OPT ?= -O2

# For each target build/<target>/libacre.a, the certified core alone, and
# libacre-heap.a, the heap of several regions, which needs the core; and
# libacre-port.a, see src/port/port.mk.
include src/port/targets.mk

.PHONY: all help setup lib check prove mutants firmware bench lint format size clean

all: lib

##@ Start here

help: setup ## list the targets
	@awk '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z][a-z0-9-]*:.*## / { name = $$0; sub(/:.*/, "", name); what = $$0; sub(/.*## /, "", what); \
	    printf "  make %-18s %s\n", name, what }' $(MAKEFILE_LIST)

setup: ## install the Debian packages of ci/packages.txt that are missing
	@ci/setup.sh

# ---- The library -------------------------------------------------------------

lib: setup $(BUILD)/host/libacre.a $(BUILD)/host/libacre-heap.a ## build core and heap for this machine: build/host/libacre.a, libacre-heap.a (default)

define LIB_RULES # target
$(BUILD)/$(1)/core/%.o: src/region/%.c $(CORE_HEADERS) Makefile | setup
	@mkdir -p $$(@D)
	$(LIB_CC_$(1)) $(LIB_GRAPH_$(1)) $(CORE_OPT) $(CORE_CFLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/heap/%.o: src/heap/%.c $(CORE_HEADERS) $(HEAP_HEADERS) Makefile | setup
	@mkdir -p $$(@D)
	$(LIB_CC_$(1)) $(LIB_GRAPH_$(1)) $(CORE_OPT) $(CORE_CFLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/libacre.a: $(CORE_SOURCES:src/region/%.c=$(BUILD)/$(1)/core/%.o)
	@rm -f $$@
	$(LIB_AR_$(1)) rcsD $$@ $$^
$(BUILD)/$(1)/libacre-heap.a: $(HEAP_SOURCES:src/heap/%.c=$(BUILD)/$(1)/heap/%.o)
	@rm -f $$@
	$(LIB_AR_$(1)) rcsD $$@ $$^
endef
$(foreach target,$(LIB_TARGETS),$(eval $(call LIB_RULES,$(target))))

# ---- Checks ------------------------------------------------------------------

CHECKS := test-symbols test-machdep test-mutants test-unit test-model test-heap test-front test-target test-fuzz firmware \
  test-nostdlib test-reproducible test-packages lint
check: setup $(CHECKS) ## run all tests and lint; under 15 minutes on two cores
	@echo "check: passed"

.PHONY: test-symbols
test-symbols: setup ## core, and core with heap: export only acre_ names and need none, at -O2 and -Os
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

include src/port/port.mk
include src/front/front.mk
include src/port/package/package.mk
-include tests/tests.mk
-include tests/target/target.mk
-include tests/target/firmware.mk
-include tests/heap/heap.mk
-include tests/front/front.mk
-include fuzz/fuzz.mk
include proofs/proofs.mk

# What the fragments build, too, needs the packages.
test-unit test-model test-heap test-front test-target test-fuzz firmware bench: | setup
