"""A session of the dry run's tests, and axes that tell their speed."""

import numpy as np
import pytest

from planlib.account import ScanTiming
from planlib.context import NoSession
from planlib.timings import Overhead


class KnownTimings:
    """Remembers in memory."""

    def __init__(self) -> None:
        self.known: dict[str, Overhead] = {}
        self.kept: dict[str, ScanTiming] = {}

    def recall(self, kind: str) -> Overhead | None:
        return self.known.get(kind)

    def remember(self, kind: str, overhead: Overhead) -> None:
        self.known[kind] = overhead

    def keep(self, run: str, timing: ScanTiming) -> None:
        self.kept[run] = timing


class TellingSession(NoSession):
    """Keeps what it is told, and has so much room."""

    def __init__(self, free: int | None = None) -> None:
        super().__init__(timings=KnownTimings())
        self.told: list[str] = []
        self.free = free

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)

    def free_bytes(self) -> int | None:
        return self.free


@pytest.fixture
def session():
    return TellingSession()


@pytest.fixture
def small_disk():
    return TellingSession(free=10_000)


@pytest.fixture
def slow(make_axis):
    """An axis that moves one unit per second."""

    class SlowAxis(make_axis):
        def travel_times(self, positions):
            return np.abs(np.diff(positions, prepend=self.position))

    return SlowAxis(name="slow")
