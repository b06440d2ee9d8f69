"""Start-up time, memory and idle processor of servers of many names."""

import statistics
import time
from dataclasses import dataclass, field

from benchmarks.virtual_beamline.bare_client import Connection
from benchmarks.virtual_beamline.servers import OURS, SOFTIOC, Server

NUMBERS, AXES = (100, 1000, 10_000), (10, 100, 500)
#: Axes, and records of pythonSoftIOC, while nobody asks for anything; seconds of that.
_IDLE, _IDLE_SECONDS = 100, 5.0
#: Names that one client connects to.
_MOST_CHANNELS = 15_000


@dataclass
class Starts:
    """Seconds until answered and megabytes; then with a channel to every name."""

    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    connect_seconds: list[float] = field(default_factory=list)
    connected_memory: list[float] = field(default_factory=list)
    names: int = 0

    def columns(self, goal: str) -> str:
        columns = (self.seconds, self.memory, self.connect_seconds, self.connected_memory)
        second, megabyte, connect, connected = (statistics.median(each) for each in columns)
        started = f"{second:9.2f}{megabyte:8.0f}{goal:>8}"
        return f"{started}{self.names:>10}{connect:11.2f}{connected:9.0f}"


def start(which: tuple[str, str], kind: str, count: int, starts: Starts) -> None:
    """Start a server once, connect to all its names, and stop it."""
    with Server(which, kind, count) as server:
        starts.seconds.append(server.start_seconds)
        starts.memory.append(server.memory())
        names = server.names()[:_MOST_CHANNELS]
        starts.names = len(names)
        started = time.perf_counter()
        with Connection(server.port) as connection:
            connection.connect(names)
            starts.connect_seconds.append(time.perf_counter() - started)
            starts.connected_memory.append(server.memory())


def report(rounds: int) -> str:
    """Measure and give the table."""
    cases = [(which, "numbers", count) for count in NUMBERS for which in (OURS, SOFTIOC)]
    cases += [(OURS, "axes", count) for count in AXES]
    results = {case: Starts() for case in cases}
    for _ in range(rounds):
        for case, starts in results.items():
            start(*case, starts)
    head = f"{'start s':>9}{'MB':>8}{'goal s':>8}{'channels':>10}{'made in s':>11}{'then MB':>9}"
    lines = [f"{'':34}{head}"]
    for (which, kind, count), starts in results.items():
        whose = "ours" if which is OURS else "softioc"
        what = "records" if kind == "numbers" else "motors, every field"
        goal = "<5" if (kind, count) == ("axes", 500) else ""
        lines.append(f"{f'{whose}: {count} {what}':34}{starts.columns(goal)}")
    lines.append("softioc has no motor record.")
    return "\n".join([*lines, "", idle()])


def idle() -> str:
    """Measure the processor that servers take while nobody asks for anything."""
    with Server(OURS, "axes", _IDLE) as ours, Server(SOFTIOC, "numbers", _IDLE) as theirs:
        time.sleep(1.0)  # beacons are frequent at first
        before = [server.cpu() for server in (ours, theirs)]
        time.sleep(_IDLE_SECONDS)
        shares = [
            (server.cpu() - then) / _IDLE_SECONDS
            for server, then in zip((ours, theirs), before, strict=True)
        ]
    return (
        f"idle for {_IDLE_SECONDS:g} s, share of a core: {_IDLE} axes of ours {shares[0]:.1%} "
        f"(goal <2 %), {_IDLE} records of softioc {shares[1]:.1%}"
    )
