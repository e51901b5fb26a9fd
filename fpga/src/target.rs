//! [`Target`]: what is known of each FPGA family, and of the tools that serve it.

use crate::tool::{NEXTPNR_ECP5, NEXTPNR_ICE40, Tool};
use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Mul};

/// An FPGA family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// Lattice ECP5.
    Ecp5,
    /// Lattice iCE40.
    Ice40,
    /// Lattice Nexus.
    Nexus,
    /// Gowin.
    Gowin,
}

/// Cells of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells {
    /// Look-up tables of four inputs (a smaller one counts as one).
    pub luts: u64,
    /// Cells of carry chains, one or two bits each, as the family has them.
    pub carries: u64,
    /// Look-up tables used as memory, in cells of the family.
    pub lut_rams: u64,
    /// Flip-flops.
    pub flip_flops: u64,
    /// Block RAMs.
    pub block_rams: u64,
    /// Multipliers.
    pub multipliers: u64,
    /// Multiplexers behind look-up tables, which cost no look-up table.
    pub wide_muxes: u64,
}

impl Add for Cells {
    type Output = Cells;

    fn add(self, other: Cells) -> Cells {
        Cells {
            luts: self.luts + other.luts,
            carries: self.carries + other.carries,
            lut_rams: self.lut_rams + other.lut_rams,
            flip_flops: self.flip_flops + other.flip_flops,
            block_rams: self.block_rams + other.block_rams,
            multipliers: self.multipliers + other.multipliers,
            wide_muxes: self.wide_muxes + other.wide_muxes,
        }
    }
}

impl AddAssign for Cells {
    fn add_assign(&mut self, other: Cells) {
        *self = *self + other;
    }
}

impl Mul<u64> for Cells {
    type Output = Cells;

    fn mul(self, times: u64) -> Cells {
        Cells {
            luts: self.luts * times,
            carries: self.carries * times,
            lut_rams: self.lut_rams * times,
            flip_flops: self.flip_flops * times,
            block_rams: self.block_rams * times,
            multipliers: self.multipliers * times,
            wide_muxes: self.wide_muxes * times,
        }
    }
}

/// Cell types of a family by kind; a type that ends in `*` stands for all that begin so.
struct Kinds {
    luts: &'static [&'static str],
    carries: &'static [&'static str],
    lut_rams: &'static [&'static str],
    flip_flops: &'static [&'static str],
    block_rams: &'static [&'static str],
    multipliers: &'static [&'static str],
    wide_muxes: &'static [&'static str],
}

const ECP5: Kinds = Kinds {
    luts: &["LUT4"],
    carries: &["CCU2C"],
    lut_rams: &["TRELLIS_DPR16X4"],
    flip_flops: &["TRELLIS_FF"],
    block_rams: &["DP16KD", "PDPW16KD"],
    multipliers: &["MULT18X18D"],
    wide_muxes: &["PFUMX", "L6MUX21"],
};
const ICE40: Kinds = Kinds {
    luts: &["SB_LUT4"],
    carries: &["SB_CARRY"],
    lut_rams: &[],
    flip_flops: &["SB_DFF*"],
    block_rams: &["SB_RAM40_4K*"],
    multipliers: &["SB_MAC16"],
    wide_muxes: &[],
};
const NEXUS: Kinds = Kinds {
    luts: &["LUT4", "INV"],
    carries: &["CCU2"],
    lut_rams: &["DPR16X4"],
    flip_flops: &["FD1P3*"],
    block_rams: &["PDP16K", "PDPSC16K", "DP16K", "PDPSC512K"],
    multipliers: &["MULTADDSUB*", "MULT*"],
    wide_muxes: &["WIDEFN9"],
};
const GOWIN: Kinds = Kinds {
    luts: &["LUT1", "LUT2", "LUT3", "LUT4"],
    carries: &["ALU"],
    lut_rams: &["RAM16S*"],
    flip_flops: &["DFF*", "DL*"],
    block_rams: &["SDPB", "SDPX9B", "DPB", "DPX9B", "SPB", "SP", "pROM*"],
    multipliers: &["MULT*"],
    wide_muxes: &["MUX2_*"],
};

