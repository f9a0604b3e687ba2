# SPDX-License-Identifier: MIT OR Apache-2.0
# Fuzz campaigns with AFL++; included by the Makefile.  See fuzz/README.md.

FUZZ_TIME ?= 60
FUZZ_JOBS ?= 2
FUZZ_DIR := $(BUILD)/fuzz
FUZZ_NICE ?=

FUZZ_TRACE := fuzz/trace.c fuzz/heap_trace.c
FUZZ_DRIVER := fuzz/world.c fuzz/corrupt.c fuzz/init.c fuzz/driver.c $(filter-out $(FUZZ_TRACE),$(wildcard fuzz/heap*.c))
FUZZ_HOST := $(FUZZ_DRIVER) fuzz/memory_host.c $(FUZZ_TRACE)
FUZZ_ORACLE := spec/model.c spec/heap_model.c tests/model/naive_invariant.c
# Core and heap.
FUZZ_CORE ?= $(wildcard src/region/*.c src/heap/*.c)
FUZZ_HEADERS := $(wildcard fuzz/*.h include/acre/*.h src/region/*.h src/heap/*.h spec/*.h tests/model/*.h)
FUZZ_FLAGS := -std=c11 -D_GNU_SOURCE -g -Wall -Wextra -Wshadow -Wstrict-prototypes -Iinclude -Ispec -Itests/model
FUZZ_NEED := $(FUZZ_HOST) $(FUZZ_ORACLE) $(FUZZ_CORE) $(FUZZ_HEADERS) fuzz/fuzz.mk

##@ Fuzzing, see fuzz/README.md

# ---- What is built -------------------------------------------------------------

# The oracle is not instrumented: its paths tell the fuzzer nothing new.
$(FUZZ_DIR)/oracle/%.o: %.c $(FUZZ_HEADERS) | setup
	@mkdir -p $(@D)
	@clang $(FUZZ_FLAGS) -O2 -c -o $@ $<
FUZZ_ORACLE_OBJECTS := $(FUZZ_ORACLE:%.c=$(FUZZ_DIR)/oracle/%.o)

FUZZ_KINDS := plain asan ubsan cmplog contracts
FUZZ_ENV_plain :=
FUZZ_ENV_asan := AFL_USE_ASAN=1
FUZZ_ENV_ubsan := AFL_USE_UBSAN=1
FUZZ_ENV_cmplog := AFL_LLVM_CMPLOG=1
# Operations on corrupt metadata are left out under the sanitizers: they may
# stray, and that is known.
FUZZ_DEFINE_asan := -DFUZZ_NO_GUARD
FUZZ_DEFINE_ubsan := -DFUZZ_NO_GUARD
# The invariant as it is proven, run after each operation.
FUZZ_DEFINE_contracts := -DFUZZ_CONTRACTS
FUZZ_MORE_contracts := $(FUZZ_DIR)/contracts.o

define FUZZ_AFL # kind
$(FUZZ_DIR)/afl-$(1): $(FUZZ_NEED) fuzz/entry_afl.c $(FUZZ_ORACLE_OBJECTS) $(FUZZ_MORE_$(1)) | setup
	@mkdir -p $$(@D)
	@echo "fuzz: $$@"
	@AFL_QUIET=1 AFL_LLVM_DENYLIST=$(CURDIR)/fuzz/not-instrumented $(FUZZ_ENV_$(1)) afl-clang-fast $(FUZZ_FLAGS) $(FUZZ_DEFINE_$(1)) -O2 -o $$@ \
	  $(FUZZ_HOST) fuzz/entry_afl.c $(FUZZ_CORE) $(FUZZ_ORACLE_OBJECTS) $(FUZZ_MORE_$(1))
endef
$(foreach kind,$(FUZZ_KINDS),$(eval $(call FUZZ_AFL,$(kind))))

$(FUZZ_DIR)/mutator.so: fuzz/mutator_afl.c fuzz/mutate.c $(FUZZ_HEADERS) | setup
	@mkdir -p $(@D)
	@$(CC) $(FUZZ_FLAGS) -O2 -shared -fPIC -o $@ fuzz/mutator_afl.c fuzz/mutate.c

$(FUZZ_DIR)/replay: $(FUZZ_NEED) fuzz/replay.c | setup
	@mkdir -p $(@D)
	@$(CC) $(FUZZ_FLAGS) -O2 -o $@ $(FUZZ_HOST) fuzz/replay.c $(FUZZ_ORACLE) $(FUZZ_CORE)

$(FUZZ_DIR)/replay-san: $(FUZZ_NEED) fuzz/replay.c | setup
	@mkdir -p $(@D)
	@clang $(FUZZ_FLAGS) -DFUZZ_NO_GUARD -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	  -fno-omit-frame-pointer -o $@ $(FUZZ_HOST) fuzz/replay.c $(FUZZ_ORACLE) $(FUZZ_CORE)

$(FUZZ_DIR)/libfuzzer: $(FUZZ_NEED) fuzz/entry_libfuzzer.c fuzz/mutate.c | setup
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -DFUZZ_NO_GUARD -DFUZZ_LIBFUZZER_MUTATE -O2 -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=all -o $@ $(FUZZ_HOST) fuzz/entry_libfuzzer.c fuzz/mutate.c $(FUZZ_ORACLE) $(FUZZ_CORE)

FUZZ_BUILT := $(FUZZ_KINDS:%=$(FUZZ_DIR)/afl-%) $(FUZZ_DIR)/mutator.so $(FUZZ_DIR)/replay $(FUZZ_DIR)/replay-san
.PHONY: fuzz-build
fuzz-build: $(FUZZ_BUILT) ## build the fuzz target for AFL++ in all kinds, the mutator and the replayers

# ---- Campaigns -----------------------------------------------------------------

.PHONY: fuzz fuzz-resume fuzz-merge fuzz-libfuzzer fuzz-coverage fuzz-triage fuzz-seeds
fuzz: setup fuzz-build ## fuzz core and heap: FUZZ_TIME seconds (60) on FUZZ_JOBS cores (2); ends with a report
	@$(FUZZ_NICE) fuzz/campaign --time $(FUZZ_TIME) --jobs $(FUZZ_JOBS)

fuzz-resume: setup fuzz-build ## go on with the last campaign
	@$(FUZZ_NICE) fuzz/campaign --time $(FUZZ_TIME) --jobs $(FUZZ_JOBS) --resume

fuzz-merge: setup fuzz-build ## merge what campaigns found into fuzz/corpus, and minimise it
	@$(FUZZ_NICE) fuzz/merge $(FUZZ_MERGE_FROM)

fuzz-libfuzzer: setup $(FUZZ_DIR)/libfuzzer ## the same target under libFuzzer, for FUZZ_TIME seconds
	@mkdir -p $(FUZZ_DIR)/libfuzzer-corpus
	$(FUZZ_NICE) $(FUZZ_DIR)/libfuzzer -max_total_time=$(FUZZ_TIME) -max_len=4096 -dict=fuzz/records.dict \
	  -artifact_prefix=$(FUZZ_DIR)/libfuzzer- $(FUZZ_DIR)/libfuzzer-corpus fuzz/corpus

fuzz-coverage: setup ## line and branch coverage of core and heap by the committed corpus
	@$(FUZZ_NICE) fuzz/coverage fuzz/corpus

fuzz-triage: setup fuzz-build ## crashes of the last campaign: sort, minimise, write tests into tests/regressions
	@$(FUZZ_NICE) fuzz/triage

fuzz-seeds: setup $(FUZZ_DIR)/record_malloc.so ## write fuzz/seeds and fuzz/records.dict anew, with traces of programs of this machine
	@rm -rf $(FUZZ_DIR)/traces; mkdir -p $(FUZZ_DIR)/traces
	@FUZZ_TRACE=$(FUZZ_DIR)/traces/ls.trace LD_PRELOAD=$(abspath $(FUZZ_DIR))/record_malloc.so ls -lR spec >/dev/null
	@FUZZ_TRACE=$(FUZZ_DIR)/traces/sort.trace LD_PRELOAD=$(abspath $(FUZZ_DIR))/record_malloc.so sort Makefile >/dev/null
	@FUZZ_TRACE=$(FUZZ_DIR)/traces/grep.trace LD_PRELOAD=$(abspath $(FUZZ_DIR))/record_malloc.so grep -rn acre_region src >/dev/null
	@FUZZ_TRACE=$(FUZZ_DIR)/traces/make.trace LD_PRELOAD=$(abspath $(FUZZ_DIR))/record_malloc.so make -n help >/dev/null
	@FUZZ_TRACE=$(FUZZ_DIR)/traces/python.trace LD_PRELOAD=$(abspath $(FUZZ_DIR))/record_malloc.so python3 -Sc 'import json' >/dev/null
	@rm -rf fuzz/seeds
	@fuzz/seeds.py fuzz/seeds $(FUZZ_DIR)/traces/*.trace

$(FUZZ_DIR)/record_malloc.so: fuzz/record_malloc.c | setup
	@mkdir -p $(@D)
	@$(CC) -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -shared -fPIC -o $@ $< -ldl

# ---- Planted bugs --------------------------------------------------------------

.PHONY: fuzz-planted fuzz-planted-proof
fuzz-planted: setup $(FUZZ_DIR)/mutator.so ## plant every bug of fuzz/planted, and show how fast each method finds it
	@$(FUZZ_NICE) fuzz/planted/run --jobs $(FUZZ_JOBS) --table $(FUZZ_DIR)/planted.md $(FUZZ_BUGS)

fuzz-planted-proof: setup ## what the proof says to the bugs of fuzz/planted, or of FUZZ_BUGS; writes fuzz/planted/proof.txt
	@$(FUZZ_NICE) fuzz/planted/prove $(FUZZ_BUGS)

# ---- In `make check` -----------------------------------------------------------

.PHONY: test-fuzz test-fuzz-corpus test-fuzz-target test-planted test-triage test-regressions
test-fuzz: test-fuzz-corpus test-fuzz-target test-planted test-triage test-regressions test-steps test-contracts ## all tests of this group, which begin with test-

test-fuzz-corpus: setup $(FUZZ_DIR)/replay $(FUZZ_DIR)/replay-san ## corpus on this machine, with sanitizers, and its coverage
	@$(FUZZ_DIR)/replay-san fuzz/corpus/* fuzz/seeds/*
	@$(FUZZ_DIR)/replay fuzz/corpus/* fuzz/seeds/*
	@size=$$(cat fuzz/corpus/* | wc -c); test $$size -le 2097152 || { \
	  echo "fuzz/corpus has $$size bytes, more than 2 MiB: make fuzz-merge" >&2; exit 1; }
	@fuzz/coverage fuzz/corpus

# The same results on both machines as here: one hash over all of them and over
# the metadata at the end of each input.
FUZZ_INPUTS := $(sort $(wildcard fuzz/corpus/*)) $(sort $(wildcard fuzz/seeds/*))
$(FUZZ_DIR)/corpus.c: fuzz/embed.py fuzz/fuzz.mk $(FUZZ_INPUTS) | setup
	@mkdir -p $(@D)
	@fuzz/embed.py $(FUZZ_INPUTS) >$@

$(FUZZ_DIR)/%/replay.elf: $(FUZZ_DIR)/corpus.c fuzz/replay_target.c fuzz/memory_target.c $(FUZZ_NEED)
	@mkdir -p $(@D)
	@$(RISCV_CC) -O2 $(TARGET_ARCH_$*) -std=c11 -Wall -Wextra -DFUZZ_TARGET -Iinclude -Ispec -Itests/model \
	  -Ifuzz $(TARGET_LINK) -o $@ $(FUZZ_DIR)/corpus.c fuzz/replay_target.c fuzz/memory_target.c $(FUZZ_DRIVER) \
	  $(FUZZ_ORACLE) $(FUZZ_CORE)

.PHONY: $(TARGET_ARCHS:%=test-fuzz-%)
test-fuzz-target: $(TARGET_ARCHS:%=test-fuzz-%) ## corpus in QEMU: the same hash as on this machine
$(TARGET_ARCHS:%=test-fuzz-%): test-fuzz-%: $(FUZZ_DIR)/%/replay.elf $(FUZZ_DIR)/replay
	@$(FUZZ_DIR)/replay $(FUZZ_INPUTS) >$(FUZZ_DIR)/$*/expected
	@$(TARGET_RUN) $(TARGET_BITS_$*) $(TARGET_SECONDS) $< >$(FUZZ_DIR)/$*/out || { \
	  status=$$?; cat $(FUZZ_DIR)/$*/out; exit $$status; }
	@cat $(FUZZ_DIR)/$*/out
	@diff -u $(FUZZ_DIR)/$*/expected $(FUZZ_DIR)/$*/out || { \
	  echo "test-fuzz: the corpus comes out otherwise on $* (+) than on this machine (-);" \
	       "replay -s prints a hash for each input" >&2; exit 1; }
	@echo "test-fuzz: $*: every result as on this machine"

test-planted: setup ## every planted bug still applies to the sources
	@fuzz/planted/run --check

# The way from a crash to a test, with a planted bug of a region and one of the
# heap: a seed that fails must become a test that fails with the bug and passes
# without it.
FUZZ_TRIAGE_BUGS := best-fit heap-over-read
FUZZ_TRIAGE_best-fit := $(filter-out fuzz/seeds/heap%,$(wildcard fuzz/seeds/*))
FUZZ_TRIAGE_heap-over-read := $(wildcard fuzz/seeds/heap*)
.PHONY: $(FUZZ_TRIAGE_BUGS:%=test-triage-%)
test-triage: $(FUZZ_TRIAGE_BUGS:%=test-triage-%) ## from a crash to a C test, with planted bugs
$(FUZZ_TRIAGE_BUGS:%=test-triage-%): FUZZ_BUG_DIR = $(FUZZ_DIR)/bug-$(@:test-triage-%=%)
$(FUZZ_TRIAGE_BUGS:%=test-triage-%): test-triage-%: setup
	@rm -rf $(FUZZ_BUG_DIR) && mkdir -p $(FUZZ_BUG_DIR)
	@fuzz/planted/run --plant $(FUZZ_BUG_DIR) $*
	@$(MAKE) --no-print-directory -s FUZZ_DIR=$(FUZZ_BUG_DIR) FUZZ_CORE='$(FUZZ_CORE:%=$(FUZZ_BUG_DIR)/%)' \
	  $(FUZZ_BUG_DIR)/replay $(FUZZ_BUG_DIR)/replay-san $(FUZZ_BUG_DIR)/afl-plain >/dev/null
	@bad=$$(for f in $(FUZZ_TRIAGE_$*); do $(FUZZ_BUG_DIR)/replay $$f >/dev/null 2>&1 || echo $$f; done | head -3); \
	  FUZZ_BUILT=$(abspath $(FUZZ_BUG_DIR)) FUZZ_TESTS=$(abspath $(FUZZ_BUG_DIR))/tests \
	    FUZZ_CORE_DIR=$(abspath $(FUZZ_BUG_DIR)) fuzz/triage $$bad; \
	  ls $(FUZZ_BUG_DIR)/tests/*.c >/dev/null && for t in $(FUZZ_BUG_DIR)/tests/*.c; do \
	    $(CC) -std=c11 -Iinclude -o $(FUZZ_BUG_DIR)/with $$t $(FUZZ_CORE:%=$(FUZZ_BUG_DIR)/%) || exit 1; \
	    $(CC) -std=c11 -Iinclude -o $(FUZZ_BUG_DIR)/without $$t $(FUZZ_CORE) || exit 1; \
	    ! $(FUZZ_BUG_DIR)/with >/dev/null || { echo "$@: $$t passes with the bug" >&2; exit 1; }; \
	    $(FUZZ_BUG_DIR)/without || { echo "$@: $$t fails without the bug" >&2; exit 1; }; \
	  done

FUZZ_REGRESSIONS := $(wildcard tests/regressions/*.c)
test-regressions: setup ## the tests in tests/regressions
	@for t in $(FUZZ_REGRESSIONS); do \
	  $(CC) -std=c11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude \
	    -o $(FUZZ_DIR)/regression $$t $(FUZZ_CORE) && timeout 20 $(FUZZ_DIR)/regression || exit 1; done
	@echo "test-regressions: $(words $(FUZZ_REGRESSIONS)) passed"

# ---- The worst case ------------------------------------------------------------

.PHONY: fuzz-steps test-steps
fuzz-steps: setup ## search for the calls that take the most steps, for FUZZ_TIME seconds; shows bound and found
	@$(FUZZ_NICE) fuzz/steps-search $(FUZZ_TIME)

test-steps: setup ## step bounds hold on the corpus and the worst inputs found
	@fuzz/steps-search --check

# ---- Operations on corrupt metadata ----------------------------------------------

.PHONY: fuzz-census
$(FUZZ_DIR)/census: fuzz/census.c fuzz/memory_host.c $(FUZZ_ORACLE) $(FUZZ_CORE) $(FUZZ_HEADERS) | setup
	@mkdir -p $(@D)
	@$(CC) $(FUZZ_FLAGS) -O2 -o $@ fuzz/census.c fuzz/memory_host.c $(FUZZ_ORACLE) $(FUZZ_CORE)

fuzz-census: setup $(FUZZ_DIR)/census ## what operations do on corrupt metadata: every bit flipped, every operation tried
	@$(FUZZ_DIR)/census

# ---- The proven text, run ------------------------------------------------------
# RegionOk and all that it is made of are translated from spec/*.acsl, so what
# runs is what is proven; on every state of the corpus, sound or corrupt, it
# must say what check and the naive invariant say.

.PHONY: test-contracts
$(FUZZ_DIR)/contracts.c: fuzz/contracts.py $(wildcard spec/*.acsl) | setup
	@mkdir -p $(@D)
	@fuzz/contracts.py RegionOk >$@

$(FUZZ_DIR)/contracts.o: $(FUZZ_DIR)/contracts.c fuzz/contracts.h
	@$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude -Ifuzz -c -o $@ $<

$(FUZZ_DIR)/replay-contracts: $(FUZZ_DIR)/contracts.o $(FUZZ_NEED) fuzz/replay.c
	@$(CC) $(FUZZ_FLAGS) -DFUZZ_CONTRACTS -DFUZZ_NO_GUARD -O2 -o $@ $(FUZZ_HOST) fuzz/replay.c \
	  $(FUZZ_DIR)/contracts.o $(FUZZ_ORACLE) $(FUZZ_CORE)

test-contracts: setup $(FUZZ_DIR)/replay-contracts ## the proven invariant, translated to C, on the corpus
	@$(FUZZ_DIR)/replay-contracts $(FUZZ_INPUTS)

# ---- Figures -------------------------------------------------------------------

.PHONY: fuzz-figures
fuzz-figures: setup $(FUZZ_DIR)/replay $(FUZZ_DIR)/replay-contracts $(FUZZ_DIR)/census test-fuzz-target ## write the figures of fuzz/README.md anew
	@fuzz/figures
