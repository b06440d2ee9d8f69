"""What scans have cost beyond moving and counting, so that the next can be foretold."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Overhead:
    """Seconds of software and reading: once per scan, and per point."""

    per_scan: float
    per_point: float


class Timings(Protocol):
    """Remembers overheads by the kind of scan."""

    def recall(self, kind: str) -> Overhead | None:
        """Give what was measured last for this kind of scan."""
        ...

    def remember(self, kind: str, overhead: Overhead) -> None:
        """Keep what was measured."""
        ...


class NoTimings:
    """Remembers nothing."""

    def recall(self, kind: str) -> Overhead | None:
        """Give nothing."""
        return None

    def remember(self, kind: str, overhead: Overhead) -> None:
        """Forget it."""
