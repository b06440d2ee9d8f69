"""How many documents a second go through the journal and back, and whether that takes memory.

A run of events of a motor and ten counters, without any hardware. ``python -m benchmarks.documents
1000000`` takes a million of them. On a machine that others use as well the processor's time counts.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.growth import resident
from callbacks import DataFolder, Journal, Replay

#: Events of a run, and documents a second that are asked for.
EVENTS, GOAL = 200_000, 50_000
#: Parts of which each has its rate: it must not fall along the run.
PARTS = 10
#: Documents made at a time: few enough to take no memory of note.
BATCH = 1000
#: MB that may be added along the run.
BIGGER = 50.0

Document = tuple[str, dict[str, Any]]


@dataclass
class Passage:
    """Documents per second of CPU time of each part of a run, and the memory at its ends, in MB."""

    rates: list[float]
    wall: float
    before: float
    after: float
    size: float = 0.0

    @property
    def rate(self) -> float:
        """Documents per second over all."""
        return len(self.rates) / sum(1 / rate for rate in self.rates)

    def row(self, name: str) -> str:
        """Say it on one line."""
        verdict = "ok" if self.rate >= GOAL and self.after - self.before < BIGGER else "MISSED"
        rates = (self.wall, self.rate, self.rates[0], self.rates[-1])
        shown = " ".join(f"{rate:10.0f}" for rate in rates)
        return f"{name:8} {shown} {self.after - self.before:+8.1f}   {verdict}"


def events(number: int, uid: str = "5f7c7a3e") -> Iterator[Document]:
    """Make a run, one document at a time."""
    start = {"uid": uid, "time": 1763719200.25, "scan_id": 1, "plan_name": "ascan"}
    keys = ["x", "x_setpoint", *(f"counter_{channel}" for channel in range(10))]
    described = {key: {"source": f"PV:{key}", "dtype": "number", "shape": []} for key in keys}
    descriptor = {"uid": f"{uid}-primary", "run_start": uid, "name": "primary", "time": 0.5}
    yield "start", start
    yield "descriptor", {**descriptor, "data_keys": described}
    for index in range(number):
        when = 1763719201.0 + index / 7
        data = {key: channel + index / 3 for channel, key in enumerate(keys)}
        yield (
            "event",
            {
                "uid": f"8f7a4e7e-9a5e-4abc-8def-{index:012d}",
                "descriptor": f"{uid}-primary",
                "seq_num": index + 1,
                "time": when,
                "data": data,
                "timestamps": dict.fromkeys(keys, when),
                "filled": {},
            },
        )
    stop = {"uid": f"{uid}-stop", "run_start": uid, "time": 2e9, "exit_status": "success"}
    yield "stop", {**stop, "num_events": {"primary": number}}


def journaled(root: Path, number: int) -> Passage:
    """Write a run; making the documents is not counted."""
    journal = Journal(DataFolder(root).journal_path)
    documents = events(number)
    first = [next(documents), next(documents)]
    watch = Watch(max(1, number // PARTS))
    before = resident()
    for document in first:
        journal(*document)
    while batch := [doc for _, doc in zip(range(BATCH), documents, strict=False)]:
        watch.take(batch, lambda document: journal(*document))
    journal.close()
    (path,) = (root / "journal").glob("*.jsonl")
    return Passage(watch.rates, watch.wall, before, resident(), path.stat().st_size / 1e6)


def replayed(root: Path, number: int) -> Passage:
    """Read a run back, document by document."""
    (path,) = (root / "journal").glob("*.jsonl")
    watch, documents = Watch(max(1, number // PARTS)), iter(Replay(path))
    before = resident()
    while taken := watch.take(range(BATCH), lambda _: next(documents, None)):
        if taken[-1] is None:
            break
    return Passage(watch.rates, watch.wall, before, resident())


class Watch:
    """Take the time of batches, and make parts of them."""

    def __init__(self, step: int) -> None:
        self.rates: list[float] = []
        self._step = step
        self._part = self._all = 0
        self._wall = self._cpu = 0.0

    @property
    def wall(self) -> float:
        """Documents per second on the wall clock."""
        return self._all / self._wall

    def take(self, batch: Sequence[Any], action: Callable[[Any], Any]) -> list[Any]:
        """Do it to each of a batch."""
        wall, cpu = time.perf_counter(), time.process_time()
        done = [action(each) for each in batch]
        self._wall += time.perf_counter() - wall
        self._cpu += time.process_time() - cpu
        self._part += len(batch)
        self._all += len(batch)
        if self._part >= self._step:
            self.rates.append(self._part / self._cpu)
            self._part, self._cpu = 0, 0.0
        return done


def run(number: int = EVENTS) -> str:
    """Measure both ways and give the table."""
    with tempfile.TemporaryDirectory(prefix="blueline-documents-") as folder:
        written = journaled(Path(folder), number)
        read = replayed(Path(folder), number)
    lines = [
        f"Documents per second, a run of {number} events, {written.size:.0f} MB (goal {GOAL})",
        f"{'':8} {'wall':>10} {'CPU':>10} {'first part':>10} {'last part':>10} {'MB':>8}",
        written.row("journal"),
        read.row("replay"),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(run(*map(int, sys.argv[1:])) + "\n")
