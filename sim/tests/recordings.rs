//! The bundled recordings through the model, and recordings that cannot be read.

use std::io::{Cursor, Read};
use std::path::PathBuf;

use insta::assert_snapshot;
use memento_config::Config;
use memento_sim::trace::{
    Addresses, Answer, Event, Operation, Recording, Replay, Skipped, TraceError,
};
use memento_sim::{Geometry, Model};

fn bundled(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../traces")
        .join(format!("{name}.heaptrack.zst"))
}

fn run(name: &str, config: &Config) -> (Model, Skipped) {
    let mut model = Model::new(config);
    let mut replay = Replay::new(Recording::open(bundled(name)).unwrap(), model.geometry());
    let mut addresses = Addresses::new();
    for operation in &mut replay {
        match operation.unwrap() {
            Operation::Alloc { object, size } => {
                addresses.answered(object, model.alloc(size).response)
            }
            Operation::Free { object } => {
                if let Answer::At(address) = addresses.of(object) {
                    model.free(address);
                }
            }
        }
    }
    model.check_invariants().unwrap();
    (model, replay.skipped())
}

fn with_threshold(threshold: u32) -> Config {
    let mut settings = Config::preset("default").unwrap().settings().clone();
    settings.objects.list_threshold = threshold;
    Config::new(&settings, "default with another threshold").unwrap()
}

/// Reference computed independently from the contract.
#[test]
fn json_loads_is_placed_as_the_reference_says() {
    let (model, skipped) = run("json_loads", &Config::preset("default").unwrap());
    let counters = model.counters();
    assert_eq!((counters.allocs, counters.frees), (369_044, 364_731));
    assert_eq!((counters.failed_allocs, counters.failed_frees), (0, 0));
    assert_eq!(
        skipped,
        Skipped {
            large_allocs: 5_749,
            large_frees: 5_620,
            unknown_frees: 0
        }
    );
    assert_eq!(
        format!("{:016x}", model.placement_hash()),
        "abe827987c695e1b"
    );
}

/// Every preset refuses or serves each request, never stumbles: a lane that is too small fails allocations alone.
#[test]
fn every_preset_runs_every_recording() {
    for preset in ["default", "rv32", "tiny"] {
        for name in ["cpp_compose", "cpp_json"] {
            let (model, skipped) = run(name, &Config::preset(preset).unwrap());
            let counters = model.counters();
            let sent = counters.allocs + counters.failed_allocs;
            let recorded = if name == "cpp_compose" {
                18_866
            } else {
                48_103
            };
            assert_eq!(sent + skipped.large_allocs, recorded, "{preset} {name}");
            assert_eq!(counters.failed_frees, 0, "{preset} {name}");
            assert_eq!(
                counters.failed_allocs > 0,
                preset == "tiny",
                "{preset} {name}"
            );
        }
    }
}

#[test]
fn a_higher_threshold_pops_less() {
    let pops = |threshold| {
        run("cpp_compose", &with_threshold(threshold))
            .0
            .counters()
            .list_pops
    };
    assert!(pops(1) > pops(16), "{} {}", pops(1), pops(16));
}

