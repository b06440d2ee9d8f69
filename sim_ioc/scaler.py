"""The scaler record: counts for a time or until a channel has its preset, with updates on the way.

Channel 1 is the clock; the others count what the beamline's physics expects. At the end of a count
the channels are posted first, then CNT returns to Done, then the put that started it completes.
"""

import asyncio
import math
import time
from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np

from sim_ioc.clock import Clock
from sim_ioc.errors import PutRefusedError
from sim_ioc.exposure import Exposure
from sim_ioc.fields import Value
from sim_ioc.record import Record
from sim_ioc.scaler_fields import FIELD_CHANNELS, SCALER_FIELDS


class Beam(Protocol):
    """Be what the counters look at."""

    async def ready(self) -> None:
        """Wait until rates can be told without delay."""
        ...

    def average_rates(self, start: float, end: float) -> Sequence[float]:
        """Return the expected counts per second of each channel between two simulated times."""
        ...


#: Updates per real second: slower than 10 Hz a person sees jumps, faster nobody reads.
_SLOWEST_RATE, _FASTEST_RATE = 10.0, 60.0


class Scaler(Record):
    """Serve one scaler whose channels 2, 3 … are `names`, counting what comes from `beam`."""

    def __init__(
        self, name: str, names: Sequence[str], beam: Beam, clock: Clock, seed: int = 0
    ) -> None:
        super().__init__(name, "scaler", SCALER_FIELDS, DESC="Ion chambers")
        for number, channel in enumerate(("clock", *names), start=1):
            self.values[f"NM{number}"] = channel
        self.values |= {"G1": 1, "PR1": self.number("TP") * self.number("FREQ")}
        self._channels_counting = len(names)
        self._beam = beam
        self._clock = clock
        self._random = np.random.default_rng(seed)
        self._exposure = Exposure(())
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self.handlers = {
            "CNT": self._put_count,
            "CONT": self._put_continuous,
            "TP": self._put_time,
            "FREQ": self._put_frequency,
            **{name: partial(self._put_not_negative, name) for name in ("TP1", "DLY", "DLY1")},
            **{f"PR{n}": partial(self._put_preset, n) for n in range(1, FIELD_CHANNELS + 1)},
        }

    # --- puts

    async def _put_count(self, start: int) -> None:
        """Count, or stop counting; either way return when the record is idle."""
        if not start:
            await self._end()
        elif not self.values["CNT"]:
            await self._end()
            await self.post(CNT=1)
            self._stop.clear()
            self._task = asyncio.create_task(self._count_once())
        await self._finished()

    async def _put_continuous(self, mode: int) -> None:
        await self.post(CONT=mode)
        if self.values["CNT"]:
            return
        await self._end()
        self._resume_auto_count()

    async def _put_time(self, seconds: float) -> None:
        """Preset a time: the clock's gate and preset follow, as in the record."""
        await self._put_not_negative("TP", seconds)
        await self.post(G1=1, PR1=round(seconds * self.number("FREQ")))

    async def _put_frequency(self, frequency: float) -> None:
        if frequency <= 0:
            raise PutRefusedError(f"FREQ takes a number above 0, not {frequency}.")
        await self.post(FREQ=frequency, PR1=round(self.number("TP") * frequency))

    async def _put_preset(self, number: int, counts: float) -> None:
        await self._put_not_negative(f"PR{number}", counts)
        changes: dict[str, Value] = {f"G{number}": int(counts > 0)}
        if number == 1:
            changes["TP"] = counts / self.number("FREQ")
        await self.post(**changes)

    async def _put_not_negative(self, name: str, number: float) -> None:
        if number < 0:
            raise PutRefusedError(f"{name} takes 0 or more, not {number}.")
        await self.post(**{name: float(number)})

    # --- counting

    async def _end(self) -> None:
        """Ask a count to end and wait until it has."""
        self._stop.set()
        await self._finished()

    async def _finished(self) -> None:
        task = self._task
        if task is not None and (self.values["CNT"] or self._stop.is_set()):
            await asyncio.wait({task})

    async def _count_once(self) -> None:
        try:
            await self._beam.ready()
            await self._wait(self.number("DLY"))
            await self._count(self._presets(), self.number("RATE"))
        finally:
            await self.post(CNT=0)
            self._task = None
            self._resume_auto_count()

    def _resume_auto_count(self) -> None:
        if self.values["CONT"] and not self._clock.instant:
            self._stop.clear()
            self._task = asyncio.create_task(self._auto_count())

    async def _auto_count(self) -> None:
        await self._beam.ready()
        while not self._stop.is_set():
            await self._wait(max(self.number("DLY1"), 0.1))
            seconds = max(self.number("TP1"), 1e-3)
            await self._count({0: seconds}, self.number("RAT1"))

    def _presets(self) -> dict[int, float]:
        """Return what ends a count: seconds for the clock (0), counts for the others."""
        used = range(1, self._channels_counting + 2)
        gated = [n for n in used if self.values[f"G{n}"] and self.number(f"PR{n}") > 0]
        presets = {n - 1: self.number(f"PR{n}") for n in gated}
        if 0 in presets:
            presets[0] /= self.number("FREQ")
        return presets

    async def _count(self, presets: dict[int, float], updates: float) -> None:
        deviates = self._random.standard_normal(self._channels_counting)
        self._exposure = Exposure([float(deviate) for deviate in deviates])
        self._since = self._clock.now()
        period = self._clock.factor / min(max(updates, _SLOWEST_RATE), _FASTEST_RATE)
        while not self._stop.is_set() and (left := self._left(presets)) > 0:
            if self._clock.instant:
                self._expose(left if math.isfinite(left) else 0.0)
                break
            await self._wait(min(left, period))
            self.advance(self._left(presets))
            if self._left(presets) > 0:
                await self._show()
        await self._show()

    def _left(self, presets: dict[int, float]) -> float:
        """Return the seconds until the first preset is reached, at the rates of this moment."""
        left = [
            seconds - self._exposure.elapsed if channel == 0 else self._until(channel, seconds)
            for channel, seconds in presets.items()
        ]
        return max(min(left, default=math.inf), 0.0)

    def _until(self, channel: int, counts: float) -> float:
        now = self._clock.now()
        rate = self._beam.average_rates(now, now)[channel - 1]
        return self._exposure.seconds_until(channel - 1, counts, rate)

    def advance(self, at_most: float = math.inf) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self.values["CNT"] or self._task is not None:
            self._expose(min(self._clock.now() - self._since, at_most))

    def _expose(self, seconds: float) -> None:
        end = self._since + seconds
        self._exposure.add(seconds, self._beam.average_rates(self._since, end))
        self._since = end

    async def _show(self) -> None:
        stamp = time.time()
        elapsed = self._exposure.elapsed
        counts = [round(elapsed * self.number("FREQ")), *self._exposure.counts()]
        shown = {f"S{number}": float(count) for number, count in enumerate(counts, start=1)}
        await self.post(stamp, T=elapsed, VAL=elapsed, **shown)

    async def _wait(self, seconds: float) -> None:
        """Wait simulated seconds, less if asked to stop."""
        if seconds <= 0 or self._clock.instant:
            return
        try:
            async with asyncio.timeout(self._clock.real(seconds)):
                await self._stop.wait()
        except TimeoutError:
            pass
