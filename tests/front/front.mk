# SPDX-License-Identifier: MIT OR Apache-2.0
# Tests of the fronts; included by the Makefile behind tests/target/firmware.mk.
# The same sources run on this machine under cmocka and the sanitizers, and as
# rv32 firmware in QEMU on a small stand-in for it (tests/front/target/cmocka.h).

# FRONT_TESTS_<layer>: tests/front/test_<name>.c that are run with that debug layer.
FRONT_TESTS_plain := multi_heap libc heap_caps esp_alloc trace misuse words static board
FRONT_TESTS_owners := multi_heap heap_caps misuse owners words
FRONT_TESTS_poison-light := multi_heap libc heap_caps misuse poison owners words
FRONT_TESTS_poison := multi_heap libc heap_caps esp_alloc trace misuse poison owners words static
# FRONT_WITH_<test>: files beside its own; FRONT_LIBC_<test>: it has acre's malloc on this machine, too.
FRONT_WITH_libc := tests/front/memory_libc
FRONT_WITH_heap_caps := tests/front/memory_board src/front/esp/boards/esp32c5_like
FRONT_WITH_trace := $(FRONT_WITH_heap_caps)
FRONT_WITH_words := tests/front/memory_board src/front/esp/boards/esp32_like
FRONT_LIBC_libc := $(FRONT_LIBC:%=src/front/%)

FRONT_TEST_FLAGS := $(FRONT_INCLUDES) -Itests/front -D_GNU_SOURCE -Wno-deprecated-declarations
FRONT_TEST_SOURCES := $(FRONT_LEVELLED) $(FRONT_COMMON) $(FRONT_PLAIN) $(FRONT_HOSTED) common/lock

# ---- On this machine -------------------------------------------------------------

