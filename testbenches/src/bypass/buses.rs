//! Both buses of the filter, held against the rules of AXI4.

use super::ports::{Inputs, Outputs};
use crate::system::axi::{Burst, Manager, ReadBeat, Subordinate, WriteAnswer, WriteBeat};
use crate::system::protocol::AxiRules;

/// What one side shows of one bus; its ready and valid signals, and what goes along with the valid ones.
macro_rules! side {
    (burst $from:ident $bus:ident $ax:ident) => {
        pastey::paste! { Burst {
            id: $from.[<$bus _ $ax id>] as u32,
            address: $from.[<$bus _ $ax addr>] as u64,
            length: $from.[<$bus _ $ax len>] as u32,
            size: $from.[<$bus _ $ax size>] as u32,
            kind: $from.[<$bus _ $ax burst>] as u8,
            // Whatever else goes along must stay as it is, too.
            cause: ($from.[<$bus _ $ax lock>]
                | $from.[<$bus _ $ax cache>] << 1
                | $from.[<$bus _ $ax prot>] << 5
                | $from.[<$bus _ $ax qos>] << 8) as u32,
        } }
    };
    (manager $from:ident $bus:ident) => {
        pastey::paste! { Manager {
            aw_valid: $from.[<$bus _awvalid>] == 1,
            aw: side!(burst $from $bus aw),
            w_valid: $from.[<$bus _wvalid>] == 1,
            w: WriteBeat {
                data: $from.[<$bus _wdata>],
                strobe: $from.[<$bus _wstrb>] as u32,
                last: $from.[<$bus _wlast>] == 1,
            },
            b_ready: $from.[<$bus _bready>] == 1,
            ar_valid: $from.[<$bus _arvalid>] == 1,
            ar: side!(burst $from $bus ar),
            r_ready: $from.[<$bus _rready>] == 1,
        } }
    };
    (subordinate $from:ident $bus:ident) => {
        pastey::paste! { Subordinate {
            aw_ready: $from.[<$bus _awready>] == 1,
            w_ready: $from.[<$bus _wready>] == 1,
            b_valid: $from.[<$bus _bvalid>] == 1,
            b: WriteAnswer {
                id: $from.[<$bus _bid>] as u32,
                response: $from.[<$bus _bresp>] as u32,
            },
            ar_ready: $from.[<$bus _arready>] == 1,
            r_valid: $from.[<$bus _rvalid>] == 1,
            r: ReadBeat {
                id: $from.[<$bus _rid>] as u32,
                data: $from.[<$bus _rdata>],
                response: $from.[<$bus _rresp>] as u32,
                last: $from.[<$bus _rlast>] == 1,
            },
        } }
    };
}

/// Rules of both buses.
pub struct Buses {
    caches: AxiRules,
    memory: AxiRules,
}

impl Buses {
    /// Buses of `bus` bytes out of reset.
    pub fn new(bus: u64, id_bits: u64) -> Buses {
        let (data_bits, id_bits) = (bus as u32 * 8, id_bits as u32);
        Buses {
            caches: AxiRules::new(data_bits, id_bits),
            // The filter has a number of its own.
            memory: AxiRules::new(data_bits, id_bits + 1),
        }
    }

    /// What all show at a rising edge.
    pub fn step(&mut self, inputs: &Inputs, seen: &Outputs) -> Result<(), String> {
        let (manager, subordinate) = (side!(manager inputs s_axi), side!(subordinate seen s_axi));
        let caches = self.caches.step(&manager, &subordinate);
        caches.map_err(|why| format!("s_axi: {why}"))?;
        let (manager, subordinate) = (side!(manager seen m_axi), side!(subordinate inputs m_axi));
        let memory = self.memory.step(&manager, &subordinate);
        memory.map_err(|why| format!("m_axi: {why}"))
    }
}
