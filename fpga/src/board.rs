//! [`Board`]: what is known of each board, and the module between its pins and the self-test.

use crate::demo::{Demo, DemoPlan, demo};
use crate::error::FpgaError;
use crate::target::Target;
use memento_config::Config;
use memento_hdl::Geometry;
use memento_hdl::demo::self_test::SelfTest;
use memento_hdl::verilog::{Design, EmittedModule, Options, Reset, emit};
use std::fmt::Write as _;

/// Name of the module whose ports are a board's pins.
pub const BOARD_MODULE: &str = "memento_board";

/// Name of the self-test's module.
pub const DEMO_MODULE: &str = "memento_demo";

/// The memories that are read in the same cycle, as they are built for iCE40.
const ICE40_LUT_RAM: &str = include_str!("memento_lut_ram_ice40.v");

/// A board.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// As it is typed.
    pub name: &'static str,
    /// As it is called.
    pub title: &'static str,
    /// Family of its FPGA.
    pub target: Target,
    /// Its FPGA and package, as nextpnr's options.
    pub device: &'static [&'static str],
    /// Frequency of its oscillator, in Hz.
    pub clock_hz: u32,
    /// File of its pins in `constraints`.
    pub constraints: &'static str,
    /// Its text.
    pub pins: &'static str,
    /// Level of its button while it is pressed; `None`: it has none.
    pub button: Option<Level>,
    /// Its lamps: how many of pass, fail, busy and beat there are.
    pub lamps: usize,
    /// Level at which they are lit.
    pub lit: Level,
    /// It has a pin that is to be held high.
    pub held_high: bool,
    /// Preset that is built unless another is asked for.
    pub preset: &'static str,
    /// Operations of the self-test's program, a power of two.
    pub operations: usize,
}

/// Level of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Low.
    Low,
    /// High.
    High,
}

/// All boards.
pub const BOARDS: [Board; 5] = [
    Board {
        name: "ulx3s",
        title: "ULX3S, LFE5U-85F",
        target: Target::Ecp5,
        device: &["--85k", "--package", "CABGA381", "--speed", "6"],
        clock_hz: 25_000_000,
        constraints: "ulx3s.lpf",
        pins: include_str!("../../constraints/ulx3s.lpf"),
        button: Some(Level::High),
        lamps: 4,
        lit: Level::High,
        held_high: true,
        preset: "default",
        operations: 4096,
    },
    Board {
        name: "hx8k",
        title: "iCE40-HX8K breakout board",
        target: Target::Ice40,
        device: &["--hx8k", "--package", "ct256"],
        clock_hz: 12_000_000,
        constraints: "hx8k.pcf",
        pins: include_str!("../../constraints/hx8k.pcf"),
        button: None,
        lamps: 4,
        lit: Level::High,
        held_high: false,
        preset: "tiny",
        operations: 512,
    },
    Board {
        name: "icebreaker",
        title: "iCEBreaker, iCE40UP5K",
        target: Target::Ice40,
        device: &["--up5k", "--package", "sg48"],
        clock_hz: 12_000_000,
        constraints: "icebreaker.pcf",
        pins: include_str!("../../constraints/icebreaker.pcf"),
        button: Some(Level::Low),
        lamps: 2,
        lit: Level::Low,
        held_high: false,
        preset: "tiny",
        operations: 512,
    },
    Board {
        name: "tang-nano-20k",
        title: "Tang Nano 20K, GW2AR-18",
        target: Target::Gowin,
        device: &["--device", "GW2AR-LV18QN88C8/I7"],
        clock_hz: 27_000_000,
        constraints: "tang_nano_20k.cst",
        pins: include_str!("../../constraints/tang_nano_20k.cst"),
        button: Some(Level::High),
        lamps: 4,
        lit: Level::Low,
        held_high: false,
        preset: "tiny",
        operations: 512,
    },
    Board {
        name: "crosslink-nx-evn",
        title: "CrossLink-NX evaluation board, LIFCL-40",
        target: Target::Nexus,
        device: &["--device", "LIFCL-40-9BG400C"],
        clock_hz: 12_000_000,
        constraints: "crosslink_nx_evn.pdc",
        pins: include_str!("../../constraints/crosslink_nx_evn.pdc"),
        button: Some(Level::Low),
        lamps: 4,
        lit: Level::Low,
        held_high: false,
        preset: "tiny",
        operations: 512,
    },
];

