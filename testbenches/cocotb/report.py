"""What a bench has done, for the table that `run.py` prints."""

import json
import os
from pathlib import Path


def write(bench: str, counts: dict[str, int]):
    Path(os.environ["COCOTB_REPORT"]).write_text(json.dumps({"bench": bench, "counts": counts}))
