//! Which classes have frees on their way to the list engine.

use crate::geometry::Geometry;
use crate::rtl::*;

module! {
    /// Frees under way: whether the list engine still has to serve a free of a class.
    ///
    /// Each side counts what it has seen of every class; a free is under way while they differ.
    ///
    /// Protocol:   at most one free is posted and one served in a cycle.
    /// Latency:    seen from the next cycle on.
    /// Reset:      every class is to be cleared before it is looked at.
    pub module FreesUnderWay(g: &Geometry) = "memento_frees_under_way" {
        parameters {
            /// bits, width of a class number
            class_bits = g.class_bits,
            /// frees that can wait for the list engine
            entries = g.miss_queue_entries,
        }
        derived {
            /// bits, width of a count: those that wait and the one that is served are told from none
            count_bits = clog2(entries + 2),
            /// classes, as many as a class number can name
            depth = 1 << class_bits,
        }
        features {
            /// 1: words of tables and queues are checked by a parity bit
            parity = g.parity as usize,
        }
        ports {
            "Ahead of the decision" {
                /// class of the operation that is decided upon in the next cycle
                input next_class: Word = class_bits;
                /// a free of the class is under way, but for one that is posted in this cycle
                output under_way: bool;
                /// a count that is looked at is not what was written
                output wrong[parity]: bool;
            }
            "Decision" {
                /// class of the operation that is decided upon
                input decide_class: Word = class_bits;
                /// it is a free, and goes to the list engine
                input post: bool;
            }
            "List engine" {
                /// class that it works on
                input engine_class: Word = class_bits;
                /// a free of it is served
                input served: bool;
                /// forget its frees; only while none is under way
                input clear: bool;
            }
        }
        wires {
            /// class whose frees posted change
            post_class: Word = class_bits;
            /// frees posted, after this cycle
            after_post: Word = count_bits;
            /// frees served, after this cycle
            after: Word = count_bits;
        }
        instances {
            /// frees posted, modulo 2^count_bits, to compare
            next_posts: leaf::LutRam = leaf::LutRam::protected(depth, count_bits, parity == 1);
            /// the same, to count
            posts: leaf::LutRam = leaf::LutRam::protected(depth, count_bits, parity == 1);
            /// frees served, for the decision
            services: leaf::LutRam = leaf::LutRam::protected(depth, count_bits, parity == 1);
            /// frees served, for the engine
            engine_services: leaf::LutRam = leaf::LutRam::protected(depth, count_bits, parity == 1);
        }
    }
}

impl Logic for FreesUnderWay {
    #[hdl_gen]
    fn update(&mut self) {
        self.next_posts.read_address.next = self.next_class.val();
        self.services.read_address.next = self.next_class.val();
        self.under_way.next = self.next_posts.read_data.val() != self.services.read_data.val();
        self.posts.read_address.next = self.decide_class.val();
        if self.clear.val() {
            self.post_class.next = self.engine_class.val();
            self.after_post.next = bits(0, self.count_bits);
        } else {
            self.post_class.next = self.decide_class.val();
            self.after_post.next = self.posts.read_data.val() + 1;
        }
        self.posts.write.next = self.post.val() | self.clear.val();
        self.posts.write_address.next = self.post_class.val();
        self.posts.write_data.next = self.after_post.val();
        self.next_posts.write.next = self.post.val() | self.clear.val();
        self.next_posts.write_address.next = self.post_class.val();
        self.next_posts.write_data.next = self.after_post.val();

        self.engine_services.read_address.next = self.engine_class.val();
        if self.clear.val() {
            self.after.next = bits(0, self.count_bits);
        } else {
            self.after.next = self.engine_services.read_data.val() + 1;
        }
        self.services.write.next = self.served.val() | self.clear.val();
        self.services.write_address.next = self.engine_class.val();
        self.services.write_data.next = self.after.val();
        self.engine_services.write.next = self.served.val() | self.clear.val();
        self.engine_services.write_address.next = self.engine_class.val();
        self.engine_services.write_data.next = self.after.val();
        if self.parity == 1 {
            self.wrong[0].next = self.next_posts.wrong.val()
                | self.posts.wrong.val()
                | self.services.wrong.val()
                | self.engine_services.wrong.val();
        }
    }
}