/// The text of an error, from the whole reading of a recording.
fn refusal(bytes: &[u8]) -> String {
    let events = Recording::new(Cursor::new(bytes.to_vec()), "trace")
        .and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match events {
        Ok(events) => format!("{} events", events.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn plain_text_and_unknown_lines_are_read() {
    let text = b"v 10400 3\nX program\ns 7 abc\n+ 20 0 1000\r\n# comment\n\nt 1 2\n- 1000\n+ ffffffffffffffff 1 2";
    let events: Vec<Event> = Recording::new(&text[..], "text")
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        events,
        [
            Event::Alloc {
                size: 0x20,
                pointer: 0x1000
            },
            Event::Free { pointer: 0x1000 },
            Event::Alloc {
                size: u64::MAX,
                pointer: 2
            }
        ]
    );
}

#[test]
fn text_that_is_no_recording() {
    assert_snapshot!(refusal(b"#!/bin/sh\necho hello\n"));
    assert_snapshot!(refusal(b""));
    assert_snapshot!(refusal(&[0x7f, b'E', b'L', b'F', 0, 1, 2, 0xff]));
    assert_snapshot!(refusal(&vec![b'x'; 3 << 20]));
    assert_snapshot!(refusal(
        &[b"v 1 3\n+ ".to_vec(), vec![b'0'; 3 << 20]].concat()
    ));
}

#[test]
fn malformed_lines() {
    assert_snapshot!(refusal(b"v 1 3\n+ 20 0 10\n+ 20 0 1g\n"));
    assert_snapshot!(refusal(b"v 1 3\n+ 20 0\n"));
    assert_snapshot!(refusal(b"v 1 3\n+ 5\n"));
    assert_snapshot!(refusal(b"v 1 3\n- \n"));
    assert_snapshot!(refusal(b"v 1 3\n- 10 20\n"));
    assert_snapshot!(refusal(b"v 1 3\n- 10000000000000000\n"));
    assert_snapshot!(refusal(b"v 1 3\n- +1\n"));
    assert_snapshot!(refusal(b"v 1 3\n+20 0 10\n"));
}

#[test]
fn reading_ends_with_the_first_error() {
    let mut recording = Recording::new(&b"v 1 3\n- x\n- 10\n"[..], "text").unwrap();
    assert!(recording.next().unwrap().is_err());
    assert!(recording.next().is_none());
}

#[test]
fn truncated_zstd() {
    let whole = std::fs::read(bundled("cpp_compose")).unwrap();
    assert!(refusal(&whole).ends_with("events"));
    for cut in [5, 100, whole.len() / 2, whole.len() - 1] {
        let text = refusal(&whole[..cut]);
        assert!(
            text.contains("the zstd data end in the middle"),
            "cut at {cut}: {text}"
        );
    }
    let mut garbled = whole.clone();
    // The rest of the frame header and the first block's, whose reserved bits are then set.
    garbled[4..12].fill(0xff);
    assert!(
        refusal(&garbled).starts_with("cannot read `trace` after line"),
        "{}",
        refusal(&garbled)
    );
}

#[test]
fn missing_file_and_directory() {
    let refusal = |path: &str| {
        Recording::open(path)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert_snapshot!(refusal("no-such-directory/x.zst"));
    assert_snapshot!(refusal("src"));
}

/// A recording without end, made as it is read: `+` and `-` with at most `ALIVE` objects alive.
struct Endless {
    event: u64,
    events: u64,
    text: Vec<u8>,
}

const ALIVE: u64 = 100;

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.text.len() < buffer.len() && self.event < self.events {
            let n = self.event / 2;
            let line = match self.event % 2 {
                0 => format!("+ {:x} 0 {:x}\n", n % 600, 0x1000 + n * 16),
                _ => format!("- {:x}\n", 0x1000 + n.saturating_sub(ALIVE - 1) * 16),
            };
            self.text.extend(line.bytes());
            self.event += 1;
        }
        let bytes = buffer.len().min(self.text.len());
        buffer[..bytes].copy_from_slice(&self.text[..bytes]);
        self.text.drain(..bytes);
        Ok(bytes)
    }
}

#[test]
fn memory_grows_with_the_objects_alive_alone() {
    let start = Cursor::new(b"v 1 3\n".to_vec());
    let events = 2_000_000;
    let recording = Recording::new(
        start.chain(Endless {
            event: 0,
            events,
            text: Vec::new(),
        }),
        "endless",
    )
    .unwrap();
    let geometry = Geometry::new(&Config::preset("default").unwrap());
    let mut highest = 0;
    let mut operations = 0;
    for operation in Replay::new(recording, &geometry) {
        let (Operation::Alloc { object, .. } | Operation::Free { object }) = operation.unwrap();
        highest = highest.max(object.index());
        operations += 1;
    }
    assert!(operations > events * 4 / 5, "{operations}");
    assert!(highest <= ALIVE as usize, "{highest}");
}

#[test]
fn errors_of_the_recording_pass_through_the_replay() {
    let recording = Recording::new(&b"v 1 3\n+ 10 0 10\n+ 1 1 z\n"[..], "text").unwrap();
    let results: Vec<_> =
        Replay::new(recording, &Geometry::new(&Config::preset("tiny").unwrap())).collect();
    assert!(matches!(
        results[..],
        [Ok(_), Err(TraceError::Malformed { line: 3, .. })]
    ));
}
