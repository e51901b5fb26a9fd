//! Random valid configurations for property tests.

use proptest::prelude::*;
use proptest::sample::select;

use crate::config::Config;
use crate::settings::{
    Address, Bypass, Core, Ecc, Memory, Mode, Objects, Pages, Pipeline, Protection, Reset,
    Settings, System,
};

/// Valid configurations over the whole range of every key but two that tests have to pay for: up to 4 cores, up to
/// 256 MiB of memory. Address space is spent sparingly: lanes are up to 16 times as large as they must be, so that tests
/// meet short arena numbers often.
pub fn any_config() -> impl Strategy<Value = Config> {
    let address = (
        select(vec![Mode::Sv32, Mode::Sv39, Mode::Sv48]),
        24u32..=56,
        1u32..=8,
        0u32..=4,
        any::<Place>(),
    );
    let objects = (
        select(vec![8u32, 16, 32, 64]),
        1u32..=64,
        select(vec![16u32, 32, 64, 128, 256]),
        1u32..=255,
    );
    let core = (
        select(vec![Reset::ActiveHigh, Reset::ActiveLow]),
        1u32..=6,
        2u32..=6,
        1u32..=4,
        any::<bool>(),
        any::<bool>(),
        select(vec![Ecc::None, Ecc::None, Ecc::Parity]),
    );
    let surroundings = (any_system(), any_memory_place(), any_pages(), any_bypass());
    let pipeline = (6u32..=11, any::<bool>());
    let all = (address, objects, pipeline, core, surroundings);
    all.prop_map(|(address, objects, pipeline, core, surroundings)| {
        let (depth_cycles, ready_slots) = pipeline;
        let (size_step_bytes, classes, objects_per_arena, list_threshold) = objects;
        let objects = Objects {
            size_step_bytes,
            classes,
            objects_per_arena,
            list_threshold: 1 + (list_threshold - 1) % (objects_per_arena - 1),
        };
        let (mode, physical_bits, context_bits, spare_bits, place) = address;
        let (reset, translations_log2, headers_log2, misses_log2, prefetch, trace_port, ecc) = core;
        let core = Core {
            reset,
            translation_entries: 1 << translations_log2,
            header_entries: 1 << headers_log2,
            miss_queue_entries: 1 << misses_log2,
            prefetch,
            trace_port,
        };
        let address = lay_out(
            mode,
            physical_bits,
            context_bits,
            spare_bits,
            &place,
            &objects,
        );
        let (system, memory, pages, bypass) = surroundings;
        let settings = Settings {
            memory: memory.in_space_of(address.physical_bits.unwrap_or(DEFAULT_PHYSICAL_BITS)),
            address,
            objects,
            pipeline: Pipeline {
                depth_cycles,
                ready_slots,
            },
            core,
            system,
            pages,
            bypass,
            protection: Protection { ecc },
        };
        match Config::new(&settings, "random configuration") {
            Ok(config) => config,
            // The strategy promises valid ones: a refusal is a mistake in it or in the check.
            Err(errors) => panic!("{errors}\nfrom {settings:?}"),
        }
    })
}

/// Narrowest width of physical addresses where the settings leave it out: that of Sv32.
const DEFAULT_PHYSICAL_BITS: u32 = 34;

fn any_system() -> impl Strategy<Value = System> {
    (1u32..=4, 1u32..=6, select(vec![64u32, 128])).prop_map(|(cores, processes_log2, data_bits)| {
        System {
            cores,
            processes: 1 << processes_log2,
            data_bits,
        }
    })
}

fn any_pages() -> impl Strategy<Value = Pages> {
    (4u32..=10, 2u32..=6, 1u32..=6).prop_map(|(pool_log2, cursors_log2, walks_log2)| Pages {
        pool_entries: 1 << pool_log2,
        cursor_entries: 1 << cursors_log2,
        walk_entries: 1 << walks_log2,
    })
}

fn any_bypass() -> impl Strategy<Value = Bypass> {
    let entries = select(vec![0u32, 4, 8, 16, 32, 64, 128, 256]);
    (entries, 1u32..=8).prop_map(|(entries, id_bits)| Bypass { entries, id_bits })
}

/// A size of the memory and where it goes among the places that fit.
#[derive(Clone, Debug)]
struct MemoryPlace {
    bytes_log2: u32,
    base: u64,
    track_frames: bool,
}

fn any_memory_place() -> impl Strategy<Value = MemoryPlace> {
    (20u32..=28, any::<u64>(), any::<bool>()).prop_map(|(bytes_log2, base, track_frames)| {
        MemoryPlace {
            bytes_log2,
            base,
            track_frames,
        }
    })
}

