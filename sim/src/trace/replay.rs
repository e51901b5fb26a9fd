//! From the events of a recording to the operations that an allocator gets.

use rustc_hash::FxHashMap;

use super::errors::TraceError;
use super::heaptrack::Event;
use crate::geometry::Geometry;
use crate::status::{Response, Status};

/// An object of the replay. Numbers are small and used again: once the free of an object has been yielded, a later
/// allocation may carry the same number. Whoever sends operations in order needs one table entry a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Object(u32);

impl Object {
    /// Index into a table with one entry an object alive at once.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// obj-alloc.
    Alloc {
        /// Name of the object that it allocates.
        object: Object,
        /// Bytes asked for.
        size: u64,
    },
    /// obj-free of the address that the object's allocation was answered with; nothing, if it failed.
    Free {
        /// The object.
        object: Object,
    },
}

/// Events of a recording that are no operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Skipped {
    /// Allocations over the largest class.
    pub large_allocs: u64,
    /// Frees of objects over the largest class.
    pub large_frees: u64,
    /// Frees of addresses that nothing is alive at.
    pub unknown_frees: u64,
}

/// Iterator over the operations of a recording.
///
/// An allocation at an address that is alive in the recording frees what was there first. What is alive at the end is
/// not freed. Memory grows with the objects alive at once alone.
pub struct Replay<E> {
    events: E,
    largest_bytes: u64,
    /// By address in the recorded program; `None` for an object over the largest class.
    alive: FxHashMap<u64, Option<Object>>,
    /// Numbers that may be used again.
    spare: Vec<Object>,
    numbers: u32,
    /// The allocation that follows the free of what was at its address.
    waiting: Option<Operation>,
    skipped: Skipped,
}

impl<E: Iterator<Item = Result<Event, TraceError>>> Replay<E> {
    /// The operations of these events for an allocator of these sizes.
    pub fn new(events: E, geometry: &Geometry) -> Self {
        Replay {
            events,
            largest_bytes: u64::from(geometry.size_bytes(geometry.classes() - 1)),
            alive: FxHashMap::default(),
            spare: Vec::new(),
            numbers: 0,
            waiting: None,
            skipped: Skipped::default(),
        }
    }

    /// What was not sent so far.
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// The operation of an event, if it is one.
    fn operation(&mut self, event: Event) -> Option<Operation> {
        match event {
            Event::Alloc { size, pointer } => {
                let large = size > self.largest_bytes;
                self.skipped.large_allocs += u64::from(large);
                // The number is taken before that of the object at the same address is free to be used again: a
                // driver may look at both operations at once.
                let object = (!large).then(|| self.number());
                let replaced = self.alive.insert(pointer, object).flatten();
                let alloc = object.map(|object| Operation::Alloc { object, size });
                match replaced {
                    Some(object) => {
                        self.spare.push(object);
                        self.waiting = alloc;
                        Some(Operation::Free { object })
                    }
                    None => alloc,
                }
            }
            Event::Free { pointer } => match self.alive.remove(&pointer) {
                Some(Some(object)) => {
                    self.spare.push(object);
                    Some(Operation::Free { object })
                }
                Some(None) => {
                    self.skipped.large_frees += 1;
                    None
                }
                None => {
                    self.skipped.unknown_frees += 1;
                    None
                }
            },
        }
    }

    fn number(&mut self) -> Object {
        self.spare.pop().unwrap_or_else(|| {
            self.numbers += 1;
            Object(self.numbers - 1)
        })
    }
}

