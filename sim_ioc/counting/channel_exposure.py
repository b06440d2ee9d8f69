"""Counts of many counters in channels that follow each other in time."""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim_ioc.counting.exposure import CountedBeam
from sim_ioc.physics.counting import poisson_quantiles

#: More channels in one slice of a moving beam are looked at once each, in their middle.
_MANY = 64
#: What is left when the last pulse has come already: less than any clock resolves.
_AN_INSTANT = 1e-12
_LARGEST_COUNT = 2**31 - 1


class MovingBeam(CountedBeam, Protocol):
    """Be what counters look at, and say whether it changes."""

    def moved_since(self, time: float) -> bool:
        """Say whether anything has been on its way at any moment since a simulated time."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """Say how channels follow each other, and what ends them: seconds, infinity for none.

    Channels last `dwell`, or until a pulse where they are `external`; then, unless counting begins
    `at_once`, the first pulse begins the first channel. Where moves `take_no_time`, pulses come at
    one moment, and each channel counts its dwell.
    """

    channels: int
    dwell: float
    preset: float = math.inf
    external: bool = False
    at_once: bool = False
    take_no_time: bool = False


class _Piece(NamedTuple):
    channel: int
    start: float
    seconds: float


class ChannelExposure:
    """Accumulate expected counts channel by channel; `deviates` make the noise of each.

    `catch_up` has the pulses given that were due until now; each is told to `pulse`.
    """

    def __init__(
        self,
        beam: MovingBeam,
        names: Sequence[str],
        deviates: NDArray[np.float64],
        plan: ChannelPlan,
        catch_up: Callable[[], None],
    ) -> None:
        self.plan = plan
        self.elapsed = 0.0
        self.current = 0 if plan.at_once or not plan.external else -1
        self._beam = beam
        self._names = names
        self._deviates = deviates
        self._catch_up = catch_up
        self._expected = np.zeros(deviates.shape)
        self._seconds = np.zeros(deviates.shape[1])
        self._pulses: deque[float] = deque()
        self._until = 0.0

    # --- what it shows

    @property
    def is_full(self) -> bool:
        """Say whether all channels have been counted."""
        return self.current >= self.plan.channels

    @property
    def used(self) -> int:
        """Return how many channels have counted anything."""
        begun = 0 <= self.current < self.plan.channels and self._seconds[self.current] > 0
        return max(self.current, 0) + int(begun)

    def seconds(self) -> NDArray[np.float64]:
        """Return how long each channel has counted."""
        return self._seconds[: self.used]

    def counts(self, index: int) -> NDArray[np.int32]:
        """Return what one counter has in its channels."""
        shown = slice(self.used)
        counts = poisson_quantiles(self._expected[index, shown], self._deviates[index, shown])
        return np.minimum(counts, _LARGEST_COUNT).astype(np.int32)

    # --- how it grows

    def begin(self, time: float) -> None:
        """Begin, or go on after a pause, at a simulated time: earlier pulses do not count."""
        self._until = time
        self._pulses.clear()

    def pulse(self, time: float) -> None:
        """Advance to the next channel at a simulated time."""
        if self.plan.take_no_time:
            if 0 <= self.current < self.plan.channels:
                self._add([_Piece(self.current, time, self.plan.dwell)], is_steady=True)
                self.elapsed += self.plan.dwell
            self.current += 1
        else:
            self._pulses.append(time)

    def left(self, now: float) -> float:
        """Return the simulated seconds until it has enough, as far as that is known."""
        del now
        if self.plan.external:
            self._catch_up()
        if self.is_full:
            return 0.0
        if not self.plan.external:
            return min(self.plan.channels * self.plan.dwell, self.plan.preset) - self.elapsed
        if self.plan.take_no_time:
            return math.inf
        missing = self.plan.channels - self.current
        left = self.plan.preset - self.elapsed
        if len(self._pulses) >= missing:
            last = self._pulses[missing - 1]
            left = min(left, max(last - self._until, _AN_INSTANT))
        return left

    def expose(self, start: float, seconds: float) -> None:
        """Accumulate what comes within `seconds` from a simulated time on."""
        if self.plan.external and self.plan.take_no_time:
            return
        pieces = self._external if self.plan.external else self._internal
        self._add(list(pieces(start, seconds)), is_steady=not self._beam.moved_since(start))
        self.elapsed += seconds
        self._until = start + seconds
        if not self.plan.external:
            self.current = min(self._channel_at(self.elapsed), self.plan.channels)

    def _channel_at(self, elapsed: float) -> int:
        """Return the channel in progress; one that lacks a rounding error only is complete."""
        return int(elapsed / self.plan.dwell * (1 + 1e-12) + 1e-12)

    def _internal(self, start: float, seconds: float) -> Iterator[_Piece]:
        dwell, begun = self.plan.dwell, self.elapsed
        last = min(self._channel_at(begun + seconds), self.plan.channels - 1)
        for channel in range(min(self._channel_at(begun), last), last + 1):
            low = max(channel * dwell, begun)
            high = min((channel + 1) * dwell, begun + seconds)
            if high > low:
                yield _Piece(channel, start + low - begun, high - low)

    def _external(self, start: float, seconds: float) -> Iterator[_Piece]:
        end = start + seconds
        while self.current < self.plan.channels:
            advance = self._pulses[0] if self._pulses else math.inf
            stop = min(max(advance, start), end)
            if self.current >= 0 and stop > start:
                yield _Piece(self.current, start, stop - start)
            start = stop
            if advance > end:
                return
            self._pulses.popleft()
            self.current += 1

    def _add(self, pieces: Sequence[_Piece], *, is_steady: bool) -> None:
        if not pieces:
            return
        channels = np.array([piece.channel for piece in pieces])
        seconds = np.array([piece.seconds for piece in pieces])
        if is_steady:
            rates = self._rates(pieces[0].start, pieces[-1].start + pieces[-1].seconds)[:, None]
        else:
            rates = self._rates_of_each(pieces)
        np.add.at(self._expected.T, channels, (rates * seconds).T)
        np.add.at(self._seconds, channels, seconds)

    def _rates_of_each(self, pieces: Sequence[_Piece]) -> NDArray[np.float64]:
        columns: list[NDArray[np.float64]] = []
        for _, start, seconds in pieces:
            middle = start + seconds / 2
            span = (middle, middle) if len(pieces) > _MANY else (start, start + seconds)
            columns.append(self._rates(*span))
        return np.transpose(columns)

    def _rates(self, start: float, end: float) -> NDArray[np.float64]:
        rates = self._beam.rates(start, end)
        return np.array([rates.get(name, 0.0) for name in self._names])
