//! The object allocator: its modules in the order that an operation meets them.

pub mod address_decode;
pub mod address_encode;
pub mod claim_unit;
pub mod class_loop;
pub mod context_engine;
pub mod count_slice;
pub mod count_sum;
pub mod event_counters;
pub mod forward_unit;
pub mod frees_under_way;
pub mod header_unit;
pub mod hit_pipeline;
pub mod line_unit;
pub mod list_engine;
pub mod miss_queue;
pub mod object_allocator;
pub mod popcount;
pub mod queue_pointers;
pub mod ready_table;
pub mod request_buffer;
pub mod response_queue;
pub mod slot_divide;
pub mod standby_table;
pub mod translation_cache;
pub mod types;
pub mod word_loop;
