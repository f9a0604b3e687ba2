# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests on the host; included by the Makefile.  Every program is built twice:
# plain, and with the address and undefined behaviour sanitizers (build/san/).
#
#   make test-unit     cmocka tests of every documented behaviour
#   make test-model    exhaustive, random and check tests against spec/model.c

BUILD ?= build
TEST_CC ?= $(CC)
TEST_CFLAGS := -std=c11 -g -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Werror \
               -Iinclude -Ispec -Itests/model -MMD -MP
TEST_PLAIN := -O2
TEST_SAN := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# The model-based random test: seed, and operations per region.
SEED ?= 1
OPERATIONS ?= 300000
OPERATIONS_SAN ?= 30000

TEST_CORE := $(wildcard src/region/*.c)
TEST_SHARED := spec/model.c tests/model/both.c tests/model/naive_invariant.c
TEST_MODEL := exhaustive random check_flip
TEST_UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
TEST_OBJECTS = $(patsubst %.c,$(BUILD)/$(1)/%.o,$(TEST_CORE) $(TEST_SHARED))

define TEST_BUILD # directory under build/, flags
$(BUILD)/$(1)/%.o: %.c | setup
	@mkdir -p $$(@D)
	@$$(TEST_CC) $$(TEST_CFLAGS) $(2) -c $$< -o $$@
$(TEST_MODEL:%=$(BUILD)/$(1)/model_%): $(BUILD)/$(1)/model_%: $(BUILD)/$(1)/tests/model/%.o $(call TEST_OBJECTS,$(1))
	@$$(TEST_CC) $(2) $$^ -o $$@
$(TEST_UNIT:%=$(BUILD)/$(1)/unit_%): $(BUILD)/$(1)/unit_%: $(BUILD)/$(1)/tests/unit/%.o $(BUILD)/$(1)/tests/unit/support.o $(call TEST_OBJECTS,$(1))
	@$$(TEST_CC) $(2) $$^ -lcmocka -o $$@
-include $(wildcard $(BUILD)/$(1)/*/*.d $(BUILD)/$(1)/*/*/*.d)
endef
$(eval $(call TEST_BUILD,test,$(TEST_PLAIN)))
$(eval $(call TEST_BUILD,san,$(TEST_SAN)))
.SECONDARY:

##@ Tests of the core on this machine

.PHONY: test-unit test-model
test-unit: $(TEST_UNIT:%=$(BUILD)/test/unit_%) $(TEST_UNIT:%=$(BUILD)/san/unit_%) ## unit tests with cmocka, plain and with sanitizers
	@set -e; for t in $^; do echo "== $$t"; $$t; done

test-model: $(foreach d,test san,$(TEST_MODEL:%=$(BUILD)/$(d)/model_%)) ## exhaustive, random and check tests against the reference model
	$(BUILD)/test/model_exhaustive
	$(BUILD)/san/model_exhaustive 10000
	$(BUILD)/test/model_random $(SEED) $(OPERATIONS)
	$(BUILD)/san/model_random $(SEED) $(OPERATIONS_SAN)
	$(BUILD)/test/model_check_flip $(SEED)
	$(BUILD)/san/model_check_flip $(SEED) 4
