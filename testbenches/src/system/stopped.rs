//! [`StoppedPages`]: a page side that has stopped lets nothing out.

use super::axi::{Manager, Subordinate};
use super::host::ForgetRequests;
use std::collections::VecDeque;

/// Watches the ports of memento_system once its page side has found an on-chip word wrong (docs/system.md, On-chip words):
/// nothing is granted, shot down or discarded from then on, and of lines that the page side writes, begun before or not,
/// no byte is strobed. A beat that was on offer before is held, as AXI4 wants it.
#[derive(Clone, Debug)]
pub(super) struct StoppedPages {
    /// Transaction number of the page side's bursts.
    number: u32,
    /// Whether two beats of a line make one of the bus: of the first beat on offer after the stop, the lower half may
    /// have left before it.
    wide: bool,
    /// Transaction numbers of writes whose data are not all taken, in the order of their addresses.
    writers: VecDeque<u32>,
    /// An address was offered and not accepted; a beat likewise.
    address_held: bool,
    beat_held: bool,
    /// The page side is stopped, and has offered a beat since.
    offered_since: bool,
}

impl StoppedPages {
    pub(super) fn new(number: u32, data_bits: u32) -> StoppedPages {
        StoppedPages {
            number,
            wide: data_bits > 64,
            writers: VecDeque::new(),
            address_held: false,
            beat_held: false,
            offered_since: false,
        }
    }

    /// A cycle of memory's side; `stopped`: the page side says that it is.
    ///
    /// # Errors
    /// What goes out.
    pub(super) fn step(
        &mut self,
        shown: &Manager,
        answers: &Subordinate,
        stopped: bool,
    ) -> Result<(), String> {
        if shown.aw_valid && !self.address_held {
            self.writers.push_back(shown.aw.id);
        }
        self.address_held = shown.aw_valid && !answers.aw_ready;
        let was_held = std::mem::replace(&mut self.beat_held, shown.w_valid && !answers.w_ready);
        if !shown.w_valid {
            return Ok(());
        }
        if stopped && !was_held && self.writers.front() == Some(&self.number) {
            let first = !std::mem::replace(&mut self.offered_since, true);
            let strobe = match self.wide && first {
                true => shown.w.strobe >> 8,
                false => shown.w.strobe,
            };
            if strobe != 0 {
                return Err(format!(
                    "the page side writes {:#x} with strobes {:#x} though it is stopped",
                    shown.w.data, shown.w.strobe
                ));
            }
        }
        if shown.w.last && answers.w_ready {
            self.writers.pop_front();
        }
        Ok(())
    }

    /// What is asked of hosts, and whether a frame changes hands, in a cycle in which the page side is stopped.
    ///
    /// # Errors
    /// What goes out.
    pub(super) fn silence(forget: &ForgetRequests, grants: bool) -> Result<(), String> {
        let what = match (forget.shootdown_valid, forget.discard_valid, grants) {
            (true, _, _) => "asks for a shoot-down",
            (_, true, _) => "asks for a discard",
            (_, _, true) => "grants or takes a frame",
            _ => return Ok(()),
        };
        Err(format!("the page side {what} though it is stopped"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::axi::{Burst, WriteBeat};
    use super::*;

    /// Address and beats of a line, by transaction number, with these strobes.
    fn line(
        watch: &mut StoppedPages,
        id: u32,
        beats: &[(u32, bool)],
        ready: bool,
    ) -> Result<(), String> {
        let taken = Subordinate {
            aw_ready: true,
            w_ready: ready,
            ..Subordinate::default()
        };
        for (number, (strobe, stopped)) in beats.iter().enumerate() {
            let shown = Manager {
                aw_valid: number == 0,
                aw: Burst::line(id, 0x40, 64),
                w_valid: true,
                w: WriteBeat {
                    data: 1,
                    strobe: *strobe,
                    last: number == 7,
                },
                ..Manager::default()
            };
            watch.step(&shown, &taken, *stopped)?;
        }
        Ok(())
    }

    #[test]
    fn strobes_are_low_from_the_stop_on() {
        let mut watch = StoppedPages::new(2, 64);
        let mut beats = vec![(0xff, false); 3];
        beats.extend([(0, true); 5]);
        assert_eq!(line(&mut watch, 2, &beats, true), Ok(()));
        // A core's line isn't the page side's.
        assert_eq!(line(&mut watch, 1, &[(0xff, true); 8], true), Ok(()));
        let writes = line(&mut watch, 2, &[(0xff, true); 8], true);
        assert!(writes.is_err_and(|why| why.contains("strobes 0xff")));
    }

    #[test]
    fn a_beat_that_waits_stays_as_it_is() {
        let mut watch = StoppedPages::new(2, 64);
        assert_eq!(line(&mut watch, 2, &[(0xff, false)], false), Ok(()));
        let held = Manager {
            w_valid: true,
            w: WriteBeat {
                data: 1,
                strobe: 0xff,
                last: false,
            },
            ..Manager::default()
        };
        let taken = Subordinate {
            w_ready: true,
            ..Subordinate::default()
        };
        assert_eq!(watch.step(&held, &taken, true), Ok(()));
        assert!(watch.step(&held, &taken, true).is_err());
    }

    #[test]
    fn of_a_wide_beat_the_lower_half_may_have_left() {
        let mut watch = StoppedPages::new(2, 128);
        let beats = [(0xffff, false), (0x00ff, true), (0, true)];
        assert_eq!(line(&mut watch, 2, &beats, true), Ok(()));
        let mut watch = StoppedPages::new(2, 128);
        assert!(line(&mut watch, 2, &[(0xffff, false), (0xff00, true)], true).is_err());
    }

    #[test]
    fn hosts_are_asked_nothing() {
        let mut forget = ForgetRequests::default();
        assert_eq!(StoppedPages::silence(&forget, false), Ok(()));
        assert!(StoppedPages::silence(&forget, true).is_err());
        forget.discard_valid = true;
        assert!(StoppedPages::silence(&forget, false).is_err_and(|why| why.contains("discard")));
        forget.shootdown_valid = true;
        assert!(StoppedPages::silence(&forget, false).is_err_and(|why| why.contains("shoot-down")));
    }
}
