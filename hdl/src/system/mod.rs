//! The whole system: cores, page allocator, registers, and what connects them.

pub mod axi_lite;
pub mod axi_manager;
pub mod command_unit;
pub mod control_states;
pub mod core_client;
pub mod forwarder;
pub mod host_client;
pub mod memento_system;
pub mod page_arbiter;
pub mod page_trace;
pub mod register_documents;
pub mod register_map;
pub mod registers;
pub mod round_robin;
pub mod table_errors;
