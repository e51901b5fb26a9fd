//! Faults, as texts in the emitted Verilog that become others: the proof named must fail.

use crate::bind::bind;
use crate::check::is_invariant;
use crate::error::Error;
use crate::groups::GROUPS;
use crate::groups::Method;
use crate::model::{Answer, Model};
use crate::tools::Tools;
use memento_hdl::verilog::Design;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A fault.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// What is wrong.
    pub what: &'static str,
    /// The proof that must fail.
    pub proof: &'static str,
    /// Where it is.
    pub module: &'static str,
    /// The text as emitted.
    pub from: &'static str,
    /// What it becomes.
    pub to: &'static str,
}

/// What came of a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// What is wrong.
    pub what: String,
    /// The module.
    pub module: String,
    /// The proof.
    pub proof: String,
    /// Properties that failed; none if the fault wasn't found.
    pub by: Vec<String>,
}

/// The faults.
pub const MUTATIONS: &[Mutation] = &[
    Mutation {
        what: "a run is given back without its acknowledge",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(|given_count || |dones || !flight.discard)",
        to: "1'b1",
    },
    Mutation {
        what: "a discard's acknowledge counts twice",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "{3'd0, spent}",
        to: "4'd0",
    },
    Mutation {
        what: "a run takes frames in that aren't its next",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "({1'b0, oldest.frame} == after_run)",
        to: "1'b1",
    },
    Mutation {
        what: "a run mixes frames that are discarded and such that aren't",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(oldest.discard == run.discard)",
        to: "1'b1",
    },
    Mutation {
        what: "the bypass isn't told of a frame",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "dropped = drop_valid && drop_ready",
        to: "dropped = drop_valid",
    },
    Mutation {
        what: "a shoot-down counts as done once it is accepted",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(shoot_state == SHOOT_STATE_WAIT) && shootdown_done",
        to: "(shoot_state == SHOOT_STATE_OFFER) && shootdown_ready",
    },
    Mutation {
        what: "a discard on offer grows",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "wire moves = collecting && !grows && (leaves || !offered);",
        to: "wire moves = collecting && !grows;",
    },
    Mutation {
        what: "a discard is withdrawn while it waits",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "assign discard_valid = offered && offer.discard",
        to: "assign discard_valid = offered && !hold && offer.discard",
    },
    Mutation {
        what: "frames without a discard are forgotten in the reclaimer",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "(|given_count || |dones || !flight.discard)",
        to: "(|given_count || |dones)",
    },
    Mutation {
        what: "a shoot-down's acknowledge that comes at once is overlooked",
        proof: "reclaimer",
        module: "memento_reclaimer",
        from: "                    if (shootdown_done) begin",
        to: "                    if (shootdown_done && !shootdown_ready) begin",
    },
    Mutation {
        what: "a reciprocal is off by one",
        proof: "tag_logic",
        module: "memento_reciprocal",
        from: "10'd171",
        to: "10'd170",
    },
    Mutation {
        what: "a remainder's limit is off by one",
        proof: "tag_logic",
        module: "memento_remainder_limit",
        from: "10'd171",
        to: "10'd172",
    },
    Mutation {
        what: "a slot beyond the last is accepted",
        proof: "tag_logic",
        module: "memento_slot_check",
        from: "!beyond && ",
        to: "",
    },
    Mutation {
        what: "a read's burst has a beat too few",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "m_axi_arlen = 8'd7",
        to: "m_axi_arlen = 8'd6",
    },
    Mutation {
        what: "a write's burst has a beat too many",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "m_axi_awlen = 8'd7",
        to: "m_axi_awlen = 8'd8",
    },
    Mutation {
        what: "the last beat is marked by a line's next client",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "last <= beat_last",
        to: "last <= line_write_data_last_0",
    },
    Mutation {
        what: "a beat on offer is overwritten",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "beat_open = !data_offered || m_axi_wready",
        to: "beat_open = 1'b1",
    },
    Mutation {
        what: "a write's address is withdrawn after a cycle",
        proof: "axi_manager",
        module: "memento_axi_manager",
        from: "write_offered <= write_offered && !m_axi_awready",
        to: "write_offered <= 1'b0",
    },
    Mutation {
        what: "a read's data are withdrawn after a cycle",
        proof: "axi_lite",
        module: "memento_axi_lite",
        from: "assign s_axil_rvalid = read_responding",
        to: "assign s_axil_rvalid = read_responding && s_axil_rready",
    },
];

/// Cycles from reset within which faults are looked for, ahead of an induction.
const FAULT_DEPTH: u32 = 10;

/// Tries every fault; `said` hears of each.
///
/// # Errors
/// What keeps one from being tried: a text that isn't there, foremost.
pub fn mutate(design: &Design, said: &dyn Fn(&Found)) -> Result<Vec<Found>, Error> {
    let tools = Tools::find()?;
    let mut all = Vec::new();
    for mutation in MUTATIONS {
        let mut faulty = design.clone();
        let missing = Error::NoText {
            what: mutation.what,
            module: mutation.module,
            from: mutation.from,
        };
        let module =
            faulty
                .modules
                .iter_mut()
                .find(|module| match mutation.module.strip_suffix('*') {
                    Some(stem) => module.name.starts_with(stem),
                    None => module.name == mutation.module,
                });
        let module = match module {
            Some(module) if module.text.contains(mutation.from) => module,
            _ => return Err(missing),
        };
        module.text = module.text.replacen(mutation.from, mutation.to, 1);
        let name = module.name.clone();
        let Some(group) = GROUPS.iter().find(|group| group.name == mutation.proof) else {
            return Err(Error::NoProperty {
                name: mutation.proof.to_owned(),
                known: String::new(),
            });
        };
        // A fault shows from reset or, where that takes too many cycles, in the induction.
        let bound = bind(group, &faulty)?;
        let folder =
            tempfile::tempdir().map_err(Error::file("make", Path::new("a temporary folder")))?;
        let model = Model::new(&tools, group.name, &bound, folder.path())?;
        let cycles = match group.method {
            Method::Bounded(depth) => depth,
            Method::Induction(0) => 1,
            Method::Induction(_) => FAULT_DEPTH,
        };
        let mut answer = model.bounded(cycles)?;
        if let (Answer::Holds, Method::Induction(cycles)) = (&answer, group.method) {
            answer = model.induction(cycles, true, is_invariant, |_, _| ())?;
        }
        let by = match answer {
            Answer::Holds => Vec::new(),
            Answer::Fails { properties, .. } => properties
                .into_iter()
                .map(|name| name.trim_start_matches("props.").to_owned())
                .collect(),
        };
        let found = Found {
            what: mutation.what.to_owned(),
            module: name,
            proof: mutation.proof.to_owned(),
            by,
        };
        said(&found);
        all.push(found);
    }
    Ok(all)
}
