"""`memento_system` by its registers, as their page documents them, and by the ports of a core and its host."""

import os
import random
from collections import deque
from pathlib import Path

import cocotb
import documents
import report
from channels import Receiver, Sender, Stalls
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, with_timeout
from cocotbext.axi import AxiBus, AxiLiteBus, AxiLiteMaster, AxiRam, AxiResp
from objects import BAD_POINTER, DOUBLE_FREE, NO_MEMORY, OK, Layout, Objects, wild_address
from page_side import reset

FRAME_BYTES = 4096
# Readable, writable, by user code.
USER_PAGE = 7
PATIENCE_US = 2_000


class Bench:
    def __init__(self, dut, rng: random.Random):
        folder = Path(os.environ["COCOTB_DESIGN"])
        self.dut, self.rng = dut, rng
        self.map = documents.registers(folder)
        self.sizes = documents.sizes(folder, "memento_system")
        self.layout = Layout.of(self.map)
        self.memory_base = self.map.constant("MEMORY_BASE")
        self.counts: dict[str, int] = {}
        self.asked: deque[dict] = deque()
        self.translated: deque[tuple[int, int]] = deque()
        self.discards = 0
        stalls = lambda: Stalls(rng)
        self.request = Sender(dut, "request", ["op", "operand"], stalls(), "_0")
        self.translate = Sender(dut, "host_translate_request", ["process", "address"], stalls(), "_0")
        translation = ["status", "frame", "permissions"]
        self.parts = [
            self.request,
            self.translate,
            Receiver(dut, "response", ["status", "value"], stalls(), self.answered, "_0"),
            Receiver(dut, "host_translate_response", translation, stalls(), lambda **a: self.translated.append(a), "_0"),
            Receiver(dut, "grant", ["frame", "fresh"], stalls(), self.grant),
            Receiver(dut, "discard", ["frame", "count"], stalls(), self.discard),
            Receiver(dut, "shootdown", ["process", "address", "pages"], stalls(), self.shootdown),
        ]
        self.discards_open = self.shootdowns_open = 0

    async def start(self):
        dut = self.dut
        cocotb.start_soon(Clock(dut.clock, 10, "ns").start())
        for name in ("discard_done", "shootdown_done", "bypass_counter_value"):
            getattr(dut, name).value = 0
        self.bus = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clock, dut.reset)
        self.ram = AxiRam(AxiBus.from_prefix(dut, "m_axi"), dut.clock, dut.reset, size=1 << 32)
        write, read = self.ram.write_if, self.ram.read_if
        for end in (write, read, self.bus.write_if, self.bus.read_if):
            end.log.setLevel("WARNING")
        lite = [self.bus.write_if.aw_channel, self.bus.write_if.w_channel, self.bus.write_if.b_channel]
        lite += [self.bus.read_if.ar_channel, self.bus.read_if.r_channel]
        for channel in [write.aw_channel, write.w_channel, write.b_channel, read.ar_channel, read.r_channel, *lite]:
            channel.set_pause_generator(iter(Stalls(self.rng)))
        await reset(dut, dut.clock)
        for part in self.parts:
            cocotb.start_soon(part.run(dut.clock))
        cocotb.start_soon(self.acknowledge())

    def count(self, what: str, by: int = 1):
        self.counts[what] = self.counts.get(what, 0) + by

    # What the host owes: acknowledges, and frames that read as zero.

    def grant(self, frame: int, fresh: int):
        if fresh:
            self.ram.write(frame * FRAME_BYTES, bytes(FRAME_BYTES))

    def discard(self, frame: int, count: int):
        self.discards_open += 1

    def shootdown(self, process: int, address: int, pages: int):
        self.shootdowns_open += 1
        self.count("shoot-downs")

    async def acknowledge(self):
        while True:
            await RisingEdge(self.dut.clock)
            discard = self.discards_open > 0 and self.rng.random() < 0.3
            shootdown = self.shootdowns_open > 0 and self.rng.random() < 0.1
            self.discards_open -= discard
            self.shootdowns_open -= shootdown
            self.dut.discard_done.value = int(discard)
            self.dut.shootdown_done.value = int(shootdown)

    # Registers.

    async def read(self, offset: int) -> tuple[int, AxiResp]:
        self.count("register reads")
        answer = await with_timeout(self.bus.read(offset, 4), PATIENCE_US, "us")
        return int.from_bytes(answer.data, "little"), answer.resp

    async def write(self, offset: int, value: int, strobes: range = range(4)) -> AxiResp:
        self.count("register writes")
        part = value.to_bytes(4, "little")[strobes.start : strobes.stop]
        return (await with_timeout(self.bus.write(offset + strobes.start, part), PATIENCE_US, "us")).resp

    async def get(self, name: str) -> int:
        value, answer = await self.read(self.map.by_name[name].offset)
        assert answer == AxiResp.OKAY, f"{name}: {answer!r}"
        return value

    async def put(self, name: str, value: int):
        answer = await self.write(self.map.by_name[name].offset, value)
        assert answer == AxiResp.OKAY, f"{name}: {answer!r}"

    async def command(self, name: str, argument: int = 0, **operands: int) -> int:
        """Orders a command and waits for its end; gives its status."""
        for operand, value in operands.items():
            await self.put(f"COMMAND_{operand.upper()}", value)
        await self.put("ARGUMENT_LO", argument & 0xFFFF_FFFF)
        await self.put("ARGUMENT_HI", argument >> 32)
        await self.put("COMMAND", self.map.commands[name])
        for _ in range(5_000):
            state = await self.get("COMMAND_STATUS")
            if not state & 1:
                assert state & 2, f"{name} is neither busy nor done: {state:#x}"
                self.count("commands")
                return state >> 8 & 0xF
        raise AssertionError(f"{name} doesn't end")

    # Objects.

    def answered(self, status: int, value: int):
        ask = self.asked.popleft()
        self.count(ask["what"])
        if ask["what"] == "alloc":
            assert status in (OK, NO_MEMORY), f"{ask}: status {status}"
            if status == OK:
                ask["objects"].allocated(ask["size"], value)
                return
            self.count("alloc without memory")
        else:
            assert status in ask["expected"], f"{ask}: status {status}"
        assert value == 0

    async def idle(self):
        for _ in range(50_000):
            if not self.asked:
                return
            await RisingEdge(self.dut.clock)
        raise AssertionError(f"no answer to {self.asked[0]}")

    def ask(self, objects: Objects, appetite: float):
        rng = self.rng
        kind = rng.random()
        if kind < 0.92 and (rng.random() < appetite or not objects.live):
            size = rng.randrange(self.layout.largest + 1)
            self.asked.append({"what": "alloc", "size": size, "objects": objects})
            self.request.put(op=0, operand=size)
        elif kind < 0.92:
            address = rng.choice(list(objects.live))
            objects.release(address)
            self.asked.append({"what": "free", "expected": {OK}})
            self.request.put(op=1, operand=address)
        elif kind < 0.97:
            address, status = wild_address(self.layout, rng, list(objects.live), self.sizes["operand_bits"])
            own = status != BAD_POINTER or address < self.layout.region_base
            lane = self.layout.region_base + self.layout.region_bytes
            if own or address >= lane or self.layout.split(address)[1] == objects.context:
                self.asked.append({"what": "wild free", "expected": {status}})
                self.request.put(op=1, operand=address)
        elif objects.freed:
            # Only where no allocation on its way may hand the slot out anew. Its arena may be gone.
            address = rng.choice(objects.freed[-100:])
            waiting = any(ask["what"] == "alloc" for ask in self.asked)
            if address not in objects.live and not waiting:
                self.asked.append({"what": "double free", "expected": {DOUBLE_FREE, BAD_POINTER}})
                self.request.put(op=1, operand=address)

    async def frame_of(self, process: int, address: int) -> dict:
        self.translate.put(process=process, address=address)
        for _ in range(20_000):
            if self.translated:
                self.count("translations")
                return self.translated.popleft()
            await RisingEdge(self.dut.clock)
        raise AssertionError(f"no translation of {address:#x}")


