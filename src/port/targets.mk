# SPDX-License-Identifier: MIT OR Apache-2.0
# The targets that the library is built for; included by the Makefile.  For
# each: compiler with its architecture, archiver, and the locks it can have
# (see include/acre/lock.h).  A new target is a line here.

RISCV_PREFIX ?= riscv64-unknown-elf-
RISCV_CC ?= $(RISCV_PREFIX)gcc

LIB_ARCH_rv32i := -march=rv32i -mabi=ilp32
LIB_ARCH_rv32e := -march=rv32e -mabi=ilp32e
LIB_ARCH_rv32imc := -march=rv32imc -mabi=ilp32
LIB_ARCH_rv32imac := -march=rv32imac -mabi=ilp32
LIB_ARCH_rv32imafc := -march=rv32imafc -mabi=ilp32f
LIB_ARCH_rv64imac := -march=rv64imac -mabi=lp64 -mcmodel=medany
LIB_ARCH_rv64gc := -march=rv64gc -mabi=lp64d -mcmodel=medany
LIB_ARCH_rv32imac_zbb := -march=rv32imac_zbb -mabi=ilp32
LIB_ARCH_rv64gc_zbb := -march=rv64gc_zbb -mabi=lp64d -mcmodel=medany

RISCV_TARGETS := rv32i rv32e rv32imc rv32imac rv32imafc rv64imac rv64gc
# Whether the compiler knows some options.  One that is not installed yet will
# be that of ci/packages.txt, which does.
RISCV_KNOWS = $(shell command -v $(RISCV_CC) >/dev/null || echo absent; \
  $(RISCV_CC) $(1) -E -x c /dev/null >/dev/null 2>&1 && echo knows)
ifneq ($(call RISCV_KNOWS,$(LIB_ARCH_rv32imac_zbb)),)
RISCV_TARGETS += rv32imac_zbb rv64gc_zbb
endif
# Calls and stack of each object, beside it, for `make figures`: of GCC alone.
RISCV_GRAPH := $(if $(call RISCV_KNOWS,-fcallgraph-info=su),-fcallgraph-info=su)
LIB_TARGETS := host $(RISCV_TARGETS)

LIB_CC_host := $(CC)
LIB_AR_host := $(AR)
LIB_LOCKS_host := none pthread
define LIB_RISCV # target
LIB_CC_$(1) := $(RISCV_CC) $(LIB_ARCH_$(1))
LIB_GRAPH_$(1) := $(RISCV_GRAPH)
LIB_AR_$(1) := $(RISCV_PREFIX)ar
# An a behind the digits: the A extension (g has it).
LIB_LOCKS_$(1) := none irq $(if $(or $(findstring a,$(1:rv%=%)),$(findstring g,$(1))),spin)
endef
$(foreach target,$(RISCV_TARGETS),$(eval $(call LIB_RISCV,$(target))))
