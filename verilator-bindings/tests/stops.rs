//! A design that stops itself, and what it prints, counts and records.

mod common;

use std::path::Path;
use std::sync::Arc;
use std::{fs, thread};

use common::design;
use verilator_bindings::{
    Clock, Coverage, Error, In, Level, Library, Model, Out, PlaceKind, Start, Trace,
};

struct Stops {
    model: Model,
    clock: Clock,
    kind: In<u8>,
    count: Out<u16>,
}

impl Stops {
    fn new(library: &Arc<Library>) -> Self {
        let mut model = library.model().unwrap();
        let clock = library.clock("clk").unwrap();
        model
            .reset(clock, library.input("rst").unwrap(), Level::High, 2)
            .unwrap();
        Self {
            model,
            clock,
            kind: library.input("kind").unwrap(),
            count: library.output("count").unwrap(),
        }
    }

    fn run(&mut self, kind: u8, cycles: u32) -> Result<(), Error> {
        self.model.set(self.kind, kind);
        (0..cycles).try_for_each(|_| self.model.tick(self.clock))
    }
}

fn halted(result: Result<(), Error>) -> (u64, String) {
    match result {
        Err(Error::Halted { time, message }) => (time, message),
        other => panic!("expected the design to stop, got {other:?}"),
    }
}

#[test]
fn finish_is_a_state_and_not_an_end() {
    let mut stops = Stops::new(&design("stops").compile().unwrap());
    stops.run(0, 3).unwrap();
    assert!(!stops.model.finished());
    stops.run(1, 3).unwrap();
    assert!(stops.model.finished());
    assert_eq!(stops.model.get(stops.count), 6);
    stops.model.finish().unwrap();
}

#[test]
fn stops_and_errors_name_line_and_text() {
    let library = design("stops").compile().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verilog/stops.sv");
    let line = |number| format!("{}:{number}", source.display());
    for (kind, number, text) in [
        (2, 14, "$stop"),
        (3, 15, "count is 5"),
        (4, 16, "an error at 5"),
    ] {
        let mut stops = Stops::new(&library);
        stops.run(0, 5).unwrap();
        let (time, message) = halted(stops.run(kind, 1));
        assert_eq!(
            time,
            2 * 8,
            "two cycles of reset, five, and the one that stops"
        );
        assert!(
            message.contains(&line(number)) && message.contains(text),
            "{message}"
        );
        // It stays stopped, and can be looked at and dropped.
        assert_eq!(halted(stops.run(0, 1)).1, message);
        assert_eq!(stops.model.get(stops.count), 5);
    }
}

#[test]
fn printed_text_is_kept() {
    let mut stops = Stops::new(&design("stops").compile().unwrap());
    stops.run(5, 2).unwrap();
    assert_eq!(stops.model.take_output(), "hello 0\nhello 1\n");
    assert_eq!(stops.model.take_output(), "");
}

#[test]
fn parameters_make_another_library_beside_the_first() {
    let mut long = Stops::new(&design("stops").compile().unwrap());
    let mut short = Stops::new(&design("stops").parameter("LIMIT", 7).compile().unwrap());
    for _ in 0..7 {
        long.run(0, 1).unwrap();
        short.run(0, 1).unwrap();
    }
    let (_, message) = halted(short.run(0, 1));
    assert!(message.contains("limit 7 reached"), "{message}");
    long.run(0, 900).unwrap();
    assert_eq!(long.model.get(long.count), 907);
}

#[test]
fn models_move_between_threads() {
    let library = design("stops").compile().unwrap();
    let mut models: Vec<Stops> = (0..4).map(|_| Stops::new(&library)).collect();
    for round in 1..=3u16 {
        models = models
            .into_iter()
            .map(|mut stops| {
                thread::spawn(move || {
                    stops.run(5, 10).unwrap();
                    stops
                })
            })
            .collect::<Vec<_>>()
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        for stops in &mut models {
            assert_eq!(stops.model.get(stops.count), 10 * round);
            assert_eq!(stops.model.take_output().lines().count(), 10);
        }
    }
    // The hooks find the right model among several on one thread.
    let (first, rest) = models.split_at_mut(1);
    rest[0].run(0, 1).unwrap();
    let (_, message) = halted(first[0].run(3, 1));
    assert!(message.contains("count is 30"), "{message}");
    rest[0].run(0, 1).unwrap();
}

