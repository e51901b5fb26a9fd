//! A counterexample in words: what was transferred at the module's ports, cycle by cycle.

use memento_hdl::verilog::{Direction, EmittedModule};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Time between two cycles in the waveforms.
const CYCLE: u64 = 10;

/// The operations that a waveform (VCD) shows at the module's ports, a line each.
pub fn operations(vcd: &str, module: &EmittedModule) -> Vec<String> {
    let values = Values::read(vcd, &module.name);
    let mut lines = Vec::new();
    for cycle in 0..values.cycles {
        for port in &module.ports {
            let Some(said) = transfer(module, &port.name, port.direction, &values, cycle) else {
                continue;
            };
            lines.push(format!("cycle {cycle}: {said}"));
        }
    }
    lines
}

/// What a port's channel transfers in a cycle, or that a lone signal is up.
fn transfer(
    module: &EmittedModule,
    port: &str,
    direction: Direction,
    values: &Values,
    cycle: u64,
) -> Option<String> {
    let up = |name: &str| values.at(name, cycle) == Some("1");
    let channels = super::bind::channels(module);
    if let Some(channel) = channels.iter().find(|channel| channel.valid == port) {
        if !up(port) || !up(&channel.ready) {
            return None;
        }
        let way = match direction {
            Direction::Input => "takes",
            Direction::Output => "gives",
        };
        let mut text = format!("{} {way} {}:", module.name, channel.name);
        for signal in &channel.payload {
            let value = values.at(signal, cycle).unwrap_or("x");
            let _ = write!(text, " {signal}={}", hex(value));
        }
        return Some(text);
    }
    let lone = port.ends_with("_done") || port == "reset" || port == "reset_n";
    (lone && up(port)).then(|| format!("{port} is up"))
}

fn hex(bits: &str) -> String {
    u128::from_str_radix(bits, 2).map_or_else(|_| bits.to_owned(), |value| format!("0x{value:x}"))
}

/// Values of a module's signals, those of what is inside too: `a.b` is `b` of the instance `a`, `a.words[3]` a word of its
/// memory.
pub(crate) struct Values {
    signals: BTreeMap<String, BTreeMap<u64, String>>,
    /// States that the waveform shows.
    pub cycles: u64,
}

impl Values {
    /// The values in a waveform (VCD) of the solvers' driver, below the module's scope.
    pub fn read(vcd: &str, top: &str) -> Values {
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut signals: BTreeMap<String, BTreeMap<u64, String>> = BTreeMap::new();
        let (mut scope, mut time) = (Vec::new(), 0);
        for line in vcd.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["$scope", _, name, ..] => scope.push(*name),
                ["$upscope", ..] => {
                    scope.pop();
                }
                ["$var", _, _, id, name, ..] if scope.first() == Some(&top) => {
                    let path = scope[1..].iter().chain([name]).copied().collect::<Vec<_>>();
                    // Words have their numbers in angle brackets.
                    let path = path.join(".").replace('<', "[").replace('>', "]");
                    names.entry(id).or_default().push(path);
                }
                [one] if one.starts_with('#') => time = one[1..].parse().unwrap_or(time),
                [value, id] if value.starts_with('b') => {
                    for name in names.get(id).into_iter().flatten() {
                        let values = signals.entry(name.clone()).or_default();
                        values.insert(time, value[1..].to_owned());
                    }
                }
                _ => {}
            }
        }
        Values {
            signals,
            cycles: time / CYCLE,
        }
    }

    /// Paths of all signals.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.signals.keys().map(String::as_str)
    }

    /// A signal's value in a cycle, in binary digits, the highest first.
    pub fn at(&self, name: &str, cycle: u64) -> Option<&str> {
        let values = self.signals.get(name)?;
        values
            .range(..=cycle * CYCLE)
            .next_back()
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_hdl::verilog::PortDescription;

    #[test]
    fn transfers_are_told() {
        let port = |name: &str, direction, width| PortDescription {
            name: name.into(),
            direction,
            width,
            group: "Frame: valid/ready".into(),
            doc: String::new(),
        };
        let module = EmittedModule {
            name: "m".into(),
            file: String::new(),
            text: String::new(),
            ports: vec![
                port("frame_valid", Direction::Input, 1),
                port("frame_ready", Direction::Output, 1),
                port("frame", Direction::Input, 10),
            ],
            parameters: Vec::new(),
            instances: Vec::new(),
        };
        let vcd = "$scope module m $end\n$var integer 1 a frame_valid $end\n\
                   $scope module queue $end\n$var integer 10 c words<2> $end\n$upscope $end\n\
                   $var integer 1 b frame_ready $end\n$var integer 10 c frame $end\n\
                   $upscope $end\n#0\nb0 a\nb1 b\nb0000001010 c\n#10\nb1 a\n#20\nb0 b\n#30\n";
        assert_eq!(
            operations(vcd, &module),
            ["cycle 1: m takes frame: frame=0xa"]
        );
        let values = Values::read(vcd, "m");
        assert_eq!(values.at("queue.words[2]", 1), Some("0000001010"));
    }
}
