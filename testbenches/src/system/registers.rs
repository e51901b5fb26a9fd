//! [`Console`]: the operating system's way to the registers, an AXI4-Lite manager.

use crate::coin::Coin;
use std::collections::VecDeque;

/// What the manager shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiteManager {
    /// A write's address is there.
    pub aw_valid: bool,
    /// A write's data are there.
    pub w_valid: bool,
    /// The response to a write would be taken.
    pub b_ready: bool,
    /// A read's address is there.
    pub ar_valid: bool,
    /// Read data would be taken.
    pub r_ready: bool,
    /// Byte address of whichever is there.
    pub address: u32,
    /// What is written.
    pub data: u32,
}

/// What the subordinate shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiteSubordinate {
    /// A write's address would be accepted.
    pub aw_ready: bool,
    /// A write's data would be accepted.
    pub w_ready: bool,
    /// The response to a write is there.
    pub b_valid: bool,
    /// BRESP.
    pub b_response: u32,
    /// A read's address would be accepted.
    pub ar_ready: bool,
    /// Read data are there.
    pub r_valid: bool,
    /// What is read.
    pub r_data: u32,
    /// RRESP.
    pub r_response: u32,
}

/// A byte address and what to do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterAccess {
    /// Writes a register.
    Write {
        /// Byte address.
        address: u32,
        /// Value.
        value: u32,
    },
    /// Reads a register.
    Read {
        /// Byte address.
        address: u32,
    },
    /// Reads a register until one of these bits is set.
    Poll {
        /// Byte address.
        address: u32,
        /// Bits.
        mask: u32,
    },
}

/// An access that was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accessed {
    /// What was read; 0 for a write.
    pub value: u32,
    /// The response was OKAY.
    pub okay: bool,
}

/// Accesses to registers, one after the other.
pub struct Console {
    waiting: VecDeque<RegisterAccess>,
    current: Option<RegisterAccess>,
    address_sent: bool,
    data_sent: bool,
    results: VecDeque<Accessed>,
    /// Heads: no answer is taken in this cycle.
    stall: Coin,
}

impl Default for Console {
    fn default() -> Console {
        Console {
            waiting: VecDeque::new(),
            current: None,
            address_sent: false,
            data_sent: false,
            results: VecDeque::new(),
            stall: Coin::tails(),
        }
    }
}

impl Console {
    /// Takes no answer in `percent` of the cycles, drawn from `seed`.
    pub fn stall(&mut self, percent: u64, seed: u64) {
        self.stall = Coin::new(percent, seed);
    }

    /// Puts an access behind those that wait.
    pub fn push(&mut self, access: RegisterAccess) {
        self.waiting.push_back(access);
    }

    /// Whether no access waits or is under way.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.current.is_none() && self.waiting.is_empty()
    }

    /// Forgets accesses that wait, and reads a register once that it would have read until a bit is set.
    pub fn abandon(&mut self) {
        self.waiting.clear();
        if let Some(RegisterAccess::Poll { address, .. }) = self.current {
            self.current = Some(RegisterAccess::Read { address });
        }
    }

    /// The results of all accesses since, in their order, once none is under way.
    pub fn take_results(&mut self) -> impl Iterator<Item = Accessed> + '_ {
        self.results.drain(..)
    }

    /// What it shows in this cycle.
    #[inline]
    pub fn show(&mut self) -> LiteManager {
        if self.current.is_none() {
            self.current = self.waiting.pop_front();
            (self.address_sent, self.data_sent) = (false, false);
        }
        match self.current {
            None => LiteManager::default(),
            Some(RegisterAccess::Write { address, value }) => LiteManager {
                aw_valid: !self.address_sent,
                w_valid: !self.data_sent,
                b_ready: !self.stall.heads(),
                address,
                data: value,
                ..LiteManager::default()
            },
            Some(RegisterAccess::Read { address } | RegisterAccess::Poll { address, .. }) => {
                LiteManager {
                    ar_valid: !self.address_sent,
                    r_ready: !self.stall.heads(),
                    address,
                    ..LiteManager::default()
                }
            }
        }
    }

    /// What takes place at the coming edge.
    #[inline]
    pub fn end(&mut self, shown: &LiteManager, seen: &LiteSubordinate) {
        let Some(current) = self.current else {
            return;
        };
        self.address_sent |= shown.aw_valid && seen.aw_ready || shown.ar_valid && seen.ar_ready;
        self.data_sent |= shown.w_valid && seen.w_ready;
        let accessed = if shown.b_ready && seen.b_valid {
            Accessed {
                value: 0,
                okay: seen.b_response == 0,
            }
        } else if shown.r_ready && seen.r_valid {
            Accessed {
                value: seen.r_data,
                okay: seen.r_response == 0,
            }
        } else {
            return;
        };
        self.current = None;
        match current {
            RegisterAccess::Poll { mask, .. } if accessed.okay && accessed.value & mask == 0 => {
                self.waiting.push_front(current);
            }
            _ => self.results.push_back(accessed),
        }
    }
}
