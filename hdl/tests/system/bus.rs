//! The AXI4 manager between clients that know what memory holds and a memory that answers when and
//! in which order it likes.

use super::{Pace, geometry, setting};
use memento_hdl::pages::types::READS_IN_FLIGHT;
use memento_hdl::rtl::{Simulation, Word};
use memento_hdl::system::axi_manager::AxiManager;
use std::collections::{BTreeMap, VecDeque};

type Line = [u64; 8];

/// A client's write under way.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Stage {
    Idle,
    Request,
    Beats(usize),
    Response,
}

/// One line port.
struct Client {
    /// A read on offer.
    asking: Option<u64>,
    /// Reads accepted, oldest first.
    reading: VecDeque<u64>,
    /// Of the oldest: its beats so far, and whether one came with an error.
    read_line: Vec<u64>,
    read_failed: bool,
    write: Stage,
    write_address: u64,
    write_line: Line,
    strobes: [u64; 8],
    cause: u64,
    /// What memory holds in the lines of this client alone.
    known: BTreeMap<u64, Line>,
    done: u64,
}

impl Client {
    fn reads(&self, address: u64) -> bool {
        self.asking == Some(address) || self.reading.contains(&address)
    }
}

/// A burst at the memory.
struct Burst {
    id: usize,
    address: u64,
    beats: usize,
    fails: bool,
}

/// Writes a line's bytes that are strobed.
fn strobed(line: &mut Line, beat: usize, data: u64, strobe: u64) {
    for byte in (0..8).filter(|byte| strobe >> byte & 1 == 1) {
        let mask = 0xff << (8 * byte);
        line[beat] = line[beat] & !mask | data & mask;
    }
}

#[test]
fn a_bus_of_64_bits() {
    traffic(geometry(2, 64), setting("SYSTEM_SEED", 1));
}

#[test]
fn a_bus_of_128_bits() {
    traffic(geometry(4, 128), setting("SYSTEM_SEED", 2));
}

