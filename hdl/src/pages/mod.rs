//! The page allocator: its modules in the order that a request meets them, then the pool of free
//! frames, the way back into it, what is cached of processes, and the port to memory.

pub mod arena_cursors;
pub mod arena_grants;
pub mod arena_returns;
pub mod channels;
pub mod entry_clearing;
pub mod frame_lending;
pub mod frame_map;
pub mod frame_zeroing;
pub mod line_switch;
pub mod line_unit;
pub mod page_address;
pub mod page_allocator;
pub mod page_counters;
pub mod page_mapper;
pub mod page_pool;
pub mod page_requests;
pub mod page_walker;
pub mod process_steps;
pub mod process_table;
pub mod reach;
pub mod reclaimer;
pub mod table_place;
pub mod table_queues;
pub mod teardown;
pub mod translations;
pub mod types;
pub mod types_engine;
pub mod walk_cache;
