//! The contract once more, as plainly as it can be said: arenas in ordered maps, lists as vectors, no headers, no
//! bitmaps, no address arithmetic. Too slow for recordings, but with nothing in common with the model to get wrong.

use std::collections::{BTreeMap, BTreeSet};

use memento_config::Config;
use memento_sim::{Path, Status};

/// Class, arena number, slot.
pub type Place = (u32, u32, u32);

pub struct Naive {
    objects: u32,
    threshold: u32,
    /// By class.
    arenas_a_lane: Vec<u32>,
    classes: Vec<Class>,
}

#[derive(Default)]
struct Class {
    hot: Option<u32>,
    /// Head first.
    list: Vec<u32>,
    /// Arenas in use, with their allocated slots.
    arenas: BTreeMap<u32, BTreeSet<u32>>,
    ever_used: u32,
    released: Vec<u32>,
}

impl Naive {
    pub fn new(config: &Config) -> Self {
        let lane = config.lane_bytes() >> config.context_bits();
        let arenas_a_lane = (1..=config.classes()).map(|steps| {
            let bytes = u64::from(config.objects_per_arena() * config.size_step_bytes() * steps);
            (lane / bytes.next_power_of_two().max(4096)) as u32
        });
        Naive {
            objects: config.objects_per_arena(),
            threshold: config.list_threshold(),
            arenas_a_lane: arenas_a_lane.collect(),
            classes: (0..config.classes()).map(|_| Class::default()).collect(),
        }
    }

    pub fn alloc(&mut self, class: u32) -> Result<(Place, Path), Status> {
        let objects = self.objects;
        let lane = &mut self.classes[class as usize];
        let full = |lane: &Class| {
            lane.hot
                .is_none_or(|hot| lane.arenas[&hot].len() == objects as usize)
        };
        let mut path = Path::Hit;
        if full(lane) && !lane.list.is_empty() {
            lane.hot = Some(lane.list.remove(0));
            path = Path::Pop;
        }
        if full(lane) {
            let number = lane.released.pop().unwrap_or(lane.ever_used);
            if number == self.arenas_a_lane[class as usize] {
                return Err(Status::NoMemory);
            }
            lane.ever_used = lane.ever_used.max(number + 1);
            lane.arenas.insert(number, BTreeSet::new());
            lane.hot = Some(number);
            path = Path::New;
        }
        let number = lane.hot.unwrap();
        let slots = lane.arenas.get_mut(&number).unwrap();
        let slot = (0..objects).find(|slot| !slots.contains(slot)).unwrap();
        slots.insert(slot);
        Ok(((class, number, slot), path))
    }

    pub fn free(&mut self, (class, number, slot): Place) -> Result<Path, Status> {
        let lane = &mut self.classes[class as usize];
        let Some(slots) = lane.arenas.get_mut(&number) else {
            return Err(Status::BadPointer);
        };
        if !slots.remove(&slot) {
            return Err(Status::DoubleFree);
        }
        if lane.hot == Some(number) {
            return Ok(Path::Hit);
        }
        let free = self.objects - slots.len() as u32;
        if slots.is_empty() {
            lane.arenas.remove(&number);
            lane.list.retain(|listed| *listed != number);
            lane.released.push(number);
            Ok(Path::Release)
        } else if free >= self.threshold && !lane.list.contains(&number) {
            lane.list.insert(0, number);
            Ok(Path::Push)
        } else {
            Ok(Path::Miss)
        }
    }
}
