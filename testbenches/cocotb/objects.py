"""Scoreboard of objects: what an allocator may answer, by its documentation alone."""

import random
from dataclasses import dataclass

OK, TOO_LARGE, NO_MEMORY, NOT_IN_REGION, BAD_POINTER, DOUBLE_FREE, FOREIGN_CONTEXT = range(7)


@dataclass(frozen=True)
class Layout:
    """Where objects lie: one lane a class, contexts in it, arenas aligned to a power of two."""

    region_base: int
    region_bytes: int
    header_base: int
    header_bytes: int
    step_bytes: int
    classes: int
    contexts: int
    objects: int

    @staticmethod
    def of(registers) -> "Layout":
        constant = registers.constant
        return Layout(
            region_base=constant("REGION_BASE"),
            region_bytes=constant("REGION_BYTES"),
            header_base=constant("HEADER_BASE"),
            header_bytes=constant("HEADER_BYTES"),
            step_bytes=constant("STEP_BYTES"),
            classes=constant("CLASSES"),
            contexts=constant("CONTEXTS"),
            objects=constant("OBJECTS"),
        )

    @property
    def largest(self) -> int:
        return self.classes * self.step_bytes

    @property
    def lane_bytes(self) -> int:
        return self.region_bytes // (1 << (self.classes - 1).bit_length())

    def size_class(self, size: int) -> int:
        return (max(size, 1) + self.step_bytes - 1) // self.step_bytes - 1

    def object_bytes(self, size_class: int) -> int:
        return (size_class + 1) * self.step_bytes

    def stride(self, size_class: int) -> int:
        """Bytes from one arena to the next."""
        stride = 4096
        while stride < self.objects * self.object_bytes(size_class):
            stride *= 2
        return stride

    def split(self, address: int) -> tuple[int, int, int, int]:
        """Class, context, arena and offset of an address in the region."""
        offset = address - self.region_base
        size_class, offset = divmod(offset, self.lane_bytes)
        context, offset = divmod(offset, self.lane_bytes // self.contexts)
        arena, offset = divmod(offset, self.stride(size_class))
        return size_class, context, arena, offset

    def address(self, size_class: int, context: int, arena: int, slot: int = 0) -> int:
        lane = self.region_base + size_class * self.lane_bytes
        part = lane + context * (self.lane_bytes // self.contexts)
        return part + arena * self.stride(size_class) + slot * self.object_bytes(size_class)


class Objects:
    """The live objects of one context."""

    def __init__(self, layout: Layout, context: int):
        self.layout, self.context = layout, context
        self.live: dict[int, int] = {}
        self.bytes_taken: dict[int, int] = {}
        self.freed: list[int] = []

    def allocated(self, size: int, address: int):
        """An allocation was answered OK: the object lies where it may and overlaps no other."""
        layout = self.layout
        expected = layout.size_class(size)
        assert layout.region_base <= address < layout.region_base + layout.region_bytes, f"{address:#x} is outside the region"
        size_class, context, _, offset = layout.split(address)
        length = layout.object_bytes(expected)
        assert size_class == expected, f"{address:#x} is of class {size_class}, {size} bytes are of {expected}"
        assert context == self.context, f"{address:#x} is of context {context}"
        slot, rest = divmod(offset, length)
        assert rest == 0 and slot < layout.objects, f"{address:#x} is no slot's start"
        alignment = length & -length
        assert address % alignment == 0, f"{address:#x} of {length} bytes is not aligned to {alignment}"
        for step in range(address, address + length, layout.step_bytes):
            owner = self.bytes_taken.get(step)
            assert owner is None, f"{address:#x} of {length} bytes overlaps the live object {owner:#x}"
            self.bytes_taken[step] = address
        self.live[address] = length

    def release(self, address: int):
        """From now on nobody uses the object."""
        length = self.live.pop(address)
        for step in range(address, address + length, self.layout.step_bytes):
            del self.bytes_taken[step]
        self.freed.append(address)


def wild_address(layout: Layout, rng: random.Random, known: list[int], operand_bits: int) -> tuple[int, int]:
    """An address that is no object's, with the status of its free."""
    kind = rng.randrange(4)
    if kind == 0 and known:
        # Inside an object: not a slot's start.
        return rng.choice(known) + rng.randrange(1, layout.step_bytes), BAD_POINTER
    if kind == 1:
        size_class = rng.randrange(layout.classes)
        spare = layout.stride(size_class) - layout.objects * layout.object_bytes(size_class)
        if spare >= layout.step_bytes:
            # Behind the last slot of an arena.
            end = layout.address(size_class, 0, 0, layout.objects)
            return end + layout.step_bytes * rng.randrange(spare // layout.step_bytes), BAD_POINTER
    if kind == 2:
        return layout.header_base + rng.randrange(layout.header_bytes), BAD_POINTER
    while True:
        address = rng.randrange(1 << operand_bits)
        region = layout.region_base <= address < layout.region_base + layout.region_bytes
        lane = layout.header_base <= address < layout.header_base + layout.header_bytes
        if not region and not lane:
            return address, NOT_IN_REGION
