"""What scans have cost, and what they cost beyond moving and counting, to foretell the next."""

from dataclasses import dataclass
from typing import Protocol

from planlib.account import ScanTiming


@dataclass(frozen=True, slots=True)
class Overhead:
    """What a kind of scan costs beyond what its devices say.

    Parameters
    ----------
    per_scan, per_point
        Seconds of software and reading: once, and for each point.
    moving, counting
        How much longer than foretold the axes move and the counters count: 1 where they tell the
        truth, less where a simulation is quicker than life.
    """

    per_scan: float
    per_point: float
    moving: float = 1.0
    counting: float = 1.0


class Timings(Protocol):
    """Remembers overheads by the kind of scan."""

    def recall(self, kind: str) -> Overhead | None:
        """Give what was measured last for this kind of scan."""
        ...

    def remember(self, kind: str, overhead: Overhead) -> None:
        """Keep what was measured."""
        ...

    def keep(self, run: str, timing: ScanTiming) -> None:
        """Keep what the time of one run, by its uid, went into."""
        ...


class NoTimings:
    """Remembers nothing."""

    def recall(self, kind: str) -> Overhead | None:
        """Give nothing."""
        return None

    def remember(self, kind: str, overhead: Overhead) -> None:
        """Forget it."""

    def keep(self, run: str, timing: ScanTiming) -> None:
        """Forget it."""
