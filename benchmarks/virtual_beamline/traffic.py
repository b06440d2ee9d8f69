"""Puts and monitor updates per second: clients are pyepics processes that share our processors."""

import contextlib
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.harness import Case, Runner
from benchmarks.virtual_beamline.servers import OURS, SOFTIOC, Server
from blueline.epics import loopback_environment, use_loopback

CLIENTS, PUTS, STREAM, BURST = 10, 1000, 2000, 1500
_HERE = "benchmarks.virtual_beamline.clients"


@dataclass
class Figures:
    """What the rounds of one work gave at one server."""

    rates: list[float] = field(default_factory=list)
    items: int = 0
    expected: int = 0
    server_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Return items per second, the median of the rounds."""
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        """Return microseconds of the server's processor per item."""
        return 1e6 * self.server_seconds / self.items

    @property
    def dropped(self) -> float:
        """Return the share of what was put that nobody was shown."""
        return 1 - self.items / self.expected


@dataclass(frozen=True)
class Work:
    """Name what clients do, how many of them, and what each of them should count."""

    title: str
    name: str
    clients: int
    expected: int
    is_watched: bool = False
    goal: float | None = None


WORKS = (
    Work("puts with completion, 1 client", "put", 1, PUTS, goal=0.8),
    Work("puts with completion, 10 clients", "put", CLIENTS, PUTS),
    Work("stream of puts, 1 client", "stream", 1, STREAM),
    Work("stream of puts, 10 clients", "stream", CLIENTS, STREAM),
    Work("monitor updates, 1 client", "watch 1", 1, BURST, is_watched=True, goal=0.4),
    Work("monitor updates, 10 clients", "watch all", CLIENTS, BURST, is_watched=True, goal=0.4),
)


class Traffic:
    """Two servers, and the clients that both have."""

    def __init__(self, servers: Sequence[Server], team: Sequence[Runner], source: Runner) -> None:
        self._servers = servers
        self._team = team
        self._source = source

    def round(self, work: Work, server: Server, figures: Figures) -> None:
        """Have all clients of `work` begin at once; it is over when the last of them is."""
        team = self._team[: work.clients]
        runners = [*team, self._source] if work.is_watched else team
        before, started = server.cpu(), time.perf_counter()
        for runner in runners:
            runner.begin(f"{work.name} {server.prefix}")
        items = sum(int(runner.finish()["items"]) for runner in team)
        wall = time.perf_counter() - started
        if work.is_watched:
            self._source.finish()
        figures.rates.append(items / wall)
        figures.items += items
        figures.expected += work.expected * work.clients
        figures.server_seconds += server.cpu() - before

    def measure(self, rounds: int) -> dict[tuple[str, str], Figures]:
        """Return figures by title of the work and prefix of the server."""
        for work in WORKS:
            for server in self._servers:
                self.round(work, server, Figures())  # warms up
        results = {(work.title, at.prefix): Figures() for work in WORKS for at in self._servers}
        for _ in range(rounds):
            for work in WORKS:
                for server in self._servers:
                    self.round(work, server, results[work.title, server.prefix])
        return results


@contextlib.contextmanager
def traffic() -> Iterator[Traffic]:
    """Start servers and clients."""
    with Server(OURS, "numbers", 200) as ours, Server(SOFTIOC, "numbers", 200) as theirs:
        servers = (ours, theirs)
        ports = [server.port for server in servers]
        use_loopback(ports)  # the repeater of all
        environment = loopback_environment(ports)
        team = [
            {"number": number, "puts": PUTS, "stream": STREAM, "burst": BURST}
            for number in range(CLIENTS)
        ]
        cases = [Case(f"client {each['number']}", f"{_HERE}:client", each) for each in team]
        cases.append(Case("source", f"{_HERE}:source", {"burst": BURST}))
        runners = [Runner(case, environment) for case in cases]
        try:
            for runner in runners:
                runner.wait_until_ready()
            yield Traffic(servers, runners[:-1], runners[-1])
        finally:
            for runner in runners:
                runner.close()


def report(rounds: int) -> str:
    """Measure and give the table."""
    with traffic() as measured:
        results = measured.measure(rounds)
    head = f"{'':34}{'ours /s':>9}{'softioc /s':>12}{'ratio':>7}{'goal':>7}"
    lines = [head + f"{'CPU µs':>9}{'softioc':>9}{'dropped':>9}{'softioc':>9}"]
    lines += [_row(work, results) for work in WORKS]
    return "\n".join(lines)


def _row(work: Work, results: dict[tuple[str, str], Figures]) -> str:
    ours, theirs = (results[work.title, at[1]] for at in (OURS, SOFTIOC))
    goal = "" if work.goal is None else f">{work.goal:g}"
    rounds = zip(ours.rates, theirs.rates, strict=True)
    ratio = statistics.median(one / other for one, other in rounds)  # the machine's speed drifts
    line = f"{work.title:34}{ours.rate:9.0f}{theirs.rate:12.0f}{ratio:7.2f}"
    line += f"{goal:>7}{ours.cost:9.0f}{theirs.cost:9.0f}"
    if work.is_watched:
        line += f"{ours.dropped:9.1%}{theirs.dropped:9.1%}"
    return line
