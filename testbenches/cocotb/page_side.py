"""What stands around `memento_core` in its bench: memory of headers and the page allocator's ports."""

import random

from channels import Receiver, Sender, Stalls
from cocotb.triggers import RisingEdge
from objects import NO_MEMORY, OK, Layout

IN_USE, RELEASED = 0x4D41, 0x4D52
NONE = 0xFFFF_FFFF
LINE_BYTES = 64
FRAME_BYTES = 4096


class Lines:
    """Memory behind the header port, lines of 64 bytes; what was never written is zero."""

    def __init__(self, dut, rng: random.Random):
        self.dut, self.rng = dut, rng
        self.lines: dict[int, bytearray] = {}
        self.reads: list[int] = []
        self.writes: list[int] = []
        self.beats: list[tuple[int, int]] = []
        self.data = Sender(dut, "header_read_data", ["error"], Stalls(rng))
        self.answer = Sender(dut, "header_write_response", ["error"], Stalls(rng))
        self.receivers = [
            Receiver(dut, "header_read_request", ["address"], Stalls(rng), self.read),
            Receiver(dut, "header_write_request", ["address"], Stalls(rng), self.write),
            Receiver(dut, "header_write_data", ["strobe", "last"], Stalls(rng), self.beat),
        ]

    def line(self, address: int) -> bytearray:
        assert address % LINE_BYTES == 0, f"{address:#x} is no line"
        return self.lines.setdefault(address, bytearray(LINE_BYTES))

    def read(self, address: int):
        line = self.line(address)
        for beat in range(8):
            self.data.put(data=int.from_bytes(line[8 * beat : 8 * beat + 8], "little"), error=0)

    def write(self, address: int):
        self.writes.append(address)
        self.finish()

    def beat(self, data: int, strobe: int, last: int):
        self.beats.append((data, strobe))
        assert last == (len(self.beats) % 8 == 0), "last is the eighth beat's"
        self.finish()

    def finish(self):
        """A line is written once its address and all its beats are there."""
        while self.writes and len(self.beats) >= 8:
            line = self.line(self.writes.pop(0))
            for at in range(8):
                data, strobe = self.beats.pop(0)
                for byte in range(8):
                    if strobe >> byte & 1:
                        line[8 * at + byte] = data >> 8 * byte & 0xFF
            self.answer.put(error=0)

    def parts(self):
        return [self.data, self.answer, *self.receivers]


def header(arena: int, size_class: int, context: int, mark: int, following: int = NONE) -> bytes:
    """An arena's header without an object: docs/architecture.md, section 3."""
    line = bytearray(LINE_BYTES)
    line[32:36] = arena.to_bytes(4, "little")
    line[36], line[37] = size_class, context
    line[38:40] = mark.to_bytes(2, "little")
    line[40:44] = following.to_bytes(4, "little")
    line[44:48] = NONE.to_bytes(4, "little")
    total = sum(int.from_bytes(line[i : i + 2], "little") for i in range(0, LINE_BYTES, 2))
    line[50:52] = ((0xFFFF - total) % 0x10000).to_bytes(2, "little")
    return bytes(line)


