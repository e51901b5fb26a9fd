"""`memento_bypass` between an AXI4 manager and a memory full of old data: what a program reads is what it
wrote since the frame was granted, else zero."""

import os
import random
from pathlib import Path

import cocotb
import documents
import report
from channels import Sender, Stalls
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, with_timeout
from cocotbext.axi import AxiBurstType, AxiBus, AxiMaster, AxiRam, AxiResp
from page_side import reset

FRAME_BYTES = 4096
LINE_BYTES = 64
# Programs side by side, and frames of each: more frames than the filter has masks for on chip.
PROGRAMS = 4
FRAMES_OF_A_PROGRAM = 24
PATIENCE_US = 2_000


class Bench:
    def __init__(self, dut, rng: random.Random):
        folder = Path(os.environ["COCOTB_DESIGN"])
        self.dut, self.rng = dut, rng
        self.base = documents.registers(folder).constant("MEMORY_BASE")
        self.sizes = documents.sizes(folder, "memento_bypass")
        self.grants = Sender(dut, "grant", ["frame", "fresh"], Stalls(rng))
        self.counts: dict[str, int] = {}

    def count(self, what: str, by: int = 1):
        self.counts[what] = self.counts.get(what, 0) + by

    async def start(self):
        dut = self.dut
        cocotb.start_soon(Clock(dut.clock, 10, "ns").start())
        dut.counter_select.value = 0
        dut.mask_table.value = self.base
        for port in ("awlock", "awqos", "arlock", "arqos"):
            getattr(dut, f"s_axi_{port}").value = 0
        self.cache = AxiMaster(AxiBus.from_prefix(dut, "s_axi"), dut.clock, dut.reset)
        self.ram = AxiRam(AxiBus.from_prefix(dut, "m_axi"), dut.clock, dut.reset, size=1 << 32)
        for end in (self.cache, self.ram):
            write, read = end.write_if, end.read_if
            write.log.setLevel("WARNING")
            read.log.setLevel("WARNING")
            for channel in (write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel):
                channel.set_pause_generator(iter(Stalls(self.rng)))
        await reset(dut, dut.clock)
        cocotb.start_soon(self.grants.run(dut.clock))

    async def read(self, address: int, length: int, **how) -> bytes:
        self.count("reads")
        self.count("bytes read", length)
        answer = await with_timeout(self.cache.read(address, length, **how), PATIENCE_US, "us")
        assert answer.resp == AxiResp.OKAY, f"read of {length} bytes at {address:#x}: {answer.resp!r}"
        return answer.data

    async def write(self, address: int, data: bytes, **how):
        self.count("writes")
        self.count("bytes written", len(data))
        answer = await with_timeout(self.cache.write(address, data, **how), PATIENCE_US, "us")
        assert answer.resp == AxiResp.OKAY, f"write of {len(data)} bytes at {address:#x}: {answer.resp!r}"


class Program:
    """Owns some frames. A granted one has contents: zeros at first."""

    def __init__(self, bench: Bench, frames: list[int], seed: int):
        self.bench, self.frames = bench, frames
        self.rng = random.Random(seed)
        self.contents: dict[int, bytearray] = {}

    async def grant(self, frame: int):
        self.bench.count("grants")
        await self.bench.grants.send(frame=frame, fresh=1)
        self.contents[frame] = bytearray(FRAME_BYTES)

    async def drop(self, frame: int):
        self.bench.count("drops")
        await self.bench.grants.send(frame=frame, fresh=0)
        del self.contents[frame]

    def span(self) -> tuple[int, int, int]:
        """A frame and some bytes of one line of it."""
        frame = self.rng.choice(list(self.contents))
        line = self.rng.randrange(FRAME_BYTES // LINE_BYTES) * LINE_BYTES
        if self.rng.random() < 0.4:
            return frame, line, LINE_BYTES
        first = self.rng.randrange(LINE_BYTES)
        return frame, line + first, self.rng.randrange(1, LINE_BYTES - first + 1)

    def how(self) -> dict:
        """Narrower beats now and then; a burst stays within its line all the same."""
        return {"size": self.rng.choice([None, None, 3, 2, 1, 0])}

    async def check(self, frame: int, at: int, length: int, **how):
        got = await self.bench.read(frame * FRAME_BYTES + at, length, **how)
        expected = bytes(self.contents[frame][at : at + length])
        assert got == expected, f"{length} bytes at {frame * FRAME_BYTES + at:#x}: read {got.hex()}, expected {expected.hex()}"

    async def run(self, operations: int):
        for _ in range(operations):
            draw = self.rng.random()
            idle = [frame for frame in self.frames if frame not in self.contents]
            if not self.contents or idle and draw < 0.08:
                await self.grant(self.rng.choice(idle))
            elif draw < 0.10:
                await self.drop(self.rng.choice(list(self.contents)))
            elif draw < 0.55:
                frame, at, length = self.span()
                data = self.rng.randbytes(length)
                await self.bench.write(frame * FRAME_BYTES + at, data, **self.how())
                self.contents[frame][at : at + length] = data
            else:
                frame, at, length = self.span()
                await self.check(frame, at, length, **self.how())

    async def check_all(self):
        for frame in list(self.contents):
            for at in range(0, FRAME_BYTES, LINE_BYTES):
                await self.check(frame, at, LINE_BYTES)


async def pass_through(bench: Bench, frame: int):
    """A frame that was never granted is memory as ever: bursts over lines, wrapping ones too."""
    old = bytes(bench.ram.read(frame * FRAME_BYTES, FRAME_BYTES))
    assert await bench.read(frame * FRAME_BYTES, FRAME_BYTES) == old
    data = bench.rng.randbytes(777)
    await bench.write(frame * FRAME_BYTES + 123, data)
    assert await bench.read(frame * FRAME_BYTES + 123, len(data)) == data
    assert bytes(bench.ram.read(frame * FRAME_BYTES + 123, len(data))) == data, "memory has something else"
    wrapped = await bench.read(frame * FRAME_BYTES + 1024, LINE_BYTES, burst=AxiBurstType.WRAP)
    assert wrapped == bytes(bench.ram.read(frame * FRAME_BYTES + 1024, LINE_BYTES))


@cocotb.test()
async def programs_read_what_they_wrote(dut):
    rng = random.Random(int(os.environ["COCOTB_SEED"]))
    bench = Bench(dut, rng)
    await bench.start()
    # The table of masks is in the first frames; what programs get is somewhere behind it.
    first = bench.base // FRAME_BYTES + 16
    frames = rng.sample(range(first, first + 400), PROGRAMS * FRAMES_OF_A_PROGRAM + 1)
    for frame in frames:
        bench.ram.write(frame * FRAME_BYTES, rng.randbytes(FRAME_BYTES))
    await pass_through(bench, frames.pop())
    programs = [Program(bench, frames[i::PROGRAMS], rng.getrandbits(32)) for i in range(PROGRAMS)]
    each = int(os.environ["COCOTB_OPERATIONS"]) // PROGRAMS
    running = [cocotb.start_soon(program.run(each)) for program in programs]
    for task in running:
        await task
    # No back-pressure for what is left.
    for end in (bench.cache, bench.ram):
        write, read = end.write_if, end.read_if
        for channel in (write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel):
            channel.clear_pause_generator()
            channel.pause = False
    for program in programs:
        await program.check_all()
    for counter, what in ((2, "bypassed reads"), (7, "mask spills"), (8, "mask fetches")):
        dut.counter_select.value = counter
        await RisingEdge(dut.clock)
        await RisingEdge(dut.clock)
        bench.counts[what] = int(dut.counter_value.value)
    report.write("bypass", bench.counts)
