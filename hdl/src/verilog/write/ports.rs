//! The port list, in groups, in columns.

use super::super::ir::{Role, Shape, Signal, SignalId};
use super::super::{Direction, PortDescription};
use super::{Reset, Writer, range};

/// A line of the port list.
struct Line {
    group: String,
    direction: &'static str,
    net: &'static str,
    range: String,
    name: String,
    doc: String,
}

impl Writer<'_> {
    /// The module's ports as the manifest lists them.
    pub fn port_descriptions(&self) -> Vec<PortDescription> {
        self.implied_ports()
            .chain(self.declared_ports().map(|(_, signal)| PortDescription {
                name: signal.name.clone(),
                direction: match signal.role {
                    Role::Input => Direction::Input,
                    _ => Direction::Output,
                },
                width: signal.width(),
                group: signal.note.group.clone().unwrap_or_default(),
                doc: sentence(&signal.note.doc),
            }))
            .collect()
    }

    fn implied_ports(&self) -> impl Iterator<Item = PortDescription> {
        let (reset, level) = match self.options.reset {
            Reset::ActiveHigh => ("reset", "synchronous, active high"),
            Reset::ActiveLow => ("reset_n", "synchronous, active low"),
        };
        let port = |name: &str, doc: &str| PortDescription {
            name: name.into(),
            direction: Direction::Input,
            width: 1,
            group: "Clock and reset".into(),
            doc: doc.into(),
        };
        let clock = self.needs_clock.then(|| port("clock", "rising edge"));
        clock
            .into_iter()
            .chain(self.needs_reset.then(|| port(reset, level)))
    }

    fn declared_ports(&self) -> impl Iterator<Item = (SignalId, &Signal)> {
        self.module
            .ids()
            .filter(|(_, s)| matches!(s.role, Role::Input | Role::Output))
    }

    /// `(…);` behind the module's name.
    pub fn port_list(&self) -> String {
        let implied = self.implied_ports().map(|port| Line {
            group: port.group,
            direction: "input",
            net: "wire",
            range: String::new(),
            name: port.name,
            doc: port.doc,
        });
        let declared = self.declared_ports().map(|(id, signal)| Line {
            group: signal.note.group.clone().unwrap_or_default(),
            direction: if signal.role == Role::Input {
                "input"
            } else {
                "output"
            },
            net: if signal.role == Role::Input {
                "wire"
            } else {
                self.variable(id)
            },
            range: range(signal.width()).trim_end().into(),
            name: signal.name.clone(),
            doc: with_fields(&signal.note.doc, &signal.shape),
        });
        let lines: Vec<Line> = implied.chain(declared).collect();
        let widest = |f: fn(&Line) -> usize| lines.iter().map(f).max().unwrap_or(0);
        let (nets, ranges) = (widest(|l| l.net.len()), widest(|l| l.range.len()));
        let names = widest(|l| l.name.len()) + 1;
        let mut text = String::from("(\n");
        let mut group = "";
        for (i, line) in lines.iter().enumerate() {
            if line.group != group {
                text += if i == 0 { "" } else { "\n" };
                text += &super::wrap_comment(&line.group, "    ");
                group = &line.group;
            }
            let comma = if i + 1 < lines.len() { "," } else { "" };
            let name = format!("{}{comma}", line.name);
            let gap = if ranges == 0 { "" } else { " " };
            let columns = format!(
                "    {:6} {:nets$}{gap}{:ranges$} {name:names$}",
                line.direction, line.net, line.range
            );
            text += &super::with_comment(&columns, &line.doc);
        }
        text + ");\n"
    }
}

/// Documentation in one line, with the fields of a bundle, most significant first.
fn with_fields(doc: &str, shape: &Shape) -> String {
    let fields: Vec<&str> = shape
        .fields()
        .iter()
        .rev()
        .map(|f| f.name.as_str())
        .collect();
    let doc = sentence(doc);
    if fields.is_empty() {
        return doc;
    }
    format!("{doc} {{{}}}", fields.join(", "))
        .trim_start()
        .into()
}

/// Documentation in one line.
pub fn sentence(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
