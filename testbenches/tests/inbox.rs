//! Frees of other cores, beside whatever the host does.

mod common;

use common::*;
use memento_testbenches::BenchError;
use memento_testbenches::directed::host_and_inbox;

#[test]
fn an_inbox_is_served_whatever_the_host_does() -> Result<(), BenchError> {
    for prefetch in [true, false] {
        let config = altered("tiny", |s| s.core.prefetch = prefetch);
        let design = compiled(&config);
        for number in 0..8u64 {
            let seed = SEED.rotate_left(number as u32 * 5);
            host_and_inbox(&config, &mut design.model(number as u32 + 1)?, seed, 30_000)?;
        }
    }
    Ok(())
}
