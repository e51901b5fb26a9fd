//! What is generated of the register map: up to date, and compilable.

use crate::common::presets;
use crate::digest;
use memento_hdl::Geometry;
use memento_hdl::system::register_documents::{Documents, by_offset};
use memento_hdl::system::register_map::Access;
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// What the page in docs says of itself.
const BANNER: &str = "The register map of the preset `default`; other configurations differ in the constants alone. \
`memento generate` writes\nthe page of a configuration. Generated from `hdl/src/system/register_map.rs`: \
`GOLDEN=write cargo test -p memento-hdl --test registers`\nwrites it anew.\n";

/// Calls with the documents of each preset.
fn for_each(banner: &str, mut judge: impl FnMut(&str, &Documents<'_>)) {
    for (name, config) in presets() {
        let documents = Documents {
            geometry: &Geometry::new(&config),
            digest: digest(&config),
            banner,
        };
        judge(name, &documents);
    }
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/registers.md"));
    for_each(BANNER, |name, documents| {
        if name != "default" {
            return;
        }
        let page = documents.markdown();
        if std::env::var("GOLDEN").is_ok_and(|value| value == "write") {
            fs::write(path, &page).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        let kept = fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == page,
            "docs/registers.md is out of date: GOLDEN=write cargo test -p memento-hdl --test registers"
        );
    });
}

/// Runs a compiler; false if there is none.
fn compiles(command: &mut Command) -> bool {
    match command.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.is_empty(), "{said}");
            true
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: {:?} is not installed", command.get_program());
            false
        }
        Err(error) => panic!("{:?}: {error}", command.get_program()),
    }
}

#[test]
fn c_compiles_the_header_and_finds_the_offsets() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for_each("Of a test.", |_, documents| {
        let header = documents.c_header();
        let mut source =
            String::from("#include \"memento_registers.h\"\n#include \"memento_registers.h\"\n");
        for register in by_offset() {
            let name = register.name.to_uppercase();
            let offset = register.offset;
            let _ = writeln!(
                source,
                "_Static_assert(MEMENTO_{name}_OFFSET == {offset}, \"{name}\");"
            );
            if register.access != Access::Constant {
                for field in register.fields {
                    let part = field.name.to_uppercase();
                    let mask = field.mask();
                    let _ = writeln!(
                        source,
                        "_Static_assert(MEMENTO_{name}_{part}_MASK == {mask}u, \"{part}\");"
                    );
                }
            }
        }
        fs::write(folder.path().join("memento_registers.h"), header).expect("the header");
        fs::write(folder.path().join("offsets.c"), source).expect("the source");
        compiles(
            Command::new("cc")
                .current_dir(&folder)
                .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"])
                .arg("offsets.c"),
        );
    });
}

#[test]
fn rust_compiles_the_constants_and_finds_the_offsets() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for_each("Of a test.", |_, documents| {
        let mut source = String::from(
            "#![deny(warnings, missing_docs)]\n//! Offsets.\n\ninclude!(\"memento_registers.rs\");\n",
        );
        for register in by_offset() {
            let (name, offset) = (register.name, register.offset);
            let _ = writeln!(source, "const _: () = assert!({name}::OFFSET == {offset});");
        }
        fs::write(
            folder.path().join("memento_registers.rs"),
            documents.rust_constants(),
        )
        .expect("the constants");
        fs::write(folder.path().join("offsets.rs"), source).expect("the source");
        let ran = compiles(
            Command::new("rustc")
                .current_dir(&folder)
                .args(["--edition=2024", "--crate-type=lib", "--emit=metadata"])
                .arg("offsets.rs"),
        );
        assert!(ran, "rustc is there, for it has compiled this test");
    });
}