async def started(dut) -> Bench:
    bench = Bench(dut, random.Random(int(os.environ["COCOTB_SEED"])))
    await bench.start()
    return bench


async def registers_are_as_documented(bench: Bench):
    """Reset values, access, masks and strobes of all registers; reserved addresses."""
    known = {register.offset for register in bench.map.by_name.values()}
    for register in bench.map.by_name.values():
        value, answer = await bench.read(register.offset)
        if register.access == "write":
            assert answer == AxiResp.SLVERR, f"{register.name} is only written, a read gives {answer!r}"
            continue
        assert answer == AxiResp.OKAY, f"{register.name}: {answer!r}"
        assert value == register.reset, f"{register.name} is {value:#x} after reset, not {register.reset:#x}"
        if register.access in ("constant", "read"):
            answer = await bench.write(register.offset, bench.rng.getrandbits(32))
            assert answer == AxiResp.SLVERR, f"{register.name} is only read, a write gives {answer!r}"
            assert (await bench.read(register.offset))[0] == register.reset, f"{register.name} was written"
    for offset in range(0, 1 << 12, 4):
        if offset not in known:
            _, answer = await bench.read(offset)
            assert answer == AxiResp.SLVERR, f"read of {offset:#x}: {answer!r}"
            answer = await bench.write(offset, bench.rng.getrandbits(32))
            assert answer == AxiResp.SLVERR, f"write of {offset:#x}: {answer!r}"
    # But for CORE_ENABLE: what a core is asked while it comes and goes is another test's.
    writable = [r for r in bench.map.by_name.values() if r.access == "read, write" and r.name != "CORE_ENABLE"]
    for register in writable:
        held = 0
        for _ in range(6):
            value = bench.rng.getrandbits(32)
            first = bench.rng.randrange(4)
            strobes = range(first, bench.rng.randrange(first, 4) + 1)
            assert await bench.write(register.offset, value, strobes) == AxiResp.OKAY, register.name
            lanes = sum(0xFF << 8 * lane for lane in strobes)
            held = (held & ~lanes | value & lanes) & register.mask()
            got = await bench.get(register.name)
            assert got == held, f"{register.name} is {got:#x}, written {held:#x}"
        await bench.write(register.offset, 0)
    bench.counts["registers"] = len(known)


