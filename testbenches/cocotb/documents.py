"""What the benches know of a design: the page of its registers and the heads of its Verilog files,
as `memento generate` writes them. Nothing else of the project is looked at."""

import re
from dataclasses import dataclass, field
from pathlib import Path


# How the tables of the page begin.
HEADINGS = {("to do", "how"), ("offset", "register"), ("register", "bits")}
HEADINGS |= {(first, "name") for first in ("COMMAND", "status", "COUNTER_INDEX")}


@dataclass
class Register:
    offset: int
    name: str
    access: str
    reset: int
    # Bits that are listed as fields: lowest bit and width of each.
    fields: list[tuple[int, int]] = field(default_factory=list)

    def mask(self) -> int:
        return sum(((1 << width) - 1) << low for low, width in self.fields)


@dataclass
class Registers:
    """The map of `memento_registers.md`."""

    by_name: dict[str, Register]
    commands: dict[str, int]
    statuses: dict[str, int]

    def constant(self, name: str) -> int:
        """A constant that is one register, or a lower and an upper half."""
        if name in self.by_name:
            return self.by_name[name].reset
        low, high = self.by_name[name + "_LO"], self.by_name[name + "_HI"]
        return low.reset | high.reset << 32


def registers(folder: Path) -> Registers:
    by_name, commands, statuses = {}, {}, {}
    text = (folder / "memento_registers.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    table = None
    for row in rows:
        if (row[0], row[1]) in HEADINGS:
            table = row[0]
        elif table == "offset" and row[0].startswith("`0x"):
            offset, name, access, reset = row[:4]
            by_name[name] = Register(int(offset.strip("`"), 0), name, access, int(reset.strip("`"), 0))
        elif table == "register" and re.fullmatch(r"[0-9:]+", row[1]):
            high, _, low = row[1].partition(":")
            low = low or high
            by_name[row[0]].fields.append((int(low), int(high) - int(low) + 1))
        elif table == "COMMAND" and row[0].isdigit():
            commands[row[1]] = int(row[0])
        elif table == "status" and row[0].isdigit():
            statuses[row[1]] = int(row[0])
    assert by_name and commands and statuses, f"{folder} has no map of registers that can be read"
    return Registers(by_name, commands, statuses)


def sizes(folder: Path, top: str) -> dict[str, int]:
    """The table `Sizes, fixed at generation` in the head of a file."""
    found = {}
    for line in (folder / f"{top}.sv").read_text().splitlines():
        if not line.startswith("//"):
            break
        match = re.match(r"//   (\w+) +(\d+)  ", line)
        if match:
            found[match[1]] = int(match[2])
    assert found, f"{top}.sv states no sizes"
    return found
