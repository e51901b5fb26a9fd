//! [`VerilatedBypass`]: memento_bypass under Verilator.

use super::axi::{Burst, INCREMENTING, Manager, ReadBeat, Subordinate, WriteAnswer, WriteBeat};
use super::error::SystemError;
use super::handles::{differing, handles};
use super::signals::BypassInputs;
use crate::verilated::reset_port;
use memento_config::{Config, Ecc};
use std::path::Path;
use verilator_bindings::{Clock, In, Level, Library, Model, Out};

handles! { FilterPorts() {
    in {
        s_axi_awid: u32, s_axi_awaddr: u64, s_axi_awlen: u32, s_axi_awsize: u32,
        s_axi_awburst: u8, s_axi_awvalid: bool, s_axi_wdata: u128, s_axi_wstrb: u32,
        s_axi_wlast: bool, s_axi_wvalid: bool, s_axi_bready: bool,
        s_axi_arid: u32, s_axi_araddr: u64, s_axi_arlen: u32, s_axi_arsize: u32,
        s_axi_arburst: u8, s_axi_arvalid: bool, s_axi_rready: bool,
        m_axi_awready: bool, m_axi_wready: bool, m_axi_bid: u32, m_axi_bresp: u32,
        m_axi_bvalid: bool, m_axi_arready: bool, m_axi_rid: u32, m_axi_rdata: u128,
        m_axi_rresp: u32, m_axi_rlast: bool, m_axi_rvalid: bool,
        grant_valid: bool, grant_frame: u64, grant_fresh: bool, mask_table: u64,
        counter_select: u32, s_axi_awlock: bool, s_axi_awcache: u8, s_axi_awprot: u8, s_axi_awqos: u8,
        s_axi_arlock: bool, s_axi_arcache: u8, s_axi_arprot: u8, s_axi_arqos: u8,
    }
    out {
        s_axi_awready: bool, s_axi_wready: bool, s_axi_bid: u32, s_axi_bresp: u32,
        s_axi_bvalid: bool, s_axi_arready: bool, s_axi_rid: u32, s_axi_rdata: u128,
        s_axi_rresp: u32, s_axi_rlast: bool, s_axi_rvalid: bool,
        m_axi_awid: u32, m_axi_awaddr: u64, m_axi_awlen: u32, m_axi_awsize: u32, m_axi_awburst: u8,
        m_axi_awvalid: bool, m_axi_wdata: u128, m_axi_wstrb: u32, m_axi_wlast: bool,
        m_axi_wvalid: bool, m_axi_bready: bool,
        m_axi_arid: u32, m_axi_araddr: u64, m_axi_arlen: u32, m_axi_arsize: u32, m_axi_arburst: u8,
        m_axi_arvalid: bool, m_axi_rready: bool,
        grant_ready: bool, busy: bool, counter_value: u64,
    }
} }

/// Its ports.
#[derive(Clone, Copy)]
pub(super) struct BypassPorts {
    clock: Clock,
    reset: In<bool>,
    filter: FilterPorts,
    /// Parts that have found a word wrong, if words are checked.
    table_parts: Option<Out<u32>>,
}

impl std::ops::Deref for BypassPorts {
    type Target = FilterPorts;

    fn deref(&self) -> &FilterPorts {
        &self.filter
    }
}

impl BypassPorts {
    pub(super) fn of(
        library: &Library,
        config: &Config,
    ) -> Result<BypassPorts, verilator_bindings::Error> {
        Ok(BypassPorts {
            clock: library.clock("clock")?,
            reset: library.input(reset_port(config).0)?,
            filter: FilterPorts::of(library)?,
            table_parts: match config.ecc() {
                Ecc::None => None,
                Ecc::Parity => Some(library.output("table_parts_0")?),
            },
        })
    }
}

/// memento_bypass under Verilator.
pub struct VerilatedBypass {
    model: Model,
    ports: BypassPorts,
    reset_level: Level,
    applied: BypassInputs,
    mask_table: u64,
}

impl VerilatedBypass {
    /// Out of reset, in inputs that ask for nothing.
    pub(super) fn new(
        model: Model,
        ports: BypassPorts,
        reset_level: Level,
    ) -> Result<VerilatedBypass, SystemError> {
        let mut bypass = VerilatedBypass {
            model,
            ports,
            reset_level,
            applied: BypassInputs::default(),
            mask_table: 0,
        };
        bypass.reset()?;
        Ok(bypass)
    }

