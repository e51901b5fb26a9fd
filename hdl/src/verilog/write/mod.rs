//! Writes a planned module as text.

mod declarations;
mod expression;
mod header;
mod instance;
mod ports;
mod statement;
mod types;
mod unused;

use super::ir::{Action, Expr, Module, Place, Role, SignalId, Statement};
use super::plan::{Item, Plan};
use super::{Dialect, Options, Reset};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use types::Types;

/// Column that comments are wrapped at.
const COMMENT_COLUMN: usize = 100;

/// An instance as its parent writes it.
#[derive(Clone, Debug, Default)]
pub struct ChildText {
    /// Module name, and parameters if it is a leaf.
    pub module: String,
    /// Whether it has a clock port.
    pub clock: bool,
    /// Name of its reset port, if it has one.
    pub reset: Option<&'static str>,
}

/// Everything that the text of one module depends on.
pub struct Writer<'a> {
    module: &'a Module<'a>,
    plan: &'a Plan,
    options: &'a Options,
    name: &'a str,
    children: &'a [ChildText],
    types: Types,
    /// Bundle ports of which single fields are used, with the name of the typed copy.
    views: BTreeMap<SignalId, String>,
    needs_clock: bool,
    needs_reset: bool,
    /// Signals that the body assigns.
    used: BTreeSet<SignalId>,
    /// Signals that an `always` block assigns.
    procedural: BTreeSet<SignalId>,
    constants: RefCell<BTreeSet<(String, u128, usize)>>,
    /// Positions of fields that the text names: type, position, name.
    offsets: RefCell<BTreeSet<(String, usize, String)>>,
    comments: RefCell<BTreeSet<String>>,
    documented: RefCell<BTreeSet<String>>,
}

impl<'a> Writer<'a> {
    /// Prepares to write `module` as `name`; `children` are its instances in order.
    pub fn new(
        module: &'a Module<'a>,
        plan: &'a Plan,
        options: &'a Options,
        name: &'a str,
        children: &'a [ChildText],
    ) -> Self {
        let mut used = BTreeSet::new();
        let mut procedural = BTreeSet::new();
        let (mut clock, mut reset) = (false, false);
        for (_, item) in &plan.items {
            match item {
                Item::Continuous(id, _) => drop(used.insert(*id)),
                Item::Process(group, _) => {
                    used.extend(group);
                    procedural.extend(group);
                }
                Item::Registers {
                    reset: cleared,
                    targets,
                    ..
                } => {
                    used.extend(targets);
                    procedural.extend(targets);
                    clock = true;
                    reset |= cleared;
                }
                Item::Instance(child) => {
                    clock |= children[*child].clock;
                    reset |= children[*child].reset.is_some();
                }
            }
        }
        let mut writer = Writer {
            module,
            plan,
            options,
            name,
            children,
            types: Types::of(module),
            views: BTreeMap::new(),
            needs_clock: clock,
            needs_reset: reset,
            used,
            procedural,
            constants: RefCell::default(),
            offsets: RefCell::default(),
            comments: RefCell::default(),
            documented: RefCell::default(),
        };
        if options.dialect == Dialect::SystemVerilog {
            writer.views = writer.find_views();
        }
        writer
    }

    /// How a parent instantiates the module.
    pub fn child_text(&self) -> ChildText {
        let reset = match self.options.reset {
            Reset::ActiveHigh => "reset",
            Reset::ActiveLow => "reset_n",
        };
        ChildText {
            module: self.name.into(),
            clock: self.needs_clock,
            reset: self.needs_reset.then_some(reset),
        }
    }

    /// The whole file.
    pub fn file(&self) -> String {
        let body = self.body();
        let unused = self.unused();
        // Constants and offsets are known once the body is written.
        let declarations = self.declarations();
        let ports = self.port_list();
        let text = format!(
            "{}\n`default_nettype none\n\nmodule {} {ports}\n{declarations}{body}{unused}endmodule\n\n`default_nettype wire\n",
            self.header(),
            self.name
        );
        tidy(&text)
    }

    fn find_views(&self) -> BTreeMap<SignalId, String> {
        let mut partial = BTreeSet::new();
        let mut note = |place: Place| {
            let signal = self.module.signal(place.signal);
            let is_port = matches!(signal.role, Role::Input | Role::Output);
            if is_port && !signal.shape.fields().is_empty() && place.width < signal.width() {
                partial.insert(place.signal);
            }
        };
        self.each_expression(&mut |expression| expression.reads(&mut note));
        for (_, item) in &self.plan.items {
            if let Item::Process(_, body) = item {
                super::ir::assignments(body, &mut Vec::new(), &mut |place, _, _| note(place));
            }
        }
        let taken = |name: &str| self.module.signals.iter().any(|s| s.name == name);
        let view = |id: SignalId| {
            let stem = format!("{}_fields", self.module.signal(id).name);
            let numbered = (2..).map(|n| format!("{stem}_{n}"));
            std::iter::once(stem.clone())
                .chain(numbered)
                .find(|name| !taken(name))
                .unwrap_or(stem)
        };
        partial.into_iter().map(|id| (id, view(id))).collect()
    }

    /// Shows every expression of the body.
    fn each_expression(&self, see: &mut dyn FnMut(&Expr)) {
        fn every(body: &[Statement], see: &mut dyn FnMut(&Expr)) {
            for statement in body {
                see(statement.expression());
                statement
                    .branches()
                    .into_iter()
                    .for_each(|branch| every(branch, see));
            }
        }
        for (_, item) in &self.plan.items {
            match item {
                Item::Continuous(_, value) => see(value),
                Item::Process(_, body) | Item::Registers { body, .. } => every(body, see),
                Item::Instance(_) => {}
            }
        }
        self.plan.inline.values().for_each(see);
    }

