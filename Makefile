# make tools   install the pinned tools into .tools/ of this folder
# make fpga-tools   those, and place and route
# make demo    a recorded program runs through the generated hardware
# make check   everything that has to hold before a commit
# make clean-tools

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help tools fpga-tools verilator demo check clean-tools

TOOLS := .tools
# The stamp carries the pins' digest: a changed pin installs anew, an unchanged
# one costs nothing, whatever the files' dates say after a clone.
digest = $(shell cksum < scripts/tools/$(1).txt | cut -d ' ' -f 1)
stamp = $(TOOLS)/stamps/$(1)-$(call digest,$(1))

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

tools: verilator $(call stamp,yosys)

verilator: $(call stamp,verilator)

fpga-tools: tools $(call stamp,nextpnr-ecp5) $(call stamp,nextpnr-ice40)

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
$(eval $(call installed,nextpnr-ecp5))
$(eval $(call installed,nextpnr-ice40))

demo: verilator
	cargo run --release -p memento -- simulate --preset default --trace traces/json_loads.heaptrack.zst

check: tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
	cargo test --workspace

clean-tools:
	rm -rf $(TOOLS)
