//! The comment at the top of a module.

use super::super::ir::Role;
use super::{Dialect, Reset, Writer, wrap_comment};

impl Writer<'_> {
    /// Purpose, protocol, parameters, reset, origin and licence.
    pub fn header(&self) -> String {
        let note = &self.module.scope.note;
        let mut lines = note.doc.lines();
        let purpose = lines.next().unwrap_or("");
        let mut text = if purpose.is_empty() {
            format!("// {}\n", self.name)
        } else {
            wrap_comment(&format!("{}: {purpose}", self.name), "")
        };
        for line in lines {
            text += format!("// {line}").trim_end();
            text += "\n";
        }
        text += &self.parameter_table();
        text += &self.reset_line();
        text += "//\n";
        for line in self.options.banner.lines() {
            text += format!("// {line}").trim_end();
            text += "\n";
        }
        text += match self.options.dialect {
            Dialect::SystemVerilog => "// SystemVerilog-2012.\n",
            Dialect::Verilog2005 => "// Verilog-2005.\n",
        };
        text + "// SPDX-License-Identifier: MIT OR Apache-2.0\n"
    }

    fn parameter_table(&self) -> String {
        let list = &self.module.scope.note.parameters;
        if list.is_empty() {
            return String::new();
        }
        let names = list.iter().map(|p| p.name.len()).max().unwrap_or(0);
        let values = list
            .iter()
            .map(|p| p.value.to_string().len())
            .max()
            .unwrap_or(0);
        let mut text = String::from("//\n// Sizes, fixed at generation:\n");
        for parameter in list {
            let meaning = parameter
                .doc
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let derived = if parameter.derived { " (derived)" } else { "" };
            let line = format!(
                "//   {:names$}  {:>values$}  {meaning}{derived}",
                parameter.name, parameter.value
            );
            text += line.trim_end();
            text += "\n";
        }
        text
    }

    fn reset_line(&self) -> String {
        let registers = |wanted: bool| {
            let kept = |id| self.used.contains(&id);
            let mut all = self.module.ids();
            all.any(|(id, s)| s.role == Role::Register { reset: wanted } && kept(id))
        };
        if !self.needs_reset {
            return String::new();
        }
        let level = match self.options.reset {
            Reset::ActiveHigh => "`reset` (active high)",
            Reset::ActiveLow => "`reset_n` (active low)",
        };
        let mut text = format!("//\n// Reset: synchronous, {level}.");
        if registers(false) {
            text += " Data registers are not reset; a valid bit guards them.";
        }
        text + "\n"
    }
}
