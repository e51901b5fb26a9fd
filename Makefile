# make tools   install the pinned tools into .tools/ of this folder
# make fpga-tools   those, and place and route for ECP5 and iCE40
# make fpga-tools-nexus   place and route for Nexus; fpga-tools-gowin for Gowin
# make demo    a recorded program runs through the generated hardware
# make check   everything that has to hold before a commit
# make cocotb  benches in Python that know the generated documentation alone; BENCH='--seed 1 ...': their options
# make cocotb-faults   the same, and faults in the Verilog that they have to find
# make prove   the full set of formal proofs, of presets tiny and default, and faults that they must find, half an hour
# make faults  bits that flip in every memory, memory that fails, resets; FAULTS=20 a memory, SYSTEM_FAULTS=20 of the whole system
# make verification   docs/verification.md and the table of README.md anew, of all result files
# make coverage   what a suite reaches of the Verilog, some minutes; the page about it
# make mutants    how many faults, made by rule, are seen, half an hour; the page about it
# make clean-tools

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help tools fpga-tools fpga-tools-nexus fpga-tools-gowin verilator demo check cocotb cocotb-faults prove verification faults coverage mutants clean-tools

TOOLS := .tools
# The stamp carries the pins' digest: a changed pin installs anew, an unchanged
# one costs nothing, whatever the files' dates say after a clone.
digest = $(shell cksum < scripts/tools/$(1).txt | cut -d ' ' -f 1)
stamp = $(TOOLS)/stamps/$(1)-$(call digest,$(1))

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

tools: verilator $(call stamp,yosys) $(call stamp,solvers)

verilator: $(call stamp,verilator)

fpga-tools: tools $(call stamp,nextpnr-ecp5) $(call stamp,nextpnr-ice40)

fpga-tools-nexus: tools $(call stamp,nextpnr-nexus)

fpga-tools-gowin: tools $(call stamp,nextpnr-gowin)

# $(1) tool, $(2) its folder in what pip installs.
# Links are replaced by a rename, so a tool is never absent while it is renewed.
define installed
$(call stamp,$(1)):
	@scripts/prerequisites.sh
	@scripts/install-tool.sh $(1) $(TOOLS)/packages/$$(notdir $$@)
	@ln -sfn packages/$$(notdir $$@)$(2) $(TOOLS)/.$(1).new
	@mv -fT $(TOOLS)/.$(1).new $(TOOLS)/$(1)
	@find $(TOOLS)/packages -maxdepth 1 -name '$(1)-[0-9]*' ! -name $$(notdir $$@) -exec rm -rf {} +
	@mkdir -p $$(@D) && touch $$@
endef
$(eval $(call installed,verilator,/verilator))
$(eval $(call installed,yosys))
$(eval $(call installed,solvers))
$(eval $(call installed,cocotb))
$(eval $(call installed,nextpnr-ecp5))
$(eval $(call installed,nextpnr-ice40))
$(eval $(call installed,nextpnr-nexus))
$(eval $(call installed,nextpnr-gowin))

demo: verilator
	cargo run --release -p memento -- simulate --preset default --trace traces/json_loads.heaptrack.zst

check: tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
	cargo test --workspace
	cargo run --release -p memento -- check --preset tiny

cocotb: verilator $(call stamp,cocotb)
	PYTHONPATH=$(TOOLS)/cocotb python3 testbenches/cocotb/run.py $(BENCH)

cocotb-faults: verilator $(call stamp,cocotb)
	PYTHONPATH=$(TOOLS)/cocotb python3 testbenches/cocotb/run.py --faults $(BENCH)

prove: tools
	@mkdir -p formal/results
	cargo run --release -p memento -- check --preset tiny --full --json > formal/results/tiny.json.new
	cargo run --release -p memento -- check --preset default --full --json > formal/results/default.json.new
	cargo run --release -p memento -- check --preset rv32 --property tag_logic --json > formal/results/rv32.json.new
	cargo run --release -p memento -- check --mutations --json > formal/results/faults.json.new
	for results in tiny default rv32 faults; do mv formal/results/$$results.json.new formal/results/$$results.json; done
	cargo run --release -p memento-formal --bin verification -- .

# After any of the result files has changed.
verification:
	cargo run --release -p memento-formal --bin verification -- .

# FAULTS for each memory, SYSTEM_FAULTS for each of the whole system, whose runs are the longest; FAULTS_SEED: where draws
# begin. An hour.
FAULTS ?= 20
SYSTEM_FAULTS ?= $(FAULTS)
FAULTS_SEED ?= 7
faults: verilator
	FAULTS=$(FAULTS) SYSTEM_FAULTS=$(SYSTEM_FAULTS) FAULTS_SEED=$(FAULTS_SEED) FAULTS_RESULTS=1 cargo test --release -p memento-testbenches --test faults --test injection
	TABLE_FAULTS=$(FAULTS) TABLE_FAULTS_SEED=$(FAULTS_SEED) FAULTS_RESULTS=1 cargo test --release -p memento-testbenches --test table_faults
	cargo run --release -p memento-formal --bin verification -- .

# A goal that is missed leaves the result of before.
coverage: verilator
	cargo run --release -p memento -- coverage --json > testbenches/results/coverage.json.new
	mv testbenches/results/coverage.json.new testbenches/results/coverage.json
	cargo run --release -p memento -- report coverage testbenches/results/coverage.json > docs/coverage.md

mutants: tools
	cargo run --release -p memento -- fuzz --mutants 130 --seed 7 --json > testbenches/results/mutants.json.new
	mv testbenches/results/mutants.json.new testbenches/results/mutants.json
	cargo run --release -p memento -- report mutants testbenches/results/mutants.json > docs/mutants.md

clean-tools:
	rm -rf $(TOOLS)
