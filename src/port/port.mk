# SPDX-License-Identifier: MIT OR Apache-2.0
# The port library.  Included by the Makefile, whose LIB_RULES build the core.
#
#   build/<target>/libacre-port.a   locks, memory from the linker, retention, PMP; needs the core

PORT_SOURCES := src/port/linker.c src/port/memory.c src/port/pmp.c src/port/retention.c
PORT_HEADERS := $(sort $(wildcard include/acre/*.h))
PORT_LOCK_none := ACRE_LOCK_NONE
PORT_LOCK_irq := ACRE_LOCK_IRQ
PORT_LOCK_spin := ACRE_LOCK_SPIN
PORT_LOCK_pthread := ACRE_LOCK_PTHREAD

# pthread.h wants a hosted compilation; nothing else of the port does.
define PORT_RULES # target
$(BUILD)/$(1)/port/%.o: src/port/%.c $(PORT_HEADERS) Makefile src/port/port.mk src/port/targets.mk | setup
	@mkdir -p $$(@D)
	$$(LIB_CC_$(1)) $(LIB_GRAPH_$(1)) $(CORE_OPT) $(CORE_CFLAGS) -c -o $$@ $$<
$(LIB_LOCKS_$(1):%=$(BUILD)/$(1)/port/guarded-%.o): $(BUILD)/$(1)/port/guarded-%.o: src/port/guarded.c $(PORT_HEADERS) \
  Makefile src/port/port.mk src/port/targets.mk | setup
	@mkdir -p $$(@D)
	$$(LIB_CC_$(1)) $(LIB_GRAPH_$(1)) $(CORE_OPT) $$(filter-out $$(if $$(filter pthread,$$*),-ffreestanding),$(CORE_CFLAGS)) \
	  -DACRE_LOCK=$$(PORT_LOCK_$$*) -c -o $$@ $$<
$(BUILD)/$(1)/libacre-port.a: $(PORT_SOURCES:src/port/%.c=$(BUILD)/$(1)/port/%.o) \
  $(LIB_LOCKS_$(1):%=$(BUILD)/$(1)/port/guarded-%.o)
	@rm -f $$@
	$$(LIB_AR_$(1)) rcsD $$@ $$^
endef
$(foreach target,$(LIB_TARGETS),$(eval $(call PORT_RULES,$(target))))