impl MemoryPlace {
    fn in_space_of(&self, physical_bits: u32) -> Memory {
        let bytes_log2 = self.bytes_log2.min(physical_bits);
        Memory {
            base: (self.base % (1 << (physical_bits - bytes_log2))) << bytes_log2,
            bytes: 1 << bytes_log2,
            track_frames: self.track_frames,
        }
    }
}

/// Where region and header lane go among the places that fit.
#[derive(Clone, Debug)]
struct Place {
    region: u64,
    header: Option<u64>,
}

impl Arbitrary for Place {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with(_: ()) -> Self::Strategy {
        (any::<u64>(), any::<Option<u64>>())
            .prop_map(|(region, header)| Place { region, header })
            .boxed()
    }
}

/// The narrowest mode from `mode` on that the smallest possible lanes fit into, lanes made larger by up to
/// `spare_bits`, and a place for everything.
fn lay_out(
    mode: Mode,
    physical_bits: u32,
    context_bits: u32,
    spare_bits: u32,
    place: &Place,
    objects: &Objects,
) -> Address {
    let stride_log2 = |class: u32| {
        (objects.objects_per_arena * objects.size_step_bytes * (class + 1))
            .next_power_of_two()
            .ilog2()
            .max(12)
    };
    let least_lane_log2 =
        context_bits + u32::max(stride_log2(0) + 6, stride_log2(objects.classes - 1) + 1);
    let class_bits = objects.classes.next_power_of_two().ilog2().max(1);
    // Four times the region: none at address 0, and room after it for the header lane, at most 1/64 of the region.
    let fits =
        |mode: Mode, lane_log2: u32| 1u64 << (lane_log2 + class_bits + 2) <= mode.address_limit();
    let mode = match mode {
        Mode::Sv32 if !fits(Mode::Sv32, least_lane_log2) => Mode::Sv39,
        mode => mode,
    };
    let spare = (0..=spare_bits)
        .rev()
        .find(|spare| fits(mode, least_lane_log2 + spare))
        .unwrap_or(0);
    let lane_log2 = least_lane_log2 + spare;

    let padded = 1u64 << (lane_log2 + class_bits);
    let places = mode.address_limit() / padded;
    let region = 1 + place.region % (places - 2);
    let header_bytes = 1u64 << (class_bits + lane_log2 - stride_log2(0) + 6);
    let header_base = place.header.map(|header| {
        let lanes_a_place = padded / header_bytes;
        let lane = header % ((places - 1) * lanes_a_place);
        // Lanes from the region on move up past it.
        let past_region = if lane / lanes_a_place >= region {
            lanes_a_place
        } else {
            0
        };
        (lane + past_region) * header_bytes
    });
    Address {
        mode,
        physical_bits: (physical_bits <= mode.max_physical_bits()).then_some(physical_bits),
        region_base: region * padded,
        region_bytes: u64::from(objects.classes) << lane_log2,
        header_base,
        context_bits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #[test]
        fn random_configurations_are_valid_and_printable(config in any_config()) {
            let again = Config::from_toml_str(&config.to_toml(), "printed").unwrap();
            prop_assert_eq!(again.to_toml(), config.to_toml());
        }

        #[test]
        fn fields_fill_an_address_exactly(config in any_config()) {
            for class in 0..config.classes() {
                let stride = 1u64 << config.stride_log2(class);
                let size = u64::from(config.size_step_bytes() * (class + 1));
                prop_assert!(stride >= 4096 && stride >= size * u64::from(config.objects_per_arena()));
                prop_assert!(stride == 4096 || stride / 2 < size * u64::from(config.objects_per_arena()));
                let arenas_a_context = (config.lane_bytes() / stride) >> config.context_bits();
                prop_assert!(arenas_a_context >= 2, "class {class}");
                prop_assert!(arenas_a_context <= 1 << config.max_arena_bits());
            }
            prop_assert!(config.max_arena_bits() >= 6);
        }

        #[test]
        fn region_and_header_lane_are_apart_and_in_user_space(config in any_config()) {
            let region = config.region_base()..config.region_base() + config.padded_region_bytes();
            let headers = config.header_base()..config.header_base() + config.header_lane_bytes();
            prop_assert!(region.end <= headers.start || headers.end <= region.start);
            prop_assert!(u64::max(region.end, headers.end) <= config.mode().address_limit());
            prop_assert_eq!(region.start % config.padded_region_bytes(), 0);
            prop_assert_eq!(headers.start % config.header_lane_bytes(), 0);
        }

        #[test]
        fn memory_is_aligned_and_has_physical_addresses(config in any_config()) {
            prop_assert!(config.memory_bytes().is_power_of_two());
            prop_assert_eq!(config.memory_base() % config.memory_bytes(), 0);
            prop_assert!(config.memory_base() + config.memory_bytes() <= 1 << config.physical_bits());
        }
    }
}
