"""Valid/ready channels: a transfer takes place at a rising edge that sees both high."""

import random
from collections import deque

from cocotb.triggers import Event, RisingEdge


class Stalls:
    """How often one end of a channel holds back, drawn anew now and then."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.left = 0
        self.share = 0.0

    def __call__(self) -> bool:
        if self.left == 0:
            self.left = self.rng.randrange(20, 400)
            self.share = self.rng.choice([0.0, 0.0, 0.3, 0.7, 0.85])
        self.left -= 1
        return self.rng.random() < self.share

    def __iter__(self):
        """Endless, as the pause generators of cocotbext-axi want it."""
        while True:
            yield self()


def ports(dut, name: str, fields: list[str], suffix: str) -> dict:
    """Ports `<name>_<field>`; the field `data` of a channel of data has the channel's own name."""
    names = {field: f"{name}_{field}{suffix}" for field in fields}
    if name.endswith("_data"):
        names["data"] = name + suffix
    return {field: getattr(dut, port) for field, port in names.items()}


class Sender:
    """Drives a channel whose ports are `<name>_valid`, `<name>_ready` and `<name>_<field>`."""

    def __init__(self, dut, name: str, fields: list[str], stalls: Stalls, suffix: str = ""):
        self.stalls = stalls
        self.valid = getattr(dut, f"{name}_valid{suffix}")
        self.ready = getattr(dut, f"{name}_ready{suffix}")
        self.fields = ports(dut, name, fields, suffix)
        self.waiting: deque[tuple[dict, Event]] = deque()
        self.sent = 0
        self.valid.value = 0

    def put(self, **fields) -> Event:
        """Queues a transfer; the event tells when it has taken place."""
        done = Event()
        self.waiting.append((fields, done))
        return done

    async def send(self, **fields):
        await self.put(**fields).wait()

    async def run(self, clock):
        offered = False
        while True:
            await RisingEdge(clock)
            if offered and self.ready.value == 1:
                _, done = self.waiting.popleft()
                self.sent += 1
                done.set()
                offered = False
            if not offered and self.waiting and not self.stalls():
                offered = True
                for field, value in self.waiting[0][0].items():
                    self.fields[field].value = value
            self.valid.value = int(offered)


class Receiver:
    """Takes what a channel offers, and checks that an offer stays as it is until it is taken."""

    def __init__(self, dut, name: str, fields: list[str], stalls: Stalls, take, suffix: str = ""):
        self.name, self.stalls, self.take = name + suffix, stalls, take
        self.valid = getattr(dut, f"{name}_valid{suffix}")
        self.ready = getattr(dut, f"{name}_ready{suffix}")
        self.fields = ports(dut, name, fields, suffix)
        self.taken = 0
        self.ready.value = 0

    async def run(self, clock):
        ready, before = False, None
        while True:
            await RisingEdge(clock)
            offer = None
            if self.valid.value == 1:
                offer = {field: int(port.value) for field, port in self.fields.items()}
            if before is not None:
                assert offer == before, f"{self.name}: {before} was offered, then {offer}"
            before = offer
            if offer is not None and ready:
                before = None
                self.taken += 1
                self.take(**offer)
            ready = not self.stalls()
            self.ready.value = int(ready)
