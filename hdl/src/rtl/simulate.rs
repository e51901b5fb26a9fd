//! [`Simulation`]: runs a described module in plain Rust, clock by clock.

use super::{Block, Clocked};

/// Settling steps before a design counts as oscillating; a chain of N modules takes about 2N.
const SETTLE_LIMIT: usize = 200;

/// A module under simulation by rust-hdl's own evaluation of its kernels.
pub struct Simulation<M: Block + Clocked> {
    /// The module; assign its inputs' `.next`, read its outputs' `.val()`.
    pub module: M,
}

impl<M: Block + Clocked> Simulation<M> {
    /// Takes a module and holds it in reset for two cycles.
    pub fn new(mut module: M) -> Self {
        module.connect_all();
        let mut simulation = Simulation { module };
        simulation.reset();
        simulation
    }

    /// Holds the module in reset for two cycles, with the present inputs.
    pub fn reset(&mut self) {
        for _ in 0..2 {
            self.settle(false, true);
            self.settle(true, true);
        }
        self.settle(false, false);
    }

    /// Lets the outputs follow the inputs within the present cycle.
    pub fn eval(&mut self) {
        self.settle(false, false);
    }

    /// One clock cycle: settles with the present inputs, then gives a rising edge.
    pub fn tick(&mut self) {
        self.settle(false, false);
        self.settle(true, false);
        self.settle(false, false);
    }

    fn settle(&mut self, clock: bool, reset: bool) {
        for _ in 0..SETTLE_LIMIT {
            self.module.drive(clock, reset);
            self.module.update_all();
            if !self.module.has_changed() {
                return;
            }
        }
        panic!("the design oscillates: no fixed point after {SETTLE_LIMIT} steps");
    }
}
