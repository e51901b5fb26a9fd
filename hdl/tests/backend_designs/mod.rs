//! Small designs that show what the back end can do; each test takes what it needs.
#![allow(dead_code)]

use memento_hdl::rtl::leaf::BlockRam;
use memento_hdl::rtl::*;
use memento_hdl::{bundle, comment, module};

module! {
    /// A FIFO of free page addresses.
    ///
    /// The oldest page is on offer whenever `pop_valid` is high; a pushed page is on offer two
    /// cycles later.
    pub module PagePool(page_bits: usize, depth_log2: usize) = "page_pool" {
        parameters {
            /// width of a page number, bits
            page_bits = page_bits,
            /// log2 of the pages held
            depth_log2 = depth_log2,
        }
        derived {
            /// width of a count of pages, bits
            count_bits = depth_log2 + 1,
            /// pages held
            depth = 1 << depth_log2,
        }
        ports {
            "Push: valid/ready" {
                input push_valid: bool;
                /// low while the pool is full
                output push_ready: bool;
                /// page given back
                input push_page: Word = page_bits;
            }
            "Pop: valid/ready" {
                output pop_valid: bool;
                input pop_ready: bool;
                /// page on offer
                output pop_page: Word = page_bits;
            }
            "Status" {
                /// pages in the pool
                output level: Word = count_bits;
            }
        }
        wires {
            push: bool;
            /// oldest page in the next cycle
            head_next: Word = count_bits;
        }
        state {
            /// next page goes here
            tail: Word = count_bits;
            /// oldest page
            head: Word = count_bits;
            /// tail as the memory's read port sees it
            tail_seen: Word = count_bits;
        }
        instances {
            /// page numbers, oldest at `head`
            pages: BlockRam = BlockRam::new(depth, page_bits);
        }
    }
}

impl Logic for PagePool {
    #[hdl_gen]
    fn update(&mut self) {
        self.level.next = self.tail.val() - self.head.val();
        self.push_ready.next = self.level.val() != self.depth;
        self.push.next = self.push_valid.val() & self.push_ready.val();
        self.pop_valid.next = self.tail_seen.val() != self.head.val();

        comment!("The memory reads ahead: its address is where head will be.");
        self.head_next.next = self.head.val();
        if self.pop_valid.val() & self.pop_ready.val() {
            self.head_next.next = self.head.val() + 1;
        }
        self.pages.read_address.next = bits_to(self.head_next.val(), self.depth_log2);
        self.pop_page.next = self.pages.read_data.val();
        self.pages.write_address.next = bits_to(self.tail.val(), self.depth_log2);
        self.pages.write_data.next = self.push_page.val();
        self.pages.write.next = self.push.val();

        self.head.next = self.head_next.val();
        self.tail_seen.next = self.tail.val();
        if self.push.val() {
            self.tail.next = self.tail.val() + 1;
        }
    }
}

mod op {
    use memento_hdl::rtl::state::*;

    /// What the table entry is asked to do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, LogicState)]
    pub enum Op {
        /// Nothing.
        Idle,
        /// Take the request's tag.
        Load,
        /// Set the mask's bits.
        AllocSlot,
    }
}
pub use op::Op;

bundle! {
    /// A request to the entry.
    pub struct Request { op: Op, tag: Word, mask: Word }
}
bundle! {
    /// What an entry holds.
    pub struct Entry { valid: bool, tag: Word, bitmap: Word }
}

fn request_shape(tag: usize, slots: usize) -> RequestShape {
    RequestShape {
        op: (),
        tag,
        mask: slots,
    }
}
fn entry_shape(tag: usize, slots: usize) -> EntryShape {
    EntryShape {
        valid: (),
        tag,
        bitmap: slots,
    }
}

