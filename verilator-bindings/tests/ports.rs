//! Every width and direction, and every way to ask for the wrong one.

mod common;

use std::sync::{Arc, LazyLock};

use common::design;
use proptest::prelude::*;
use verilator_bindings::{Direction, Error, Library, Value, Words};

fn widths() -> Arc<Library> {
    static LIBRARY: LazyLock<Arc<Library>> =
        LazyLock::new(|| design("widths").compile().expect("the design compiles"));
    Arc::clone(&LIBRARY)
}

fn input_error<T: Value>(name: &str) -> String {
    widths()
        .input::<T>(name)
        .expect_err("the handle must be refused")
        .to_string()
}

#[test]
fn ports_are_listed_with_direction_and_width() {
    let library = widths();
    let port = |name: &str| {
        library
            .ports()
            .iter()
            .find(|port| port.name == name)
            .unwrap()
    };
    assert_eq!(library.ports().len(), 26);
    assert_eq!(
        (port("a9").direction, port("a9").width),
        (Direction::Input, 9)
    );
    assert_eq!(
        (port("y512").direction, port("y512").width),
        (Direction::Output, 512)
    );
    assert_eq!(port("odd$name__x").width, 8);
    assert_eq!(port("a65").words(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn scalars_pass_through(value: u64) {
        let library = widths();
        let mut model = library.model()?;
        for width in [1, 8, 9, 16, 17, 32, 33, 64] {
            let input = library.input::<u64>(&format!("a{width}"))?;
            let output = library.output::<u64>(&format!("y{width}"))?;
            model.set(input, value);
            model.eval()?;
            let expected = value & (u64::MAX >> (64 - width));
            prop_assert_eq!(model.get(output), expected, "width {}", width);
            prop_assert_eq!(model.get(input), expected, "width {} read back", width);
        }
    }

    #[test]
    fn wide_values_pass_through(words: [u32; 16], low: u128) {
        let library = widths();
        let mut model = library.model()?;
        model.set(library.input::<[u32; 16]>("a512")?, words);
        model.set(library.input::<u128>("a65")?, low);
        model.step(library.clock("clk")?)?;
        prop_assert_eq!(model.get(library.output::<[u32; 16]>("y512")?), words);
        prop_assert_eq!(model.get(library.output::<[u32; 16]>("q512")?), words);
        prop_assert_eq!(model.words(library.output::<Words>("y512")?), words.to_vec());
        prop_assert_eq!(model.get(library.output::<u128>("y65")?), low & ((1 << 65) - 1));
        prop_assert_eq!(
            model.get(library.output::<[u32; 3]>("y65")?),
            [low as u32, (low >> 32) as u32, (low >> 64) as u32 & 1]
        );
    }

    #[test]
    fn words_fit_every_width(words: [u32; 16]) {
        let library = widths();
        let mut model = library.model()?;
        for width in [1u32, 8, 9, 16, 17, 32, 33, 64, 65, 512] {
            let count = width.div_ceil(32) as usize;
            model.set_words(library.input::<Words>(&format!("a{width}"))?, &words[..count]);
            model.eval()?;
            let mut expected = words[..count].to_vec();
            expected[count - 1] &= u32::MAX >> (width.wrapping_neg() % 32);
            let read = model.words(library.output::<Words>(&format!("y{width}"))?);
            prop_assert_eq!(read, expected, "width {}", width);
        }
    }

    #[test]
    fn signed_values_keep_their_sign(value in -2048i16..2048) {
        let library = widths();
        let mut model = library.model()?;
        model.set(library.input::<i16>("s12")?, value);
        model.eval()?;
        prop_assert_eq!(model.get(library.output::<i32>("s20")?), i32::from(value));
        prop_assert_eq!(model.get(library.output::<u32>("s20")?), i32::from(value) as u32 & 0xf_ffff);
    }
}

#[test]
fn narrow_types_fit_narrow_ports() {
    let library = widths();
    let mut model = library.model().unwrap();
    model.set(library.input::<bool>("a1").unwrap(), true);
    model.set(library.input::<u8>("a8").unwrap(), 0xa7);
    model.set(library.input::<u16>("a9").unwrap(), 0xffff);
    model.set(library.input::<u8>("odd$name__x").unwrap(), 0x5c);
    model.eval().unwrap();
    assert!(model.get(library.output::<bool>("y1").unwrap()));
    assert_eq!(model.get(library.output::<u8>("y8").unwrap()), 0xa7);
    assert_eq!(model.get(library.output::<u16>("y9").unwrap()), 0x1ff);
    assert_eq!(model.get(library.output::<u8>("odd_y").unwrap()), 0x5c);
}

#[test]
fn a_handle_that_does_not_fit_says_what_would() {
    assert_eq!(
        input_error::<u8>("a9"),
        "input `a9` of `widths` is 9 bits wide, asked for as u8, which holds 1 to 8 bits"
    );
    assert_eq!(
        input_error::<bool>("a8"),
        "input `a8` of `widths` is 8 bits wide, asked for as bool, which holds 1 bit"
    );
    assert!(input_error::<[u32; 4]>("a65").contains("97 to 128 bits"));
    assert!(input_error::<u64>("a65").contains("1 to 64 bits"));
    assert_eq!(
        input_error::<u8>("y8"),
        "port `y8` of `widths` is an output, asked for as an input"
    );
    let error = widths().output::<u8>("no").unwrap_err();
    assert!(
        matches!(&error, Error::NoSuchPort { ports, .. } if ports.len() == 26),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("`widths` has no port `no`; it has: clk, "),
        "{error}"
    );
    assert!(widths().clock("a8").is_err());
}

#[test]
#[should_panic(expected = "not made from the library of `widths`")]
fn a_handle_of_another_library_is_refused() {
    let other = design("stops").compile().unwrap();
    let count = other.output::<u16>("count").unwrap();
    widths().model().unwrap().get(count);
}
