//! Recordings of real programs, and their operations.
//!
//! [`Recording`] reads the events of a recording one by one; [`Replay`] turns them into the operations to send to an
//! allocator; [`Addresses`] remembers what the allocator answered.
//!
//! ```no_run
//! use memento_sim::Model;
//! use memento_sim::trace::{Addresses, Answer, Operation, Recording, Replay};
//!
//! let mut model = Model::new(&memento_config::Config::preset("default")?);
//! let mut replay = Replay::new(Recording::open("traces/json_loads.heaptrack.zst")?, model.geometry());
//! let mut addresses = Addresses::new();
//! for operation in &mut replay {
//!     match operation? {
//!         Operation::Alloc { object, size } => addresses.answered(object, model.alloc(size).response),
//!         Operation::Free { object } => {
//!             if let Answer::At(address) = addresses.of(object) {
//!                 model.free(address);
//!             }
//!         }
//!     }
//! }
//! println!("{:016x}", model.placement_hash());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod errors;
mod heaptrack;
mod replay;

pub use errors::TraceError;
pub use heaptrack::{Event, Recording};
pub use replay::{Addresses, Answer, Object, Operation, Replay, Skipped};
