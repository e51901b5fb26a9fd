//! The contract case by case, on arenas of 16 objects with a threshold of 3.

mod arenas;
mod bus_errors;
mod lists;
mod requests;
mod tampering;
