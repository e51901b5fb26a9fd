//! Golden model of Memento, and recordings of real programs to run through it.
//!
//! The contract in plain Rust: what every operation must answer, and what must then be in memory. It knows nothing of
//! cycles. It is written from the architecture's text and shares no code with the hardware description, its address
//! arithmetic included, so that the two can be compared.
//!
//! - [`SystemModel`] is the whole: processes with page tables and descriptors, contexts that cores attach and detach,
//!   the frames that the operating system lends. [`SystemModel::compare_with`] holds the hardware's memory against it.
//! - [`Model`] is one object allocator whose context always runs, by the same rules. Its surroundings are a
//!   [`PageAllocator`] that maps header pages alone, and a [`LineMemory`]; a testbench puts the same two behind the ports
//!   of a single core.
//! - [`trace`] reads recordings and turns them into operations; [`SplitMix64`] draws random numbers for programs.
//!
//! ```
//! use memento_sim::{Model, Path, Status};
//!
//! let mut model = Model::new(&memento_config::Config::preset("default")?);
//! let first = model.alloc(24);
//! assert_eq!((first.response.status, first.path), (Status::Ok, Path::New));
//! assert_eq!(model.alloc(24).response.value, first.response.value + 24);
//! assert_eq!(model.free(first.response.value).path, Path::Hit);
//! assert_eq!(model.free(first.response.value).response.status, Status::DoubleFree);
//!
//! // The same with what it stands on: frames, a process, a core.
//! use memento_sim::SystemModel;
//! let config = memento_config::Config::preset("default")?;
//! let mut system = SystemModel::new(&config);
//! for frame in 0..8 {
//!     system.push(config.memory_base() + 0x10_0000 + frame * 4096);
//! }
//! assert_eq!(system.create(0, config.memory_base()), Status::Ok);
//! assert_eq!(system.attach(0, 0, 0), Ok(Status::Ok));
//! let object = system.alloc(0, 24).response.value;
//! assert_eq!(system.pool_level(), 8 - 3); // Two page tables, a page of headers.
//! assert_eq!(system.translate(0, object).status, Status::Ok);
//! # Ok::<(), memento_config::ConfigErrors>(())
//! ```

mod allocator;
mod bitmap;
mod counters;
mod fresh_filter;
mod geometry;
mod header;
mod invariants;
mod lists;
mod memory;
mod model;
mod page_allocator;
mod split_mix;
mod status;
mod system;
pub mod trace;

pub use bitmap::Bitmap;
pub use counters::Counters;
pub use fresh_filter::FreshFilter;
pub use geometry::{Arena, Geometry, Located, Slot};
pub use header::{Header, HeaderFault, Mark};
pub use invariants::Violation;
pub use memory::{BusError, HeaderMemory, Line, LineMemory, PhysicalMemory};
pub use model::{HotView, Model};
pub use page_allocator::{Grant, PageAllocator, Peeked, Refused};
pub use split_mix::SplitMix64;
pub use status::{Outcome, Path, Response, Status};
pub use system::{
    AttachRefused, ClassUsage, Difference, FrameMap, Imbalance, NotAttached, PageStatistics,
    ProcessUsage, Record, Served, Serving, Switches, SystemModel, Translation, Unserved,
};
