//! Names and indices as `#[hdl_gen]` leaves them in the syntax tree, and what they stand for.
//!
//! `self.cells[i + 1].data.next` arrives as `cells[i+1]$data$next`; the walk calls that signal
//! `cells$1$data` where `i` is 0.

/// The numbers that a kernel can name: parameters and the variables of open loops.
pub struct Numbers<'a> {
    parameters: &'a [(String, u128)],
    loops: Vec<(String, u128)>,
}

impl<'a> Numbers<'a> {
    /// Parameters alone.
    pub fn new(parameters: &'a [(String, u128)]) -> Self {
        Numbers {
            parameters,
            loops: Vec::new(),
        }
    }

    /// Opens a loop whose variable has this value.
    pub fn enter(&mut self, variable: &str, value: u128) {
        self.loops.push((variable.into(), value));
    }

    /// Closes the innermost loop.
    pub fn leave(&mut self) {
        self.loops.pop();
    }

    /// The number with this name, innermost first.
    pub fn get(&self, name: &str) -> Option<u128> {
        let known = self.loops.iter().rev().chain(self.parameters);
        known
            .into_iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| *value)
    }

    /// The value of a constant expression of `+ - * ( )`, numbers and names.
    pub fn evaluate(&self, text: &str) -> Option<u128> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut rest = text.as_str();
        let value = self.sum(&mut rest)?;
        rest.is_empty().then_some(value)
    }

    fn sum(&self, rest: &mut &str) -> Option<u128> {
        let mut value = self.product(rest)?;
        loop {
            if eat(rest, '+') {
                value = value.checked_add(self.product(rest)?)?;
            } else if eat(rest, '-') {
                value = value.checked_sub(self.product(rest)?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&self, rest: &mut &str) -> Option<u128> {
        let mut value = self.term(rest)?;
        while eat(rest, '*') {
            value = value.checked_mul(self.term(rest)?)?;
        }
        Some(value)
    }

    fn term(&self, rest: &mut &str) -> Option<u128> {
        if eat(rest, '(') {
            let value = self.sum(rest)?;
            return eat(rest, ')').then_some(value);
        }
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        *rest = after;
        self.get(word).or_else(|| number(word))
    }
}

fn eat(rest: &mut &str, mark: char) -> bool {
    match rest.strip_prefix(mark) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

/// A Rust integer literal, with or without a type suffix.
fn number(word: &str) -> Option<u128> {
    let digits = word.replace('_', "");
    let digits = ["usize", "u8", "u16", "u32", "u64", "u128", "i32"]
        .iter()
        .find_map(|suffix| digits.strip_suffix(suffix))
        .unwrap_or(&digits);
    let (digits, radix) = match digits.get(..2) {
        Some("0x") => (&digits[2..], 16),
        Some("0b") => (&digits[2..], 2),
        Some("0o") => (&digits[2..], 8),
        _ => (digits, 10),
    };
    u128::from_str_radix(digits, radix).ok()
}

/// Splits a kernel's name into the signal that the walk knows and the path of fields inside it.
/// `None` where an index is no number.
pub fn resolve(text: &str, numbers: &Numbers<'_>) -> Option<(String, Vec<String>)> {
    let text = text.strip_suffix("$next").unwrap_or(text);
    let text = text.trim_end_matches("$val()");
    let (base, fields) = ["$val()$", "$next$"]
        .iter()
        .find_map(|access| text.split_once(access))
        .map_or((text, Vec::new()), |(base, path)| {
            (base, path.split('$').map(str::to_string).collect())
        });
    let mut key = String::new();
    let mut rest = base;
    while let Some((before, after)) = rest.split_once('[') {
        let (index, after) = after.split_once(']')?;
        key += &format!("{before}${}", numbers.evaluate(index)?);
        rest = after;
    }
    Some((key + rest, fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let parameters = [("words".to_string(), 4)];
        let mut numbers = Numbers::new(&parameters);
        numbers.enter("i", 1);
        let name =
            |text: &str| resolve(text, &numbers).map(|(key, fields)| (key, fields.join(".")));
        assert_eq!(name("a$next"), Some(("a".into(), "".into())));
        assert_eq!(name("x[i+1]$y$next"), Some(("x$2$y".into(), "".into())));
        assert_eq!(name("x[words-i-1]"), Some(("x$2".into(), "".into())));
        assert_eq!(name("x$val()$a$b"), Some(("x".into(), "a.b".into())));
        assert_eq!(name("x$next$a$b"), Some(("x".into(), "a.b".into())));
        assert_eq!(name("x[j]"), None);
    }

    #[test]
    fn numbers() {
        let numbers = Numbers::new(&[]);
        assert_eq!(numbers.evaluate("(2+3)*4-1usize"), Some(19));
        assert_eq!(numbers.evaluate("0xff_u8"), Some(255));
        assert_eq!(numbers.evaluate("0-1"), None);
    }
}
