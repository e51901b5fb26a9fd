//! Statements of a process as text.

use super::super::ir::{Action, Case, Expr, Place, Statement};
use super::Writer;

/// Longest line that is left in one piece.
const LINE: usize = 100;

/// What kind of process a statement is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// Combinational: assignments take effect at once.
    Combinational,
    /// Clocked: assignments take effect together.
    Clocked,
}

impl Writer<'_> {
    /// The statements, indented by so many steps.
    pub fn statements(&self, body: &[Statement], process: Process, depth: usize) -> String {
        body.iter()
            .map(|statement| self.statement(statement, process, depth))
            .collect()
    }

    fn statement(&self, statement: &Statement, process: Process, depth: usize) -> String {
        let pad = "    ".repeat(depth);
        let comments = self.fresh_comments(&statement.comments, &pad);
        let text = match &statement.action {
            Action::Assign(place, value) => self.assignment(*place, value, process, &pad),
            Action::If(condition, then, other) => {
                self.branch(condition, then, other, process, depth)
            }
            Action::Case(case) => self.case(case, process, depth),
        };
        comments + &text
    }

    /// Comments that have not been written yet: unrolled loops and shared branches repeat them.
    pub fn fresh_comments(&self, comments: &[String], pad: &str) -> String {
        let mut written = self.comments.borrow_mut();
        let fresh = comments
            .iter()
            .filter(|comment| written.insert(comment.to_string()));
        fresh
            .map(|comment| super::wrap_comment(comment, pad))
            .collect()
    }

    fn assignment(&self, place: Place, value: &Expr, process: Process, pad: &str) -> String {
        let sign = if process == Process::Clocked {
            "<="
        } else {
            "="
        };
        broken(
            &format!("{pad}{} {sign} ", self.place(place)),
            &self.expression(value),
            ";",
        )
    }

    fn branch(
        &self,
        condition: &Expr,
        then: &[Statement],
        other: &[Statement],
        process: Process,
        depth: usize,
    ) -> String {
        let pad = "    ".repeat(depth);
        let mut text = broken(
            &format!("{pad}if ("),
            &self.expression(condition),
            ") begin",
        );
        text += &self.statements(then, process, depth + 1);
        let mut rest = other;
        while let [
            Statement {
                comments,
                action: Action::If(condition, then, other),
            },
        ] = rest
            && comments.is_empty()
        {
            text += &broken(
                &format!("{pad}end else if ("),
                &self.expression(condition),
                ") begin",
            );
            text += &self.statements(then, process, depth + 1);
            rest = other;
        }
        if !rest.is_empty() {
            text += &format!("{pad}end else begin\n");
            text += &self.statements(rest, process, depth + 1);
        }
        text + &format!("{pad}end\n")
    }

    fn case(&self, case: &Case, process: Process, depth: usize) -> String {
        let pad = "    ".repeat(depth);
        let mut text = format!("{pad}case ({})\n", self.expression(&case.subject));
        let labels = case.arms.len();
        let encodings = 1u128.checked_shl(case.subject.width() as u32);
        let complete = encodings == Some(labels as u128);
        // Encodings without a variant cannot occur; the last variant stands for them, so that no
        // latch is left.
        let stands_in = process == Process::Combinational
            && case.exhaustive
            && case.default.is_none()
            && !complete;
        for (i, (label, arm)) in case.arms.iter().enumerate() {
            if stands_in && i + 1 == labels {
                let name = match label {
                    Expr::Constant {
                        name: Some(path), ..
                    } => super::super::names::constant_name(path),
                    other => self.expression(other),
                };
                text += &self.arm("default", &format!(" // {name}"), arm, process, depth + 1);
            } else {
                let label = self.expression(label);
                text += &self.arm(&label, "", arm, process, depth + 1);
            }
        }
        match &case.default {
            Some(arm) => text += &self.arm("default", "", arm, process, depth + 1),
            None if !complete && !stands_in => text += &format!("{pad}    default: ;\n"),
            None => {}
        }
        text + &format!("{pad}endcase\n")
    }

    fn arm(
        &self,
        label: &str,
        note: &str,
        body: &[Statement],
        process: Process,
        depth: usize,
    ) -> String {
        let pad = "    ".repeat(depth);
        match body {
            [] => format!("{pad}{label}: ;{note}\n"),
            [
                Statement {
                    comments,
                    action: Action::Assign(..),
                },
            ] if comments.is_empty() => {
                let one = self.statements(body, process, 0);
                let line = format!("{pad}{label}: {}{note}\n", one.trim_end());
                if one.lines().count() == 1 && line.len() <= LINE {
                    line
                } else {
                    self.block_arm(&pad, label, note, body, process, depth)
                }
            }
            _ => self.block_arm(&pad, label, note, body, process, depth),
        }
    }

    fn block_arm(
        &self,
        pad: &str,
        label: &str,
        note: &str,
        body: &[Statement],
        process: Process,
        depth: usize,
    ) -> String {
        let body = self.statements(body, process, depth + 1);
        format!("{pad}{label}: begin{note}\n{body}{pad}end\n")
    }
}

/// `head value tail` on one line, or with the operands of the outermost `&&`, `||`, `|`, `&`, or
/// the parts of a concatenation on lines of their own.
pub fn broken(head: &str, value: &str, tail: &str) -> String {
    let line = format!("{head}{value}{tail}\n");
    if line.len() <= LINE + 1 {
        return line;
    }
    let cuts = cuts(value);
    if cuts.is_empty() {
        return line;
    }
    let indent = " ".repeat(head.len() - head.trim_start().len() + 4);
    let mut text = String::from(head);
    let mut from = 0;
    let mut column = head.len();
    for (i, cut) in cuts.iter().enumerate() {
        let to = *cut;
        let next = cuts.get(i + 1).copied().unwrap_or(value.len());
        text += value[from..to].trim_end();
        column += to - from;
        if column + (next - to) > LINE {
            text += &format!("\n{indent}");
            column = indent.len();
        } else if value[from..to].ends_with(' ') {
            text += " ";
        }
        from = to;
    }
    text + &value[from..] + tail + "\n"
}

/// Where the outermost operators of a line begin, or the outermost commas end.
fn cuts(value: &str) -> Vec<usize> {
    let braces = value.starts_with('{') && value.ends_with('}');
    let level = i32::from(braces);
    let mut depth = 0;
    let mut cuts = Vec::new();
    for (i, c) in value.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == level && braces => cuts.push(i + 2),
            ' ' if depth == 0 => {
                let rest = &value[i + 1..];
                let operator = [
                    "&& ", "|| ", "| ", "& ", "+ ", "? ", ": ", "^ ", "== ", "* ",
                ];
                if operator.iter().any(|sign| rest.starts_with(sign)) {
                    cuts.push(i + 1);
                }
            }
            _ => {}
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn long_lines_break_at_operators() {
        let operand = "a_rather_long_name_of_a_signal";
        let value = [operand; 5].join(" && ");
        let text = broken("        if (", &value, ") begin");
        assert!(text.lines().all(|line| line.len() <= 100), "{text}");
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(joined, format!("if ({value}) begin"));
    }
}
