# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of the fronts; included by the Makefile behind tests/target/firmware.mk.
# The same sources run on this machine under cmocka and the sanitizers, and as
# rv32 firmware in QEMU on a small stand-in for it (tests/front/target/cmocka.h).
#
# FRONT_TESTS_<layer>: what is tested with that debug layer.

FRONT_TESTS_fronts := multi_heap
FRONT_TESTS_owners := multi_heap
FRONT_TESTS_poison-light := multi_heap
FRONT_TESTS_poison := multi_heap
FRONT_TEST_LAYERS := fronts $(FRONT_LAYERS)
FRONT_TEST_FLAGS := $(FRONT_INCLUDES) -Isrc/front/esp/standalone -Itests/front -D_GNU_SOURCE

# ---- On this machine -------------------------------------------------------------

define FRONT_TEST_BUILD # build/test or build/san, its flags, debug layer
$(BUILD)/$(1)/front-$(3)/%.o: %.c $(FRONT_HEADERS) | setup
	@mkdir -p $$(@D)
	@$$(TEST_CC) $$(subst c11,gnu11,$$(TEST_CFLAGS)) $(FRONT_TEST_FLAGS) $(2) -DACRE_FRONT_LEVEL=$(FRONT_LEVEL_$(3)) \
	  -DACRE_LOCK=ACRE_LOCK_NONE -c $$< -o $$@
$(BUILD)/$(1)/front-$(3)/libfronts.a: $(foreach f,$(FRONT_LEVELLED) $(FRONT_PLAIN) $(FRONT_HOSTED) common/lock, \
  $(BUILD)/$(1)/front-$(3)/src/front/$(f).o)
	@rm -f $$@
	@$(AR) rcs $$@ $$^
$(FRONT_TESTS_$(3):%=$(BUILD)/$(1)/front-$(3)/test_%): $(BUILD)/$(1)/front-$(3)/test_%: \
  $(BUILD)/$(1)/front-$(3)/tests/front/test_%.o $(BUILD)/$(1)/front-$(3)/libfronts.a \
  $(patsubst %.c,$(BUILD)/$(1)/%.o,$(HEAP_SOURCES) $(TEST_CORE))
	@$$(TEST_CC) $(2) $$^ -lcmocka -o $$@
-include $(wildcard $(BUILD)/$(1)/front-$(3)/*/*.d $(BUILD)/$(1)/front-$(3)/*/*/*.d $(BUILD)/$(1)/front-$(3)/*/*/*/*.d)
endef
$(eval $(call FRONT_TEST_BUILD,test,$(TEST_PLAIN),fronts))
$(foreach layer,$(FRONT_TEST_LAYERS),$(eval $(call FRONT_TEST_BUILD,san,$(TEST_SAN),$(layer))))

##@ Tests of the fronts

.PHONY: test-front test-front-host test-front-target
test-front: test-front-host test-front-target ## all tests of the fronts, on this machine and in QEMU

FRONT_HOST_TESTS := $(FRONT_TESTS_fronts:%=$(BUILD)/test/front-fronts/test_%) \
  $(foreach layer,$(FRONT_TEST_LAYERS),$(FRONT_TESTS_$(layer):%=$(BUILD)/san/front-$(layer)/test_%))
test-front-host: $(FRONT_HOST_TESTS) ## on this machine, plain and with sanitizers, for each debug layer
	@set -e; for t in $^; do echo "== $$t"; $$t >$$t.out 2>&1 || { cat $$t.out; exit 1; }; done

# ---- On the target ------------------------------------------------------------------

FRONT_ARCH := rv32imac
FRONT_TARGET_CFLAGS := $(filter-out -std=%,$(TARGET_CFLAGS)) -std=gnu11 $(FRONT_TEST_FLAGS) -Itests/front/target
define FRONT_TARGET_BUILD # debug layer
$(FRONT_TESTS_$(1):%=$(BUILD)/$(FRONT_ARCH)/front-$(1)-%.elf): $(BUILD)/$(FRONT_ARCH)/front-$(1)-%.elf: \
  tests/front/test_%.c $(wildcard tests/front/*.h tests/front/target/*.h) $(FRONT_HEADERS) \
  $(if $(filter-out fronts,$(1)),$(BUILD)/$(FRONT_ARCH)/libacre-$(1).a) \
  $(patsubst %,$(BUILD)/$(FRONT_ARCH)/libacre%.a,-fronts -lock-irq -heap) $(BUILD)/$(FRONT_ARCH)/libacre.a
	@mkdir -p $$(@D)
	@$$(RISCV_CC) -O2 $(LIB_ARCH_$(FRONT_ARCH)) $$(FRONT_TARGET_CFLAGS) -DACRE_LOCK=ACRE_LOCK_IRQ $$(TARGET_LINK) -o $$@ $$< \
	  $$(filter %.a,$$^)
endef
$(foreach layer,$(FRONT_TEST_LAYERS),$(eval $(call FRONT_TARGET_BUILD,$(layer))))

FRONT_TARGET_TESTS := $(foreach layer,$(FRONT_TEST_LAYERS),$(FRONT_TESTS_$(layer):%=$(BUILD)/$(FRONT_ARCH)/front-$(layer)-%.elf))
test-front-target: $(FRONT_TARGET_TESTS) ## as rv32 firmware in QEMU
	@set -e; for t in $(FRONT_TARGET_TESTS); do echo "== $$t"; \
	  $(TARGET_RUN) 32 $(TARGET_SECONDS) $$t >$$t.out 2>&1 || { cat $$t.out; exit 1; }; done
