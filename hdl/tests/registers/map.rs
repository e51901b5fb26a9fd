//! Every register, as its description says.

use crate::bus::{Bus, OKAY, SLVERR, Surroundings};
use crate::common::{below, presets, random, setting};
use crate::{digest, several};
use memento_hdl::Geometry;
use memento_hdl::rtl::bits;
use memento_hdl::system::register_map::{Access, REGISTERS, register};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

fn quiet() -> Surroundings {
    Box::new(|_, _| {})
}

fn offset(name: &str) -> usize {
    register(name).offset
}

#[test]
fn every_address_after_reset() {
    for (name, config) in presets() {
        let g = Geometry::new(&config);
        let mut bus = Bus::new(&config, 1, quiet());
        bus.pauses = false;
        let known: BTreeMap<_, _> = REGISTERS.iter().map(|r| (r.offset, r)).collect();
        for address in (0..0x300).step_by(4).chain([0x7FC, 0x800, 0xFFC]) {
            let (data, response) = bus.read(address);
            match known.get(&address) {
                Some(register) if register.access != Access::WriteOnly => {
                    let expected = (register.reset)(&g, digest(&config));
                    assert_eq!(
                        (data, response),
                        (expected, OKAY),
                        "{name} {}",
                        register.name
                    );
                }
                _ => assert_eq!(response, SLVERR, "{name} {address:#x}"),
            }
        }
        assert_eq!(bus.get(0).to_le_bytes(), *b"MEMO");
        let configured = [
            ("cores", config.cores()),
            ("classes", config.classes()),
            ("processes", config.processes()),
            ("objects", config.objects_per_arena()),
            ("step_bytes", config.size_step_bytes()),
            ("region_base_lo", config.region_base() as u32),
            ("region_bytes_lo", config.region_bytes() as u32),
            ("region_bytes_hi", (config.region_bytes() >> 32) as u32),
            ("header_bytes_lo", config.header_lane_bytes() as u32),
            ("memory_base_lo", config.memory_base() as u32),
            ("memory_bytes_lo", config.memory_bytes() as u32),
        ];
        for (register, value) in configured {
            assert_eq!(bus.get(offset(register)), value, "{name} {register}");
        }
    }
}

#[test]
fn random_accesses_against_a_plain_model() {
    let seed = setting("REGISTERS_SEED", 1);
    let config = several();
    let g = Geometry::new(&config);
    let mut random = random(seed);
    let mut bus = Bus::new(&config, seed, quiet());
    let mut held: BTreeMap<usize, u32> = BTreeMap::new();
    let mut kinds = BTreeMap::new();
    for i in 0..setting("REGISTERS_ACCESSES", 3000) {
        let entry = &REGISTERS[below(&mut random, REGISTERS.len() as u64) as usize];
        let mut address = entry.offset + below(&mut random, 4) as usize;
        if below(&mut random, 10) == 0 {
            address = below(&mut random, 0x1000) as usize;
        }
        let entry = REGISTERS.iter().find(|r| r.offset == address & !3);
        let access = entry.map(|entry| entry.access);
        if access == Some(Access::WriteOnly) {
            continue;
        }
        if below(&mut random, 2) == 0 {
            let (data, strobe) = (below(&mut random, 1 << 32) as u32, below(&mut random, 16));
            let response = bus.write(address, data, strobe as usize);
            let good = matches!(access, Some(Access::ReadWrite | Access::WriteOneToClear));
            let expected = if good { OKAY } else { SLVERR };
            assert_eq!(response, expected, "write {i} of {address:#x}, seed {seed}");
            if access == Some(Access::ReadWrite) {
                let bytes = (0..4).filter(|byte| strobe >> byte & 1 == 1);
                let mask = bytes.fold(0u32, |mask, byte| mask | 0xFF << (8 * byte));
                let mask = mask & entry.map_or(0, |entry| entry.mask());
                let value = held.entry(address & !3).or_default();
                *value = *value & !mask | data & mask;
            }
        } else {
            let answer = bus.read(address);
            let expected = match entry {
                None => (0, SLVERR),
                Some(entry) if entry.access == Access::Constant => {
                    ((entry.reset)(&g, digest(&config)), OKAY)
                }
                Some(entry) => (held.get(&entry.offset).copied().unwrap_or(0), OKAY),
            };
            assert_eq!(answer, expected, "read {i} of {address:#x}, seed {seed}");
        }
        *kinds.entry(format!("{access:?}")).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 5, "{kinds:?}");
}

