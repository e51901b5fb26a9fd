//! Coverage in the format of lcov's tracefiles (geninfo(1)).

use super::tally::Tally;
use memento_hdl::verilog::Design;
use std::fmt::Write as _;

/// A tracefile; files are named as they were emitted. Ways of the decisions on a line are numbered in the order of their
/// columns.
pub fn lcov(design: &Design, tally: &Tally) -> String {
    let mut text = String::new();
    for module in &design.modules {
        let Some(counted) = tally.modules.get(&module.name) else {
            continue;
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "TN:\nSF:{}", module.file);
        let (mut line, mut number) = (0, 0);
        for (way, (count, _)) in &counted.ways {
            number = if way.line == line { number + 1 } else { 0 };
            line = way.line;
            let _ = writeln!(text, "BRDA:{line},0,{number},{count}");
        }
        let taken = counted.ways.values().filter(|(count, _)| *count > 0);
        let _ = writeln!(text, "BRF:{}\nBRH:{}", counted.ways.len(), taken.count());
        for (line, count) in &counted.lines {
            let _ = writeln!(text, "DA:{line},{count}");
        }
        let executed = counted.lines.values().filter(|count| **count > 0);
        let _ = writeln!(
            text,
            "LF:{}\nLH:{}\nend_of_record",
            counted.lines.len(),
            executed.count()
        );
    }
    text
}