#[test]
fn registers_can_start_with_random_bits() {
    let library = design("stops").compile().unwrap();
    let count = library.output::<u16>("count").unwrap();
    let start = |seed| {
        let start = Start {
            random: Some(seed),
            ..Start::default()
        };
        let mut model = library.model_from(&start).unwrap();
        model.eval().unwrap();
        model.get(count)
    };
    assert_eq!(start(1), start(1));
    let values: std::collections::HashSet<u16> = (1..20).map(start).collect();
    assert!(values.len() > 10, "{values:?}");
}

#[test]
fn vcd_waveforms_are_recorded_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let mut stops = Stops::new(&design("stops").trace(Trace::Vcd).compile().unwrap());
    let [first, second] = ["first.vcd", "second.vcd"].map(|name| folder.path().join(name));
    stops.model.open_waveform(&first).unwrap();
    stops.run(0, 3).unwrap();
    stops.model.close_waveform();
    stops.run(0, 10).unwrap();
    stops.model.open_waveform(&second).unwrap();
    stops.run(0, 1).unwrap();
    // The cycle that stops the design is in the waveform.
    halted(stops.run(3, 1));
    stops.model.close_waveform();
    let times = |path: &Path| -> Vec<u64> {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains("$var") && text.contains("count"), "{text}");
        text.lines()
            .filter_map(|line| line.strip_prefix('#')?.parse().ok())
            .collect()
    };
    assert_eq!(times(&first), [5, 6, 7, 8, 9, 10]);
    assert_eq!(times(&second), [31, 32, 33, 34]);

    let error = stops
        .model
        .open_waveform(folder.path().join("no/such/folder.vcd"))
        .unwrap_err();
    assert!(error.to_string().contains("no/such/folder.vcd"), "{error}");
}

#[test]
fn fst_waveforms_are_recorded_where_the_headers_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wave.fst");
    match design("stops").trace(Trace::Fst).compile() {
        Ok(library) => {
            let mut stops = Stops::new(&library);
            stops.model.open_waveform(&path).unwrap();
            stops.run(0, 100).unwrap();
            drop(stops);
            assert!(fs::metadata(&path).unwrap().len() > 100);
        }
        Err(error @ Error::HeaderMissing { .. }) => {
            let text = error.to_string();
            assert!(
                text.contains("apt-get install lib") || text.contains("zlib1g-dev"),
                "{text}"
            );
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_feature_that_was_not_built_is_named() {
    let mut stops = Stops::new(&design("stops").compile().unwrap());
    let error = stops
        .model
        .open_waveform("never.vcd")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "`stops` was built without waveforms; add Build::trace to its Build"
    );
    assert!(stops.model.write_coverage("never.dat").is_err());
    assert!(!Path::new("never.vcd").exists() && !Path::new("never.dat").exists());
}

#[test]
fn coverage_counts_lines_and_cover_statements() {
    let folder = tempfile::tempdir().unwrap();
    let coverage = Coverage {
        line: true,
        user: true,
    };
    let library = design("stops").coverage(coverage).compile().unwrap();
    let mut stops = Stops::new(&library);
    stops.run(0, 6).unwrap();
    let path = folder.path().join("coverage.dat");
    stops.model.write_coverage(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verilog/stops.sv");
    assert!(text.contains(&*source.to_string_lossy()), "{text}");
    let hits = |word: &str| -> Vec<u64> {
        text.lines()
            .filter(|line| line.contains(word))
            .filter_map(|line| line.rsplit(' ').next()?.parse().ok())
            .collect()
    };
    assert_eq!(hits("reached_three"), [1]);
    assert!(hits("v_line").iter().any(|&count| count >= 6), "{text}");
    // Models add up as they are dropped.
    let reached = || -> Vec<u64> {
        let counts = library.counts().unwrap().into_iter();
        let user = counts.filter(|(place, _)| place.kind == PlaceKind::User);
        user.map(|(_, count)| count).collect()
    };
    assert_eq!(reached(), []);
    drop(stops);
    assert_eq!(reached(), [1]);
    Stops::new(&library).run(0, 6).unwrap();
    assert_eq!(reached(), [2]);
}
