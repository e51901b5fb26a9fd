//! [`SystemDesign`]: memento_system and memento_bypass as emitted Verilog, under Verilator.

use super::axi::{Burst, INCREMENTING, Manager, ReadBeat, Subordinate, WriteAnswer, WriteBeat};
use super::error::SystemError;
use super::host::{ForgetAnswers, ForgetRequests};
use super::registers::{LiteManager, LiteSubordinate};
use crate::verilated::{CompileOptions, emit_options, reset_port};
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::bypass::bypass::Bypass;
use memento_hdl::system::memento_system::System;
use memento_hdl::verilog::{self, Design};
use std::path::Path;
use std::sync::Arc;
use verilator_bindings::{Clock, In, Level, Library, Model, Out, Start};

/// Most cores of a configuration.
pub const MAX_CORES: usize = 8;

/// What a bench drives at one core and its host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoreInputs {
    /// A request is there.
    pub request_valid: bool,
    /// It is a free; else an allocation.
    pub request_free: bool,
    /// Size in bytes, or address.
    pub request_operand: u64,
    /// The response is taken.
    pub response_ready: bool,
    /// An address is asked about.
    pub translate_valid: bool,
    /// Of this process.
    pub translate_process: u32,
    /// The address.
    pub translate_address: u64,
}

/// What a bench drives at memento_system in a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemInputs {
    /// By core.
    pub cores: [CoreInputs; MAX_CORES],
    /// Behind its AXI4 bus.
    pub memory: Subordinate,
    /// Behind its shoot-down and discard ports.
    pub forget: ForgetAnswers,
    /// A grant is accepted.
    pub grant_ready: bool,
    /// At its registers.
    pub lite: LiteManager,
    /// Count of the bypass's counter that is selected.
    pub bypass_counter_value: u64,
}

/// What the bypass gets of a grant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// A frame changes hands.
    pub valid: bool,
    /// Its number.
    pub frame: u64,
    /// All its lines read as zero; else it is back in the pool.
    pub fresh: bool,
}

/// A core's response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreResponse {
    /// Status code.
    pub status: u8,
    /// Address, or 0.
    pub value: u64,
}

/// An answer to a host's translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translated {
    /// Status code.
    pub status: u8,
    /// Frame number.
    pub frame: u64,
    /// Readable, writable, by user code: bits 0, 1, 2.
    pub permissions: u8,
}

/// Which operation of a core takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// The core's own, which is next.
    Own,
    /// A free of its inbox.
    Inbox {
        /// The core whose free it is.
        source: usize,
    },
}

/// What the page allocator's trace says of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageFrames {
    /// Frames are decided on for the request whose record is next.
    pub decided: bool,
    /// A frame reaches the pool.
    pub returned: bool,
}

/// A record of the page allocator's trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRecord {
    /// Code of the operation.
    pub op: u32,
    /// Who asked.
    pub source: u32,
    /// Process.
    pub process: u32,
    /// Class.
    pub class: u32,
    /// Context.
    pub context: u32,
    /// Arena.
    pub arena: u32,
    /// Physical address.
    pub address: u64,
    /// Status code.
    pub status: u8,
}

/// Both modules, compiled; models are made from them.
#[derive(Clone)]
pub struct SystemDesign {
    system: Arc<Library>,
    system_ports: SystemPorts,
    bypass: Option<(Arc<Library>, BypassPorts)>,
    reset_level: Level,
}

impl SystemDesign {
    /// Emits a configuration's memento_system and memento_bypass, and compiles them or takes them
    /// from the cache. The trace is driven even if `core.trace_port` says otherwise: a bench
    /// follows it, and nothing but FEATURES differs.
    ///
    /// # Errors
    /// [`SystemError::Emit`], [`SystemError::Verilator`].
    pub fn of_config(config: &Config, options: CompileOptions) -> Result<Self, SystemError> {
        let mut geometry = Geometry::new(config);
        geometry.trace_port = true;
        let how = emit_options(config);
        // Without the configuration's digest, equal hardware is compiled once.
        let system = verilog::emit(&System::new(&geometry, 0), &how)?;
        let bypass = match config.bypass_entries() {
            0 => None,
            _ => Some(verilog::emit(&Bypass::new(&geometry), &how)?),
        };
        Self::new(config, &system, bypass.as_ref(), options)
    }

