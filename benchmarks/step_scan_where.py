"""Where the time of a point goes: CPU time by message in the engine's thread, and by thread."""

import contextlib
import os
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: What each thread does, by the beginning of its name.
THREADS = {
    "bluesky-run-engine": "the engine's thread",
    "Dummy": "libca's thread, with what devices do in it",
    "the live table": "the live table",
    "the peaks": "the peaks",
    "the SPEC writer": "the SPEC writer",
    "the NeXus writer": "to and from the writer's and the plots' processes",
    "the plots": "to and from the writer's and the plots' processes",
    "Thread": "to and from the writer's and the plots' processes",
}
PLAN = "plan and preprocessors, per message"


class Meter:
    """Wrap a plan, and note what each of its messages costs the engine's thread."""

    def __init__(self) -> None:
        self._cpu: defaultdict[str, list[float]] = defaultdict(list)
        self._wall: defaultdict[str, list[float]] = defaultdict(list)
        self._threads: Counter[str] = Counter()

    def __call__(self, plan: Any) -> Any:
        """Pass the messages of a plan through."""
        answer: Any = None
        error: Exception | None = None
        begun = time.thread_time()
        while True:
            try:
                message = plan.send(answer) if error is None else plan.throw(error)
            except StopIteration as end:
                return end.value
            error = None
            ended, asked = time.thread_time(), time.perf_counter()
            self._note(PLAN, ended - begun, ended - begun)
            try:
                answer = yield message
            except Exception as raised:
                error = raised
            begun = time.thread_time()
            self._note(message.command, begun - ended, time.perf_counter() - asked)

    def _note(self, what: str, cpu: float, wall: float) -> None:
        self._cpu[what].append(1e6 * cpu)
        self._wall[what].append(1e6 * wall)

    @contextlib.contextmanager
    def process(self) -> Iterator[None]:
        """Note the CPU time of each thread of this process meanwhile."""
        before = _threads()
        yield
        names = {str(t.native_id): t.name for t in threading.enumerate()}
        for thread, spent in _threads().items():
            name = names.get(thread, "")
            what = next((w for start, w in THREADS.items() if name.startswith(start)), "others")
            self._threads[what] += spent - before.get(thread, 0)

    def table(self, points: int) -> str:
        """Write it down: medians per message, and the mean of each thread per point."""
        lines = [f"{'Where a point goes':50} {'per point':>9} {'CPU µs':>8} {'wall µs':>8}"]
        for what, spent in sorted(self._cpu.items(), key=lambda each: -sum(each[1])):
            number = len(spent) / points
            if number > 0.5:
                cpu, wall = statistics.median(spent), statistics.median(self._wall[what])
                lines.append(f"  {what:48} {number:9.2f} {cpu:8.0f} {wall:8.0f}")
        for what, ticks in self._threads.most_common():
            spent = 1e6 * ticks / os.sysconf("SC_CLK_TCK") / points
            lines.append(f"{what:50} {'':9} {spent:8.0f}")
        return "\n".join(lines)


def _threads() -> dict[str, int]:
    """Give the CPU ticks of each thread so far."""
    spent: dict[str, int] = {}
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
            spent[task.name] = int(fields[11]) + int(fields[12])
    return spent
