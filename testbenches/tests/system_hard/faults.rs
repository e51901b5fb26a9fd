//! Memory that fails, or is tampered with behind the hardware's back: every status is the model's, and once memory is
//! well again everything goes on.

use memento_config::Config;
use memento_testbenches::directed::{config, design, faults};

#[test]
fn headers_that_cannot_be_read() {
    let config = config(1, 64, 4);
    faults::headers_that_cannot_be_read(&config, &design(&config));
}

#[test]
fn headers_that_cannot_be_written() {
    let config = config(1, 64, 4);
    faults::headers_that_cannot_be_written(&config, &design(&config));
}

#[test]
fn headers_that_were_tampered_with() {
    let config = config(1, 64, 4);
    faults::headers_that_were_tampered_with(&config, &design(&config));
}

#[test]
fn records_that_were_tampered_with() {
    let config = config(1, 64, 4);
    faults::records_that_were_tampered_with(&config, &design(&config));
}

#[test]
fn a_page_table_that_cannot_be_read() {
    let config = config(1, 64, 4);
    faults::a_page_table_that_cannot_be_read(&config, &design(&config));
}

#[test]
fn a_line_of_leaves_that_cannot_be_cleared() {
    let config = config(1, 64, 4);
    faults::a_line_of_leaves_that_cannot_be_cleared(&config, &design(&config));
}

#[test]
fn leaves_that_cannot_be_read_when_a_process_ends() {
    let config = config(1, 64, 4);
    faults::leaves_that_cannot_be_read_when_a_process_ends(&config, &design(&config));
}

#[test]
fn descriptors_that_fail() {
    let config = config(1, 64, 0);
    faults::descriptors_that_fail(&config, &design(&config));
}

#[test]
fn a_cursor_that_cannot_be_read() {
    let mut settings = config(2, 64, 4).settings().clone();
    settings.address.context_bits += 1;
    settings.address.region_bytes <<= 1;
    settings.core.prefetch = false;
    let config =
        Config::new(&settings, "four contexts").unwrap_or_else(|errors| panic!("{errors}"));
    faults::a_cursor_that_cannot_be_read(&config, &design(&config));
}
