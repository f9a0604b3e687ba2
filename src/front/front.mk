# SPDX-License-Identifier: MIT OR Apache-2.0
# The drop-in fronts, for every target.  Included by the Makefile behind
# src/port/port.mk.  A program links, in this order,
#
#   libacre-libc.a           if it wants: malloc and its kin
#   libacre-fronts.a         heap_caps, esp-alloc, trace
#   libacre-plain.a          what all need, and multi_heap; or one of these, with a
#   libacre-owners.a         debug layer: an owner of each block,
#   libacre-poison-light.a   canaries around it, too,
#   libacre-poison.a         and fills
#   libacre-lock-<lock>.a    one of them
#   libacre-heap.a, libacre.a
#
# src/port/package/package.mk installs them.

FRONT_DIRS := esp esp_alloc debug
FRONT_INCLUDES := -Isrc/front/multi_heap -Isrc/front/esp -Isrc/front/esp/standalone -Isrc/front/esp_alloc
# Compiled once for each debug layer.
FRONT_LEVELLED := common/alloc multi_heap/multi_heap
# They need a C library, and are linked only if the program has no such function itself.
FRONT_HOSTED := common/panic common/write
FRONT_COMMON := $(filter-out $(FRONT_LEVELLED) $(FRONT_HOSTED) common/lock, \
  $(patsubst src/front/%.c,%,$(sort $(wildcard src/front/common/*.c))))
FRONT_LIBC := $(patsubst src/front/%.c,%,$(sort $(wildcard src/front/libc/*.c)))
FRONT_PLAIN := $(patsubst src/front/%.c,%,$(sort $(foreach d,$(FRONT_DIRS),$(wildcard src/front/$(d)/*.c))))
FRONT_HEADERS := $(sort $(wildcard include/acre/*.h src/front/*/*.h src/front/esp/*/*.h src/heap/copy.h src/heap/text.h))

FRONT_LEVEL_plain := 0
FRONT_LEVEL_owners := 1
FRONT_LEVEL_poison-light := 2
FRONT_LEVEL_poison := 3
FRONT_LAYERS := plain owners poison-light poison
FRONT_NAMES := libacre-fronts.a libacre-libc.a $(FRONT_LAYERS:%=libacre-%.a)

FRONT_FREESTANDING := $(CORE_CFLAGS) $(FRONT_INCLUDES)
FRONT_HOSTED_CFLAGS := $(filter-out -ffreestanding -std=%,$(CORE_CFLAGS)) -std=gnu11 -Wno-deprecated-declarations $(FRONT_INCLUDES)

define FRONT_LAYER_RULES # target, layer
$(BUILD)/$(1)/front-$(2)/%.o: src/front/%.c $(FRONT_HEADERS) Makefile src/front/front.mk | setup
	@mkdir -p $$(@D)
	$$(LIB_CC_$(1)) $(LIB_GRAPH_$(1)) $(CORE_OPT) $(FRONT_FREESTANDING) -DACRE_FRONT_LEVEL=$(FRONT_LEVEL_$(2)) -c -o $$@ $$<
endef
$(foreach t,$(LIB_TARGETS),$(foreach layer,$(FRONT_LAYERS),$(eval $(call FRONT_LAYER_RULES,$(t),$(layer)))))

# picolibc's headers, for what needs a C library.
define FRONT_RULES # target
$(BUILD)/$(1)/front/%.o: src/front/%.c $(FRONT_HEADERS) Makefile src/front/front.mk | setup
	@mkdir -p $$(@D)
	$$(LIB_CC_$(1)) $(if $(filter host,$(1)),,--specs=picolibc.specs $(LIB_GRAPH_$(1))) $(CORE_OPT) \
	  $$(if $$(filter $(FRONT_HOSTED) $(FRONT_LIBC),$$*),$(FRONT_HOSTED_CFLAGS),$(FRONT_FREESTANDING)) -c -o $$@ $$<
$(BUILD)/$(1)/front/lock-%.o: src/front/common/lock.c $(FRONT_HEADERS) Makefile src/front/front.mk | setup
	@mkdir -p $$(@D)
	$$(LIB_CC_$(1)) $(LIB_GRAPH_$(1)) $(CORE_OPT) $$(filter-out $$(if $$(filter pthread,$$*),-ffreestanding),$(FRONT_FREESTANDING)) \
	  -DACRE_LOCK=$$(PORT_LOCK_$$*) -c -o $$@ $$<
$(BUILD)/$(1)/libacre-fronts.a: $(FRONT_PLAIN:%=$(BUILD)/$(1)/front/%.o)
$(BUILD)/$(1)/libacre-libc.a: $(FRONT_LIBC:%=$(BUILD)/$(1)/front/%.o)
$(foreach layer,$(FRONT_LAYERS),
$(BUILD)/$(1)/libacre-$(layer).a: $(FRONT_LEVELLED:%=$(BUILD)/$(1)/front-$(layer)/%.o) \
  $(foreach f,$(FRONT_COMMON) $(FRONT_HOSTED),$(BUILD)/$(1)/front/$(f).o))
$(LIB_LOCKS_$(1):%=$(BUILD)/$(1)/libacre-lock-%.a): $(BUILD)/$(1)/libacre-lock-%.a: $(BUILD)/$(1)/front/lock-%.o
$(FRONT_NAMES:%=$(BUILD)/$(1)/%) $(LIB_LOCKS_$(1):%=$(BUILD)/$(1)/libacre-lock-%.a):
	@rm -f $$@
	$$(LIB_AR_$(1)) rcsD $$@ $$^
endef
$(foreach target,$(LIB_TARGETS),$(eval $(call FRONT_RULES,$(target))))