fn traffic(g: memento_hdl::Geometry, seed: u64) {
    let cycles = setting("SYSTEM_CYCLES", 20_000);
    let count = g.cores + 1;
    let per_beat = g.data_bits / 64;
    let mut pace = Pace::new(seed);
    let mut simulation = Simulation::new(AxiManager::new(&g));
    let address = |value: u64| Word::new(value.into(), g.physical_bits);
    let mut clients: Vec<Client> = (0..count)
        .map(|_| Client {
            asking: None,
            reading: VecDeque::new(),
            read_line: Vec::new(),
            read_failed: false,
            write: Stage::Idle,
            write_address: 0,
            write_line: Line::default(),
            strobes: Line::default(),
            cause: 0,
            known: BTreeMap::new(),
            done: 0,
        })
        .collect();
    let mut memory: BTreeMap<u64, Line> = BTreeMap::new();
    let (mut reads, mut writes): (Vec<Burst>, VecDeque<Burst>) = Default::default();
    let mut responses: Vec<(usize, bool)> = Vec::new();
    // Beats of write data whose address may be still on its way.
    let mut beats: VecDeque<(u128, u64, bool)> = VecDeque::new();
    let mut chosen_read: Option<usize> = None;
    let mut chosen_response: Option<usize> = None;
    let (mut most_reads, mut reordered) = (0, 0);
    let (mut failures, mut reports) = (0u64, 0u64);
    let mut held: [Option<Vec<u128>>; 3] = Default::default();

    for cycle in 0..cycles {
        pace.cycle(cycle);
        let m = &mut simulation.module;
        for (i, client) in clients.iter_mut().enumerate() {
            // Causes change only between requests, as they are shared by reads and writes.
            let quiet = client.asking.is_none() && client.write != Stage::Request;
            if quiet {
                client.cause = pace.below(6);
            }
            let line = |pace: &mut Pace| ((i as u64) << 12) + pace.below(8) * 64;
            let room = client.reading.len() < READS_IN_FLIGHT;
            if client.asking.is_none() && room && pace.moves() && pace.once_in(4) {
                let address = line(&mut pace);
                if client.write == Stage::Idle || address != client.write_address {
                    client.asking = Some(address);
                }
            }
            if client.write == Stage::Idle && quiet && pace.moves() && pace.once_in(4) {
                client.write_address = line(&mut pace);
                if !client.reads(client.write_address) {
                    client.write = Stage::Request;
                    for beat in 0..8 {
                        client.write_line[beat] = pace.below(u64::MAX);
                        client.strobes[beat] = [0xff, pace.below(256)][pace.below(2) as usize];
                    }
                }
            }
            m.line_read_request_valid[i].next = client.asking.is_some();
            m.line_read_request_address[i].next = address(client.asking.unwrap_or_default());
            m.line_write_request_valid[i].next = client.write == Stage::Request;
            m.line_write_request_address[i].next = address(client.write_address);
            m.line_cause[i].next = Word::new(client.cause.into(), 3);
            let beat = match client.write {
                Stage::Beats(beat) if m.line_write_data_valid[i].val() || pace.moves() => {
                    Some(beat)
                }
                _ => None,
            };
            m.line_write_data_valid[i].next = beat.is_some();
            let beat = beat.unwrap_or(0);
            m.line_write_data[i].next = Word::new(client.write_line[beat].into(), 64);
            m.line_write_data_strobe[i].next = Word::new(client.strobes[beat].into(), 8);
            m.line_write_data_last[i].next = beat == 7;
        }

        // What the memory answers, held until it is taken.
        if chosen_read.is_none() && !reads.is_empty() && pace.moves() {
            // In order for each number.
            let any = pace.below(reads.len() as u64) as usize;
            chosen_read = reads.iter().position(|read| read.id == reads[any].id);
            reordered += usize::from(chosen_read != Some(0));
        }
        m.m_axi_rvalid.next = chosen_read.is_some();
        if let Some(place) = chosen_read {
            let burst = &reads[place];
            let line = memory.get(&burst.address).copied().unwrap_or_default();
            let data = (0..per_beat).fold(0u128, |data, part| {
                data | u128::from(line[burst.beats * per_beat + part]) << (64 * part)
            });
            m.m_axi_rid.next = Word::new(burst.id as u128, m.m_axi_rid.val().bits());
            m.m_axi_rdata.next = Word::new(data, g.data_bits);
            m.m_axi_rresp.next = Word::new(if burst.fails { 2 } else { 0 }, 2);
            m.m_axi_rlast.next = (burst.beats + 1) * per_beat == 8;
        }
        if chosen_response.is_none() && !responses.is_empty() && pace.moves() {
            chosen_response = Some(pace.below(responses.len() as u64) as usize);
        }
        m.m_axi_bvalid.next = chosen_response.is_some();
        if let Some(place) = chosen_response {
            let (id, fails) = responses[place];
            m.m_axi_bid.next = Word::new(id as u128, m.m_axi_bid.val().bits());
            m.m_axi_bresp.next = Word::new(if fails { 3 } else { 0 }, 2);
        }

        // No valid follows a ready.
        let set_ready = |simulation: &mut Simulation<AxiManager>, ready: &[bool]| {
            let m = &mut simulation.module;
            m.m_axi_arready.next = ready[0];
            m.m_axi_awready.next = ready[1];
            m.m_axi_wready.next = ready[2];
            for i in 0..count {
                m.line_read_data_ready[i].next = ready[3 + 2 * i];
                m.line_write_response_ready[i].next = ready[4 + 2 * i];
            }
            simulation.eval();
            let m = &simulation.module;
            let mut valid = vec![m.m_axi_arvalid.val(), m.m_axi_awvalid.val()];
            valid.push(m.m_axi_wvalid.val());
            for i in 0..count {
                valid.push(m.line_read_data_valid[i].val());
                valid.push(m.line_write_response_valid[i].val());
            }
            valid
        };
        let ready: Vec<bool> = (0..3 + 2 * count).map(|_| pace.moves()).collect();
        let none = set_ready(&mut simulation, &vec![false; ready.len()]);
        assert_eq!(none, set_ready(&mut simulation, &ready), "cycle {cycle}");
        let m = &simulation.module;

        // What is offered is held until taken.
        let offers = [
            (
                m.m_axi_arvalid.val(),
                ready[0],
                vec![
                    m.m_axi_arid.val().value(),
                    m.m_axi_araddr.val().value(),
                    m.m_axi_aruser.val().value(),
                ],
            ),
            (
                m.m_axi_awvalid.val(),
                ready[1],
                vec![
                    m.m_axi_awid.val().value(),
                    m.m_axi_awaddr.val().value(),
                    m.m_axi_awuser.val().value(),
                ],
            ),
            (
                m.m_axi_wvalid.val(),
                ready[2],
                vec![
                    m.m_axi_wdata.val().value(),
                    m.m_axi_wstrb.val().value(),
                    m.m_axi_wlast.val().into(),
                ],
            ),
        ];
        for (held, (valid, ready, payload)) in held.iter_mut().zip(offers) {
            if let Some(before) = held.take() {
                assert_eq!((true, &before), (valid, &payload), "cycle {cycle}");
            }
            *held = (valid && !ready).then_some(payload);
        }

        // Bursts that the memory accepts.
        if m.m_axi_arvalid.val() && ready[0] {
            let burst = burst(m.m_axi_arid.val(), m.m_axi_araddr.val());
            assert_eq!(m.m_axi_arlen.val(), 8 / per_beat - 1);
            assert_eq!(m.m_axi_arsize.val(), 2 + per_beat);
            assert_eq!(m.m_axi_arburst.val(), 1);
            failures += u64::from(burst.fails);
            reads.push(burst);
            let its = reads
                .iter()
                .filter(|other| other.id == reads[reads.len() - 1].id);
            most_reads = most_reads.max(its.count());
        }
        if m.m_axi_awvalid.val() && ready[1] {
            let burst = burst(m.m_axi_awid.val(), m.m_axi_awaddr.val());
            assert_eq!(m.m_axi_awlen.val(), 8 / per_beat - 1);
            assert_eq!(m.m_axi_awsize.val(), 2 + per_beat);
            assert_eq!(m.m_axi_awburst.val(), 1);
            failures += u64::from(burst.fails);
            writes.push_back(burst);
        }
        if m.m_axi_wvalid.val() && ready[2] {
            let strobe = m.m_axi_wstrb.val().value() as u64;
            beats.push_back((m.m_axi_wdata.val().value(), strobe, m.m_axi_wlast.val()));
        }
        if m.m_axi_rvalid.val() && m.m_axi_rready.val() {
            let place = chosen_read.take().expect("a beat on offer");
            reads[place].beats += 1;
            if reads[place].beats * per_beat == 8 {
                reads.remove(place);
            }
        }
        if m.m_axi_bvalid.val() && m.m_axi_bready.val() {
            responses.remove(chosen_response.take().expect("a response on offer"));
        }
        while let (Some(burst), Some(&(data, strobe, last))) = (writes.front_mut(), beats.front()) {
            beats.pop_front();
            let line = memory.entry(burst.address).or_default();
            for part in 0..per_beat {
                let beat = burst.beats * per_beat + part;
                let (data, strobe) = (data >> (64 * part), strobe >> (8 * part));
                strobed(line, beat, data as u64, strobe & 0xff);
            }
            burst.beats += 1;
            assert_eq!(last, burst.beats * per_beat == 8, "the last beat says so");
            if last {
                responses.push((burst.id, burst.fails));
                writes.pop_front();
            }
        }

        // What the clients see.
        if m.error_valid.val() {
            reports += 1;
            let client = &clients[m.error_source.val().index()];
            if !m.error_write.val() {
                let expected = client.reading[0] as usize;
                assert_eq!(m.error_address.val(), expected, "cycle {cycle}");
            }
        }
        for (i, client) in clients.iter_mut().enumerate() {
            let fails = |address: u64| address >> 6 & 7 == 7;
            let beat = m.line_read_data_valid[i].val();
            assert!(!beat || !client.reading.is_empty(), "a beat for nobody");
            if beat && ready[3 + 2 * i] {
                client
                    .read_line
                    .push(m.line_read_data[i].val().value() as u64);
                client.read_failed |= m.line_read_data_error[i].val();
                if client.read_line.len() == 8 {
                    let address = client.reading.pop_front().expect("a read");
                    let known = client.known.get(&address).copied().unwrap_or_default();
                    assert_eq!(known, *client.read_line, "client {i}, cycle {cycle}");
                    assert_eq!(client.read_failed, fails(address));
                    client.read_line.clear();
                    client.read_failed = false;
                    client.done += 1;
                }
            }
            if m.line_read_request_ready[i].val()
                && let Some(address) = client.asking.take()
            {
                client.reading.push_back(address);
            }
            match client.write {
                Stage::Request if m.line_write_request_ready[i].val() => {
                    client.write = Stage::Beats(0)
                }
                Stage::Beats(beat)
                    if m.line_write_data_valid[i].val() && m.line_write_data_ready[i].val() =>
                {
                    client.write =
                        [Stage::Beats(beat + 1), Stage::Response][usize::from(beat == 7)];
                }
                Stage::Response if m.line_write_response_valid[i].val() && ready[4 + 2 * i] => {
                    let failed = m.line_write_response_error[i].val();
                    assert_eq!(failed, fails(client.write_address), "client {i}");
                    let line = client.known.entry(client.write_address).or_default();
                    for beat in 0..8 {
                        strobed(line, beat, client.write_line[beat], client.strobes[beat]);
                    }
                    client.write = Stage::Idle;
                    client.done += 1;
                }
                Stage::Response => {}
                _ => assert!(!m.line_write_response_valid[i].val(), "early"),
            }
        }
        simulation.tick();
    }
    println!("{failures} failures, {reports} reports, {reordered} reordered");
    assert!(
        most_reads == READS_IN_FLIGHT,
        "as many reads at once as may be"
    );
    assert!(reordered > 100, "answers out of order");
    assert!(clients.iter().all(|client| client.done > cycles / 200));
    // Those that are under way at the end are not yet reported.
    let under_way = (count * (READS_IN_FLIGHT + 1)) as u64;
    assert!(failures > 20 && (failures - under_way..=failures).contains(&reports));
}

/// A burst; the last line of each page of eight fails.
fn burst(id: Word, address: Word) -> Burst {
    let address = address.value() as u64;
    assert_eq!(address % 64, 0);
    Burst {
        id: id.index(),
        address,
        beats: 0,
        fails: address >> 6 & 7 == 7,
    }
}
