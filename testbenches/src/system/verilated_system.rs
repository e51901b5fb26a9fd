//! [`VerilatedSystem`]: memento_system under Verilator.

use super::axi::{Burst, Manager, WriteBeat};
use super::error::SystemError;
use super::handles::{differing, handles};
use super::host::ForgetRequests;
use super::registers::LiteSubordinate;
use super::signals::{
    Commit, CoreResponse, Grant, PageFrames, PageRecord, SystemInputs, Translated,
};
use crate::verilated::reset_port;
use memento_config::{Config, Ecc};
use std::path::Path;
use verilator_bindings::{Clock, In, Level, Library, Model, Out};

handles! { CorePorts(core) {
    in {
        request_valid: bool, request_op: bool, request_operand: u64, response_ready: bool,
        host_translate_request_valid: bool, host_translate_request_process: u32,
        host_translate_request_address: u64, host_translate_response_ready: bool,
    }
    out {
        request_ready: bool, response_valid: bool, response_status: u8, response_value: u64,
        host_translate_request_ready: bool, host_translate_response_valid: bool,
        host_translate_response_status: u8, host_translate_response_frame: u64,
        host_translate_response_permissions: u8,
        trace_commit_valid: bool, trace_commit_inbox: bool, trace_commit_source: u32,
        trace_fetched: bool,
    }
} }

handles! { SharedPorts() {
    in {
        s_axil_awaddr: u32, s_axil_awvalid: bool, s_axil_wdata: u32, s_axil_wstrb: u8,
        s_axil_wvalid: bool, s_axil_bready: bool, s_axil_araddr: u32, s_axil_arvalid: bool,
        s_axil_rready: bool,
        m_axi_awready: bool, m_axi_wready: bool, m_axi_bid: u32, m_axi_bresp: u32,
        m_axi_bvalid: bool, m_axi_arready: bool, m_axi_rid: u32, m_axi_rdata: u128,
        m_axi_rresp: u32, m_axi_rlast: bool, m_axi_rvalid: bool,
        shootdown_ready: bool, shootdown_done: bool, discard_ready: bool, discard_done: bool,
        grant_ready: bool, bypass_counter_value: u64,
    }
    out {
        s_axil_awready: bool, s_axil_wready: bool, s_axil_bresp: u32, s_axil_bvalid: bool,
        s_axil_arready: bool, s_axil_rdata: u32, s_axil_rresp: u32, s_axil_rvalid: bool, irq: bool,
        m_axi_awid: u32, m_axi_awaddr: u64, m_axi_awlen: u32, m_axi_awsize: u32, m_axi_awburst: u8, m_axi_awuser: u32,
        m_axi_awvalid: bool, m_axi_wdata: u128, m_axi_wstrb: u32, m_axi_wlast: bool,
        m_axi_wvalid: bool, m_axi_bready: bool,
        m_axi_arid: u32, m_axi_araddr: u64, m_axi_arlen: u32, m_axi_arsize: u32, m_axi_arburst: u8, m_axi_aruser: u32,
        m_axi_arvalid: bool, m_axi_rready: bool,
        shootdown_valid: bool, shootdown_process: u32, shootdown_address: u64,
        shootdown_pages: u64, discard_valid: bool, discard_frame: u64, discard_count: u64,
        grant_valid: bool, grant_frame: u64, grant_fresh: bool, mask_table: u64,
        bypass_counter_select: u32,
        page_trace_valid: bool, page_trace_op: u32, page_trace_source: u32,
        page_trace_process: u32, page_trace_class: u32, page_trace_context: u32,
        page_trace_arena: u32, page_trace_address: u64, page_trace_status: u8,
        page_trace_decided: bool, page_trace_returned: bool,
    }
} }

/// Ports that there are where on-chip words are checked.
#[derive(Clone)]
struct CheckPorts {
    pages: Out<bool>,
    bypass: In<bool>,
    bypass_parts: In<u32>,
}

