//! The whole system: cores, page allocator, registers, and what connects them.

pub mod axi_manager;
pub mod core_client;
pub mod forwarder;
pub mod host_client;
pub mod page_arbiter;
pub mod round_robin;
