# SPDX-License-Identifier: MIT OR Apache-2.0
# The benchmark; included by the Makefile, after target.mk, whose compiler and
# flags for the target it uses.

##@ Speed, see tests/bench/README.md

BENCH_DIR := $(BUILD)/bench
BENCH_TRACES := $(wildcard tests/bench/traces/*.txt)
# The core stands in all of them: streams.c needs it.
BENCH_SOURCES := tests/bench/bench.c tests/bench/streams.c $(BENCH_DIR)/traces.c
BENCH_HEADERS := $(wildcard tests/bench/*.h) $(TARGET_HEADERS)
BENCH_HEAP := $(wildcard src/heap/*.c)
# $(call BENCH_PLUG,file,name of a libc)
BENCH_PLUG = -Itests/bench -DBENCH_PLUG='"plug_$(1).h"' $(if $(2),-DBENCH_LIBC='"$(2)"')
BENCH_TARGETS := acre acre-small acre-zbb acre-heap picolibc
BENCH_HOSTS := acre glibc jemalloc mimalloc
BENCH_CFLAGS := -O2 -std=c11 -Wall -Wextra -Werror -Iinclude -Isrc/region
BENCH_RISCV = $(RISCV_CC) $(BENCH_CFLAGS) -DBENCH_TARGET $(TARGET_LINK) -o $@

$(BENCH_DIR)/traces.c: tests/bench/trace.py $(BENCH_TRACES)
	@mkdir -p $(@D)
	@tests/bench/trace.py source $(BENCH_TRACES) >$@

# The core at -O2 whatever the library is built with: the figures are for -O2.
$(BENCH_DIR)/acre.elf: $(BENCH_SOURCES) $(BENCH_HEADERS) $(TARGET_CORE)
	$(BENCH_RISCV) $(TARGET_ARCH_rv32imac) $(call BENCH_PLUG,acre) $(BENCH_SOURCES) $(TARGET_CORE)

$(BENCH_DIR)/acre-small.elf: $(BENCH_SOURCES) $(BENCH_HEADERS) $(TARGET_CORE) src/acre.c
	$(RISCV_CC) -Os $(TARGET_ARCH_rv32imac) $(CORE_CFLAGS) -c -o $(BENCH_DIR)/small.o src/acre.c
	$(BENCH_RISCV) $(TARGET_ARCH_rv32imac) $(call BENCH_PLUG,acre) $(BENCH_SOURCES) $(BENCH_DIR)/small.o

# The core alone with Zbb: there is no C library for it.
BENCH_ZBB := $(patsubst src/region/%.c,$(BENCH_DIR)/zbb/%.o,$(TARGET_CORE))
$(BENCH_ZBB): $(BENCH_DIR)/zbb/%.o: src/region/%.c $(TARGET_HEADERS)
	@mkdir -p $(@D)
	$(RISCV_CC) -O2 -march=rv32imac_zbb -mabi=ilp32 $(CORE_CFLAGS) -c -o $@ $<

$(BENCH_DIR)/acre-zbb.elf: $(BENCH_SOURCES) $(BENCH_HEADERS) $(BENCH_ZBB)
	$(BENCH_RISCV) $(TARGET_ARCH_rv32imac) $(call BENCH_PLUG,acre) $(BENCH_SOURCES) $(BENCH_ZBB)

$(BENCH_DIR)/acre-heap.elf: $(BENCH_SOURCES) $(BENCH_HEADERS) $(TARGET_CORE) $(BENCH_HEAP)
	$(BENCH_RISCV) $(TARGET_ARCH_rv32imac) $(call BENCH_PLUG,acre_heap) $(BENCH_SOURCES) $(TARGET_CORE) $(BENCH_HEAP)

$(BENCH_DIR)/picolibc.elf: $(BENCH_SOURCES) $(BENCH_HEADERS) $(TARGET_CORE)
	$(BENCH_RISCV) $(TARGET_ARCH_rv32imac) $(call BENCH_PLUG,libc,picolibc) $(BENCH_SOURCES) $(TARGET_CORE)

$(BENCH_DIR)/host-acre: $(BENCH_SOURCES) $(BENCH_HEADERS) $(TARGET_CORE)
	$(CC) $(BENCH_CFLAGS) -D_GNU_SOURCE $(call BENCH_PLUG,acre) -o $@ $(BENCH_SOURCES) $(TARGET_CORE)

$(BENCH_DIR)/map: tests/bench/map.c tests/bench/streams.c $(BENCH_DIR)/traces.c $(BENCH_HEADERS) $(TARGET_CORE)
	$(CC) $(BENCH_CFLAGS) -D_GNU_SOURCE -Itests/bench -o $@ tests/bench/map.c tests/bench/streams.c $(BENCH_DIR)/traces.c $(TARGET_CORE)

BENCH_LINK_glibc :=
BENCH_LINK_jemalloc := -ljemalloc
BENCH_LINK_mimalloc := -lmimalloc
$(BENCH_DIR)/host-glibc $(BENCH_DIR)/host-jemalloc $(BENCH_DIR)/host-mimalloc: $(BENCH_DIR)/host-%: $(BENCH_SOURCES) $(BENCH_HEADERS) $(TARGET_CORE)
	$(CC) $(BENCH_CFLAGS) -D_GNU_SOURCE -fno-builtin-malloc $(call BENCH_PLUG,libc,$*) -o $@ $(BENCH_SOURCES) $(TARGET_CORE) -Wl,--no-as-needed $(BENCH_LINK_$*)

BENCH_PROGRAMS := $(BENCH_TARGETS:%=$(BENCH_DIR)/%.elf) $(BENCH_HOSTS:%=$(BENCH_DIR)/host-%) $(BENCH_DIR)/map

.PHONY: bench bench-record test-bench code-size
bench: $(BENCH_PROGRAMS) $(BENCH_DIR)/code-size.txt ## instructions per call, memory, fragmentation: tables here, pictures in build/bench/index.html
	@tests/bench/bench.py $(BENCH_DIR)

bench-record: $(BENCH_PROGRAMS) $(BENCH_DIR)/code-size.txt ## as bench, and write the table and the heap map into tests/bench
	@tests/bench/bench.py $(BENCH_DIR) || [ $$? -eq 3 ] # 3: done, and figures are missed
	@cp $(BENCH_DIR)/RESULTS.md $(BENCH_DIR)/map.svg tests/bench/

test-bench: $(BENCH_PROGRAMS) $(BENCH_DIR)/code-size.txt ## every plug runs, on short workloads, and the page is made
	@tests/bench/bench.py $(BENCH_DIR) --short

code-size: $(BENCH_DIR)/code-size.txt ## size of the core's code on rv32imac, at -Os and -O2
	@cat $<

# The size of all but the program itself, which is what is linked without the core.
BENCH_LINKED = $(RISCV_CC) -Os $(TARGET_ARCH_rv32imac) $(CORE_CFLAGS) -nostdlib -Wl,--gc-sections
$(BENCH_DIR)/code-size.txt: $(TARGET_CORE) src/acre.c tests/bench/linked.c $(TARGET_HEADERS)
	@mkdir -p $(@D)
	@for level in s 2; do \
	  objects=; \
	  for file in $(TARGET_CORE) src/acre.c; do \
	    object=$(BENCH_DIR)/O$$level-$$(basename $$file .c).o; \
	    $(RISCV_CC) -O$$level $(TARGET_ARCH_rv32imac) $(CORE_CFLAGS) -c -o $$object $$file || exit 1; \
	    case $$file in src/acre.c) ;; *) objects="$$objects $$object";; esac; \
	  done; \
	  echo "Code of the core in bytes, rv32imac at -O$$level"; \
	  $(RISCV_SIZE) $$objects | awk ' \
	    NR > 1 { name = $$NF; sub(/.*O[s2]-/, "", name); sub(/[.]o$$/, "", name); \
	             sum += $$1; data += $$2 + $$3; line = line sprintf("%s %d, ", name, $$1) } \
	    END { printf "  %s all %d; data %d\n", line, sum, data }'; \
	  echo "  as one file, src/acre.c: $$($(RISCV_SIZE) $(BENCH_DIR)/O$$level-acre.o | awk 'NR > 1 { print $$1 }')"; \
	done >$@.new
	@$(BENCH_LINKED) -Wl,--unresolved-symbols=ignore-all -o $(BENCH_DIR)/linked-none tests/bench/linked.c
	@$(BENCH_LINKED) -o $(BENCH_DIR)/linked-all tests/bench/linked.c src/acre.c
	@echo "  of that init, alloc, free and resize, at -Os: $$($(RISCV_SIZE) $(BENCH_DIR)/linked-none $(BENCH_DIR)/linked-all | \
	  awk 'NR == 2 { none = $$1 } NR == 3 { print $$1 - none }')" >>$@.new
	@mv $@.new $@
