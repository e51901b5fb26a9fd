//! The page allocator: the pool of free frames and the way back into it, what is cached of
//! processes, and the port to memory that they share.

pub mod arena_cursors;
pub mod frame_map;
pub mod line_switch;
pub mod page_pool;
pub mod reclaimer;
pub mod types;
pub mod walk_cache;
