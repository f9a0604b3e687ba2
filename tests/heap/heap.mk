# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of the heap; included by the Makefile behind tests/tests.mk and
# tests/target/target.mk, whose rules compile the objects and name the targets.

HEAP_TEST_UNIT := $(patsubst tests/heap/%.c,%,$(wildcard tests/heap/test_*.c))
HEAP_TEST_MODEL := heap_exhaustive heap_random
HEAP_TEST_SHARED := tests/heap/heap_both.c spec/heap_model.c
HEAP_TEST_OBJECTS = $(patsubst %.c,$(BUILD)/$(1)/%.o,$(HEAP_SOURCES) $(TEST_CORE) $(HEAP_TEST_SHARED) $(TEST_SHARED))
HEAP_OPERATIONS ?= 100000
HEAP_OPERATIONS_SAN ?= 10000
HEAP_THREAD_SECONDS ?= 5

define HEAP_TEST_BUILD # directory under build/, flags
$(HEAP_TEST_MODEL:%=$(BUILD)/$(1)/%): $(BUILD)/$(1)/%: $(BUILD)/$(1)/tests/heap/%.o $(call HEAP_TEST_OBJECTS,$(1))
	@$$(TEST_CC) $(2) $$^ -o $$@
$(HEAP_TEST_UNIT:%=$(BUILD)/$(1)/heap_unit_%): $(BUILD)/$(1)/heap_unit_%: $(BUILD)/$(1)/tests/heap/%.o $(BUILD)/$(1)/tests/heap/support.o $(call HEAP_TEST_OBJECTS,$(1))
	@$$(TEST_CC) $(2) $$^ -lcmocka -o $$@
$(BUILD)/$(1)/heap_example: $(BUILD)/$(1)/tests/heap/example.o $(patsubst %.c,$(BUILD)/$(1)/%.o,$(HEAP_SOURCES) $(TEST_CORE))
	@$$(TEST_CC) $(2) $$^ -o $$@
endef
$(eval $(call HEAP_TEST_BUILD,test,$(TEST_PLAIN)))
$(eval $(call HEAP_TEST_BUILD,san,$(TEST_SAN)))

# ---- On this machine ---------------------------------------------------------

##@ Tests of the heap

.PHONY: test-heap test-heap-unit test-heap-model test-heap-threads test-heap-example
test-heap: test-heap-unit test-heap-model test-heap-threads test-heap-example ## all tests of the heap on this machine

test-heap-unit: $(foreach d,test san,$(HEAP_TEST_UNIT:%=$(BUILD)/$(d)/heap_unit_%)) ## unit tests with cmocka, plain and with sanitizers
	@set -e; for t in $^; do echo "== $$t"; $$t; done

test-heap-model: $(foreach d,test san,$(HEAP_TEST_MODEL:%=$(BUILD)/$(d)/%)) ## exhaustive and random, against spec/heap_model.c
	$(BUILD)/test/heap_exhaustive
	$(BUILD)/san/heap_exhaustive 45
	$(BUILD)/test/heap_random $(SEED) $(HEAP_OPERATIONS)
	$(BUILD)/san/heap_random $(SEED) $(HEAP_OPERATIONS_SAN)

HEAP_TSAN := -O1 -fsanitize=thread -pthread
$(BUILD)/tsan/%.o: %.c | setup
	@mkdir -p $(@D)
	@$(TEST_CC) $(TEST_CFLAGS) $(HEAP_TSAN) -c $< -o $@
-include $(wildcard $(BUILD)/tsan/*/*/*.d)
$(BUILD)/tsan/heap_threads: $(patsubst %.c,$(BUILD)/tsan/%.o,$(HEAP_SOURCES) $(TEST_CORE) tests/heap/threads.c)
	@$(TEST_CC) $(HEAP_TSAN) $^ -o $@

test-heap-threads: $(BUILD)/tsan/heap_threads ## threads under ThreadSanitizer
	$(BUILD)/tsan/heap_threads $(SEED) $(HEAP_THREAD_SECONDS)

