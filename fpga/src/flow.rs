//! [`Flow`]: place and route of a family down to a bitstream, and the tools that do it.

use crate::target::Target;
use crate::tool::{
    ECPPACK, GOWIN_PACK, ICEPACK, NEXTPNR_ECP5, NEXTPNR_GOWIN, NEXTPNR_ICE40, NEXTPNR_NEXUS,
    PRJOXIDE, Tool,
};

/// A word of a packer's command line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Packing {
    /// As it is.
    Word(&'static str),
    /// The file that place and route wrote.
    Routed,
    /// The bitstream.
    Bitstream,
}

/// Place and route of a family, down to a bitstream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    /// Place and route.
    pub router: Tool,
    /// Its options for the file of pins and for the file that it writes.
    pub files: fn(&str, &str) -> Vec<String>,
    /// How the name of that ends.
    pub routed: &'static str,
    /// What makes a bitstream of it.
    pub packer: Tool,
    /// Its command line.
    pub packing: &'static [Packing],
    /// How the name of the bitstream ends.
    pub ending: &'static str,
}

impl Flow {
    /// The flow of a family.
    pub fn of(target: Target) -> Flow {
        use Packing::{Bitstream, Routed, Word};
        match target {
            Target::Ecp5 => Flow {
                router: NEXTPNR_ECP5,
                files: |pins, routed| words(&["--lpf", pins, "--textcfg", routed]),
                routed: "config",
                packer: ECPPACK,
                packing: &[Word("--compress"), Routed, Bitstream],
                ending: "bit",
            },
            Target::Ice40 => Flow {
                router: NEXTPNR_ICE40,
                files: |pins, routed| words(&["--pcf", pins, "--asc", routed]),
                routed: "asc",
                packer: ICEPACK,
                packing: &[Routed, Bitstream],
                ending: "bin",
            },
            Target::Nexus => Flow {
                router: NEXTPNR_NEXUS,
                files: |pins, routed| words(&["--pdc", pins, "--fasm", routed]),
                routed: "fasm",
                packer: PRJOXIDE,
                packing: &[Word("pack"), Routed, Bitstream],
                ending: "bit",
            },
            Target::Gowin => Flow {
                router: NEXTPNR_GOWIN,
                files: |pins, routed| {
                    let cst = format!("cst={pins}");
                    words(&[
                        "--vopt",
                        "family=GW2A-18C",
                        "--vopt",
                        &cst,
                        "--write",
                        routed,
                    ])
                },
                routed: "json",
                packer: GOWIN_PACK,
                packing: &[Word("-d"), Word("GW2A-18C"), Word("-o"), Bitstream, Routed],
                ending: "fs",
            },
        }
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