define FRONT_TEST_LAYER # build/test or build/san, its flags, debug layer
$(BUILD)/$(1)/front-$(3)/%.o: %.c $(FRONT_HEADERS) $(wildcard tests/front/*.h) | setup
	@mkdir -p $$(@D)
	@$$(TEST_CC) $$(subst c11,gnu11,$$(TEST_CFLAGS)) $(FRONT_TEST_FLAGS) $(2) -DACRE_FRONT_LEVEL=$(FRONT_LEVEL_$(3)) \
	  -DACRE_LOCK=ACRE_LOCK_NONE -c $$< -o $$@
# A sanitizer has a malloc of its own.
$(foreach f,$(FRONT_LIBC:%=src/front/%) tests/front/test_libc,$(BUILD)/$(1)/front-$(3)/$(f).o): \
  TEST_CFLAGS += $(if $(filter san,$(1)),-include tests/front/rename.h)
$(BUILD)/$(1)/front-$(3)/libfronts.a: $(FRONT_TEST_SOURCES:%=$(BUILD)/$(1)/front-$(3)/src/front/%.o)
	@rm -f $$@
	@$(AR) rcs $$@ $$^
endef
define FRONT_TEST # build/test or build/san, its flags, debug layer, test
$(BUILD)/$(1)/front-$(3)/test_$(4): $(patsubst %,$(BUILD)/$(1)/front-$(3)/%.o,tests/front/test_$(4) $(FRONT_WITH_$(4)) \
  $(FRONT_LIBC_$(4))) $(BUILD)/$(1)/front-$(3)/libfronts.a $(patsubst %.c,$(BUILD)/$(1)/%.o,$(HEAP_SOURCES) $(TEST_CORE))
	@$$(TEST_CC) $(2) $$^ -lcmocka -o $$@
FRONT_HOST_TESTS += $(BUILD)/$(1)/front-$(3)/test_$(4)
endef
FRONT_TEST_LAYER_OF = $(eval $(call FRONT_TEST_LAYER,$(1),$(2),$(3)))\
  $(foreach t,$(FRONT_TESTS_$(3)),$(eval $(call FRONT_TEST,$(1),$(2),$(3),$(t))))
FRONT_HOST_TESTS :=
$(call FRONT_TEST_LAYER_OF,test,$(TEST_PLAIN),plain)
$(foreach layer,$(FRONT_LAYERS),$(call FRONT_TEST_LAYER_OF,san,$(TEST_SAN),$(layer)))

##@ Tests of the fronts

.PHONY: test-front test-front-host test-front-target test-front-samples
firmware: test-front-target test-front-samples
test-front: test-front-host test-front-target test-front-samples ## all tests of the fronts, on this machine and in QEMU

test-front-host: $(FRONT_HOST_TESTS) ## on this machine, plain and with sanitizers, for each debug layer
	@set -e; for t in $^; do echo "== $$t"; $$t >$$t.out 2>&1 || { cat $$t.out; exit 1; }; done

# ---- On the target ------------------------------------------------------------------

FRONT_ARCH := rv32imac
FRONT_TARGET_CFLAGS := $(filter-out -std=%,$(TARGET_CFLAGS)) -std=gnu11 $(FRONT_TEST_FLAGS) -Itests/front/target \
  -DACRE_LOCK=ACRE_LOCK_IRQ
# Debug layer: what a program links.
FRONT_TARGET_LIBS = $(patsubst %,$(BUILD)/$(FRONT_ARCH)/libacre%.a,-libc -fronts -$(1) -lock-irq -heap) \
  $(BUILD)/$(FRONT_ARCH)/libacre.a
define FRONT_TARGET_TEST # debug layer, test
$(BUILD)/$(FRONT_ARCH)/front-$(1)-$(2).elf: tests/front/test_$(2).c $(FRONT_WITH_$(2):%=%.c) \
  $(wildcard tests/front/*.h tests/front/target/*.h) $(FRONT_HEADERS) $(call FRONT_TARGET_LIBS,$(1))
	@mkdir -p $$(@D)
	@$$(RISCV_CC) -O2 $(LIB_ARCH_$(FRONT_ARCH)) $$(FRONT_TARGET_CFLAGS) -DACRE_FRONT_LEVEL=$(FRONT_LEVEL_$(1)) \
	  $$(TARGET_LINK) -o $$@ $$(filter %.c %.a,$$^)
FRONT_TARGET_TESTS += $(BUILD)/$(FRONT_ARCH)/front-$(1)-$(2).elf
endef
FRONT_TARGET_TESTS :=
$(foreach layer,$(FRONT_LAYERS),$(foreach t,$(FRONT_TESTS_$(layer)),$(eval $(call FRONT_TARGET_TEST,$(layer),$(t)))))

test-front-target: $(FRONT_TARGET_TESTS) ## as rv32 firmware in QEMU
	@set -e; for t in $^; do echo "== $$t"; \
	  $(TARGET_RUN) 32 $(TARGET_SECONDS) $$t >$$t.out 2>&1 || { cat $$t.out; exit 1; }; done

# ---- Programs that know nothing of acre ------------------------------------------------
# words.c, for libc: with the C library's malloc and with acre's, here and in QEMU,
# it has to print the same.  No object of picolibc's malloc may be in the image;
# that the check can find one, the image without acre shows.

FRONT_SAMPLES := tests/front/samples
FRONT_HOST_LIBS := $(patsubst %,$(BUILD)/host/libacre%.a,-libc -fronts -plain -lock-pthread -heap) $(BUILD)/host/libacre.a
$(BUILD)/host/words.own: $(FRONT_SAMPLES)/words.c
	@mkdir -p $(@D)
	@$(CC) -O2 -o $@ $<
$(BUILD)/host/words: $(FRONT_SAMPLES)/words.c tests/front/memory_libc.c $(FRONT_HOST_LIBS)
	@$(CC) -O2 -Iinclude -o $@ $^
$(BUILD)/$(FRONT_ARCH)/words.elf: $(FRONT_SAMPLES)/words.c $(call FRONT_TARGET_LIBS,plain)
	@$(RISCV_CC) -O2 $(LIB_ARCH_$(FRONT_ARCH)) $(TARGET_LINK) -Wl,-Map=$@.map -o $@ $^
	@! grep -E $(LIBC_MALLOC) $@.map || { rm -f $@; echo "test-front: libc's own malloc was linked, too" >&2; exit 1; }
$(BUILD)/$(FRONT_ARCH)/words.own.elf: $(FRONT_SAMPLES)/words.c
	@mkdir -p $(@D)
	@$(RISCV_CC) -O2 $(LIB_ARCH_$(FRONT_ARCH)) $(TARGET_LINK) -Wl,-Map=$@.map -o $@ $^
	@grep -qE $(LIBC_MALLOC) $@.map || { rm -f $@; echo "test-front: LIBC_MALLOC names no file of libc" >&2; exit 1; }

# esp_app.c, for ESP-IDF: heap_caps on the board like an ESP32-C5.
FRONT_ESP_APP := $(addprefix $(FRONT_SAMPLES)/,esp_app.c esp_main.c) tests/front/memory_board.c src/front/esp/boards/esp32c5_like.c
$(BUILD)/host/esp_app: $(FRONT_ESP_APP) $(filter-out %-libc.a,$(FRONT_HOST_LIBS))
	@$(CC) -O2 -Wall -Werror $(FRONT_INCLUDES) -o $@ $^
$(BUILD)/$(FRONT_ARCH)/esp_app.elf: $(FRONT_ESP_APP) $(call FRONT_TARGET_LIBS,plain)
	@$(RISCV_CC) -O2 -Wall -Werror $(LIB_ARCH_$(FRONT_ARCH)) $(FRONT_INCLUDES) $(TARGET_LINK) -o $@ $^

# A program that stops when an allocation fails, as a build of ESP-IDF can.
$(BUILD)/host/abort: $(FRONT_SAMPLES)/esp_app.c $(FRONT_SAMPLES)/esp_main.c tests/front/memory_board.c \
  src/front/esp/boards/esp32c5_like.c src/front/common/fault.c $(filter-out %-libc.a,$(FRONT_HOST_LIBS))
	@$(CC) -O2 -Iinclude $(FRONT_INCLUDES) -DCONFIG_HEAP_ABORT_WHEN_ALLOCATION_FAILS -o $@ $^

# No section of a static heap has contents in the image, whatever it is called:
# all of 50 KiB, of which .data would tell.
FRONT_STATIC := $(BUILD)/$(FRONT_ARCH)/front-plain-static.elf

test-front-samples: $(patsubst %,$(BUILD)/host/%,words words.own esp_app abort) $(FRONT_STATIC) \
  $(patsubst %,$(BUILD)/$(FRONT_ARCH)/%.elf,words words.own esp_app) ## programs that know nothing of acre
	@echo "== words, with the C library's malloc and with acre's, here and in QEMU"
	@$(BUILD)/host/words.own >$(BUILD)/host/words.expected
	@$(BUILD)/host/words | diff $(BUILD)/host/words.expected -
	@for e in words.own words; do $(TARGET_RUN) 32 $(TARGET_SECONDS) $(BUILD)/$(FRONT_ARCH)/$$e.elf | \
	  diff $(BUILD)/host/words.expected - || exit 1; done
	@echo "== esp_app, here and in QEMU"
	@$(BUILD)/host/esp_app | grep -v '^At ' | diff $(FRONT_SAMPLES)/esp_app.expected -
	@$(TARGET_RUN) 32 $(TARGET_SECONDS) $(BUILD)/$(FRONT_ARCH)/esp_app.elf | grep -v '^At ' | diff $(FRONT_SAMPLES)/esp_app.expected -
	@echo "== esp_app, built to stop when an allocation fails"
	@! $(BUILD)/host/abort >$(BUILD)/host/abort.out 2>&1
	@grep -q '^no 1000 bytes' $(BUILD)/host/abort.out && grep -q '^Mem alloc fail. size 0x000003e8 caps 0x00008408' $(BUILD)/host/abort.out && \
	  ! grep -q '^impossible' $(BUILD)/host/abort.out || { cat $(BUILD)/host/abort.out; exit 1; }
	@echo "== static heaps take no room in flash"
	@$(RISCV_PREFIX)readelf -SW $(FRONT_STATIC) | sed 's/^ *\[ *[0-9]*\] *//' | awk \
	  '$$1 ~ /^\.(dram2_uninit|noinit|bss)$$/ { found++; if ($$2 != "NOBITS") { print; bad = 1 } } \
	   $$1 == ".data" && $$5 > "000400" { print; bad = 1 } \
	   END { if (found != 3 || bad) { print "test-front: these sections of static heaps have contents, or are missing"; exit 1 } }'

# ---- No library is needed: on a machine that neither multiplies nor divides -------------

.PHONY: test-front-alone
test-front: test-front-alone
FRONT_ALONE := $(FRONT_PLAIN:%=front/%.o) $(FRONT_COMMON:%=front/%.o) $(FRONT_LEVELLED:%=front-poison/%.o) libacre-heap.a libacre.a
test-front-alone: $(FRONT_ALONE:%=$(BUILD)/rv32i/%) ## the fronts need neither libc nor libgcc
	@tests/front/alone.sh $(RISCV_PREFIX)nm 'rv32i -O2' $^
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/Os CORE_OPT=-Os $(FRONT_ALONE:%=$(BUILD)/Os/rv32i/%) >/dev/null
	@tests/front/alone.sh $(RISCV_PREFIX)nm 'rv32i -Os' $(FRONT_ALONE:%=$(BUILD)/Os/rv32i/%)

# ---- Threads, on this machine ------------------------------------------------------------

.PHONY: test-front-threads
test-front: test-front-threads
$(FRONT_LAYERS:%=$(BUILD)/host/front-threads-%): $(BUILD)/host/front-threads-%: tests/front/threads.c \
  $(BUILD)/host/libacre-fronts.a $(BUILD)/host/libacre-%.a \
  $(patsubst %,$(BUILD)/host/libacre%.a,-lock-pthread -heap) $(BUILD)/host/libacre.a
	@$(CC) -O2 -g -Wall -Wextra -Werror -pthread -Iinclude $(FRONT_INCLUDES) -DACRE_LOCK=ACRE_LOCK_PTHREAD -o $@ $^
test-front-threads: $(FRONT_LAYERS:%=$(BUILD)/host/front-threads-%) ## threads, with each debug layer, while the heap is checked
	@set -e; for t in $^; do echo "== $$t"; timeout 120 $$t; done