    /// Compiles the Verilog of memento_system, and of memento_bypass if the configuration has one;
    /// or takes it from the cache.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn new(
        config: &Config,
        system: &Design,
        bypass: Option<&Design>,
        options: CompileOptions,
    ) -> Result<SystemDesign, SystemError> {
        let library = options.compile("memento_system", system)?;
        let bypass = match bypass {
            None => None,
            Some(design) => {
                let library = options.compile("memento_bypass", design)?;
                let ports = BypassPorts::of(&library, config)?;
                Some((library, ports))
            }
        };
        Ok(SystemDesign {
            system_ports: SystemPorts::of(&library, config)?,
            system: library,
            bypass,
            reset_level: reset_port(config).1,
        })
    }

    /// memento_system just out of reset, its registers and memories random from `seed`.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn system(&self, seed: u32) -> Result<VerilatedSystem, SystemError> {
        let ports = self.system_ports.clone();
        let mut model = self.system.model_from(&random(seed))?;
        ports.shared.clear(&mut model);
        for core in &ports.cores {
            core.clear(&mut model);
        }
        model.reset(ports.clock, ports.reset, self.reset_level, 2)?;
        model.set(ports.s_axil_wstrb, 0xf);
        for core in &ports.cores {
            model.set(core.host_translate_response_ready, true);
        }
        model.eval()?;
        Ok(VerilatedSystem {
            model,
            ports,
            applied: SystemInputs::default(),
        })
    }

    /// memento_bypass just out of reset; `None`: the configuration has none.
    ///
    /// # Errors
    /// [`SystemError::Verilator`].
    pub fn bypass(&self, seed: u32) -> Result<Option<VerilatedBypass>, SystemError> {
        let Some((library, ports)) = &self.bypass else {
            return Ok(None);
        };
        let mut model = library.model_from(&random(seed))?;
        ports.filter.clear(&mut model);
        model.reset(ports.clock, ports.reset, self.reset_level, 2)?;
        model.set(ports.s_axi_awburst, INCREMENTING);
        model.set(ports.s_axi_arburst, INCREMENTING);
        model.eval()?;
        Ok(Some(VerilatedBypass {
            model,
            ports: *ports,
            applied: BypassInputs::default(),
            mask_table: 0,
        }))
    }
}

fn random(seed: u32) -> Start {
    Start {
        random: Some(seed),
        ..Start::default()
    }
}

/// Declares handles of ports and how they are found; ports of vectors end in their index.
macro_rules! handles {
    ($name:ident($($suffix:ident)?) { in { $($input:ident: $input_kind:ty),* $(,)? } out { $($output:ident: $output_kind:ty),* $(,)? } }) => {
        #[derive(Clone, Copy)]
        struct $name {
            $($input: In<$input_kind>,)*
            $($output: Out<$output_kind>,)*
        }

        impl $name {
            fn of(library: &Library $(, $suffix: usize)?) -> Result<$name, verilator_bindings::Error> {
                let name = |name: &str| handles!(@name name $($suffix)?);
                Ok($name {
                    $($input: library.input(&name(stringify!($input)))?,)*
                    $($output: library.output(&name(stringify!($output)))?,)*
                })
            }

            /// Inputs of a model that starts at random are random too.
            fn clear(&self, model: &mut Model) {
                $(model.set(self.$input, <$input_kind>::default());)*
            }
        }
    };
    (@name $name:ident) => { $name.to_owned() };
    (@name $name:ident $suffix:ident) => { format!("{}_{}", $name, $suffix) };
}

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

#[derive(Clone)]
struct SystemPorts {
    clock: Clock,
    reset: In<bool>,
    cores: Vec<CorePorts>,
    shared: SharedPorts,
}

impl std::ops::Deref for SystemPorts {
    type Target = SharedPorts;

    fn deref(&self) -> &SharedPorts {
        &self.shared
    }
}

impl SystemPorts {
    fn of(library: &Library, config: &Config) -> Result<SystemPorts, verilator_bindings::Error> {
        let cores = (0..config.cores() as usize).map(|core| CorePorts::of(library, core));
        Ok(SystemPorts {
            clock: library.clock("clock")?,
            reset: library.input(reset_port(config).0)?,
            cores: cores.collect::<Result<_, _>>()?,
            shared: SharedPorts::of(library)?,
        })
    }
}

#[derive(Clone, Copy)]
struct BypassPorts {
    clock: Clock,
    reset: In<bool>,
    filter: FilterPorts,
}

impl std::ops::Deref for BypassPorts {
    type Target = FilterPorts;

    fn deref(&self) -> &FilterPorts {
        &self.filter
    }
}

impl BypassPorts {
    fn of(library: &Library, config: &Config) -> Result<BypassPorts, verilator_bindings::Error> {
        Ok(BypassPorts {
            clock: library.clock("clock")?,
            reset: library.input(reset_port(config).0)?,
            filter: FilterPorts::of(library)?,
        })
    }
}

/// Sets the inputs that differ from those applied before.
macro_rules! differing {
    ($model:expr, $ports:expr, $old:expr, $new:expr; $($port:ident: $($field:ident).+),* $(,)?) => {
        $(if $old.$($field).+ != $new.$($field).+ {
            $model.set($ports.$port, $new.$($field).+.into());
        })*
    };
}

/// memento_system under Verilator.
pub struct VerilatedSystem {
    model: Model,
    ports: SystemPorts,
    applied: SystemInputs,
}

impl VerilatedSystem {
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
        if changed {
            self.model.eval()?;
        }
        Ok(changed)
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

/// What a bench drives at memento_bypass in a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BypassInputs {
    /// On the caches' side.
    pub caches: Manager,
    /// On memory's side.
    pub memory: Subordinate,
    /// From the page allocator.
    pub grant: Grant,
}

impl BypassInputs {
    /// Whether anything is there that it has to look at.
    #[inline]
    pub fn any_valid(&self) -> bool {
        let caches = self.caches.ar_valid | self.caches.aw_valid | self.caches.w_valid;
        caches | self.memory.r_valid | self.memory.b_valid | self.grant.valid
    }
}

/// memento_bypass under Verilator.
pub struct VerilatedBypass {
    model: Model,
    ports: BypassPorts,
    applied: BypassInputs,
    mask_table: u64,
}

impl VerilatedBypass {
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

    /// Something is under way: an edge may change what it holds.
    #[inline]
    pub fn busy(&self) -> bool {
        self.model.get(self.ports.busy)
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