async def bring_up(bench: Bench, frames: int) -> tuple[set[int], list[int]]:
    """Lends frames and makes two processes; gives the frames' numbers and the descriptors."""
    first = bench.memory_base // FRAME_BYTES
    bytes_of = bench.map.by_name["DESCRIPTOR_FRAMES"].reset
    descriptors = [bench.memory_base + i * bytes_of * FRAME_BYTES for i in range(2)]
    mask_table = bench.memory_base + 64 * FRAME_BYTES
    await bench.put("MASK_TABLE_LO", mask_table)
    lent = set(range(first + 128, first + 128 + frames))
    for frame in sorted(lent, key=lambda _: bench.rng.random()):
        assert await bench.command("PUSH", frame * FRAME_BYTES) == bench.map.statuses["OK"]
    again = bench.rng.choice(sorted(lent))
    assert await bench.command("PUSH", again * FRAME_BYTES) == bench.map.statuses["BAD_POINTER"], "lent twice"
    for _ in range(2_000):
        if await bench.get("POOL_LEVEL") == frames:
            break
    assert await bench.get("POOL_LEVEL") == frames
    for process, descriptor in enumerate(descriptors):
        assert await bench.command("CREATE", descriptor, process=process) == bench.map.statuses["OK"]
        await bench.put("PROCESS_SELECT", process)
        assert await bench.get("PROCESS_STATE") & 3 == 1
        assert await bench.get("DESCRIPTOR_LO") == descriptor
    assert await bench.command("CREATE", descriptors[0], process=0) == bench.map.statuses["NOT_ENABLED"]
    return lent, descriptors


