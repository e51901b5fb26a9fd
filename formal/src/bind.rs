//! Putting instances of property modules into a copy of an emitted module.
//!
//! Yosys' own reader has no `bind`. An instance, connected by name, just ahead of `endmodule` in a
//! copy of the module's text is the same: it reads signals and drives none.

use crate::error::Error;
use crate::groups::{Binding, Group};
use crate::properties::PropertyFile;
use memento_hdl::verilog::{Design, Direction, EmittedModule};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A module with its properties, as files for Yosys and the script that reads them.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Files: name and text.
    pub files: Vec<(String, String)>,
    /// Commands up to the flat design.
    pub script: String,
    /// The module.
    pub target: EmittedModule,
    /// Instances of property modules: name and file.
    pub instances: Vec<(String, PropertyFile)>,
    /// Ports of them that are joined with what is inside.
    pub far: Vec<Far>,
}

/// A port of an instance that is joined with signals inside the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Far {
    /// The instance.
    pub instance: String,
    /// Its port.
    pub port: String,
    /// Paths of signals, joined by commas, the highest first.
    pub from: String,
}

/// Binds a group's properties to the design.
///
/// # Errors
/// The design has no such module.
pub fn bind(group: &Group, design: &Design) -> Result<Bound, Error> {
    let target = group.find(design)?;
    let reset = target
        .ports
        .iter()
        .find(|port| port.name.starts_with("reset"));
    let reset = match reset.map(|port| port.name.as_str()) {
        Some("reset_n") => "!reset_n",
        Some(_) => "reset",
        None => "1'b0",
    };
    let mut bodies = String::new();
    let clocked = target.ports.iter().any(|port| port.name == "clock");
    if clocked && reset != "1'b0" {
        let _ = write!(
            bodies,
            "    // Everything begins with a reset.\n    \
             reg formal_begun = 1'b0;\n    \
             always @(posedge clock) formal_begun <= 1'b1;\n    \
             always @* assume (formal_begun || {reset});\n"
        );
    }
    let mut instances = Vec::new();
    let mut far: Vec<Far> = Vec::new();
    for binding in group.bindings {
        let file = PropertyFile::read(binding.text);
        bodies += &instance(group, binding, &file, (design, target), reset, &mut far);
        instances.push((binding.instance.to_owned(), file));
    }
    if group.channels {
        for channel in channels(target) {
            let file = PropertyFile::read(VALID_READY);
            bodies += &channel.instance(reset);
            instances.push((channel.instance_name(), file));
        }
    }

    let reached = reached(design, target, group);
    let mut files: Vec<(String, String)> = Vec::new();
    let mut written = BTreeSet::new();
    for (_, file) in &instances {
        if written.insert(file.module.clone()) {
            files.push((format!("{}.sv", file.module), file.text.to_owned()));
        }
    }
    for module in &design.modules {
        if !reached.contains(module.name.as_str()) {
            continue;
        }
        let text = if module.name == target.name {
            let end = module.text.rfind("endmodule").unwrap_or(module.text.len());
            let (body, rest) = module.text.split_at(end);
            format!("{body}{bodies}{rest}")
        } else if group.cut.contains(&module.name.as_str()) {
            left_open(&module.text)
        } else {
            module.text.clone()
        };
        files.push((module.file.clone(), text));
    }
    let mut script = "read_verilog -sv -formal".to_owned();
    for (name, _) in &files {
        let _ = write!(script, " {name}");
    }
    let _ = write!(
        script,
        "\nhierarchy -check -top {}\nproc\nflatten\nmemory_dff\nmemory_map\n",
        target.name,
    );
    for join in &far {
        let _ = writeln!(
            script,
            "connect -nounset -nomap -set {}.{} {}",
            join.instance, join.port, join.from
        );
    }
    Ok(Bound {
        files,
        script,
        target: target.clone(),
        instances,
        far,
    })
}

/// The text of a module that is left open: its ports, the outputs free in every cycle, and nothing else.
fn left_open(text: &str) -> String {
    let end = text.find("\n);").map_or(0, |at| at + "\n);\n".len());
    let mut open = text[..end].to_owned();
    for line in text[..end].lines().map(str::trim_start) {
        let Some(rest) = line.strip_prefix("output ") else {
            continue;
        };
        let rest = rest.split("//").next().unwrap_or_default();
        let declared = rest.trim().trim_end_matches(',').trim_end();
        let name = declared.rsplit(' ').next().unwrap_or_default();
        let width = match (declared.find('['), declared.rfind(']')) {
            (Some(from), Some(to)) => &declared[from..=to],
            _ => "",
        };
        let _ = writeln!(
            open,
            "    (* anyseq *) wire {width} open_{name};\n    always @* {name} = open_{name};"
        );
    }
    open + "endmodule\n\n`default_nettype wire\n"
}

