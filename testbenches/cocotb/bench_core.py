"""`memento_core` by its ports alone: allocations, frees, hostile frees, frees from elsewhere."""

import os
import random
from collections import deque
from pathlib import Path

import cocotb
import documents
import report
from channels import Receiver, Sender, Stalls
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge
from objects import BAD_POINTER, DOUBLE_FREE, FOREIGN_CONTEXT, NO_MEMORY, OK, TOO_LARGE, Layout, Objects, wild_address
from page_side import Lines, PageAllocator, reset

ATTACH, DETACH = 0, 1
RECORDS, MAILBOX, FIRST_LINE = 0x8000_0000, 0x8000_2000, 0x8010_0000
ARENAS_A_CLASS = 8
OTHERS_ANSWERS = [OK, DOUBLE_FREE, FOREIGN_CONTEXT]
# Cycles without an answer after which the design counts as hung.
PATIENCE = 20_000


class Bench:
    def __init__(self, dut, rng: random.Random):
        folder = Path(os.environ["COCOTB_DESIGN"])
        self.dut, self.rng = dut, rng
        self.sizes = documents.sizes(folder, "memento_core")
        self.layout = Layout.of(documents.registers(folder))
        self.objects = Objects(self.layout, context=0)
        self.lines = Lines(dut, rng)
        self.pages = PageAllocator(dut, self.layout, self.sizes, self.lines, rng, ARENAS_A_CLASS, FIRST_LINE)
        self.asked: deque[dict] = deque()
        self.asked_inbox: deque[int] = deque()
        self.forwarded: deque[int] = deque()
        self.counts = {}
        self.silent = 0
        stalls = lambda: Stalls(rng)
        self.request = Sender(dut, "request", ["op", "operand"], stalls())
        self.inbox = Sender(dut, "inbox_request", ["address"], stalls())
        self.switch = Sender(dut, "switch_request", ["op", "context", "records", "mailbox"], stalls())
        self.forward_answer = Sender(dut, "forward_response", ["status"], stalls())
        self.switched = deque()
        self.parts = [
            self.request,
            self.inbox,
            self.switch,
            self.forward_answer,
            Receiver(dut, "response", ["status", "value"], stalls(), self.answered),
            Receiver(dut, "inbox_response", ["status"], stalls(), self.inbox_answered),
            Receiver(dut, "switch_response", ["status"], stalls(), lambda status: self.switched.append(status)),
            Receiver(dut, "forward_request", ["context", "address"], stalls(), self.forward),
            *self.lines.parts(),
            *self.pages.parts(),
        ]

    def count(self, what: str):
        self.counts[what] = self.counts.get(what, 0) + 1

    async def start(self):
        dut = self.dut
        cocotb.start_soon(Clock(dut.clock, 10, "ns").start())
        dut.enable.value = 1
        dut.counter_select.value = 0
        await reset(dut, dut.clock)
        for part in self.parts:
            cocotb.start_soon(part.run(dut.clock))

    async def attach(self):
        self.switch.put(op=ATTACH, context=0, records=RECORDS, mailbox=MAILBOX)
        await self.switch_done()

    async def detach(self):
        self.switch.put(op=DETACH, context=0, records=0, mailbox=0)
        await self.switch_done()

    async def switch_done(self):
        while not self.switched:
            await self.step()
        assert self.switched.popleft() == OK

    async def step(self):
        await RisingEdge(self.dut.clock)
        self.silent += 1
        assert self.silent < PATIENCE, f"no answer for {PATIENCE} cycles: {self.asked[0] if self.asked else self.asked_inbox}"

    def pending_classes(self) -> set[int]:
        return {ask["size_class"] for ask in self.asked if ask["what"] == "alloc"}

    def ask(self):
        """One random operation of the host."""
        rng, objects, layout = self.rng, self.objects, self.layout
        kind = rng.random()
        if kind < 0.9 and (rng.random() < self.appetite or not objects.live):
            size = rng.randrange(layout.largest + 1)
            size_class = layout.size_class(size)
            given_back = self.pages.given_back.get((size_class, 0), 0)
            self.asked.append({"what": "alloc", "size": size, "size_class": size_class, "given_back": given_back})
            self.request.put(op=0, operand=size)
        elif kind < 0.9:
            address = rng.choice(list(objects.live))
            objects.release(address)
            self.asked.append({"what": "free", "expected": {OK}})
            self.request.put(op=1, operand=address)
        elif kind < 0.92:
            size = layout.largest + 1 + rng.randrange(1 << 20)
            self.asked.append({"what": "alloc too large", "expected": {TOO_LARGE}})
            self.request.put(op=0, operand=size)
        elif kind < 0.95:
            address, status = wild_address(layout, rng, list(objects.live), self.sizes["operand_bits"])
            if status == BAD_POINTER and layout.region_base <= address and layout.split(address)[1] != 0:
                return
            self.asked.append({"what": "wild free", "address": address, "expected": {status}})
            self.request.put(op=1, operand=address)
        elif kind < 0.98 and objects.freed:
            self.double_free(rng.choice(objects.freed[-200:]))
        else:
            size_class = rng.randrange(layout.classes)
            address = layout.address(size_class, 1, rng.randrange(4), rng.randrange(layout.objects))
            self.asked.append({"what": "foreign free", "forwarded": True})
            self.forwarded.append(address)
            self.request.put(op=1, operand=address)

    def double_free(self, address: int):
        """Only where no allocation on its way may hand the slot out anew."""
        size_class, context, arena, _ = self.layout.split(address)
        if address in self.objects.live or size_class in self.pending_classes():
            return
        if (size_class, context, arena) in self.pages.granted:
            # An arena that its last free gives back meanwhile knows the slot no longer.
            expected = {DOUBLE_FREE, BAD_POINTER} if self.asked or self.asked_inbox else {DOUBLE_FREE}
        else:
            expected = {BAD_POINTER}
        self.asked.append({"what": "double free", "address": address, "expected": expected})
        self.request.put(op=1, operand=address)

    def answered(self, status: int, value: int):
        self.silent = 0
        assert self.asked, "a response that nobody asked for"
        ask = self.asked.popleft()
        self.count(ask["what"])
        if ask["what"] == "alloc":
            assert status in (OK, NO_MEMORY), f"{ask}: status {status}"
            if status == OK:
                self.objects.allocated(ask["size"], value)
                return
            self.count("alloc without memory")
            key = (ask["size_class"], 0)
            # An arena that came back meanwhile may have come too late.
            came_back = self.pages.given_back.get(key, 0) != ask["given_back"]
            assert came_back or self.pages.next_arena(key) is None, f"{ask}: there is an arena"
        elif ask.get("forwarded"):
            assert status == self.others.popleft(), f"{ask}: status {status}"
        else:
            assert status in ask["expected"], f"{ask}: status {status}"
        assert value == 0, f"{ask}: value {value:#x}"

    def forward(self, context: int, address: int):
        expected = self.forwarded.popleft()
        assert (context, address) == (1, expected), f"{address:#x} of {context} was forwarded, not {expected:#x}"
        status = self.rng.choice(OTHERS_ANSWERS)
        self.others.append(status)
        self.forward_answer.put(status=status)

    def inbox_answered(self, status: int):
        self.silent = 0
        address = self.asked_inbox.popleft()
        self.count("free from elsewhere")
        assert status == OK, f"{address:#x} freed from elsewhere: status {status}"

    async def idle(self):
        while self.asked or self.asked_inbox or self.request.waiting or self.inbox.waiting:
            await self.step()

    async def play(self, operations: int):
        self.others: deque[int] = deque()
        done = 0
        while done < operations:
            # Phases that grow, hold, and drain, so that arenas fill, are listed and go back.
            self.appetite = self.rng.choice([0.9, 0.65, 0.5, 0.4, 0.1])
            for _ in range(self.rng.randrange(100, 500)):
                if len(self.asked) < 12:
                    self.ask()
                    done += 1
                if self.objects.live and len(self.asked_inbox) < 4 and self.rng.random() < 0.05:
                    address = self.rng.choice(list(self.objects.live))
                    self.objects.release(address)
                    self.asked_inbox.append(address)
                    self.inbox.put(address=address)
                for _ in range(self.rng.randrange(6)):
                    await self.step()
            await self.idle()
            if self.rng.random() < 0.5:
                await self.detach()
                self.count("detach and attach")
                await self.attach()


@cocotb.test()
async def random_program(dut):
    rng = random.Random(int(os.environ["COCOTB_SEED"]))
    bench = Bench(dut, rng)
    await bench.start()
    await bench.attach()
    await bench.play(int(os.environ["COCOTB_OPERATIONS"]))
    # Everything goes.
    for address in list(bench.objects.live):
        bench.objects.release(address)
        bench.asked.append({"what": "free", "expected": {OK}})
        bench.request.put(op=1, operand=address)
    await bench.idle()
    bench.counts["arenas claimed ahead"] = bench.pages.claim_answer.sent
    bench.counts["arenas given back"] = bench.pages.free_answer.sent
    report.write("core", bench.counts)
