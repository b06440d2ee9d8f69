"""What a journal holds, found in one pass with one document in memory."""

import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callbacks.replay import Damage, Replay


@dataclass
class Survey:
    """What a journal holds.

    Parameters
    ----------
    points
        Whole points by stream.
    documents
        Number of whole documents.
    last_time
        The latest time of any of them.
    promised
        Points of the primary stream as the stop document has them, None without one.
    ended
        Runs that have a stop document.
    damage
        The lines that cannot be read.
    whole_bytes
        Length of the file up to the end of its last line.
    is_torn
        Whether something comes after that.
    """

    points: dict[str, int] = field(default_factory=dict)
    documents: int = 0
    last_time: float = -math.inf
    promised: int | None = None
    ended: set[str] = field(default_factory=set)
    damage: list[Damage] = field(default_factory=list)
    whole_bytes: int = 0
    is_torn: bool = False

    @property
    def whole(self) -> set[int]:
        """Numbers of points that a whole file may have.

        Where the journal was damaged since, its files may hold more than it does now.
        """
        number = self.points.get("primary", 0)
        return {number, max(number, self.promised or 0)} if self.damage else {number}


def survey(path: Path) -> Survey:
    """Look through a journal; whatever it holds, nothing is raised for it."""
    streams: dict[str, str] = {}
    counted: Counter[str] = Counter()
    replay, found = Replay(path), Survey()
    for name, doc in replay:
        found.documents += 1
        found.last_time = max(found.last_time, _time_of(doc))
        if name == "descriptor":
            streams[str(doc.get("uid"))] = str(doc.get("name", "primary"))
        elif name in ("event", "event_page"):
            number = len(doc.get("seq_num", ())) if name == "event_page" else 1
            counted[streams.get(str(doc.get("descriptor")), "primary")] += number
        elif name == "stop":
            found.promised = (doc.get("num_events") or {}).get("primary")
            found.ended.add(str(doc.get("run_start")))
    found.points, found.damage = dict(counted), replay.damage
    size = path.stat().st_size
    found.whole_bytes = _whole_bytes(path, size)
    found.is_torn = found.whole_bytes < size
    return found


def _time_of(doc: dict[str, Any]) -> float:
    when = doc.get("time")
    times = when if isinstance(when, list) else [when]
    known = (each for each in times if isinstance(each, (int, float)) and math.isfinite(each))
    return max(known, default=-math.inf)


def _whole_bytes(path: Path, size: int, block: int = 65536) -> int:
    """Find the end of the last whole line, from the end of the file."""
    with path.open("rb") as file:
        end = size
        while end > 0:
            begin = max(0, end - block)
            file.seek(begin)
            newline = file.read(end - begin).rfind(b"\n")
            if newline >= 0:
                return begin + newline + 1
            end = begin
    return 0