impl CheckPorts {
    fn of(library: &Library) -> Result<CheckPorts, verilator_bindings::Error> {
        Ok(CheckPorts {
            pages: library.output("page_table_error_0")?,
            bypass: library.input("bypass_table_error_0")?,
            bypass_parts: library.input("bypass_table_parts_0")?,
        })
    }
}

/// Its ports.
#[derive(Clone)]
pub(super) struct SystemPorts {
    clock: Clock,
    reset: In<bool>,
    cores: Vec<CorePorts>,
    shared: SharedPorts,
    checks: Option<CheckPorts>,
}

impl std::ops::Deref for SystemPorts {
    type Target = SharedPorts;

    fn deref(&self) -> &SharedPorts {
        &self.shared
    }
}

impl SystemPorts {
    pub(super) fn of(
        library: &Library,
        config: &Config,
    ) -> Result<SystemPorts, verilator_bindings::Error> {
        let cores = (0..config.cores() as usize).map(|core| CorePorts::of(library, core));
        Ok(SystemPorts {
            clock: library.clock("clock")?,
            reset: library.input(reset_port(config).0)?,
            cores: cores.collect::<Result<_, _>>()?,
            shared: SharedPorts::of(library)?,
            checks: match config.ecc() {
                Ecc::None => None,
                Ecc::Parity => Some(CheckPorts::of(library)?),
            },
        })
    }
}

/// memento_system under Verilator.
pub struct VerilatedSystem {
    model: Model,
    ports: SystemPorts,
    reset_level: Level,
    applied: SystemInputs,
}

impl VerilatedSystem {
    /// Out of reset, in inputs that ask for nothing.
    pub(super) fn new(
        model: Model,
        ports: SystemPorts,
        reset_level: Level,
    ) -> Result<VerilatedSystem, SystemError> {
        let mut system = VerilatedSystem {
            model,
            ports,
            reset_level,
            applied: SystemInputs::default(),
        };
        system.reset()?;
        Ok(system)
    }

    /// Resets it, whatever it is doing, in inputs that ask for nothing.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn reset(&mut self) -> Result<(), SystemError> {
        let (model, ports) = (&mut self.model, &self.ports);
        ports.shared.clear(model);
        for core in &ports.cores {
            core.clear(model);
        }
        if let Some(checks) = &ports.checks {
            model.set(checks.bypass, false);
            model.set(checks.bypass_parts, 0);
        }
        model.reset(ports.clock, ports.reset, self.reset_level, 2)?;
        model.set(ports.s_axil_wstrb, 0xf);
        for core in &ports.cores {
            model.set(core.host_translate_response_ready, true);
        }
        model.eval()?;
        self.applied = SystemInputs::default();
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

