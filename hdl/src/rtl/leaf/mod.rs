//! Leaves: the blocks that are Verilog text, with Verilog parameters, beside a Rust simulation.
//!
//! Memories are here because synthesis tools recognise them by how they are written; the encoder
//! because a parametric loop says it best. Everything else is described with [`crate::module!`].

mod block_ram;
mod lut_ram;
mod onehot_encoder;

pub use block_ram::BlockRam;
pub use lut_ram::LutRam;
pub use onehot_encoder::OnehotEncoder;

use super::note::SignalNote;

fn note(doc: &str, line: u32) -> SignalNote {
    SignalNote {
        doc: doc.into(),
        file: "hdl/src/rtl/leaf".into(),
        line,
        ..SignalNote::default()
    }
}

/// Implements `Block` for a leaf: its ports, its Verilog file, and the parameters of the instance.
macro_rules! leaf {
    ([$($generics:tt)*] $type:ty, [$($port:ident),*], $file:literal, |$self:ident| [$($key:literal = $value:expr),*]) => {
        impl<$($generics)*> crate::rtl::Block for $type {
            fn connect_all(&mut self) {}
            fn update_all(&mut self) {
                use crate::rtl::Logic as _;
                self.update();
                $(self.$port.update_all();)*
            }
            fn has_changed(&self) -> bool {
                false $(|| self.$port.has_changed())*
            }
            fn accept(&self, name: &str, probe: &mut dyn crate::rtl::Probe) {
                probe.visit_start_scope(name, self);
                $(self.$port.accept(stringify!($port), probe);)*
                probe.visit_end_scope(name, self);
            }
        }
        impl<$($generics)*> $type {
            /// The file's text and this instance's `module #(parameters)`.
            fn black_box(&$self) -> rust_hdl::core::ast::Verilog {
                let parameters: Vec<String> = vec![$(format!(".{}({})", $key, $value)),*];
                rust_hdl::core::ast::Verilog::Blackbox(rust_hdl::core::ast::BlackBox {
                    name: format!("{} #({})", $file, parameters.join(", ")),
                    code: include_str!(concat!($file, ".v")).into(),
                })
            }
        }
    };
}
use leaf;