class PageAllocator:
    """Grants arenas, up to a limit for each class; headers lie in one piece of memory, in order."""

    def __init__(self, dut, layout: Layout, sizes: dict, lines: Lines, rng: random.Random, arenas: int, first_line: int):
        self.layout, self.lines, self.rng = layout, lines, rng
        self.arena_bits, self.arenas, self.first_line = sizes["arena_bits"], arenas, first_line
        self.unused: dict[tuple[int, int], int] = {}
        self.released: dict[tuple[int, int], list[int]] = {}
        self.granted: set[tuple[int, int, int]] = set()
        self.given_back: dict[tuple[int, int], int] = {}
        self.peeked: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        stalls = lambda: Stalls(rng)
        self.alloc_answer = Sender(dut, "alloc_arena_response", ["status", "arena", "line", "unused", "released"], stalls())
        self.claim_answer = Sender(dut, "claim_arena_response", ["status"], stalls())
        self.free_answer = Sender(dut, "free_arena_response", ["status"], stalls())
        self.translate_answer = Sender(dut, "translate_response", ["fault", "error", "frame"], stalls())
        self.receivers = [
            Receiver(dut, "alloc_arena_request", ["class", "context", "peek"], stalls(), self.alloc),
            Receiver(dut, "claim_arena_request", ["class", "context", "arena", "line", "unused", "released"], stalls(), self.claim),
            Receiver(dut, "free_arena_request", ["class", "context", "arena"], stalls(), self.free),
            Receiver(dut, "translate_request", ["address"], stalls(), self.translate),
        ]

    def parts(self):
        return [self.alloc_answer, self.claim_answer, self.free_answer, self.translate_answer, *self.receivers]

    def header_address(self, size_class: int, context: int, arena: int) -> int:
        """Virtual address of a header; the physical one is as far from `first_line`."""
        lane = self.layout.header_bytes // (1 << (self.layout.classes - 1).bit_length())
        part = lane // self.layout.contexts
        return self.layout.header_base + size_class * lane + context * part + arena * LINE_BYTES

    def line_address(self, *arena: int) -> int:
        return self.first_line + self.header_address(*arena) - self.layout.header_base

    def link(self, number: int | None) -> int:
        return 0 if number is None else 1 << self.arena_bits | number

    def next_arena(self, key: tuple[int, int]):
        """The arena that comes next, with unused number and link as they are afterwards."""
        released, unused = self.released.setdefault(key, []), self.unused.setdefault(key, 0)
        if released:
            return released[-1], unused, self.link(released[-2] if len(released) > 1 else None)
        if unused < self.arenas:
            return unused, unused + 1, self.link(None)
        return None

    def grant(self, size_class: int, context: int, arena: int):
        key = (size_class, context)
        if self.released[key] and self.released[key][-1] == arena:
            self.released[key].pop()
        else:
            assert arena == self.unused[key], f"arena {arena} isn't next"
            self.unused[key] += 1
        self.granted.add((*key, arena))
        self.lines.lines[self.line_address(*key, arena)] = bytearray(header(arena, *key, IN_USE))

    def alloc(self, context: int, peek: int, **request):
        key = (request["class"], context)
        found = self.next_arena(key)
        if found is None or peek and self.rng.random() < 0.2:
            self.alloc_answer.put(status=NO_MEMORY, arena=0, line=0, unused=0, released=0)
            return
        arena, unused, released = found
        line = self.line_address(*key, arena)
        if peek:
            self.peeked[(*key, arena)] = (line, unused, released)
        else:
            self.grant(*key, arena)
        self.alloc_answer.put(status=OK, arena=arena, line=line, unused=unused, released=released)

    def claim(self, context: int, arena: int, line: int, unused: int, released: int, **request):
        key = (request["class"], context)
        said = self.peeked.get((*key, arena))
        assert said == (line, unused, released), f"claimed {line:#x} {unused} {released:#x}, was told {said}"
        self.grant(*key, arena)
        self.claim_answer.put(status=OK)

    def free(self, context: int, arena: int, **request):
        key = (request["class"], context)
        assert (*key, arena) in self.granted, f"arena {arena} of class {key[0]} was not granted"
        self.granted.remove((*key, arena))
        self.given_back[key] = self.given_back.get(key, 0) + 1
        stack = self.released[key]
        following = stack[-1] if stack else NONE
        self.lines.lines[self.line_address(*key, arena)] = bytearray(header(arena, *key, RELEASED, following))
        stack.append(arena)
        self.free_answer.put(status=OK)

    def translate(self, address: int):
        offset = address - self.layout.header_base
        assert 0 <= offset < self.layout.header_bytes, f"{address:#x} is no header's"
        # Pages are mapped with the first arena of theirs.
        page = offset // FRAME_BYTES
        known = any(
            (self.header_address(c, k, 0) - self.layout.header_base + n * LINE_BYTES) // FRAME_BYTES == page
            for (c, k), count in self.unused.items()
            for n in range(0, count, 8)
        )
        frame = self.first_line // FRAME_BYTES + page
        self.translate_answer.put(fault=int(not known), error=0, frame=frame if known else 0)


async def reset(dut, clock):
    dut.reset.value = 1
    for _ in range(4):
        await RisingEdge(clock)
    dut.reset.value = 0