    /// Resets it, whatever it is doing, in inputs that ask for nothing.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn reset(&mut self) -> Result<(), SystemError> {
        let (model, ports) = (&mut self.model, &self.ports);
        ports.filter.clear(model);
        model.reset(ports.clock, ports.reset, self.reset_level, 2)?;
        model.set(ports.s_axi_awburst, INCREMENTING);
        model.set(ports.s_axi_arburst, INCREMENTING);
        model.eval()?;
        self.applied = BypassInputs::default();
        self.mask_table = 0;
        Ok(())
    }

    /// What the design has printed since the last call.
    pub fn take_output(&mut self) -> String {
        self.model.take_output()
    }

    /// Starts to record a waveform.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn open_waveform(&mut self, path: &Path) -> Result<(), SystemError> {
        Ok(self.model.open_waveform(path)?)
    }

    /// Sets where the table of masks is.
    pub fn set_mask_table(&mut self, address: u64) {
        if self.mask_table != address {
            self.mask_table = address;
            self.model.set(self.ports.mask_table, address);
        }
    }

    /// Puts the inputs on, and lets the outputs follow if any differs from those before; says whether.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    #[inline]
    pub fn apply(&mut self, inputs: &BypassInputs) -> Result<bool, SystemError> {
        if self.applied == *inputs {
            return Ok(false);
        }
        let (model, ports) = (&mut self.model, &self.ports);
        let (old, new) = (&self.applied, inputs);
        differing! { model, ports, old, new;
            s_axi_awvalid: caches.aw_valid, s_axi_awid: caches.aw.id,
            s_axi_awaddr: caches.aw.address, s_axi_awlen: caches.aw.length,
            s_axi_awsize: caches.aw.size, s_axi_wvalid: caches.w_valid,
            s_axi_wdata: caches.w.data, s_axi_wstrb: caches.w.strobe, s_axi_wlast: caches.w.last,
            s_axi_bready: caches.b_ready, s_axi_arvalid: caches.ar_valid,
            s_axi_arid: caches.ar.id, s_axi_araddr: caches.ar.address,
            s_axi_arlen: caches.ar.length, s_axi_arsize: caches.ar.size,
            s_axi_rready: caches.r_ready,
            m_axi_awready: memory.aw_ready, m_axi_wready: memory.w_ready,
            m_axi_bvalid: memory.b_valid, m_axi_bid: memory.b.id, m_axi_bresp: memory.b.response,
            m_axi_arready: memory.ar_ready, m_axi_rvalid: memory.r_valid,
            m_axi_rid: memory.r.id, m_axi_rdata: memory.r.data, m_axi_rresp: memory.r.response,
            m_axi_rlast: memory.r.last,
            grant_valid: grant.valid, grant_frame: grant.frame, grant_fresh: grant.fresh,
        }
        self.applied = *inputs;
        self.model.eval()?;
        Ok(true)
    }

    /// A rising edge.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    #[inline]
    pub fn tick(&mut self) -> Result<(), SystemError> {
        Ok(self.model.tick(self.ports.clock)?)
    }

    /// Parts that have found an on-chip word wrong, a bit each; none without such checks.
    #[inline]
    pub fn stopped_parts(&self) -> u32 {
        let parts = self.ports.table_parts;
        parts.map_or(0, |parts| self.model.get(parts))
    }

    /// Something is under way: an edge may change what it holds.
    #[inline]
    pub fn busy(&self) -> bool {
        self.model.get(self.ports.busy)
    }

    /// Nothing is on offer, on either side.
    #[inline]
    pub fn shows_nothing(&self) -> bool {
        let (model, ports) = (&self.model, &self.ports.filter);
        let asks = model.get(ports.m_axi_awvalid)
            | model.get(ports.m_axi_wvalid)
            | model.get(ports.m_axi_arvalid);
        !(asks | model.get(ports.s_axi_rvalid) | model.get(ports.s_axi_bvalid))
    }

    /// A grant is accepted.
    #[inline]
    pub fn grant_ready(&self) -> bool {
        self.model.get(self.ports.grant_ready)
    }

    /// What it shows to the caches.
    #[inline]
    pub fn subordinate(&self) -> Subordinate {
        let (model, ports) = (&self.model, &self.ports.filter);
        let mut shown = Subordinate {
            aw_ready: model.get(ports.s_axi_awready),
            w_ready: model.get(ports.s_axi_wready),
            b_valid: model.get(ports.s_axi_bvalid),
            ar_ready: model.get(ports.s_axi_arready),
            r_valid: model.get(ports.s_axi_rvalid),
            ..Subordinate::default()
        };
        if shown.b_valid {
            shown.b = WriteAnswer {
                id: model.get(ports.s_axi_bid),
                response: model.get(ports.s_axi_bresp),
            };
        }
        if shown.r_valid {
            shown.r = ReadBeat {
                id: model.get(ports.s_axi_rid),
                data: model.get(ports.s_axi_rdata),
                response: model.get(ports.s_axi_rresp),
                last: model.get(ports.s_axi_rlast),
            };
        }
        shown
    }

    /// What it shows to memory.
    #[inline]
    pub fn manager(&self) -> Manager {
        let (model, ports) = (&self.model, &self.ports.filter);
        let mut shown = Manager {
            aw_valid: model.get(ports.m_axi_awvalid),
            w_valid: model.get(ports.m_axi_wvalid),
            b_ready: model.get(ports.m_axi_bready),
            ar_valid: model.get(ports.m_axi_arvalid),
            r_ready: model.get(ports.m_axi_rready),
            ..Manager::default()
        };
        if shown.aw_valid {
            shown.aw = Burst {
                id: model.get(ports.m_axi_awid),
                address: model.get(ports.m_axi_awaddr),
                length: model.get(ports.m_axi_awlen),
                size: model.get(ports.m_axi_awsize),
                kind: model.get(ports.m_axi_awburst),
                cause: 0,
            };
        }
        if shown.w_valid {
            shown.w = WriteBeat {
                data: model.get(ports.m_axi_wdata),
                strobe: model.get(ports.m_axi_wstrb),
                last: model.get(ports.m_axi_wlast),
            };
        }
        if shown.ar_valid {
            shown.ar = Burst {
                id: model.get(ports.m_axi_arid),
                address: model.get(ports.m_axi_araddr),
                length: model.get(ports.m_axi_arlen),
                size: model.get(ports.m_axi_arsize),
                kind: model.get(ports.m_axi_arburst),
                cause: 0,
            };
        }
        shown
    }

    /// One of its counters.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn counter(&mut self, number: u32) -> Result<u64, SystemError> {
        self.model.set(self.ports.counter_select, number);
        self.model.eval()?;
        Ok(self.model.get(self.ports.counter_value))
    }
}