HEAP_EXPECTED := tests/heap/example.expected
test-heap-example: $(BUILD)/test/heap_example $(BUILD)/san/heap_example ## the example of three regions
	@set -e; for e in $^; do $$e >$$e.out; diff -u $(HEAP_EXPECTED) $$e.out || { \
	  echo "test-heap-example: $$e printed something else (+) than $(HEAP_EXPECTED) (-);" \
	       "if the new text is right: cp $$e.out $(HEAP_EXPECTED)" >&2; exit 1; }; done
	@cat $(BUILD)/test/heap_example.out

# ---- On the target --------------------------------------------------------------

HEAP_TARGET_RANDOM := tests/heap/heap_random.c $(HEAP_TEST_SHARED) spec/model.c tests/model/both.c
HEAP_TARGET_HEADERS := $(wildcard spec/*.h tests/model/*.h tests/heap/*.h)

.PHONY: test-heap-target $(TARGET_ARCHS:%=test-heap-target-%)
test-target: test-heap-target
firmware: $(TARGET_ARCHS:%=heap-firmware-%)
test-heap-target: $(TARGET_ARCHS:%=test-heap-target-%) $(TARGET_ARCHS:%=heap-firmware-%) ## random test and example in QEMU

$(BUILD)/%/heap_random.elf: $(HEAP_TARGET_RANDOM) $(HEAP_TARGET_HEADERS) $(BUILD)/%/libacre-heap.a $(BUILD)/%/libacre.a $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(RISCV_CC) -O2 $(TARGET_ARCH_$*) $(TARGET_CFLAGS) $(TARGET_MODEL_FLAGS) $(TARGET_LINK) -o $@ \
	  $(HEAP_TARGET_RANDOM) $(BUILD)/$*/libacre-heap.a $(BUILD)/$*/libacre.a

$(BUILD)/host/heap_random.expected: $(HEAP_TARGET_RANDOM) $(HEAP_TARGET_HEADERS) $(BUILD)/host/libacre-heap.a $(BUILD)/host/libacre.a $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(CC) -O2 $(TARGET_CFLAGS) $(TARGET_MODEL_FLAGS) -o $(BUILD)/host/heap_random $(HEAP_TARGET_RANDOM) \
	  $(BUILD)/host/libacre-heap.a $(BUILD)/host/libacre.a
	@$(BUILD)/host/heap_random >$@

$(TARGET_ARCHS:%=test-heap-target-%): test-heap-target-%: $(BUILD)/%/heap_random.elf $(BUILD)/host/heap_random.expected
	@$(TARGET_RUN) $(TARGET_BITS_$*) $(TARGET_SECONDS) $< >$(BUILD)/$*/heap_random.out || { \
	  status=$$?; cat $(BUILD)/$*/heap_random.out; exit $$status; }
	@cat $(BUILD)/$*/heap_random.out
	@diff -u $(BUILD)/host/heap_random.expected $(BUILD)/$*/heap_random.out || { \
	  echo "test-heap-target: the same operations came out otherwise on $* (+) than on this machine (-);" \
	       "the lines above name the operation and seed" >&2; exit 1; }
	@echo "test-heap-target: $*: every result as on this machine"

$(BUILD)/%/heap_example.elf: tests/heap/example.c $(BUILD)/%/libacre-heap.a $(BUILD)/%/libacre.a $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(RISCV_CC) -O2 $(TARGET_ARCH_$*) $(TARGET_CFLAGS) $(TARGET_LINK) -o $@ $< \
	  $(BUILD)/$*/libacre-heap.a $(BUILD)/$*/libacre.a

# On two machines; the spike of QEMU has nothing of virt's but the place of the RAM.
.PHONY: $(TARGET_ARCHS:%=heap-firmware-%)
$(TARGET_ARCHS:%=heap-firmware-%): heap-firmware-%: $(BUILD)/%/heap_example.elf
	@set -e; for machine in virt spike; do \
	  $(TARGET_RUN) $(TARGET_BITS_$*) $(TARGET_SECONDS) $< -M $$machine >$(BUILD)/$*/heap_example.out || { \
	    status=$$?; cat $(BUILD)/$*/heap_example.out; exit $$status; }; \
	  diff -u $(HEAP_EXPECTED) $(BUILD)/$*/heap_example.out || { \
	    echo "heap-firmware: on $* the example printed something else (+) than $(HEAP_EXPECTED) (-)" >&2; exit 1; }; \
	  echo "heap-firmware: three regions, $*, machine $$machine: as expected"; \
	done