#[test]
fn counters_never_tear() {
    let seed = setting("REGISTERS_SEED", 1);
    let config = several();
    let mut random = random(seed);
    // Values of the counters by cycle; a selection is seen two cycles late.
    let value = |block: u64, index: u64, cycle: u64| {
        (block << 48 | index << 40 | 0xFFFF_FF00).wrapping_add(cycle)
    };
    let mut selections = [(0, 0); 3];
    let surroundings = Box::new(
        move |module: &mut memento_hdl::system::registers::Registers, cycle| {
            selections.rotate_right(1);
            selections[0] = (
                module.counter_block.val().index() as u64,
                module.counter_index.val().index() as u64,
            );
            let (block, index) = selections[2];
            module.counter_value.next = bits(value(block, index, cycle) as usize, 64);
        },
    );
    let mut bus = Bus::new(&config, seed, surroundings);
    for round in 0..200 {
        bus.pauses = round % 2 == 0;
        let (block, index) = (below(&mut random, 16), below(&mut random, 64));
        bus.set(offset("counter_block"), block as u32);
        bus.set(offset("counter_index"), index as u32);
        let before = bus.cycle();
        let low = u64::from(bus.get(offset("counter_lo")));
        let after = bus.cycle();
        let read = u64::from(bus.get(offset("counter_hi"))) << 32 | low;
        let possible = value(block, index, before)..=value(block, index, after);
        assert!(
            possible.contains(&read),
            "round {round}: {read:#x} is not among {possible:x?}, seed {seed}"
        );
    }
}

#[test]
fn events_are_pending_until_cleared() {
    let config = several();
    let events = Rc::new(RefCell::new(0u32));
    let present = events.clone();
    let surroundings = Box::new(
        move |module: &mut memento_hdl::system::registers::Registers, _| {
            let events = *present.borrow();
            module.pool_low.next = events & 1 != 0;
            module.pool_high.next = events & 2 != 0;
            module.command_done.next = events & 4 != 0;
            module.destroy_done.next = events & 8 != 0;
            module.error_valid.next = events & 16 != 0;
        },
    );
    let mut bus = Bus::new(&config, 1, surroundings);
    let status = offset("interrupt_status");
    for source in 0..5 {
        let bit = 1 << source;
        bus.set(offset("interrupt_enable"), 0);
        *events.borrow_mut() = bit;
        bus.tick();
        *events.borrow_mut() = 0;
        assert_eq!(bus.get(status), bit, "pending though not enabled");
        assert!(!bus.simulation.module.irq.val());
        bus.set(offset("interrupt_enable"), bit);
        assert!(bus.simulation.module.irq.val());
        bus.set(status, !bit);
        assert_eq!(bus.get(status), bit, "zeros clear nothing");
        assert_eq!(bus.write(status, bit, 0b1110), OKAY);
        assert_eq!(bus.get(status), bit, "the strobe is off");
        bus.set(status, bit);
        assert_eq!(bus.get(status), 0);
        assert!(!bus.simulation.module.irq.val());
    }
    // A level raises its source once; a pulse at the same time as its clearing stays.
    *events.borrow_mut() = 1;
    assert_eq!(bus.get(status), 1);
    bus.set(status, 1);
    assert_eq!(bus.get(status), 0);
    *events.borrow_mut() = 4;
    bus.set(status, 4);
    assert_eq!(bus.get(status), 4);
}

#[test]
fn the_first_error_is_captured_and_all_are_counted() {
    let config = several();
    let error = Rc::new(RefCell::new(None::<usize>));
    let present = error.clone();
    let surroundings = Box::new(
        move |module: &mut memento_hdl::system::registers::Registers, _| {
            let error = present.borrow_mut().take();
            let number = error.unwrap_or(0);
            module.error_valid.next = error.is_some();
            module.error_address.next = bits(number << 6, 32);
            module.error_cause.next = bits(number & 7, 3);
            module.error_source.next = bits(number & 3, 4);
            module.error_write.next = number & 1 != 0;
        },
    );
    let mut bus = Bus::new(&config, 1, surroundings);
    let mut captured = 0;
    for number in 1..20 {
        *error.borrow_mut() = Some(number);
        bus.tick();
        bus.tick();
        if captured == 0 {
            captured = number as u32;
        }
        assert_eq!(bus.get(offset("error_status")), 1);
        assert_eq!(bus.get(offset("error_count")), number as u32);
        let info = captured & 1 | (captured & 7) << 4 | (captured & 3) << 8;
        assert_eq!(bus.get(offset("error_info")), info);
        assert_eq!(bus.get(offset("error_address_lo")), captured << 6);
        if number % 4 == 0 {
            bus.set(offset("error_status"), 1);
            assert_eq!(bus.get(offset("error_status")), 0);
            captured = 0;
        }
    }
}

