//! Hosts that acknowledge nothing for a long time: what is still known of a frame somewhere is granted to nobody.

use crate::emitted::Emitted;
use memento_config::Config;
use memento_sim::Status;
use memento_testbenches::directed::{Os, allocs, config, frees};
use memento_testbenches::system::hardware::SystemDesign;
use memento_testbenches::system::host::Withheld;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Frames lent.
const FRAMES: u64 = 40;
/// Cycles for which nothing is acknowledged: a hundred times as long as it takes else.
const LATE_CYCLES: u32 = 4_000;

fn pool_level(os: &mut Os) -> u64 {
    os.bench.read_registers(&["pool_level"]).unwrap()[0].into()
}

/// Whole arenas are given back while acknowledges are withheld, the pool runs dry, and then they come.
fn late(config: &Config, design: &SystemDesign, withheld: Withheld) {
    let objects = 5 * config.objects_per_arena() as usize;
    let mut os = Os::new(config, design, FRAMES);
    os.create(1);
    os.attach(0, 1, 0);
    os.run(0, 1, allocs(0..objects, 8));
    os.compare();
    let before = pool_level(&mut os);

    os.bench.machine.withhold(withheld);
    os.start(0, 1, Box::new(frees(0..objects).into_iter()));
    for _ in 0..LATE_CYCLES {
        os.bench.cycle().unwrap();
    }
    let counts = *os.bench.machine.acknowledger().counts();
    let asked = [counts.shootdowns, counts.discards][usize::from(withheld.discards)];
    assert!(asked > 0, "nothing was asked to be forgotten: {counts:?}");
    assert_eq!(pool_level(&mut os), before, "a frame came back");

    os.bench.machine.withhold(Withheld::default());
    os.finish();
    os.bench.settle_pool().unwrap();
    assert!(pool_level(&mut os) > before, "no frame came back");
    os.compare();
    os.run(0, 1, allocs(objects..2 * objects, 8));
    assert_eq!(os.answered(0, Status::NoMemory), 0);
    os.compare();
    os.destroy(1);
    os.compare();
    assert_eq!(pool_level(&mut os), FRAMES);
}

const KINDS: [Withheld; 2] = [
    Withheld {
        shootdowns: true,
        discards: false,
    },
    Withheld {
        shootdowns: false,
        discards: true,
    },
];

/// Faults: what the reclaimer's text becomes, and which acknowledges it then does without.
const FAULTS: [(&str, &str, Withheld); 2] = [
    (
        "(shoot_state == SHOOT_STATE_WAIT) && shootdown_done",
        "(shoot_state == SHOOT_STATE_WAIT)",
        KINDS[0],
    ),
    (
        "(|given_count || |dones || !flight.discard)",
        "1'b1",
        KINDS[1],
    ),
];

#[test]
fn what_is_not_acknowledged_comes_back_to_nobody() {
    let config = config(1, 64, 4);
    let emitted = Emitted::new(&config);
    let design = emitted.with(&[]);
    for withheld in KINDS {
        late(&config, &design, withheld);
    }
    for (from, to, withheld) in FAULTS {
        let design = emitted.with(&[("memento_reclaimer", from, to)]);
        let played = catch_unwind(AssertUnwindSafe(|| late(&config, &design, withheld)));
        assert!(played.is_err(), "not caught: {to}");
    }
}
