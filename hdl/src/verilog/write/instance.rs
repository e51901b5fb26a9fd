//! Instances, connected by name.

use super::super::InstanceDescription;
use super::super::ir::{Place, Role};
use super::{Reset, Writer, ports::sentence, range, statement::broken, wrap_comment};

/// Longest expression that is written inside a connection.
const CONNECTION: usize = 70;

impl Writer<'_> {
    /// The instances as the manifest lists them.
    pub fn instances(&self) -> Vec<InstanceDescription> {
        let used = self
            .module
            .live_children
            .iter()
            .enumerate()
            .filter(|(_, live)| **live);
        used.map(|(child, _)| InstanceDescription {
            name: self.module.scope.children[child].instance.replace('$', "_"),
            module: self.children[child]
                .module
                .split(' ')
                .next()
                .unwrap_or("")
                .into(),
        })
        .collect()
    }

    /// The instance with this index, behind wires for what is too long to stand in a connection.
    pub fn instance(&self, child: usize) -> String {
        let scope = &self.module.scope.children[child];
        let text = &self.children[child];
        let instance = scope.instance.replace('$', "_");
        let mut wires = String::new();
        let mut connections: Vec<(String, String)> = Vec::new();
        if text.clock {
            connections.push(("clock".into(), "clock".into()));
        }
        if let Some(port) = text.reset {
            let level = match (self.options.reset, port) {
                (Reset::ActiveHigh, _) => "reset",
                // A leaf's reset is active high.
                (Reset::ActiveLow, "reset") => "!reset_n",
                (Reset::ActiveLow, _) => "reset_n",
            };
            connections.push((port.into(), level.into()));
        }
        let ports = self.module.ids().filter(
            |(_, s)| matches!(s.role, Role::ChildInput(c) | Role::ChildOutput(c) if c == child),
        );
        for (port, (id, signal)) in scope.ports().zip(ports) {
            let own = || {
                self.place(Place {
                    signal: id,
                    offset: 0,
                    width: signal.width(),
                })
            };
            let value = match self
                .plan
                .inline
                .get(&id)
                .map(|value| self.expression(value))
            {
                Some(value) if value.len() <= CONNECTION => value,
                Some(value) => {
                    let head = format!("    wire {}{} = ", range(signal.width()), signal.name);
                    wires += &broken(&head, &value, ";");
                    own()
                }
                None => own(),
            };
            connections.push((port.name.replace('$', "_"), value));
        }
        let widest = connections
            .iter()
            .map(|(port, _)| port.len())
            .max()
            .unwrap_or(0);
        let lines: Vec<String> = connections
            .iter()
            .map(|(port, value)| format!("        .{port:widest$} ({value})"))
            .collect();
        let doc = wrap_comment(&sentence(scope.instance_doc(&scope.instance)), "    ");
        format!(
            "{wires}{doc}    {} {instance} (\n{}\n    );\n",
            text.module,
            lines.join(",\n")
        )
    }
}
