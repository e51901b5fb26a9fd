"""Faults for the benches to find: each is a change of one file's text that makes the hardware wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    bench: str
    what: str
    file: str
    before: str
    after: str

    def apply(self, sources: dict[str, str]) -> dict[str, str]:
        text = sources[self.file]
        assert text.count(self.before) >= 1, f"{self.what}: {self.file} has no `{self.before}`"
        return sources | {self.file: text.replace(self.before, self.after)}


FAULTS = [
    Fault(
        "core",
        "the change of a word is not seen by the operation behind it",
        "memento_word_loop.sv",
        "(update_key == fetched_key)",
        "1'b0",
    ),
    Fault(
        "core",
        "an address within a step counts as a slot's start",
        "memento_address_decode.sv",
        "assign on_step = !(|address[2:0]);",
        "assign on_step = 1'b1;",
    ),
    Fault(
        "core",
        "the test of a freed bit misses the write of that cycle",
        "memento_word_loop.sv",
        "test_coincided <= written && (written_key == test_key);",
        "test_coincided <= 1'b0;",
    ),
    Fault(
        "system",
        "a read of a reserved address is answered OKAY",
        "memento_axi_lite.sv",
        "assign s_axil_rresp = read_failed ? 2'd2 : 2'd0;",
        "assign s_axil_rresp = 2'd0;",
    ),
    Fault(
        "system",
        "a write's second strobe is not looked at",
        "memento_register_file.sv",
        "write_strobe[1] ? (strobe_0 | 32'hff00) : strobe_0",
        "strobe_0 | 32'hff00",
    ),
    Fault(
        "system",
        "a frame that is lent already is taken again",
        "memento_frame_lending.sv",
        "if (lent) begin",
        "if (1'b0) begin",
    ),
    Fault(
        "bypass",
        "fresh lines of a frame with a mask are read from memory",
        "memento_read_path.sv",
        "fresh = mask & reach_touched;",
        "fresh = 64'd0;",
    ),
    Fault(
        "bypass",
        "a narrow write is merged with what the buffer had",
        "memento_write_path.sv",
        "|(collected & (8'd1 << looked_at)) ? buffered : 64'd0",
        "buffered",
    ),
]