/// Modules below `target`, itself included; those that are cut have no modules below them.
fn reached<'a>(design: &'a Design, target: &'a EmittedModule, group: &Group) -> BTreeSet<&'a str> {
    let by_name: BTreeMap<&str, &EmittedModule> = design
        .modules
        .iter()
        .map(|m| (m.name.as_str(), m))
        .collect();
    let mut reached = BTreeSet::new();
    let mut open = vec![target.name.as_str()];
    open.extend(group.beside);
    while let Some(name) = open.pop() {
        if reached.insert(name)
            && !group.cut.contains(&name)
            && let Some(module) = by_name.get(name)
        {
            open.extend(module.instances.iter().map(|i| {
                // Leaves carry their arguments.
                i.module.split_whitespace().next().unwrap_or_default()
            }));
        }
    }
    reached
}

/// The text of an instance. Ports whose name has `__` are signals of an instance inside: `a__b` is
/// `b` of the instance `a`, joined once the design is flat.
fn instance(
    group: &Group,
    binding: &Binding,
    file: &PropertyFile,
    (design, target): (&Design, &EmittedModule),
    reset: &str,
    far: &mut Vec<Far>,
) -> String {
    let mut parameters = Vec::new();
    for name in &file.parameters {
        let stated = binding
            .constants
            .iter()
            .find(|(constant, _)| constant == name);
        let beside = design
            .modules
            .iter()
            .filter(|m| group.beside.contains(&m.name.as_str()));
        let noted = [target]
            .into_iter()
            .chain(beside)
            .flat_map(|module| &module.parameters)
            .find(|note| note.name.to_uppercase() == *name);
        match (stated, noted) {
            (Some((_, value)), _) => parameters.push(format!(".{name}({value})")),
            (None, Some(note)) => parameters.push(format!(".{name}({})", note.value)),
            (None, None) => {}
        }
    }
    let mut ports = Vec::new();
    for port in &file.ports {
        if let Some((path, signal)) = port.rsplit_once("__") {
            let path = path.replace("__", ".");
            let from = if signal == "words" {
                let depth = memory_depth(design, target, &path);
                let dot = if path.is_empty() { "" } else { "." };
                let words: Vec<String> = (0..depth)
                    .rev()
                    .map(|i| format!("{path}{dot}words[{i}]"))
                    .collect();
                words.join(",")
            } else {
                format!("{path}.{signal}")
            };
            far.push(Far {
                instance: binding.instance.to_owned(),
                port: port.clone(),
                from,
            });
            continue;
        }
        let connected = binding.connect.iter().find(|(name, _)| name == port);
        let from = match (connected, port.as_str()) {
            (Some((_, expression)), _) => match expression.strip_suffix('*') {
                Some(prefix) => all(target, prefix),
                None => (*expression).to_owned(),
            },
            (None, "reset") => reset.to_owned(),
            (None, name) => name.to_owned(),
        };
        ports.push(format!("        .{port}({from})"));
    }
    format!(
        "    {} #({}) {} (\n{}\n    );\n",
        file.module,
        parameters.join(", "),
        binding.instance,
        ports.join(",\n")
    )
}

