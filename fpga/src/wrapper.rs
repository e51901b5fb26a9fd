//! A design's ports behind registers and two pins, so that any top fits any package and its paths
//! begin and end at registers.

use memento_hdl::verilog::{Direction, EmittedModule};
use std::fmt::Write as _;

/// Name of the wrapper's module.
pub const WRAPPER: &str = "memento_wrapper";

/// The wrapper around a module, as Verilog: every input comes from a register of a shift register that
/// the pin `stimulus` feeds, every output goes to a register, and all of these fold into the pin
/// `signature`. Clock and reset are pins.
pub fn wrapper(top: &EmittedModule) -> String {
    let is_wire = |name: &str| matches!(name, "clock" | "reset" | "reset_n");
    let side = |direction: Direction| {
        let ports = top.ports.iter();
        ports.filter(move |port| port.direction == direction && !is_wire(&port.name))
    };
    let width = |direction| side(direction).map(|port| port.width).sum::<usize>();
    let (inputs, outputs) = (width(Direction::Input), width(Direction::Output));
    let reset = top.ports.iter().find(|port| port.name.starts_with("reset"));
    let reset = reset.map_or("reset", |port| port.name.as_str());

    let mut text = format!(
        "// {WRAPPER}: {} behind registers and two pins, to place and route it by itself.\n\
         \n\
         `default_nettype none\n\
         \n\
         module {WRAPPER} (\n    \
             input  wire clock,\n    \
             input  wire {reset},\n    \
             input  wire stimulus,  // one bit a cycle into the register of all inputs\n    \
             output reg  signature  // parity of the register of all outputs\n\
         );\n\n    \
             reg  [{}:0] inputs;\n    \
             wire [{}:0] outputs;\n    \
             reg  [{}:0] outputs_held;\n\n    \
             always @(posedge clock) begin\n        \
                 inputs       <= {{inputs[{}:0], stimulus}};\n        \
                 outputs_held <= outputs;\n",
        top.name,
        inputs - 1,
        outputs - 1,
        outputs - 1,
        inputs - 2
    );
    // In steps, so that the parity isn't the longest path.
    let mut from = ("outputs_held".to_owned(), outputs);
    let mut declared = String::new();
    for step in 1.. {
        let (name, bits) = from;
        if bits <= PARITY_BITS {
            let _ = writeln!(text, "        signature    <= ^{name};\n    end\n");
            break;
        }
        let folded = bits.div_ceil(PARITY_BITS);
        let next = format!("parity_{step}");
        let _ = writeln!(declared, "    reg  [{}:0] {next};", folded - 1);
        for bit in 0..folded {
            let (low, high) = (bit * PARITY_BITS, ((bit + 1) * PARITY_BITS).min(bits) - 1);
            let _ = writeln!(text, "        {next}[{bit}] <= ^{name}[{high}:{low}];");
        }
        from = (next, folded);
    }
    let at = text.find("    always").unwrap_or(text.len());
    text.insert_str(at, &format!("{declared}\n"));

    let _ = write!(
        text,
        "    {} wrapped (\n        .clock(clock),\n        .{reset}({reset})",
        top.name
    );
    for (direction, bus) in [(Direction::Input, "inputs"), (Direction::Output, "outputs")] {
        let mut low = 0;
        for port in side(direction) {
            let high = low + port.width - 1;
            let _ = write!(text, ",\n        .{}({bus}[{high}:{low}])", port.name);
            low = high + 1;
        }
    }
    text += "\n    );\n\nendmodule\n\n`default_nettype wire\n";
    text
}

/// The design of a module as an empty box, for what the wrapper alone costs.
pub fn black_box(top: &EmittedModule) -> String {
    let mut text = format!("(* blackbox *)\nmodule {} (", top.name);
    for (number, port) in top.ports.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let direction = match port.direction {
            Direction::Input => "input",
            Direction::Output => "output",
        };
        let _ = write!(
            text,
            "{comma}\n    {direction} wire [{}:0] {}",
            port.width - 1,
            port.name
        );
    }
    text += "\n);\nendmodule\n";
    text
}

/// Bits that one look-up table folds.
const PARITY_BITS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use memento_hdl::verilog::PortDescription;

    fn port(name: &str, direction: Direction, width: usize) -> PortDescription {
        PortDescription {
            name: name.to_owned(),
            direction,
            width,
            group: String::new(),
            doc: String::new(),
        }
    }

    #[test]
    fn every_port_has_its_bits() {
        let top = EmittedModule {
            name: "memento_example".to_owned(),
            file: "memento_example.sv".to_owned(),
            text: String::new(),
            ports: vec![
                port("clock", Direction::Input, 1),
                port("reset", Direction::Input, 1),
                port("request_valid", Direction::Input, 1),
                port("request_operand", Direction::Input, 8),
                port("response_value", Direction::Output, 17),
            ],
            parameters: Vec::new(),
            instances: Vec::new(),
        };
        insta::assert_snapshot!(wrapper(&top));
    }
}