impl Target {
    /// All of them.
    pub const ALL: [Target; 4] = [Target::Ecp5, Target::Ice40, Target::Nexus, Target::Gowin];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Target::Ecp5 => "ecp5",
            Target::Ice40 => "ice40",
            Target::Nexus => "nexus",
            Target::Gowin => "gowin",
        }
    }

    /// Yosys' command without the name of the top.
    pub fn synthesis(self) -> &'static str {
        match self {
            Target::Ecp5 => "synth_ecp5",
            Target::Ice40 => "synth_ice40",
            Target::Nexus => "synth_nexus",
            Target::Gowin => "synth_gowin",
        }
    }

    /// Whether look-up tables can be memory.
    pub fn has_lut_ram(self) -> bool {
        self != Target::Ice40
    }

    /// Place and route, where this project drives it.
    pub fn router(self) -> Option<Router> {
        match self {
            Target::Ecp5 => Some(Router {
                tool: NEXTPNR_ECP5,
                // LFE5U-85F in the largest package, the fastest of three speed grades last.
                options: &["--85k", "--package", "CABGA756", "--timing-allow-fail"],
                speeds: &["6", "7", "8"],
            }),
            Target::Ice40 => Some(Router {
                tool: NEXTPNR_ICE40,
                options: &["--hx8k", "--package", "ct256", "--timing-allow-fail"],
                speeds: &[],
            }),
            Target::Nexus | Target::Gowin => None,
        }
    }

    fn kinds(self) -> &'static Kinds {
        match self {
            Target::Ecp5 => &ECP5,
            Target::Ice40 => &ICE40,
            Target::Nexus => &NEXUS,
            Target::Gowin => &GOWIN,
        }
    }

    /// One cell of a type, by its kind; `None`: a kind that isn't counted, such as a pin or a constant.
    pub fn cell(self, kind: &str) -> Option<Cells> {
        let kinds = self.kinds();
        let one = |patterns: &[&str]| u64::from(patterns.iter().any(|p| matches(p, kind)));
        let cells = Cells {
            luts: one(kinds.luts),
            carries: one(kinds.carries),
            lut_rams: one(kinds.lut_rams),
            flip_flops: one(kinds.flip_flops),
            block_rams: one(kinds.block_rams),
            multipliers: one(kinds.multipliers),
            wide_muxes: one(kinds.wide_muxes),
        };
        (cells != Cells::default()).then_some(cells)
    }
}

/// Place and route of a family.
#[derive(Clone, Copy, Debug)]
pub struct Router {
    /// The tool.
    pub tool: Tool,
    /// Device and package.
    pub options: &'static [&'static str],
    /// Speed grades that can be chosen with `--speed`; none: the device says it all.
    pub speeds: &'static [&'static str],
}

fn matches(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_of_one_kind() {
        let kinds = [
            (Target::Ecp5, "LUT4"),
            (Target::Ecp5, "DP16KD"),
            (Target::Ice40, "SB_DFFESR"),
            (Target::Nexus, "FD1P3IX"),
            (Target::Nexus, "MULTADDSUB18X18WIDE"),
            (Target::Gowin, "DFFRE"),
            (Target::Gowin, "MUX2_LUT5"),
        ];
        for (target, kind) in kinds {
            let cells = target.cell(kind).unwrap_or_default();
            let all = cells.luts
                + cells.carries
                + cells.lut_rams
                + cells.flip_flops
                + cells.block_rams
                + cells.multipliers
                + cells.wide_muxes;
            assert_eq!(all, 1, "{} {kind}: {cells:?}", target.name());
        }
        assert_eq!(Target::Ecp5.cell("TRELLIS_IO"), None);
    }
}