impl<E: Iterator<Item = Result<Event, TraceError>>> Iterator for Replay<E> {
    type Item = Result<Operation, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(operation) = self.waiting.take() {
            return Some(Ok(operation));
        }
        loop {
            match self.events.next()? {
                Ok(event) => {
                    if let Some(operation) = self.operation(event) {
                        return Some(Ok(operation));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// What is known of an object's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its allocation has not been answered yet.
    Waiting,
    /// It is here.
    At(u64),
    /// Its allocation failed: its free is not sent.
    Failed,
}

/// The addresses that allocations were answered with, by object.
///
/// A driver that waits for each allocation calls [`Addresses::answered`] alone. One that sends ahead calls
/// [`Addresses::sent`] when it sends an allocation, and holds a free back while its object is [`Answer::Waiting`].
#[derive(Clone, Debug, Default)]
pub struct Addresses(Vec<Answer>);

impl Addresses {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The object's allocation is under way.
    pub fn sent(&mut self, object: Object) {
        self.set(object, Answer::Waiting);
    }

    /// The object's allocation was answered.
    pub fn answered(&mut self, object: Object, response: Response) {
        let answer = if response.status == Status::Ok {
            Answer::At(response.value)
        } else {
            Answer::Failed
        };
        self.set(object, answer);
    }

    /// What is known of the object's address.
    pub fn of(&self, object: Object) -> Answer {
        self.0
            .get(object.index())
            .copied()
            .unwrap_or(Answer::Waiting)
    }

    fn set(&mut self, object: Object, answer: Answer) {
        if self.0.len() <= object.index() {
            self.0.resize(object.index() + 1, Answer::Waiting);
        }
        self.0[object.index()] = answer;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memento_config::Config;

    fn alloc(size: u64, pointer: u64) -> Event {
        Event::Alloc { size, pointer }
    }

    fn free(pointer: u64) -> Event {
        Event::Free { pointer }
    }

    fn replayed(events: &[Event]) -> (Vec<Operation>, Skipped) {
        let geometry = Geometry::new(&Config::preset("default").unwrap());
        let mut replay = Replay::new(events.iter().copied().map(Ok), &geometry);
        let operations = replay.by_ref().map(Result::unwrap).collect();
        (operations, replay.skipped())
    }

    #[test]
    fn objects_over_the_largest_class_are_counted_not_sent() {
        let (operations, skipped) = replayed(&[
            alloc(513, 0x10),
            alloc(512, 0x20),
            free(0x10),
            free(0x20),
            free(0x30),
        ]);
        let object = Object(0);
        assert_eq!(
            operations,
            [
                Operation::Alloc { object, size: 512 },
                Operation::Free { object }
            ]
        );
        assert_eq!(
            skipped,
            Skipped {
                large_allocs: 1,
                large_frees: 1,
                unknown_frees: 1
            }
        );
    }

    #[test]
    fn an_allocation_at_an_address_alive_frees_what_was_there() {
        let (operations, _) = replayed(&[
            alloc(8, 0x10),
            alloc(16, 0x10),
            alloc(900, 0x10),
            alloc(24, 0x10),
        ]);
        assert_eq!(
            operations,
            [
                Operation::Alloc {
                    object: Object(0),
                    size: 8
                },
                Operation::Free { object: Object(0) },
                Operation::Alloc {
                    object: Object(1),
                    size: 16
                },
                Operation::Free { object: Object(1) },
                Operation::Alloc {
                    object: Object(1),
                    size: 24
                },
            ]
        );
    }

    #[test]
    fn numbers_are_used_again() {
        let events: Vec<Event> = (0..1000).flat_map(|i| [alloc(8, i), free(i)]).collect();
        let (operations, _) = replayed(&events);
        assert_eq!(operations.len(), 2000);
        assert!(operations.iter().all(|operation| matches!(
            operation,
            Operation::Alloc {
                object: Object(0),
                ..
            } | Operation::Free { object: Object(0) }
        )));
    }

    #[test]
    fn answers_are_known_once_given() {
        let mut addresses = Addresses::new();
        assert_eq!(addresses.of(Object(3)), Answer::Waiting);
        addresses.answered(
            Object(3),
            Response {
                status: Status::Ok,
                value: 0x1000,
            },
        );
        addresses.answered(
            Object(1),
            Response {
                status: Status::NoMemory,
                value: 0,
            },
        );
        assert_eq!(
            [0, 1, 3].map(|i| addresses.of(Object(i))),
            [Answer::Waiting, Answer::Failed, Answer::At(0x1000)]
        );
        addresses.sent(Object(3));
        assert_eq!(addresses.of(Object(3)), Answer::Waiting);
    }
}