    /// Puts the inputs on, and lets the outputs follow if any differs from those before; says whether.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    #[inline]
    pub fn apply(&mut self, inputs: &SystemInputs) -> Result<bool, SystemError> {
        let mut changed = false;
        let (model, ports) = (&mut self.model, &self.ports);
        for (number, core) in ports.cores.iter().enumerate() {
            let (old, new) = (&self.applied.cores[number], &inputs.cores[number]);
            if old != new {
                changed = true;
                differing! { model, core, old, new;
                    request_valid: request_valid, request_op: request_free,
                    request_operand: request_operand, response_ready: response_ready,
                    host_translate_request_valid: translate_valid,
                    host_translate_request_process: translate_process,
                    host_translate_request_address: translate_address,
                }
                if old.translate_stalled != new.translate_stalled {
                    model.set(core.host_translate_response_ready, !new.translate_stalled);
                }
                self.applied.cores[number] = *new;
            }
        }
        let (old, new) = (&self.applied.memory, &inputs.memory);
        if old != new {
            changed = true;
            differing! { model, ports, old, new;
                m_axi_awready: aw_ready, m_axi_wready: w_ready, m_axi_bvalid: b_valid,
                m_axi_bid: b.id, m_axi_bresp: b.response, m_axi_arready: ar_ready,
                m_axi_rvalid: r_valid, m_axi_rid: r.id, m_axi_rdata: r.data,
                m_axi_rresp: r.response, m_axi_rlast: r.last,
            }
            self.applied.memory = *new;
        }
        let (old, new) = (&self.applied.forget, &inputs.forget);
        if old != new {
            changed = true;
            differing! { model, ports, old, new;
                shootdown_ready: shootdown_ready, shootdown_done: shootdown_done,
                discard_ready: discard_ready, discard_done: discard_done,
            }
            self.applied.forget = *new;
        }
        let (old, new) = (&self.applied.lite, &inputs.lite);
        if old != new {
            changed = true;
            differing! { model, ports, old, new;
                s_axil_awvalid: aw_valid, s_axil_wvalid: w_valid, s_axil_bready: b_ready,
                s_axil_arvalid: ar_valid, s_axil_rready: r_ready, s_axil_awaddr: address,
                s_axil_araddr: address, s_axil_wdata: data,
            }
            self.applied.lite = *new;
        }
        let (old, new) = (&self.applied, inputs);
        if old.grant_ready != new.grant_ready
            || old.bypass_counter_value != new.bypass_counter_value
        {
            changed = true;
            differing! { model, ports, old, new;
                grant_ready: grant_ready, bypass_counter_value: bypass_counter_value,
            }
            self.applied.grant_ready = new.grant_ready;
            self.applied.bypass_counter_value = new.bypass_counter_value;
        }
        if self.applied.bypass_stopped != new.bypass_stopped {
            changed = true;
            if let Some(checks) = &ports.checks {
                model.set(checks.bypass, new.bypass_stopped != 0);
                model.set(checks.bypass_parts, new.bypass_stopped);
            }
            self.applied.bypass_stopped = new.bypass_stopped;
        }
        if changed {
            self.model.eval()?;
        }
        Ok(changed)
    }

    /// Whether the page side has found an on-chip word that isn't what was written, and is stopped; never without such
    /// checks.
    pub fn is_page_side_stopped(&self) -> bool {
        let checks = self.ports.checks.as_ref();
        checks.is_some_and(|checks| self.model.get(checks.pages))
    }

    /// A rising edge.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    #[inline]
    pub fn tick(&mut self) -> Result<(), SystemError> {
        Ok(self.model.tick(self.ports.clock)?)
    }

    /// A core's request would be accepted.
    #[inline]
    pub fn request_ready(&self, core: usize) -> bool {
        self.model.get(self.ports.cores[core].request_ready)
    }

    /// A core's response, if one is on offer.
    #[inline]
    pub fn response(&self, core: usize) -> Option<CoreResponse> {
        let ports = &self.ports.cores[core];
        self.model.get(ports.response_valid).then(|| CoreResponse {
            status: self.model.get(ports.response_status),
            value: self.model.get(ports.response_value),
        })
    }

    /// A host's request would be accepted.
    #[inline]
    pub fn translate_ready(&self, core: usize) -> bool {
        self.model
            .get(self.ports.cores[core].host_translate_request_ready)
    }

    /// The answer to a host, which takes it in this cycle.
    #[inline]
    pub fn translated(&self, core: usize) -> Option<Translated> {
        let ports = &self.ports.cores[core];
        let valid = self.model.get(ports.host_translate_response_valid);
        valid.then(|| Translated {
            status: self.model.get(ports.host_translate_response_status),
            frame: self.model.get(ports.host_translate_response_frame),
            permissions: self.model.get(ports.host_translate_response_permissions),
        })
    }

    /// Which operation takes effect on a core in this cycle.
    #[inline]
    pub fn commit(&self, core: usize) -> Option<Commit> {
        let ports = &self.ports.cores[core];
        let valid = self.model.get(ports.trace_commit_valid);
        valid.then(|| match self.model.get(ports.trace_commit_inbox) {
            false => Commit::Own,
            true => Commit::Inbox {
                source: self.model.get(ports.trace_commit_source) as usize,
            },
        })
    }

    /// Whether a core takes an arena, fetched ahead, for the allocation that is decided next.
    #[inline]
    pub fn fetched(&self, core: usize) -> bool {
        self.model.get(self.ports.cores[core].trace_fetched)
    }