#[test]
fn a_command_is_offered_and_answered_once() {
    let config = several();
    let (ready, done) = (Rc::new(RefCell::new(false)), Rc::new(RefCell::new(false)));
    let offers = Rc::new(RefCell::new(Vec::new()));
    let (is_ready, is_done, seen) = (ready.clone(), done.clone(), offers.clone());
    let surroundings = Box::new(
        move |module: &mut memento_hdl::system::registers::Registers, _| {
            module.command_ready.next = *is_ready.borrow();
            module.command_done.next = is_done.replace(false);
            module.command_status.next = bits(8, 4);
            module.command_result.next = bits(0x8000_5000, 32);
            if module.command_valid.val() && *is_ready.borrow() {
                seen.borrow_mut().push((
                    module.command_op.val().index(),
                    module.command_process.val().index(),
                    module.command_context.val().index(),
                    module.command_core.val().index(),
                    module.command_argument.val().index(),
                ));
            }
        },
    );
    let mut bus = Bus::new(&config, 1, surroundings);
    bus.set(offset("command_process"), 3);
    bus.set(offset("command_context"), 1);
    bus.set(offset("command_core"), 2);
    bus.set(offset("argument_lo"), 0x8765_4321);
    bus.set(offset("argument_hi"), 0xFEDC_BA98);
    assert_eq!(bus.write(offset("command"), 7, 0b1110), OKAY);
    assert_eq!(
        bus.get(offset("command_status")),
        0,
        "byte 0 was not written"
    );
    bus.set(offset("command"), 7);
    assert_eq!(bus.get(offset("command_status")), 1);
    assert_eq!(bus.write(offset("command"), 1, 15), SLVERR);
    *ready.borrow_mut() = true;
    bus.tick();
    bus.tick();
    bus.tick();
    assert_eq!(*offers.borrow(), [(7, 3, 1, 2, 0xFEDC_BA98_8765_4321)]);
    assert_eq!(bus.write(offset("command"), 1, 15), SLVERR);
    *done.borrow_mut() = true;
    bus.tick();
    bus.tick();
    assert_eq!(bus.get(offset("command_status")), 2 | 8 << 8);
    assert_eq!(bus.get(offset("result_lo")), 0x8000_5000);
    assert_eq!(bus.read(offset("command")).1, SLVERR);
    assert_eq!(offers.borrow().len(), 1);
}

#[test]
fn settings_reach_their_ports() {
    let config = several();
    let mut bus = Bus::new(&config, 1, quiet());
    let level_bits = Geometry::new(&config).frame_index_bits + 1;
    let none = (1 << level_bits) - 1;
    assert_eq!(bus.simulation.module.high_mark.val().index(), none);
    for (written, low, high) in [
        (5, 5, 5),
        (0, 0, none),
        (u32::MAX, none, none),
        (1 << level_bits, none, none),
    ] {
        bus.set(offset("pool_low_mark"), written);
        bus.set(offset("pool_high_mark"), written);
        let module = &bus.simulation.module;
        assert_eq!(module.low_mark.val().index(), low);
        assert_eq!(module.high_mark.val().index(), high);
    }
    bus.set(offset("mask_table_lo"), 0x8765_4321);
    assert_eq!(bus.get(offset("mask_table_lo")), 0x8765_4000);
    assert_eq!(bus.simulation.module.mask_table.val().index(), 0x8765_4000);
    let enabled = |bus: &Bus| -> Vec<bool> {
        let cores = bus.simulation.module.core_enable.iter();
        cores.map(|core| core.val()).collect()
    };
    bus.set(offset("core_enable"), 0b101);
    assert_eq!(enabled(&bus), [false; 3]);
    bus.set(offset("control"), 1);
    assert_eq!(enabled(&bus), [true, false, true]);
}

#[test]
fn accesses_take_the_cycles_that_are_stated() {
    let mut bus = Bus::new(&several(), 1, quiet());
    bus.pauses = false;
    let start = bus.cycle();
    bus.set(offset("control"), 1);
    assert_eq!(
        bus.cycle() - start,
        3,
        "2 cycles behind the edge that takes it"
    );
    let start = bus.cycle();
    bus.get(offset("control"));
    assert_eq!(
        bus.cycle() - start,
        5,
        "4 cycles behind the edge that takes it"
    );
}