impl Board {
    /// The board of a name.
    pub fn named(name: &str) -> Option<&'static Board> {
        BOARDS.iter().find(|board| board.name == name)
    }

    /// The self-test of a configuration on this board.
    pub fn plan(&self, name: String) -> DemoPlan {
        DemoPlan {
            name,
            operations: self.operations,
            seed: 1,
            clock_hz: self.clock_hz,
        }
    }

    /// The self-test of a configuration for this board, as a design whose top's ports are the board's pins.
    ///
    /// # Errors
    /// [`FpgaError::NoDemo`], [`FpgaError::Emit`].
    pub fn design(
        &self,
        config: &Config,
        plan: &DemoPlan,
        options: &Options,
    ) -> Result<(Design, Demo), FpgaError> {
        let demo = demo(config, plan)?;
        let mut design = emit(&SelfTest::new(&Geometry::new(config), &demo.image), options)?;
        if self.target == Target::Ice40 {
            for module in &mut design.modules {
                if module.name == "memento_lut_ram" {
                    ICE40_LUT_RAM.clone_into(&mut module.text);
                }
            }
        }
        design.modules.push(EmittedModule {
            name: BOARD_MODULE.to_owned(),
            file: format!("{BOARD_MODULE}.v"),
            text: self.module(options.reset),
            ports: Vec::new(),
            parameters: Vec::new(),
            instances: Vec::new(),
        });
        Ok((design, demo))
    }

    /// The module between the board's pins and a self-test, as Verilog: reset after power-up and by the
    /// button, and the lamps' level.
    pub fn module(&self, reset: Reset) -> String {
        let mut ports = vec!["input  wire clock".to_owned()];
        ports.extend(self.button.map(|_| "input  wire button".to_owned()));
        ports.push("output wire uart_tx".to_owned());
        ports.push(format!("output wire [{}:0] led", self.lamps - 1));
        ports.extend(self.held_high.then(|| "output wire held_high".to_owned()));
        let lamps = ["pass", "fail", "busy", "beat"];
        let lamps: Vec<&str> = lamps.into_iter().take(self.lamps).rev().collect();
        let unused = &["pass", "fail", "busy", "beat"][self.lamps..];
        let pressed = match self.button {
            None => None,
            Some(Level::High) => Some("button"),
            Some(Level::Low) => Some("!button"),
        };
        let mut text = format!(
            "// {BOARD_MODULE}: the self-test {DEMO_MODULE} on the pins of the board {}.\n\
             //\n\
             // Reset: 8 cycles after power-up, when flip-flops are 0 as the initial values say{}.\n\
             //\n\
             // SPDX-License-Identifier: MIT OR Apache-2.0\n\
             \n\
             `default_nettype none\n\
             \n\
             module {BOARD_MODULE} (\n    {}\n);\n\n",
            self.title,
            match pressed {
                None => "",
                Some(_) => ", and while the button is pressed",
            },
            ports.join(",\n    ")
        );
        let _ = writeln!(
            text,
            "    // Cycles since power-up, up to 8.\n    reg [3:0] settled;\n    initial settled = 4'd0;"
        );
        match pressed {
            None => {
                let _ = write!(
                    text,
                    "\n    always @(posedge clock) begin\n        \
                     if (!settled[3]) settled <= settled + 4'd1;\n    end\n"
                );
            }
            Some(level) => {
                let _ = write!(
                    text,
                    "    // The button, through two flip-flops, as it knows no clock.\n    \
                     reg [1:0] pressed;\n    initial pressed = 2'd0;\n\n    \
                     always @(posedge clock) begin\n        \
                     pressed <= {{pressed[0], {level}}};\n        \
                     if (pressed[1]) settled <= 4'd0;\n        \
                     else if (!settled[3]) settled <= settled + 4'd1;\n    end\n"
                );
            }
        }
        let (port, level) = match reset {
            Reset::ActiveHigh => ("reset", "!settled[3]"),
            Reset::ActiveLow => ("reset_n", "settled[3]"),
        };
        let lit = match self.lit {
            Level::High => "",
            Level::Low => "~",
        };
        let _ = write!(
            text,
            "\n    wire pass, fail, busy, beat;\n\n    \
             {DEMO_MODULE} demo (\n        \
             .clock(clock),\n        .{port}({level}),\n        .uart_tx(uart_tx),\n        \
             .pass(pass),\n        .fail(fail),\n        .busy(busy),\n        .beat(beat)\n    );\n\n    \
             assign led = {lit}{{{}}};\n",
            lamps.join(", ")
        );
        if self.held_high {
            text += "    assign held_high = 1'b1;\n";
        }
        if !unused.is_empty() {
            let _ = write!(
                text,
                "\n    // Lamps that the board lacks.\n    wire unused = &{{1'b0, {}}};\n",
                unused.join(", ")
            );
        }
        text += "\nendmodule\n\n`default_nettype wire\n";
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_boards() {
        let texts: Vec<String> = ["ulx3s", "hx8k", "icebreaker"]
            .into_iter()
            .filter_map(Board::named)
            .map(|board| board.module(Reset::ActiveHigh))
            .collect();
        insta::assert_snapshot!(texts.join("\n"));
    }

    /// Every port has a pin, and every pin that is named is a port's.
    #[test]
    fn ports_and_pins_agree() {
        for board in &BOARDS {
            let mut ports = vec!["clock".to_owned(), "uart_tx".to_owned()];
            ports.extend(board.button.map(|_| "button".to_owned()));
            ports.extend(board.held_high.then(|| "held_high".to_owned()));
            ports.extend((0..board.lamps).map(|lamp| format!("led[{lamp}]")));
            ports.sort();
            let mut named = located(board.pins);
            named.sort();
            assert_eq!(named, ports, "{}", board.constraints);
        }
    }

    /// The ports that a file of pins puts somewhere, in any of the formats.
    fn located(pins: &str) -> Vec<String> {
        let lines = pins.lines();
        let found = lines.filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["LOCATE", "COMP", port, ..] | ["IO_LOC", port, ..] => Some(*port),
                ["set_io", port, ..] => Some(*port),
                ["ldc_set_location", .., port] => port.strip_suffix("]"),
                _ => None,
            }
        });
        found
            .map(|port| port.trim_matches(['"', '{', '}']).to_owned())
            .collect()
    }
}
