//! [`Interconnect`]: cache and memento_system on one bus.

use super::axi::{Cause, Manager, Subordinate};
use super::dram::Causes;
use memento_config::Config;
use std::collections::VecDeque;

/// Who is behind a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    System,
    Cache,
}

/// Two managers on one bus. Requests take turns; write data follow in the order of their requests;
/// answers find their way by transaction numbers, of which the lower ones are the system's.
pub struct Interconnect {
    first_cache_id: u32,
    /// Who has the address channels, until the request is accepted.
    read_owner: Option<Client>,
    write_owner: Option<Client>,
    /// Whose data come next.
    data_owners: VecDeque<Client>,
    /// Who went last, and so waits if both want to go.
    last_read: Client,
    last_write: Client,
    /// Why each transaction was issued.
    pub causes: Causes,
    system_writes: Vec<u64>,
}

/// Bursts whose data can be awaited at once.
const DATA_OWNERS: usize = 16;

impl Interconnect {
    /// A bus on which the system has a transaction number for each core and the page allocator.
    pub fn new(config: &Config) -> Interconnect {
        let ids = 1 << config.id_bits();
        let causes = vec![Cause::Data; ids];
        Interconnect {
            first_cache_id: Self::first_cache_id(config),
            read_owner: None,
            write_owner: None,
            data_owners: VecDeque::with_capacity(DATA_OWNERS),
            last_read: Client::Cache,
            last_write: Client::Cache,
            causes: Causes {
                reads: causes.clone(),
                writes: causes,
            },
            system_writes: vec![0; ids],
        }
    }

    /// Lines that the system asked to be written, by transaction number.
    pub fn system_writes(&self) -> &[u64] {
        &self.system_writes
    }

    /// The first transaction number that isn't the system's.
    pub fn first_cache_id(config: &Config) -> u32 {
        config.cores() + 1
    }

    /// Chooses who goes on each channel of requests in this cycle.
    #[inline]
    pub fn choose(&mut self, system: &Manager, cache: &Manager) {
        let pick = |owner: Option<Client>, last: Client, system: bool, cache: bool| match owner {
            Some(_) => owner,
            None if system && (!cache || last == Client::Cache) => Some(Client::System),
            None => cache.then_some(Client::Cache),
        };
        self.read_owner = pick(
            self.read_owner,
            self.last_read,
            system.ar_valid,
            cache.ar_valid,
        );
        if self.data_owners.len() < DATA_OWNERS {
            let (system, cache) = (system.aw_valid, cache.aw_valid);
            self.write_owner = pick(self.write_owner, self.last_write, system, cache);
        }
    }

    /// What the bus shows to what is behind it.
    #[inline]
    pub fn manager(&self, system: &Manager, cache: &Manager, back: &Subordinate) -> Manager {
        let of = |client| match client {
            Client::System => system,
            Client::Cache => cache,
        };
        let mut shown = Manager::default();
        if let Some(owner) = self.read_owner {
            (shown.ar_valid, shown.ar) = (true, of(owner).ar);
        }
        if let Some(owner) = self.write_owner {
            (shown.aw_valid, shown.aw) = (true, of(owner).aw);
        }
        if let Some(owner) = self.data_owners.front() {
            let from = of(*owner);
            if from.w_valid {
                (shown.w_valid, shown.w) = (true, from.w);
            }
        }
        shown.r_ready = back.r_valid && of(self.owner_of(back.r.id)).r_ready;
        shown.b_ready = back.b_valid && of(self.owner_of(back.b.id)).b_ready;
        shown
    }

    /// What the bus shows to the system.
    #[inline]
    pub fn to_system(&self, back: &Subordinate) -> Subordinate {
        self.to(Client::System, back)
    }

    /// What the bus shows to the cache.
    #[inline]
    pub fn to_cache(&self, back: &Subordinate) -> Subordinate {
        self.to(Client::Cache, back)
    }

    fn to(&self, client: Client, back: &Subordinate) -> Subordinate {
        let mut shown = Subordinate {
            ar_ready: self.read_owner == Some(client) && back.ar_ready,
            aw_ready: self.write_owner == Some(client) && back.aw_ready,
            w_ready: self.data_owners.front() == Some(&client) && back.w_ready,
            ..Subordinate::default()
        };
        if back.r_valid && self.owner_of(back.r.id) == client {
            (shown.r_valid, shown.r) = (true, back.r);
        }
        if back.b_valid && self.owner_of(back.b.id) == client {
            (shown.b_valid, shown.b) = (true, back.b);
        }
        shown
    }

    fn owner_of(&self, id: u32) -> Client {
        if id < self.first_cache_id {
            Client::System
        } else {
            Client::Cache
        }
    }

    /// Whether data of an accepted write are to come.
    #[inline]
    pub fn expects_data(&self) -> bool {
        !self.data_owners.is_empty()
    }

    /// What takes place at the coming edge.
    #[inline]
    pub fn end(&mut self, shown: &Manager, back: &Subordinate) {
        if shown.w_valid && back.w_ready && shown.w.last {
            self.data_owners.pop_front();
        }
        if shown.ar_valid && back.ar_ready {
            let owner = self.read_owner.take().unwrap_or(Client::Cache);
            self.last_read = owner;
            self.causes.reads[shown.ar.id as usize] = cause(owner, shown.ar.cause);
        }
        if shown.aw_valid && back.aw_ready {
            let owner = self.write_owner.take().unwrap_or(Client::Cache);
            self.last_write = owner;
            self.data_owners.push_back(owner);
            self.system_writes[shown.aw.id as usize] += u64::from(owner == Client::System);
            self.causes.writes[shown.aw.id as usize] = cause(owner, shown.aw.cause);
        }
    }
}

fn cause(client: Client, code: u32) -> Cause {
    match client {
        Client::System => Cause::of_code(code),
        Client::Cache => Cause::Data,
    }
}
