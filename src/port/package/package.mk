# SPDX-License-Identifier: MIT OR Apache-2.0
# All libraries for all targets at once, reproducibility, installation and
# packages.  Included by the Makefile behind what builds the libraries.
#
#   build/<target>/libacre.a        the core alone
#   build/<target>/libacre-heap.a   the heap of several regions; needs the core
#   build/<target>/libacre-port.a   locks, memory from the linker, retention, PMP; needs the core
#   the fronts                      see src/front/front.mk; need heap and core

# The archives of a target: those that need nothing but each other, and all.
LIB_ALONE := libacre.a libacre-heap.a libacre-port.a
LIB_NAMES = $(LIB_ALONE) $(FRONT_NAMES) $(LIB_LOCKS_$(1):%=libacre-lock-%.a)
LIB_FILES = $(addprefix $(BUILD)/$(1)/,$(call LIB_NAMES,$(1)))
LIB_ARCHIVES := $(foreach t,$(LIB_TARGETS),$(call LIB_FILES,$(t)))

##@ Libraries and packages for all targets

.PHONY: libs test-reproducible test-nostdlib
libs: setup $(LIB_ARCHIVES) ## build the libraries for all targets and print their SHA-256
	@cd $(BUILD) && sha256sum $(LIB_ARCHIVES:$(BUILD)/%=%)

test-reproducible: setup ## two clean builds of all libraries in different folders are identical
	@ci/reproducible.sh $(words $(LIB_ARCHIVES))

NOSTDLIB = ci/nostdlib.sh $(1) $(foreach target,$(RISCV_TARGETS),'$(target) $(LIB_CC_$(target))')
NOSTDLIB_LIBS := $(foreach t,$(RISCV_TARGETS),$(LIB_ALONE:%=$(t)/%))
test-nostdlib: setup $(NOSTDLIB_LIBS:%=$(BUILD)/%) ## every RISC-V library links with -nostdlib: no libc, no libgcc; core alone, with heap, with port
	@$(call NOSTDLIB,$(BUILD))
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/Os CORE_OPT=-Os $(NOSTDLIB_LIBS:%=$(BUILD)/Os/%) >/dev/null
	@$(call NOSTDLIB,$(BUILD)/Os)

# ---- Installation --------------------------------------------------------------------
#   $(PREFIX)/include/acre               the headers
#   $(PREFIX)/include/acre-fronts        those of the fronts; standalone in it, unless ESP-IDF's esp_err.h is there
#   $(PREFIX)/lib                        the libraries for this machine
#   $(PREFIX)/lib/acre/<target>          the libraries for each RISC-V target
#   $(PREFIX)/lib/pkgconfig              acre.pc, acre-fronts.pc, acre-libc.pc; acre-<target>.pc, ...
#   $(PREFIX)/lib/cmake/acre             for find_package(acre)
#   $(PREFIX)/share/acre                 sources to be compiled with the firmware, projects to start from
#   $(PREFIX)/bin                        acre-dump

# From CMakeLists.txt; make test-packages compares the other manifests with it.
VERSION := $(shell sed -n '/^project.acre VERSION/s/[^0-9.]//gp' CMakeLists.txt)
PREFIX ?= /usr/local
INSTALL_TO = $(DESTDIR)$(PREFIX)
FRONT_PUBLIC := $(filter-out %/caps.h,$(wildcard src/front/multi_heap/*.h src/front/esp/*.h src/front/esp_alloc/*.h))
SHARED_FILES := src/port/postmortem/acre-gdb.py src/port/freertos/heap_acre.c src/port/freertos/heap_acre.h

# The .pc files of a target: what stands behind their names, folder below the prefix, target, lock of the fronts
INSTALL_PC = $(foreach p,acre acre-fronts acre-libc,sed -e 's|@OF@|$(1)|; s|@LIBDIR@|$(2)|; s|@TARGET@|$(3)|' \
  -e 's|@LOCK@|$(4)|; s|@VERSION@|$(VERSION)|' src/port/package/$(p).pc.in >$(INSTALL_TO)/lib/pkgconfig/$(p)$(1).pc &&) true

.PHONY: install
install: setup $(LIB_ARCHIVES) $(BUILD)/host/acre-dump ## install headers and all libraries below PREFIX (/usr/local)
	@mkdir -p $(INSTALL_TO)/include/acre $(INSTALL_TO)/lib/pkgconfig $(INSTALL_TO)/lib/cmake/acre
	@mkdir -p $(INSTALL_TO)/include/acre-fronts/standalone $(INSTALL_TO)/share/acre/boards
	@mkdir -p $(INSTALL_TO)/share/acre/bare $(INSTALL_TO)/bin
	@cp include/acre/* $(INSTALL_TO)/include/acre
	@cp $(FRONT_PUBLIC) $(INSTALL_TO)/include/acre-fronts
	@cp src/front/esp/standalone/*.h $(INSTALL_TO)/include/acre-fronts/standalone
	@cp src/front/esp/boards/*.c $(INSTALL_TO)/share/acre/boards
	@cp $(call LIB_FILES,host) $(INSTALL_TO)/lib
	@$(call INSTALL_PC,,lib,this machine,pthread)
	@$(foreach t,$(RISCV_TARGETS),mkdir -p $(INSTALL_TO)/lib/acre/$(t) && \
	  cp $(call LIB_FILES,$(t)) $(INSTALL_TO)/lib/acre/$(t) && \
	  $(call INSTALL_PC,-$(t),lib/acre/$(t),$(t),irq) &&) true
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
