# SPDX-License-Identifier: MIT OR Apache-2.0
# The proof; included by the Makefile.
#
#   make prove                       everything, for both data models
#   make prove FUNCTION=name         one function; also MODEL=rv32 or MODEL=rv64
#   make mutants MUTANTS="take --no-control"   those of one function; see proofs/mutants/run --help

FUNCTION ?=
MODEL ?=
PROVE := python3 proofs/prove $(if $(FUNCTION),--function $(FUNCTION)) $(if $(MODEL),--model $(MODEL))

##@ Proof

.PHONY: prove prove-floor prove-first mutants test-machdep test-mutants
prove: setup ## prove the core from scratch; FUNCTION=name and MODEL=rv32 or rv64 choose a part
	@$(PROVE)

prove-floor: setup ## as prove, then record the number of goals as the least one
	@python3 proofs/prove --set-floor

prove-first: ## after a whole prove: record in proofs/first.txt which goals another prover closes than the first
	@python3 proofs/first

mutants: setup ## show that the proof refuses every mutant in proofs/mutants; MUTANTS=name
	@python3 proofs/mutants/run $(MUTANTS)

test-machdep: setup ## the machine models of the proof agree with the RISC-V compiler
	@python3 proofs/machdep/test

test-mutants: setup ## every mutant still applies to the sources
	@python3 proofs/mutants/run --check
