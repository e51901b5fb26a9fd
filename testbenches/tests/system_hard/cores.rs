//! Several cores of one process, whose objects others free.

use super::random::{Random, RandomProgram, issuing};
use memento_testbenches::directed::{Os, config, design};

pub fn random_programs(cores: usize, data_bits: u32, entries: u32, seed: u64) {
    let config = config(cores as u32, data_bits, entries);
    let design = design(&config);
    let (mut inbox, mut foreign) = (0, 0);
    println!("seed {seed}");
    let mut random = Random::new(seed + 200);
    let mut os = Os::among(&issuing(seed), &config, &design, 600);
    for round in 0..2 {
        os.create(round);
        for core in 0..cores as u32 {
            os.attach(core, round, core);
        }
        let start = |os: &mut Os, core: usize, stream: u64, left: u64| {
            let program = RandomProgram {
                random: Random::new(stream),
                left,
                context: core,
                contexts: cores,
                objects: 100,
                freed: Vec::new(),
            };
            os.start(core, round, Box::new(program));
        };
        for part in 0..2 {
            for core in 0..cores {
                let stream = seed << 16 | u64::from(round) << 12 | part << 8;
                start(&mut os, core, stream | core as u64, 300);
            }
            os.finish();
            // A context is away while the others go on; what it left alive is partly theirs to free.
            let away = random.below(cores as u64) as usize;
            start(&mut os, away, seed << 16 | part << 8 | 0xFF, 100);
            os.finish();
            os.detach(away as u32);
            if part == 0 {
                for core in (0..cores).filter(|core| *core != away) {
                    let stream = seed << 16 | u64::from(round) << 12 | 1 << 11;
                    start(&mut os, core, stream | core as u64, 200);
                }
                os.finish();
            }
            os.attach(away as u32, round, away as u32);
        }
        os.compare();
        for core in 0..cores {
            inbox += os.bench.model.switches(core).unwrap().inbox;
            foreign += os.answered(core, memento_sim::Status::ForeignContext);
        }
        if round == 0 {
            os.detach(0);
        }
        os.destroy(round);
        os.compare();
        assert_eq!(os.bench.model.pool_level(), 600);
    }
    assert!(cores == 1 || inbox > 0 && foreign > 0);
}

#[test]
fn two_cores_and_a_wide_bus() {
    random_programs(2, 128, 4, 1);
}

#[test]
fn four_cores_that_zero_frames() {
    random_programs(4, 64, 0, 2);
}
