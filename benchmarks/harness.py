"""Measure cases side by side: each in a process of its own, in turn, round after round.

The machine's speed drifts; so every round visits all cases, and what counts are medians and the
ratios of one case to another within the same rounds.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Seconds for one case to get ready, or for one round of it.
DEADLINE = 120.0
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Case:
    """One way to do the work.

    Parameters
    ----------
    name
        As in the table.
    target
        ``"module:function"``; called with `arguments` in a child process, gives a callable that
        does one round and returns how many items it did; or a dictionary of such by name.
    python
        Which runs it.
    """

    name: str
    target: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    python: str = sys.executable


@dataclass
class Times:
    """Milliseconds per item of each round, on the wall clock and of this process's CPU."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    #: Seconds of each round that were spent beside the items.
    besides: list[float] = field(default_factory=list)
    #: What each round has told besides.
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        return statistics.median(self.cpu)


class Runner:
    """The child process of one case."""

    def __init__(self, case: Case, environment: dict[str, str]) -> None:
        self.case = case
        command = [
            case.python,
            "-m",
            "benchmarks.child",
            case.target,
            json.dumps(dict(case.arguments)),
        ]
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
            cwd=ROOT,
        )
        self.times = Times()

    def wait_until_ready(self) -> None:
        self._answer("ready")

    def round(self) -> None:
        """Do the round, and note how long each item took."""
        self.begin()
        answer = self.finish()
        self.times.wall.append(answer["wall"])
        self.times.cpu.append(answer["cpu"])
        self.times.besides.append(answer["besides"])
        self.times.told.append(answer["told"])

    def begin(self, name: str = "round") -> None:
        """Start a round, of those that the case has; `finish` waits for it."""
        self._child.stdin.write(f"{name}\n")
        self._child.stdin.flush()

    def finish(self) -> dict[str, Any]:
        """Return milliseconds per item, wall and CPU, the number of items, and what was told."""
        return self._answer("wall")

    def close(self) -> None:
        self._child.stdin.close()
        self._child.wait(DEADLINE)

    def _answer(self, key: str) -> dict[str, Any]:
        for line in self._child.stdout:
            if line.startswith("{"):
                answer = json.loads(line)
                if key in answer:
                    return answer
        message = f"the case {self.case.name!r} ended with status {self._child.wait()}"
        raise RuntimeError(message)


def measure(
    cases: Sequence[Case], rounds: int, environment: dict[str, str] | None = None
) -> dict[str, Times]:
    """Run all cases in turn; the first round warms up and is not counted."""
    runners: list[Runner] = []
    try:
        for case in cases:  # one after the other: starting is the hardest work they do
            runners.append(Runner(case, environment or {}))
            runners[-1].wait_until_ready()
        for number in range(rounds + 1):
            for runner in runners:
                runner.round()
            if number == 0:
                for runner in runners:
                    runner.times = Times()
    finally:
        for runner in runners:
            runner.close()
    return {runner.case.name: runner.times for runner in runners}


def table(title: str, unit: str, results: dict[str, Times], references: Sequence[str]) -> str:
    """Write medians, ranges and the ratios to the reference cases."""
    width = max(len(name) for name in results)
    ratios = "".join(f"{'/ ' + name:>{max(12, len(name) + 4)}}" for name in references)
    lines = [title, f"{'':{width}}  {'median ' + unit:>14} {'[min .. max]':>18} {'CPU':>8}{ratios}"]
    for name, times in results.items():
        ratio = "".join(
            f"{times.median / results[reference].median:>{max(12, len(reference) + 4)}.2f}"
            for reference in references
        )
        span = f"[{min(times.wall):.2f} .. {max(times.wall):.2f}]"
        lines.append(
            f"{name:{width}}  {times.median:14.3f} {span:>18} {times.median_cpu:8.3f}{ratio}"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class Told:
    """The number of items of a round, and what it tells besides, as JSON can carry it.

    Parameters
    ----------
    items
        Done in the round, or in the part of it that counts.
    told
        Anything.
    spent
        Seconds on the wall clock and of CPU time that the part took that counts; without it, all
        of the round does.
    """

    items: int
    told: dict[str, object] = field(default_factory=dict)
    spent: tuple[float, float] | None = None


Round = Callable[[], int | Told]
