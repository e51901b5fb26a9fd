//! The filter's ports, and the model that drives them.

use std::sync::Arc;
use verilator_bindings::{Clock, In, Level, Library, Model, Out, Start};

macro_rules! ports {
    (in { $($input:ident)* } out { $($output:ident)* }) => {
        /// Values of the inputs, one cycle.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Inputs { $(#[doc = stringify!($input)] pub $input: u128),* }

        /// Values of the outputs, one cycle.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Outputs { $(#[doc = stringify!($output)] pub $output: u128),* }

        struct Handles {
            $($input: In<u128>,)*
            $($output: Out<u128>,)*
        }

        impl Handles {
            fn of(library: &Library) -> Handles {
                Handles {
                    $($input: library.input(stringify!($input)).expect("an input"),)*
                    $($output: library.output(stringify!($output)).expect("an output"),)*
                }
            }
        }

        impl Filter {
            /// Applies inputs and says what the outputs are then, before the rising edge.
            pub fn eval(&mut self, inputs: &Inputs) -> Outputs {
                $(self.model.set(self.handles.$input, inputs.$input);)*
                self.model.eval().expect("it evaluates");
                Outputs { $($output: self.model.get(self.handles.$output)),* }
            }
        }
    };
}
ports! {
    in {
        s_axi_awid s_axi_awaddr s_axi_awlen s_axi_awsize s_axi_awburst s_axi_awlock s_axi_awcache
        s_axi_awprot s_axi_awqos s_axi_awvalid s_axi_wdata s_axi_wstrb s_axi_wlast s_axi_wvalid
        s_axi_bready s_axi_arid s_axi_araddr s_axi_arlen s_axi_arsize s_axi_arburst s_axi_arlock
        s_axi_arcache s_axi_arprot s_axi_arqos s_axi_arvalid s_axi_rready
        m_axi_awready m_axi_wready m_axi_bid m_axi_bresp m_axi_bvalid m_axi_arready m_axi_rid
        m_axi_rdata m_axi_rresp m_axi_rlast m_axi_rvalid
        grant_valid grant_frame grant_fresh mask_table counter_select
    }
    out {
        s_axi_awready s_axi_wready s_axi_bid s_axi_bresp s_axi_bvalid s_axi_arready s_axi_rid
        s_axi_rdata s_axi_rresp s_axi_rlast s_axi_rvalid
        m_axi_awid m_axi_awaddr m_axi_awlen m_axi_awsize m_axi_awburst m_axi_awlock m_axi_awcache
        m_axi_awprot m_axi_awqos m_axi_awvalid m_axi_wdata m_axi_wstrb m_axi_wlast m_axi_wvalid
        m_axi_bready m_axi_arid m_axi_araddr m_axi_arlen m_axi_arsize m_axi_arburst m_axi_arlock
        m_axi_arcache m_axi_arprot m_axi_arqos m_axi_arvalid m_axi_rready
        grant_ready busy counter_value
    }
}

/// A filter under Verilator.
pub struct Filter {
    model: Model,
    /// a table's word is not what was written, if that is checked
    table_error: Option<Out<bool>>,
    clock: Clock,
    handles: Handles,
}

impl Filter {
    /// A filter out of reset, its memories random from `seed`.
    pub fn new(library: &Arc<Library>, seed: u32) -> Filter {
        Self::with(library, seed, &[])
    }

    /// The same, with arguments for the model.
    pub fn with(library: &Arc<Library>, seed: u32, plusargs: &[String]) -> Filter {
        let start = Start {
            random: Some(seed),
            plusargs: plusargs.to_vec(),
        };
        let mut model = library.model_from(&start).expect("a model");
        let clock = library.clock("clock").expect("a clock");
        let reset = library.input("reset").expect("a reset");
        let handles = Handles::of(library);
        model
            .reset(clock, reset, Level::High, 2)
            .expect("it resets");
        Filter {
            model,
            table_error: library.output("table_error_0").ok(),
            clock,
            handles,
        }
    }

    /// Whether it has found a word of its tables wrong.
    pub fn table_error(&self) -> bool {
        self.table_error.is_some_and(|port| self.model.get(port))
    }

    /// What it has printed since it was asked last.
    pub fn take_output(&mut self) -> String {
        self.model.take_output()
    }

    /// The rising edge.
    pub fn tick(&mut self) {
        self.model.tick(self.clock).expect("it evaluates");
    }
}