    fn body(&self) -> String {
        let mut text = String::new();
        let mut before = false;
        for (comments, item) in &self.plan.items {
            let heading = self.fresh_comments(comments, "    ");
            let one_line = matches!(item, Item::Continuous(..));
            if !heading.is_empty() || !one_line || !before {
                text += "\n";
            }
            text += &heading;
            text += &match item {
                Item::Continuous(id, value) => self.continuous(*id, value),
                Item::Process(group, body) => self.process(group, body),
                Item::Registers {
                    reset,
                    targets,
                    body,
                } => self.registers(*reset, targets, body),
                Item::Instance(child) => self.instance(*child),
            };
            before = one_line;
        }
        text + "\n"
    }

    fn continuous(&self, id: SignalId, value: &Expr) -> String {
        let signal = self.module.signal(id);
        let value = self.expression(value);
        let whole = self.place(Place {
            signal: id,
            offset: 0,
            width: signal.width(),
        });
        if signal.role == Role::Output {
            return statement::broken(&format!("    assign {whole} = "), &value, ";");
        }
        let doc = self.doc(id);
        if !signal.shape.fields().is_empty() && self.options.dialect == Dialect::SystemVerilog {
            let declaration = format!("    {};", self.declarator(id));
            return with_comment(&declaration, &doc)
                + &statement::broken(&format!("    assign {whole} = "), &value, ";");
        }
        let head = format!("    wire {}{} = ", range(signal.width()), signal.name);
        let line = statement::broken(&head, &value, ";");
        if doc.is_empty() {
            line
        } else {
            above_or_beside(&line, &doc)
        }
    }

    fn process(&self, group: &[SignalId], body: &[Statement]) -> String {
        let mut text = String::new();
        for id in group {
            let signal = self.module.signal(*id);
            if signal.role != Role::Output {
                let doc = self.doc(*id);
                text += &with_comment(&format!("    {};", self.declarator(*id)), &doc);
            }
        }
        let always = match self.options.dialect {
            Dialect::SystemVerilog => "always_comb",
            Dialect::Verilog2005 => "always @*",
        };
        let label = self.label(group, "logic");
        text += &format!("    {always} begin : {label}\n");
        text += &self.statements(body, statement::Process::Combinational, 2);
        text + "    end\n"
    }

    fn registers(&self, reset: bool, group: &[SignalId], body: &[Statement]) -> String {
        let always = match self.options.dialect {
            Dialect::SystemVerilog => "always_ff",
            Dialect::Verilog2005 => "always",
        };
        let label = self.label(group, if reset { "state" } else { "data" });
        let mut text = format!("    {always} @(posedge clock) begin : {label}\n");
        if !reset {
            text += &self.statements(body, statement::Process::Clocked, 2);
            return text + "    end\n";
        }
        text += match self.options.reset {
            Reset::ActiveHigh => "        if (reset) begin\n",
            Reset::ActiveLow => "        if (!reset_n) begin\n",
        };
        for id in group {
            text += &format!(
                "            {} <= {};\n",
                self.module.signal(*id).name,
                self.zero(*id)
            );
        }
        // A lone `if` joins the chain.
        if let [
            Statement {
                comments,
                action: Action::If(..),
            },
        ] = body
            && comments.is_empty()
        {
            let rest = self.statements(body, statement::Process::Clocked, 2);
            return text + &format!("        end else {}    end\n", rest.trim_start());
        }
        text += "        end else begin\n";
        text += &self.statements(body, statement::Process::Clocked, 3);
        text + "        end\n    end\n"
    }

    /// A process is named after the first signal that it assigns.
    fn label(&self, group: &[SignalId], kind: &str) -> String {
        let first = group
            .first()
            .map_or("", |id| self.module.signal(*id).name.as_str());
        let mut label = format!("{first}_{kind}");
        while self.module.signals.iter().any(|s| s.name == label) {
            label += "_process";
        }
        label
    }
}

/// `[msb:0] `, or nothing for one bit.
fn range(width: usize) -> String {
    if width == 1 {
        String::new()
    } else {
        format!("[{}:0] ", width - 1)
    }
}

/// A comment on as many lines as it takes.
fn wrap_comment(comment: &str, pad: &str) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in comment.split_whitespace() {
        if !line.is_empty() && pad.len() + 3 + line.len() + 1 + word.len() > COMMENT_COLUMN {
            text += &format!("{pad}// {line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    if line.is_empty() {
        text
    } else {
        text + &format!("{pad}// {line}\n")
    }
}

/// A line with its comment beside it.
fn with_comment(line: &str, doc: &str) -> String {
    if doc.is_empty() {
        return format!("{}\n", line.trim_end());
    }
    above_or_beside(&format!("{line}\n"), doc)
}

/// The comment beside the line if both fit, else above it.
fn above_or_beside(line: &str, doc: &str) -> String {
    let code = line.trim_end_matches('\n');
    if !code.contains('\n') && code.len() + doc.len() + 4 <= COMMENT_COLUMN + 20 {
        return format!("{code} // {doc}\n");
    }
    let pad: String = code.chars().take_while(|c| *c == ' ').collect();
    wrap_comment(doc, &pad) + code.trim_end() + "\n"
}

/// At most one blank line in a row, none after an opening or before the end.
fn tidy(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let doubled = line.is_empty() && out.last().is_none_or(|last| last.is_empty());
        if doubled {
            continue;
        }
        if line == "endmodule" && out.last() == Some(&"") {
            out.pop();
        }
        out.push(line);
    }
    out.join("\n") + "\n"
}
