//! The whole system where it is hardest: random programs, pools that run dry, memory that fails or is tampered with,
//! commands that make no sense. Everything is compared with the golden model.

mod cores;
mod dry;
mod edges;
mod eight;
mod emitted;
mod faults;
mod mailboxes;
mod nonsense;
mod pool;
mod random;
mod returns;
mod rules;
mod unacknowledged;
