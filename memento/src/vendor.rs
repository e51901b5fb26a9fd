//! Scripts for vendors' tools, beside generated files. None of these tools is run by this project.

use crate::cli::{Dialect, Vendor};
use memento_hdl::verilog::Design;
use std::fmt::Write as _;

const VIVADO: &str = "vivado.tcl";
const XDC: &str = "memento.xdc";
const QUARTUS: &str = "quartus.tcl";
const SDC: &str = "memento.sdc";

/// Period of the clock that is asked for, in ns.
const PERIOD_NS: f64 = 10.0;

/// Of a period, what is left to the surroundings at each port, in ns.
const OUTSIDE_NS: f64 = 3.0;

/// The script of a vendor's tool and its constraints, with `banner` ahead of each.
pub fn vendor_files(
    vendor: Vendor,
    design: &Design,
    dialect: Dialect,
    banner: &str,
) -> [(&'static str, String); 2] {
    let top = design.top().map_or("", |top| &top.name);
    let reset = design.top().and_then(|top| {
        let mut ports = top.ports.iter();
        ports.find(|port| port.name.starts_with("reset"))
    });
    let reset = reset.map_or("reset", |port| port.name.as_str());
    let head = |what: &str| {
        let mut text = format!("# {what}\n#\n");
        for line in banner.lines() {
            let _ = writeln!(text, "# {line}");
        }
        text + "#\n# Not tried out: this project doesn't run the tool.\n\
                # SPDX-License-Identifier: MIT OR Apache-2.0\n\n"
    };
    let files: Vec<&str> = design
        .modules
        .iter()
        .map(|module| module.file.as_str())
        .collect();
    match vendor {
        Vendor::Vivado => [
            (
                VIVADO,
                head("Vivado, batch mode: vivado -mode batch -source vivado.tcl -tclargs PART TOP")
                    + &vivado(&files, top, dialect),
            ),
            (
                XDC,
                head("Timing of a part of a design: no pins. Read by vivado.tcl.")
                    + &timing(
                        "[get_ports -filter {DIRECTION == IN && NAME != clock}]",
                        reset,
                    ),
            ),
        ],
        Vendor::Quartus => [
            (
                QUARTUS,
                head("Quartus: quartus_sh -t quartus.tcl FAMILY DEVICE TOP")
                    + &quartus(&files, top, dialect),
            ),
            (
                SDC,
                head("Timing of a part of a design: no pins. Read by quartus.tcl's project.")
                    + &timing(
                        "[remove_from_collection [all_inputs] [get_ports clock]]",
                        reset,
                    ),
            ),
        ],
    }
}

fn vivado(files: &[&str], top: &str, dialect: Dialect) -> String {
    let language = match dialect {
        Dialect::SystemVerilog => "read_verilog -sv",
        Dialect::Verilog2005 => "read_verilog",
    };
    format!(
        "set here [file dirname [file normalize [info script]]]\n\
         set part [expr {{$argc > 0 ? [lindex $argv 0] : \"xc7a100tcsg324-1\"}}]\n\
         set top  [expr {{$argc > 1 ? [lindex $argv 1] : \"{top}\"}}]\n\
         \n\
         create_project -in_memory -part $part\n\
         foreach file {{\n{}}} {{\n    {language} [file join $here $file]\n}}\n\
         \n\
         # Out of context: the ports are another module's, not pins.\n\
         read_xdc -mode out_of_context [file join $here {XDC}]\n\
         synth_design -top $top -part $part -mode out_of_context\n\
         report_utilization -hierarchical -file $top-cells.txt\n\
         opt_design\n\
         place_design\n\
         route_design\n\
         report_timing_summary -file $top-timing.txt\n\
         write_checkpoint -force $top.dcp\n",
        listed(files)
    )
}

fn quartus(files: &[&str], top: &str, dialect: Dialect) -> String {
    let kind = match dialect {
        Dialect::SystemVerilog => "SYSTEMVERILOG_FILE",
        Dialect::Verilog2005 => "VERILOG_FILE",
    };
    format!(
        "load_package flow\n\
         \n\
         set here [file dirname [file normalize [info script]]]\n\
         set words  [expr {{[info exists quartus(args)] ? $quartus(args) : $argv}}]\n\
         set family [expr {{[llength $words] > 0 ? [lindex $words 0] : \"Cyclone V\"}}]\n\
         set device [expr {{[llength $words] > 1 ? [lindex $words 1] : \"5CSEBA6U23I7\"}}]\n\
         set top    [expr {{[llength $words] > 2 ? [lindex $words 2] : \"{top}\"}}]\n\
         \n\
         project_new $top -overwrite\n\
         set_global_assignment -name FAMILY $family\n\
         set_global_assignment -name DEVICE $device\n\
         set_global_assignment -name TOP_LEVEL_ENTITY $top\n\
         foreach file {{\n{}}} {{\n    set_global_assignment -name {kind} [file join $here $file]\n}}\n\
         set_global_assignment -name SDC_FILE [file join $here {SDC}]\n\
         \n\
         # The ports are another module's, not pins, of which there would be too few. The clock is one.\n\
         set_instance_assignment -name VIRTUAL_PIN ON -to *\n\
         set_instance_assignment -name VIRTUAL_PIN OFF -to clock\n\
         \n\
         execute_flow -compile\n\
         project_close\n",
        listed(files)
    )
}

fn listed(files: &[&str]) -> String {
    let lines = files.iter().map(|file| format!("    {file}\n"));
    lines.collect()
}

/// Constraints, in what both tools have alike; `inputs` is all of them but the clock.
fn timing(inputs: &str, reset: &str) -> String {
    format!(
        "# The only clock: every flip-flop and memory is clocked by its rising edge. {:.0} MHz is what is asked for, not what\n\
         # was reached; nothing in the design depends on it.\n\
         create_clock -name clock -period {PERIOD_NS:.3} [get_ports clock]\n\
         \n\
         # Ports are those of modules that the same clock drives. They get {:.0} % of the period ahead of an input and\n\
         # {:.0} % behind an output: a flip-flop, a level or two of logic and the way. The rest is left for this side, and\n\
         # for both ends together where a path goes from an input to an output, as from counter_select to counter_value.\n\
                  set_input_delay  -clock clock -max {OUTSIDE_NS:.3} {inputs}\n\
         set_output_delay -clock clock -max {OUTSIDE_NS:.3} [all_outputs]\n\
         # Hold is met by whatever flip-flop drives a port, as both have the same clock.\n\
         set_input_delay  -clock clock -min 0.000 {inputs}\n\
         set_output_delay -clock clock -min 0.000 [all_outputs]\n\
         \n\
         # No false path and no path of several cycles: {reset} is synchronous and is timed as any input, and there is no\n\
         # second clock. A reset from a pin needs two flip-flops ahead of it, outside of this part.\n",
        1000.0 / PERIOD_NS,
        100.0 * OUTSIDE_NS / PERIOD_NS,
        100.0 * OUTSIDE_NS / PERIOD_NS
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::emit_tops;
    use memento_config::Config;

    #[test]
    fn scripts_and_constraints_of_tiny() {
        let config = Config::preset("tiny").unwrap();
        for (vendor, dialect) in [
            (Vendor::Vivado, Dialect::SystemVerilog),
            (Vendor::Quartus, Dialect::Verilog2005),
        ] {
            let (design, _) = emit_tops(&config, dialect, String::new()).unwrap();
            let [script, constraints] = vendor_files(vendor, &design, dialect, "Origin.\n");
            // Which modules there are is of no interest here.
            let of_modules = |line: &&str| !line.starts_with("    memento_");
            let script: Vec<&str> = script.1.lines().filter(of_modules).collect();
            insta::assert_snapshot!(
                format!("{vendor:?}"),
                format!("{}\n\n{}", script.join("\n"), constraints.1)
            );
        }
    }
}