module! {
    /// One entry of an object table: a tag and a bitmap.
    ///
    /// A request is answered one cycle later.
    pub module TableEntry(tag_bits: usize, slots: usize, late: usize) = "table_entry" {
        parameters {
            /// width of a tag, bits
            tag_bits = tag_bits,
            /// slots
            slots = slots,
            /// 1 adds a cycle between the answer and the port
            late = late,
        }
        derived {
            /// width of a slot number, bits
            slot_bits = clog2(slots),
        }
        ports {
            "Request" {
                input request: Request = request_shape(tag_bits, slots);
                /// asks for one bit of the bitmap
                input probe_slot: Word = slot_bits;
            }
            "Answer, one cycle later" {
                output answer: Entry = entry_shape(tag_bits, slots);
                output hit: bool;
                output probe: bool;
            }
        }
        wires {
            updated: Entry = entry_shape(tag_bits, slots);
            tag_equal: bool;
            /// kept for the late answer alone
            spare: Word = tag_bits;
        }
        state {
            entry: Entry = entry_shape(tag_bits, slots);
            op_seen: Op;
        }
        data {
            hit_late: bool;
        }
    }
}

impl Logic for TableEntry {
    #[hdl_gen]
    fn update(&mut self) {
        self.tag_equal.next =
            self.entry.val().valid & (self.entry.val().tag == self.request.val().tag);
        self.updated.next = self.entry.val();
        match self.request.val().op {
            Op::Idle => {}
            Op::Load => {
                self.updated.next.valid = true;
                self.updated.next.tag = self.request.val().tag;
                comment!("A loaded entry is empty.");
                self.updated.next.bitmap = bits(0, self.slots);
            }
            Op::AllocSlot => {
                if self.tag_equal.val() {
                    self.updated.next.bitmap = self.entry.val().bitmap | self.request.val().mask;
                }
            }
        }
        self.entry.next = self.updated.val();
        self.op_seen.next = self.request.val().op;
        comment!("The answer.");
        self.answer.next = self.entry.val();
        self.answer.next.valid = self.entry.val().valid & (self.op_seen.val() != Op::Idle);
        self.spare.next = self.entry.val().tag + 1;
        self.hit_late.next = self.tag_equal.val() & (self.spare.val() != 0);
        if self.late == 1 {
            self.hit.next = self.hit_late.val();
        } else {
            self.hit.next = self.tag_equal.val();
        }
        self.probe.next = self
            .entry
            .val()
            .bitmap
            .get_bit(self.probe_slot.val().index());
    }
}

module! {
    /// Table entries and a pool, to show instances and vectors.
    pub module Cluster(count: usize) = "cluster" {
        parameters {
            /// table entries
            count = count,
        }
        ports {
            "Request" {
                input request: Request = request_shape(5, 16);
                input push: bool;
                input page: Word = 20;
            }
            "Answer" {
                /// an entry matched
                output any_hit: bool;
                output hits: Word = count;
                output level: Word = 3;
                output page_out: Word = 20;
            }
        }
        wires {
            chain[count + 1]: Word = count;
            slot: Word = 4;
        }
        state {
            seen[count]: bool;
        }
        instances {
            /// entries, the first one oldest
            entries[count]: TableEntry = TableEntry::new(5, 16, 0);
            wide: TableEntry = TableEntry::new(5, 16, 1);
            pool: PagePool = PagePool::new(20, 2);
        }
    }
}

impl Logic for Cluster {
    #[hdl_gen]
    fn update(&mut self) {
        comment!("Entries.");
        self.slot.next = bits(3, 4);
        self.chain[0].next = bits(0, self.count);
        for i in 0..self.count {
            self.entries[i].request.next = self.request.val();
            self.entries[i].probe_slot.next = self.slot.val();
            self.chain[i + 1].next = self.chain[i].val();
            if self.entries[i].hit.val() {
                self.chain[i + 1].next = self.chain[i].val() + (i + 1);
                self.seen[i].next = true;
            }
        }
        self.wide.request.next = self.request.val();
        self.wide.probe_slot.next = self.slot.val() + 1;
        self.hits.next = self.chain[self.count].val();
        self.any_hit.next = self.seen[0].val() | self.wide.hit.val();

        comment!("Pages.");
        self.pool.push_valid.next = self.push.val();
        self.pool.push_page.next = self.page.val();
        self.pool.pop_ready.next = self.wide.probe.val() ^ self.entries[0].probe.val();
        self.level.next = self.pool.level.val();
        self.page_out.next = self.pool.pop_page.val();
    }
}
