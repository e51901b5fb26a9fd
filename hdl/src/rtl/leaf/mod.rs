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

use super::ast;
use super::note::SignalNote;

fn note(doc: &str, line: u32) -> SignalNote {
    SignalNote {
        doc: doc.into(),
        file: "hdl/src/rtl/leaf".into(),
        line,
        ..SignalNote::default()
    }
}

/// A module given as text, and what its instance's parameters are.
fn black_box(name: &str, text: &str, parameters: &[(&str, usize)]) -> ast::Verilog {
    let parameters = parameters
        .iter()
        .map(|(key, value)| format!(".{key}({value})"));
    let parameters: Vec<String> = parameters.collect();
    ast::Verilog::Blackbox(ast::BlackBox {
        name: format!("{name} #({})", parameters.join(", ")),
        code: text.into(),
    })
}
