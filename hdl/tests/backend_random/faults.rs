//! The comparison fails where the back end errs: each mistake that a back end can make is made in
//! all of a module's text, and has to be seen.

use super::*;
use memento_hdl::verilog::Design as Emitted;

/// A mistake, and what it does to the text.
type Mistake = (&'static str, fn(&str) -> String);

const MISTAKES: [Mistake; 17] = [
    ("values are widened by ones", |text| {
        each(text, "{", |rest| {
            let (width, after) = rest.split_once("'d0, ")?;
            let width: usize = width.parse().ok()?;
            Some(format!("{{{{{width}{{1'b1}}}}, {after}"))
        })
    }),
    ("arms of a choice are swapped", |text| {
        each(text, " ? ", |rest| {
            let yes = operand(rest);
            let after = rest[yes..].strip_prefix(" : ")?;
            let no = operand(after);
            let (yes, no, after) = (&rest[..yes], &after[..no], &after[no..]);
            Some(format!(" ? {no} : {yes}{after}"))
        })
    }),
    ("parentheses of operands are lost", |text| {
        each(text, "(", |rest| {
            let (inner, after) = rest.split_once(')')?;
            let mut words = inner.split(' ');
            let (Some(_), Some(sign), Some(_), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return None;
            };
            let operator = after.starts_with(' ') && !after.starts_with(" begin");
            let plain = ["+", "-", "&", "|", "^", "<<", ">>"].contains(&sign);
            (operator && plain && !inner.contains(['(', '{'])).then(|| format!("{inner}{after}"))
        })
    }),
    ("inversion is lost", |text| text.replace('~', "")),
    ("left shifts go right", |text| text.replace(" << ", " >> ")),
    ("right shifts go left", |text| text.replace(" >> ", " << ")),
    ("less is greater", |text| text.replace(" < ", " > ")),
    ("at least is more than", |text| text.replace(" >= ", " > ")),
    ("or is and", |text| text.replace(" || ", " && ")),
    ("difference is sum", |text| text.replace(" - ", " + ")),
    ("parts are taken a bit lower", |text| {
        each(text, "[", |rest| {
            let (part, after) = rest.split_once(']')?;
            let (high, low) = part.split_once(':')?;
            let (high, low): (usize, usize) = (high.parse().ok()?, low.parse().ok()?);
            // A declaration's range begins at zero.
            (low > 0).then(|| format!("[{}:{}]{after}", high - 1, low - 1))
        })
    }),
    ("reset clears nothing", |text| {
        text.replace("if (reset)", "if (1'b0)")
    }),
    ("labels 0 and 1 are swapped", |text| {
        let text = text.replace("2'd0: ", "2'd9: ");
        text.replace("2'd1: ", "2'd0: ").replace("2'd9: ", "2'd1: ")
    }),
    ("the other branch is lost", |text| {
        text.replace("end else begin", "end else if (1'b0) begin")
    }),
    ("fields are in the opposite order", |text| {
        each(text, "typedef struct packed {\n", |rest| {
            let (fields, after) = rest.split_once("    } ")?;
            let fields: String = fields.split_inclusive('\n').rev().collect();
            Some(format!("typedef struct packed {{\n{fields}    }} {after}"))
        })
    }),
    ("variants are numbered otherwise", |text| {
        let text = text.replace("_V0 = ", "_V9 = ");
        text.replace("_V1 = ", "_V0 = ").replace("_V9 = ", "_V1 = ")
    }),
    ("wide numbers lose their lowest bit", |text| {
        each(text, "'h", |rest| {
            let end = rest.find(|c: char| !c.is_ascii_hexdigit())?;
            let value = u128::from_str_radix(&rest[..end], 16).ok()?;
            (value & 1 == 1).then(|| format!("'h{:x}{}", value - 1, &rest[end..]))
        })
    }),
];

/// Replaces each `start` with what follows it by what `change` makes of that.
fn each(text: &str, start: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let mut done = String::new();
    let mut rest = text.to_string();
    while let Some(at) = rest.find(start) {
        done += &rest[..at];
        let after = rest[at + start.len()..].to_string();
        // What was replaced is looked at again behind its first character alone.
        let next = change(&after).unwrap_or_else(|| format!("{start}{after}"));
        done.push_str(&next[..1]);
        rest = next[1..].to_string();
    }
    done + &rest
}

/// Length of the operand that the text begins with.
fn operand(text: &str) -> usize {
    let mut depth = 0;
    let end = text.find(|c: char| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        depth < 0 || depth == 0 && (c.is_whitespace() || c == ';' || c == ',')
    });
    end.unwrap_or(text.len())
}

#[test]
fn mistakes_of_a_back_end_are_seen() {
    let seed = 2;
    let (dialect, reset) = (Dialect::SystemVerilog, Reset::ActiveHigh);
    let design = draw::design(&mut Random(seed), 250);
    let sound = emitted(&design, &options(dialect, reset));
    let difference = |emitted: &Emitted| {
        let mut bench = Bench::of(emitted, dialect, reset, &FLAGS);
        first_difference(&design, &mut bench, reset, seed).map(|(message, _)| message)
    };
    assert_eq!(difference(&sound), None);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((mistake, make)) = MISTAKES.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let mut wrong = sound.clone();
                    let top = wrong.modules.last_mut().expect("a design has a top");
                    let text = make(&top.text);
                    assert_ne!(text, top.text, "{mistake}: nothing to make it with");
                    top.text = text;
                    let seen = difference(&wrong);
                    let seen = seen.unwrap_or_else(|| panic!("{mistake}: not seen"));
                    println!("{mistake}: {}", seen.lines().next().unwrap_or_default());
                }
            });
        }
    });
}
