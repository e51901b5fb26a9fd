//! Golden model of the Memento object allocator, and recordings of real programs to run through it.
//!
//! [`Model`] is the contract in plain Rust: what every allocation and every free must answer, and what must then be
//! in memory. It knows nothing of cycles. It is written from the architecture's text and shares no code with the
//! hardware description, its address arithmetic included, so that the two can be compared.
//!
//! [`PageAllocator`] and [`LineMemory`] are the model's surroundings; a testbench puts the same two behind the
//! hardware's ports. [`trace`] reads recordings and turns them into operations.
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
//! # Ok::<(), memento_config::ConfigErrors>(())
//! ```

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
mod status;
pub mod trace;

pub use bitmap::Bitmap;
pub use counters::Counters;
pub use fresh_filter::FreshFilter;
pub use geometry::{Arena, Geometry, Located, Slot};
pub use header::{Header, HeaderFault, Mark};
pub use invariants::Violation;
pub use memory::{BusError, HeaderMemory, Line, LineMemory};
pub use model::{HotView, Model};
pub use page_allocator::{Grant, NoMemory, PageAllocator};
pub use status::{Outcome, Path, Response, Status};
