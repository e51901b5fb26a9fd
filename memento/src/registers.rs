//! What software needs of a configuration's registers, beside the Verilog.

use crate::design::Chosen;
use memento_hdl::Geometry;
use memento_hdl::system::register_documents::Documents;

/// C header of the register map.
pub const HEADER: &str = "memento_registers.h";
/// Rust constants of the register map.
pub const CONSTANTS: &str = "memento_registers.rs";
/// The register map for a reader.
pub const PAGE: &str = "memento_registers.md";

/// Names and texts of the three files, with `banner` ahead of each.
pub fn register_files(chosen: &Chosen, banner: &str) -> [(&'static str, String); 3] {
    let geometry = Geometry::new(&chosen.config);
    let documents = Documents {
        geometry: &geometry,
        digest: digest(&chosen.config.digest()),
        banner,
    };
    [
        (HEADER, documents.c_header()),
        (CONSTANTS, documents.rust_constants()),
        (PAGE, documents.markdown()),
    ]
}

/// The first 64 bits of a digest in hexadecimal digits, as the registers show them.
pub fn digest(digits: &str) -> u64 {
    let digits = digits
        .chars()
        .take(16)
        .filter_map(|digit| digit.to_digit(16));
    digits.fold(0, |digest, digit| digest << 4 | u64::from(digit))
}
