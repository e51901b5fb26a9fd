//! The whole contract: processes, contexts, cores, frames. By hand on arenas of 16 objects, then at random.

mod comparison;
mod contexts;
mod faults;
mod machine;
mod pages;
mod random;
mod serving;
