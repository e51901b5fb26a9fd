//! A self-test for boards: an object allocator with all that it needs on chip, a program that it
//! executes, and a checker, which says over a serial line what came of it.
//!
//! [`self_test::SelfTest`] is the whole; [`image::DemoImage`] what it executes and is checked
//! against. [`driver`] issues the program, [`page_grants`] and [`header_store`] are what is around
//! the allocator, [`checker`] goes over its answers, [`report`] tells.

pub mod checker;
pub mod decimal_counter;
pub mod driver;
pub mod header_store;
pub mod image;
pub mod page_grants;
pub mod report;
pub mod rom;
pub mod self_test;
pub mod states;
pub mod uart_transmitter;