/// All ports `prefix0`, `prefix1`, .. side by side, the first lowest.
fn all(target: &EmittedModule, prefix: &str) -> String {
    let numbered = target.ports.iter().filter(|port| {
        let number = port.name.strip_prefix(prefix);
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let names: Vec<&str> = numbered.map(|port| port.name.as_str()).rev().collect();
    format!("{{{}}}", names.join(", "))
}

/// Words of the memory in an instance of `memento_lut_ram` or `memento_block_ram`, as its parent's text has it; the
/// path names the instances down to it, joined by dots. Without a path it is the target's own, as large as it is by default.
fn memory_depth(design: &Design, target: &EmittedModule, path: &str) -> usize {
    if path.is_empty() {
        return number_behind(&target.text, "DEPTH = ");
    }
    let Some((child, rest)) = path.split_once('.') else {
        return stated_depth(&target.text, path);
    };
    let instance = target
        .instances
        .iter()
        .find(|instance| instance.name == child);
    let module = instance.and_then(|instance| {
        design
            .modules
            .iter()
            .find(|module| module.name == instance.module)
    });
    module.map_or(0, |module| memory_depth(design, module, rest))
}

fn stated_depth(text: &str, instance: &str) -> usize {
    let end = text.find(&format!(") {instance} (")).unwrap_or(0);
    let start = text[..end].rfind(".DEPTH(").unwrap_or(end);
    number_behind(&text[start..], ".DEPTH(")
}

/// The number that stands behind the first of these words; 0 if there is none.
fn number_behind(text: &str, words: &str) -> usize {
    let start = text.find(words).map_or(text.len(), |at| at + words.len());
    let digits: String = text[start..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(0)
}

/// What every valid/ready channel keeps.
pub const VALID_READY: &str = include_str!("../properties/valid_ready.sv");

/// A valid/ready channel of a module's ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Name of its ports, without `valid`.
    pub name: String,
    /// The port that offers.
    pub valid: String,
    /// The port that takes.
    pub ready: String,
    /// Whether the module offers.
    pub offered: bool,
    /// What is offered.
    pub payload: Vec<String>,
}

impl Channel {
    fn instance_name(&self) -> String {
        format!("channel_{}", self.name)
    }

    fn instance(&self, reset: &str) -> String {
        let (valid, ready) = (&self.valid, &self.ready);
        let payload = if self.payload.is_empty() {
            "1'b0".to_owned()
        } else {
            self.payload.join(", ")
        };
        format!(
            "    memento_valid_ready #(.ASSUMED({}), .WIDTH($bits({{{payload}}}))) {} (\n        \
             .clock(clock), .reset({reset}), .valid({valid}), .ready({ready}), \
             .payload({{{payload}}})\n    );\n",
            u8::from(!self.offered),
            self.instance_name(),
        )
    }
}

/// The valid/ready channels of a module: ports `x_valid` and `x_ready`, and what stands beside them.
pub fn channels(module: &EmittedModule) -> Vec<Channel> {
    let mut channels = Vec::new();
    for port in &module.ports {
        // `frame_valid`, `line_read_data_valid_0`, `m_axi_awvalid`.
        let Some((name, suffix)) = port.name.rsplit_once("valid") else {
            continue;
        };
        let number = suffix.strip_prefix('_').unwrap_or(suffix);
        let ready = format!("{name}ready{suffix}");
        if !number.bytes().all(|byte| byte.is_ascii_digit())
            || !module.ports.iter().any(|other| other.name == ready)
        {
            continue;
        }
        let beside = module.ports.iter().filter(|other| {
            other.group == port.group
                && other.direction == port.direction
                && other.name != port.name
                && other.name.ends_with(suffix)
                && !other.name.ends_with("_done")
                && !other.name.ends_with(&format!("ready{suffix}"))
        });
        channels.push(Channel {
            name: format!("{}{suffix}", name.trim_end_matches('_')),
            valid: port.name.clone(),
            ready,
            offered: port.direction == Direction::Output,
            payload: beside.map(|other| other.name.clone()).collect(),
        });
    }
    channels
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_hdl::verilog::InstanceDescription;

    fn module(name: &str, text: &str, instances: &[(&str, &str)]) -> EmittedModule {
        let instances = instances.iter().map(|(name, module)| InstanceDescription {
            name: (*name).into(),
            module: (*module).into(),
        });
        EmittedModule {
            name: name.into(),
            file: format!("{name}.sv"),
            text: text.into(),
            ports: Vec::new(),
            parameters: Vec::new(),
            instances: instances.collect(),
        }
    }

    #[test]
    fn outputs_of_what_is_left_open_are_free() {
        let text = "module m (\n    input  wire a, // in\n    output logic [3:0] b, // out\n    \
                    output logic c // out\n);\n    assign b = {4{a}};\nendmodule\n\n`default_nettype wire\n";
        assert_eq!(
            left_open(text),
            "module m (\n    input  wire a, // in\n    output logic [3:0] b, // out\n    \
             output logic c // out\n);\n    (* anyseq *) wire [3:0] open_b;\n    always @* b = open_b;\n    \
             (* anyseq *) wire  open_c;\n    always @* c = open_c;\nendmodule\n\n`default_nettype wire\n"
        );
    }

    #[test]
    fn memories_are_found_at_any_depth() {
        let ram = "memento_lut_ram #(.WIDTH(4), .DEPTH(8)) counts (\n";
        let child = module("child", ram, &[("counts", "memento_lut_ram")]);
        let ram = "memento_lut_ram #(.WIDTH(4), .DEPTH(16)) tags (\n";
        let parent = module("parent", ram, &[("inner", "child")]);
        let design = Design {
            modules: vec![child, parent.clone()],
        };
        assert_eq!(memory_depth(&design, &parent, "tags"), 16);
        assert_eq!(memory_depth(&design, &parent, "inner.counts"), 8);
        assert_eq!(memory_depth(&design, &parent, "other.counts"), 0);
        let ram = module(
            "ram",
            "#(\n    parameter integer DEPTH = 32, // words\n",
            &[],
        );
        assert_eq!(memory_depth(&design, &ram, ""), 32);
    }
}