async def processes_run(bench: Bench, operations: int):
    """Two processes take turns; none is given what the other has, and their end gives all frames back."""
    frames = 96
    lent, _ = await bring_up(bench, frames)
    await bench.put("CORE_ENABLE", 1)
    await bench.put("CONTROL", 1)
    ok = bench.map.statuses["OK"]
    owners = [Objects(bench.layout, 0), Objects(bench.layout, 0)]
    frame_owner: dict[int, tuple[int, int]] = {}
    done = 0
    while done < operations:
        process = bench.rng.randrange(2)
        objects = owners[process]
        assert await bench.command("ATTACH", process=process, context=0, core=0) == ok
        assert await bench.command("ATTACH", process=process, context=0, core=0) == bench.map.statuses["BUSY"]
        appetite = bench.rng.choice([0.8, 0.6, 0.5, 0.3, 0.1])
        for _ in range(bench.rng.randrange(60, 240)):
            if len(bench.asked) < 8:
                bench.ask(objects, appetite)
                done += 1
            for _ in range(bench.rng.randrange(6)):
                await RisingEdge(bench.dut.clock)
        await bench.idle()
        # Pages of live objects are mapped at first touch, each to a frame of its own.
        pages = sorted({address // FRAME_BYTES for address in objects.live})
        for page in bench.rng.sample(pages, min(6, len(pages))):
            answer = await bench.frame_of(process, page * FRAME_BYTES)
            if answer["status"] == NO_MEMORY:
                continue
            assert answer["status"] == OK and answer["permissions"] == USER_PAGE, f"page {page:#x}: {answer}"
            assert answer["frame"] in lent, f"frame {answer['frame']:#x} was not lent"
            held = {f for f, (p, q) in frame_owner.items() if (p, q) == (process, page)}
            owner = frame_owner.get(answer["frame"])
            if owner is not None and owner != (process, page):
                # The page that had it must be gone: no live object lies in it.
                other = {address // FRAME_BYTES for address in owners[owner[0]].live}
                assert owner[1] not in other, f"frame {answer['frame']:#x} backs {owner} and {(process, page)}"
            for frame in held - {answer["frame"]}:
                del frame_owner[frame]
            frame_owner[answer["frame"]] = (process, page)
        if not pages:
            continue_at = bench.layout.address(0, 0, 5)
            answer = await bench.frame_of(process, continue_at)
            assert answer["status"] != OK, "a page of an arena that was never handed out"
        assert await bench.command("DETACH", core=0) == ok
    for process in range(2):
        assert await bench.command("DESTROY", process=process) == ok
        for _ in range(5_000):
            state = await bench.get("DESTROY_STATUS")
            if state & 2:
                break
        assert state & 2 and state >> 8 & 0xF == ok, f"DESTROY_STATUS {state:#x}"
    for _ in range(2_000):
        if await bench.get("POOL_LEVEL") == frames:
            break
    assert await bench.get("POOL_LEVEL") == frames, "frames are lost"
    for _ in range(8):
        assert await bench.command("TAKE") == ok
        taken = await bench.get("RESULT_LO") // FRAME_BYTES
        assert taken in lent, f"frame {taken:#x} was taken, but not lent"
        lent.remove(taken)


@cocotb.test()
async def registers_then_processes(dut):
    bench = await started(dut)
    await registers_are_as_documented(bench)
    await processes_run(bench, int(os.environ["COCOTB_OPERATIONS"]))
    report.write("system", bench.counts)
