"""A session that scans until it is killed: ``python -m ... FOLDER PORT PREFIX``.

It writes a line for each event of a primary stream that the recorder has taken.
"""

import itertools
import json
import os
import sys
from typing import Any

from blueline import open_session
from planlib import ascan, mesh


class Emitted:
    """Tell the parent of each point, at once."""

    def __init__(self) -> None:
        self._runs: dict[str, str] = {}

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        """Take a document that is in the journal."""
        if name == "descriptor" and doc["name"] == "primary":
            self._runs[doc["uid"]] = doc["run_start"]
        elif name == "event" and doc["descriptor"] in self._runs:
            point = [self._runs[doc["descriptor"]], doc["seq_num"], doc["data"]]
            os.write(1, json.dumps(point).encode() + b"\n")


def main(folder: str, port: str, prefix: str) -> None:
    """Scan lines and maps in turn."""
    session = open_session(data=folder, port=int(port), prefix=prefix, screen=sys.stderr)
    session.RE.subscribe(Emitted())
    x, y = session.devices["x"], session.devices["y"]
    for number in itertools.count():
        line = ascan(x, 0, 1, 12, 0.001)
        session.RE(mesh(x, 0, 1, 4, y, 0, 1, 2, 0.001) if number % 2 else line)


if __name__ == "__main__":
    main(*sys.argv[1:])
