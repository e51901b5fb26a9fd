//! A transition system, as Yosys writes it over an uninterpreted sort of states, copied out step by
//! step into plain bit vectors: solvers are much faster with these.

/// The system's definitions: for one state, and for a state and its next.
#[derive(Debug, Default)]
pub struct Unrolling {
    states: Vec<String>,
    steps: Vec<String>,
}

impl Unrolling {
    /// Takes the text apart into its top-level forms.
    pub fn new(text: &str) -> Unrolling {
        let mut unrolling = Unrolling::default();
        let (mut form, mut depth) = (String::new(), 0i32);
        for line in text.lines() {
            let line = line.split_once(" ; ").map_or(line, |(code, _)| code);
            if line.starts_with(';') || line.trim().is_empty() {
                continue;
            }
            form += line;
            form.push('\n');
            depth += balance(line);
            if depth == 0 {
                let done = std::mem::take(&mut form);
                if done.starts_with("(declare-sort") {
                } else if done.contains("(next_state |") {
                    unrolling.steps.push(done);
                } else {
                    unrolling.states.push(done);
                }
            }
        }
        unrolling
    }

    /// All definitions for the states 0 to `steps`: `|f|` of state `k` is `|f@k|`.
    pub fn definitions(&self, steps: u32) -> String {
        let mut text = String::new();
        for step in 0..=steps {
            self.states.iter().for_each(|form| text += &at(form, step));
        }
        for step in 0..steps {
            self.steps.iter().for_each(|form| text += &at(form, step));
        }
        text
    }
}

/// Opening parentheses less closing ones, those in quoted names not counted.
fn balance(line: &str) -> i32 {
    let plain = line.split('|').step_by(2);
    plain
        .flat_map(str::bytes)
        .map(|byte| match byte {
            b'(' => 1,
            b')' => -1,
            _ => 0,
        })
        .sum()
}

/// One form, for one state.
fn at(form: &str, step: u32) -> String {
    let mut parts = form.split('|');
    let mut text = parts.next().unwrap_or_default().to_owned();
    // The form's own name, then its arguments, which go.
    let name = parts.next().unwrap_or_default();
    text += &format!("|{name}@{step}| ()");
    let mut parts = parts.peekable();
    // `(|sort|)`, `((state |sort|))` or `((state |sort|) (next_state |sort|))`.
    let mut rest = loop {
        let _opening = parts.next();
        let _sort = parts.next();
        let next = parts.peek().copied().unwrap_or_default();
        if !next.contains("next_state") || !next.starts_with(") (") {
            let next = parts.next().unwrap_or_default();
            break next.trim_start_matches(')').to_owned();
        }
    };
    // Applications: `(|f| state)`.
    while let Some(name) = parts.next() {
        let after = parts.next().unwrap_or_default();
        let applied = [(" state)", step), (" next_state)", step + 1)]
            .into_iter()
            .find_map(|(argument, step)| Some((after.strip_prefix(argument)?, step)));
        match (applied, rest.strip_suffix('(')) {
            (Some((after, step)), Some(before)) => {
                text += before;
                text += &format!("|{name}@{step}|");
                rest = after.to_owned();
            }
            _ => {
                text += &rest;
                text += &format!("|{name}|");
                rest = after.to_owned();
            }
        }
    }
    text + &rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_copied_for_each_state() {
        let text = "; comment\n(declare-sort |m_s| 0)\n\
                    (declare-fun |m#0| (|m_s|) (_ BitVec 3)) ; \\a\n\
                    (define-fun |m_a 0| ((state |m_s|)) Bool (or\n  (= (|m#0| state) #b001)\n))\n\
                    (define-fun |m_t| ((state |m_s|) (next_state |m_s|)) Bool (= (|m#0| state) (|m#0| next_state)))\n";
        let text = Unrolling::new(text).definitions(1);
        assert_eq!(
            text,
            "(declare-fun |m#0@0| () (_ BitVec 3))\n\
             (define-fun |m_a 0@0| () Bool (or\n  (= |m#0@0| #b001)\n))\n\
             (declare-fun |m#0@1| () (_ BitVec 3))\n\
             (define-fun |m_a 0@1| () Bool (or\n  (= |m#0@1| #b001)\n))\n\
             (define-fun |m_t@0| () Bool (= |m#0@0| |m#0@1|))\n"
        );
    }
}
