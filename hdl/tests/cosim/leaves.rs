//! Leaves as modules of their own: ports passed through.

use memento_hdl::module;
use memento_hdl::rtl::*;

module! {
    /// A memory read in the same cycle.
    pub module LutRamAlone(words: usize, width: usize) = "lut_ram_alone" {
        parameters { depth = words, word_bits = width, }
        derived { address_bits = clog2(depth), }
        ports {
            "Memory" {
                input write: bool;
                input write_address: Word = address_bits;
                input write_data: Word = word_bits;
                input read_address: Word = address_bits;
                output read_data: Word = word_bits;
            }
        }
        instances { memory: leaf::LutRam = leaf::LutRam::new(depth, word_bits); }
    }
}

impl Logic for LutRamAlone {
    #[hdl_gen]
    fn update(&mut self) {
        self.memory.write.next = self.write.val();
        self.memory.write_address.next = self.write_address.val();
        self.memory.write_data.next = self.write_data.val();
        self.memory.read_address.next = self.read_address.val();
        self.read_data.next = self.memory.read_data.val();
    }
}

module! {
    /// A memory read one cycle later.
    pub module BlockRamAlone(words: usize, width: usize) = "block_ram_alone" {
        parameters { depth = words, word_bits = width, }
        derived { address_bits = clog2(depth), }
        ports {
            "Memory" {
                input write: bool;
                input write_address: Word = address_bits;
                input write_data: Word = word_bits;
                input read_address: Word = address_bits;
                output read_data: Word = word_bits;
            }
        }
        instances { memory: leaf::BlockRam = leaf::BlockRam::new(depth, word_bits); }
    }
}

impl Logic for BlockRamAlone {
    #[hdl_gen]
    fn update(&mut self) {
        self.memory.write.next = self.write.val();
        self.memory.write_address.next = self.write_address.val();
        self.memory.write_data.next = self.write_data.val();
        self.memory.read_address.next = self.read_address.val();
        self.read_data.next = self.memory.read_data.val();
    }
}

module! {
    /// The position of a bit.
    pub module OnehotEncoderAlone(width: usize) = "onehot_encoder_alone" {
        parameters { word_bits = width, }
        ports {
            "Encoder" {
                input onehot: Word = word_bits;
                output position: Word = clog2(word_bits);
            }
        }
        instances { encoder: leaf::OnehotEncoder = leaf::OnehotEncoder::new(word_bits); }
    }
}

impl Logic for OnehotEncoderAlone {
    #[hdl_gen]
    fn update(&mut self) {
        self.encoder.onehot.next = self.onehot.val();
        self.position.next = self.encoder.position.val();
    }
}