    /// What it shows on its AXI4 bus.
    #[inline]
    pub fn manager(&self) -> Manager {
        let (model, ports) = (&self.model, &self.ports.shared);
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
                cause: model.get(ports.m_axi_awuser),
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
                cause: model.get(ports.m_axi_aruser),
            };
        }
        shown
    }

    /// Whether it shows a request, a beat or a grant to what is on memory's side.
    #[inline]
    pub fn asks_memory(&self) -> bool {
        let (model, ports) = (&self.model, &self.ports.shared);
        let requests = model.get(ports.m_axi_arvalid) | model.get(ports.m_axi_awvalid);
        requests | model.get(ports.m_axi_wvalid) | model.get(ports.grant_valid)
    }

    /// What it asks TLBs and caches to forget.
    #[inline]
    pub fn forget(&self) -> ForgetRequests {
        let (model, ports) = (&self.model, &self.ports.shared);
        let mut shown = ForgetRequests {
            shootdown_valid: model.get(ports.shootdown_valid),
            discard_valid: model.get(ports.discard_valid),
            ..ForgetRequests::default()
        };
        if shown.shootdown_valid {
            shown.shootdown_process = model.get(ports.shootdown_process);
            shown.shootdown_address = model.get(ports.shootdown_address);
            shown.shootdown_pages = model.get(ports.shootdown_pages);
        }
        if shown.discard_valid {
            shown.discard_frame = model.get(ports.discard_frame);
            shown.discard_count = model.get(ports.discard_count);
        }
        shown
    }

    /// The frame that changes hands.
    #[inline]
    pub fn grant(&self) -> Grant {
        let (model, ports) = (&self.model, &self.ports.shared);
        if !model.get(ports.grant_valid) {
            return Grant::default();
        }
        Grant {
            valid: true,
            frame: model.get(ports.grant_frame),
            fresh: model.get(ports.grant_fresh),
        }
    }

    /// What its registers show.
    #[inline]
    pub fn lite(&self) -> LiteSubordinate {
        let (model, ports) = (&self.model, &self.ports.shared);
        LiteSubordinate {
            aw_ready: model.get(ports.s_axil_awready),
            w_ready: model.get(ports.s_axil_wready),
            b_valid: model.get(ports.s_axil_bvalid),
            b_response: model.get(ports.s_axil_bresp),
            ar_ready: model.get(ports.s_axil_arready),
            r_valid: model.get(ports.s_axil_rvalid),
            r_data: model.get(ports.s_axil_rdata),
            r_response: model.get(ports.s_axil_rresp),
        }
    }

    /// The interrupt.
    #[inline]
    pub fn interrupt(&self) -> bool {
        self.model.get(self.ports.irq)
    }

    /// Setting of the bypass.
    pub fn mask_table(&self) -> u64 {
        self.model.get(self.ports.mask_table)
    }

    /// Which of the bypass's counters is selected.
    pub fn bypass_counter_select(&self) -> u32 {
        self.model.get(self.ports.bypass_counter_select)
    }

    /// What happens to frames in this cycle.
    #[inline]
    pub fn page_frames(&self) -> PageFrames {
        let (model, ports) = (&self.model, &self.ports.shared);
        PageFrames {
            decided: model.get(ports.page_trace_decided),
            returned: model.get(ports.page_trace_returned),
        }
    }

    /// The record of the page allocator's trace in this cycle.
    #[inline]
    pub fn page_record(&self) -> Option<PageRecord> {
        let (model, ports) = (&self.model, &self.ports.shared);
        model.get(ports.page_trace_valid).then(|| PageRecord {
            op: model.get(ports.page_trace_op),
            source: model.get(ports.page_trace_source),
            process: model.get(ports.page_trace_process),
            class: model.get(ports.page_trace_class),
            context: model.get(ports.page_trace_context),
            arena: model.get(ports.page_trace_arena),
            address: model.get(ports.page_trace_address),
            status: model.get(ports.page_trace_status),
        })
    }
}
