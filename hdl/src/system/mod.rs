//! The whole system: cores, page allocator, registers, and what connects them.

pub mod axi_lite;
pub mod command_unit;
pub mod control_states;
pub mod register_documents;
pub mod register_map;
pub mod registers;
