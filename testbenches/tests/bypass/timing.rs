//! Latency and throughput of what passes.

use crate::masks::groups;
use crate::{compile, count, emitted, grant, to_zeros};
use memento_testbenches::bypass::{Bench, Burst, Inputs, Outputs, line, prompt};

/// Cycles in which `happens`, and from the first to the last of them.
fn spread(bench: &mut Bench, happens: impl Fn(&Inputs, &Outputs) -> bool) -> (u64, u64) {
    let (mut count, mut first, mut last) = (0, None, 0);
    while bench.waiting() {
        let cycle = bench.cycle;
        let (inputs, seen) = bench.step().unwrap_or_else(|error| panic!("{error}"));
        if happens(&inputs, &seen) {
            count += 1;
            first.get_or_insert(cycle);
            last = cycle;
        }
    }
    (count, last - first.unwrap_or(last) + 1)
}

#[test]
fn a_beat_and_an_address_a_cycle() {
    for data_bits in [64, 128] {
        let bus = u64::from(data_bits / 8);
        let library = compile(&emitted(4, data_bits));
        let mut bench = prompt(&library, bus);
        let frame = bench.frame(40);
        for i in 0..40 {
            bench.order_read(line(bus, frame, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.s_axi_rvalid & i.s_axi_rready == 1);
        assert_eq!(beats, (40 * 64 / bus, 40 * 64 / bus), "read data");
        for i in 0..40 {
            bench.order_write(line(bus, frame, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.m_axi_wvalid & i.m_axi_wready == 1);
        assert_eq!(beats, (40 * 64 / bus, 40 * 64 / bus), "write data");

        let single = |i: u64| Burst {
            length: 0,
            ..line(bus, frame, i % 64, i % 4)
        };
        (0..60).for_each(|i| bench.order_read(single(i)));
        let requests = spread(&mut bench, |i, o| o.m_axi_arvalid & i.m_axi_arready == 1);
        assert_eq!(requests, (60, 60), "read requests");
        (0..60).for_each(|i| bench.order_write(single(i)));
        let requests = spread(&mut bench, |i, o| o.m_axi_awvalid & i.m_axi_awready == 1);
        assert_eq!(requests, (60, 60), "write requests");

        let granted = bench.frame(5);
        grant(&mut bench, granted);
        let (reads, zeros) = (bench.dram.reads, 32 * 64 / bus);
        for i in 0..32 {
            bench.order_read(line(bus, granted, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.s_axi_rvalid & i.s_axi_rready == 1);
        assert_eq!(beats, (zeros, zeros), "zeros");
        assert_eq!(bench.dram.reads, reads, "reads of fresh lines");
        for i in 0..32 {
            bench.order_write(line(bus, granted, i, i % 4));
        }
        let beats = spread(&mut bench, |i, o| o.m_axi_wvalid & i.m_axi_wready == 1);
        assert_eq!(beats, (zeros, zeros), "whole writes of fresh lines");

        // Masks are made, changed and moved; traffic of other frames doesn't notice.
        let frames = groups(5);
        for granted in &frames {
            grant(&mut bench, *granted);
        }
        for (i, granted) in frames.iter().enumerate() {
            bench.order_write(line(bus, *granted, 9, i as u64 % 4));
        }
        (0..600).for_each(|i| bench.order_read(single(i)));
        let requests = spread(&mut bench, |i, o| {
            o.m_axi_arvalid & i.m_axi_arready == 1 && o.m_axi_arid >> 2 == 0
        });
        assert_eq!(requests, (600, 600), "read requests beside spills");
        assert!(count(&mut bench, "mask_spills") > 0);
    }
}

#[test]
fn one_cycle_a_channel() {
    let library = compile(&emitted(4, 64));
    let mut bench = prompt(&library, 8);
    let frame = bench.frame(3);
    // Cycle of the first transfer on each channel.
    let mut firsts = [None::<u64>; 10];
    let mut run = |bench: &mut Bench| {
        firsts = [None; 10];
        while bench.waiting() {
            let cycle = bench.cycle;
            let (i, o) = bench.step().unwrap_or_else(|error| panic!("{error}"));
            let transfers = [
                i.s_axi_arvalid & o.s_axi_arready,
                o.m_axi_arvalid & i.m_axi_arready,
                i.m_axi_rvalid & o.m_axi_rready,
                o.s_axi_rvalid & i.s_axi_rready,
                i.s_axi_awvalid & o.s_axi_awready,
                o.m_axi_awvalid & i.m_axi_awready,
                i.s_axi_wvalid & o.s_axi_wready,
                o.m_axi_wvalid & i.m_axi_wready,
                i.m_axi_bvalid & o.m_axi_bready,
                o.s_axi_bvalid & i.s_axi_bready,
            ];
            for (first, transfer) in firsts.iter_mut().zip(transfers) {
                if transfer == 1 {
                    first.get_or_insert(cycle);
                }
            }
        }
        firsts
            .chunks(2)
            .map(|pair| Some(pair[1]? - pair[0]?))
            .collect::<Vec<_>>()
    };
    bench.order_read(line(8, frame, 1, 1));
    assert_eq!(run(&mut bench), [Some(1), Some(1), None, None, None]);
    bench.order_write(line(8, frame, 1, 1));
    assert_eq!(run(&mut bench), [None, None, Some(1), Some(1), Some(1)]);
    let granted = bench.frame(5);
    grant(&mut bench, granted);
    bench.order_write(line(8, granted, 2, 1));
    assert_eq!(
        run(&mut bench)[2..],
        [Some(5), Some(5), Some(1)],
        "first write"
    );
    bench.order_write(line(8, granted, 3, 1));
    assert_eq!(run(&mut bench)[2..], [Some(1); 3], "later writes");
    bench.order_read(line(8, granted, 2, 1));
    assert_eq!(run(&mut bench)[..2], [Some(1); 2], "a line no longer fresh");
    assert_eq!(to_zeros(&mut bench, 8, granted), 3);
}
