# SPDX-License-Identifier: MIT OR Apache-2.0
# The port library, all targets at once, reproducibility, and installation.
# Included by the Makefile, whose LIB_RULES build the core.
#
#   build/<target>/libacre.a        the core alone
#   build/<target>/libacre-heap.a   the heap of several regions; needs the core
#   build/<target>/libacre-port.a   locks, memory from the linker, retention, PMP; needs the core
# (The fronts will each be one more such archive.)

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
	$$(LIB_CC_$(1)) $(CORE_OPT) $(CORE_CFLAGS) -c -o $$@ $$<
$(LIB_LOCKS_$(1):%=$(BUILD)/$(1)/port/guarded-%.o): $(BUILD)/$(1)/port/guarded-%.o: src/port/guarded.c $(PORT_HEADERS) \
  Makefile src/port/port.mk src/port/targets.mk | setup
	@mkdir -p $$(@D)
	$$(LIB_CC_$(1)) $(CORE_OPT) $$(filter-out $$(if $$(filter pthread,$$*),-ffreestanding),$(CORE_CFLAGS)) \
	  -DACRE_LOCK=$$(PORT_LOCK_$$*) -c -o $$@ $$<
$(BUILD)/$(1)/libacre-port.a: $(PORT_SOURCES:src/port/%.c=$(BUILD)/$(1)/port/%.o) \
  $(LIB_LOCKS_$(1):%=$(BUILD)/$(1)/port/guarded-%.o)
	@rm -f $$@
	$$(LIB_AR_$(1)) rcsD $$@ $$^
endef
$(foreach target,$(LIB_TARGETS),$(eval $(call PORT_RULES,$(target))))

LIB_NAMES := libacre.a libacre-heap.a libacre-port.a
LIB_ARCHIVES := $(foreach target,$(LIB_TARGETS),$(LIB_NAMES:%=$(BUILD)/$(target)/%))

##@ Libraries and packages for all targets

.PHONY: libs test-reproducible test-nostdlib
libs: setup $(LIB_ARCHIVES) ## build the libraries for all targets and print their SHA-256
	@cd $(BUILD) && sha256sum $(LIB_ARCHIVES:$(BUILD)/%=%)

test-reproducible: setup ## two clean builds of all libraries in different folders are identical
	@ci/reproducible.sh

NOSTDLIB = ci/nostdlib.sh $(1) $(foreach target,$(RISCV_TARGETS),'$(target) $(LIB_CC_$(target))')
test-nostdlib: setup $(LIB_ARCHIVES) ## every RISC-V library links with -nostdlib: no libc, no libgcc; core alone, with heap, with port
	@$(call NOSTDLIB,$(BUILD))
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/Os CORE_OPT=-Os libs >/dev/null
	@$(call NOSTDLIB,$(BUILD)/Os)

# ---- Installation --------------------------------------------------------------------
#   $(PREFIX)/include/acre               the headers
#   $(PREFIX)/lib                        the libraries for this machine
#   $(PREFIX)/lib/acre/<target>          the libraries for each RISC-V target
#   $(PREFIX)/lib/pkgconfig              acre.pc, acre-<target>.pc
#   $(PREFIX)/lib/cmake/acre             for find_package(acre)
#   $(PREFIX)/share/acre                 sources to be compiled with the firmware, projects to start from
#   $(PREFIX)/bin                        acre-dump

# From CMakeLists.txt; make test-packages compares the other manifests with it.
VERSION := $(shell sed -n '/^project.acre VERSION/s/[^0-9.]//gp' CMakeLists.txt)
PREFIX ?= /usr/local
INSTALL_TO = $(DESTDIR)$(PREFIX)
SHARED_FILES := src/port/postmortem/acre-gdb.py src/port/freertos/heap_acre.c src/port/freertos/heap_acre.h tests/target/examples/picolibc_malloc.c

# A .pc file: name, folder below the prefix, target
INSTALL_PC = sed -e 's|@NAME@|$(1)|; s|@LIBDIR@|$(2)|; s|@TARGET@|$(3)|; s|@VERSION@|$(VERSION)|' \
  src/port/package/acre.pc.in >$(INSTALL_TO)/lib/pkgconfig/$(1).pc

.PHONY: install
install: setup $(LIB_ARCHIVES) $(BUILD)/host/acre-dump ## install headers and all libraries below PREFIX (/usr/local)
	@mkdir -p $(INSTALL_TO)/include/acre $(INSTALL_TO)/lib/pkgconfig $(INSTALL_TO)/lib/cmake/acre
	@mkdir -p $(INSTALL_TO)/share/acre/bare $(INSTALL_TO)/bin
	@cp include/acre/* $(INSTALL_TO)/include/acre
	@cp $(LIB_NAMES:%=$(BUILD)/host/%) $(INSTALL_TO)/lib
	@$(call INSTALL_PC,acre,lib,this machine)
	@$(foreach t,$(RISCV_TARGETS),mkdir -p $(INSTALL_TO)/lib/acre/$(t) && \
	  cp $(LIB_NAMES:%=$(BUILD)/$(t)/%) $(INSTALL_TO)/lib/acre/$(t) && \
	  $(call INSTALL_PC,acre-$(t),lib/acre/$(t),$(t)) &&) true
	@sed -e 's|@TARGETS@|$(LIB_TARGETS)|' src/port/package/acre-config.cmake.in \
	  >$(INSTALL_TO)/lib/cmake/acre/acre-config.cmake
	@sed -e 's|@VERSION@|$(VERSION)|; s|@MAJOR@|$(word 1,$(subst ., ,$(VERSION)))|' \
	  -e 's|@MINOR@|$(word 2,$(subst ., ,$(VERSION)))|' src/port/package/acre-config-version.cmake.in \
	  >$(INSTALL_TO)/lib/cmake/acre/acre-config-version.cmake
	@cp $(SHARED_FILES) $(INSTALL_TO)/share/acre
	@cp $(BARE_FILES) $(INSTALL_TO)/share/acre/bare
	@cp $(BUILD)/host/acre-dump $(INSTALL_TO)/bin
	@$(foreach s,bare cmake picolibc,rm -rf $(INSTALL_TO)/share/acre/starter-$(s) && \
	  cp -R src/port/starter/$(s) $(INSTALL_TO)/share/acre/starter-$(s) &&) true
	@echo "install: acre $(VERSION) for $(LIB_TARGETS) in $(INSTALL_TO)"

.PHONY: test-packages
test-packages: setup $(LIB_ARCHIVES) $(BUILD)/host/acre-dump ## consume every kind of package from an empty folder
	@tests/packages/run.sh
	@tests/packages/readme.py README.md
