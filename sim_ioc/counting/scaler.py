"""The scaler record: counts for a time or until a channel has its preset, with updates on the way.

Channel 1 is the clock; the others count what the beamline's physics expects. At the end of a count
the channels are posted first, then CNT returns to Done, then the put that started it completes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

import numpy as np

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.record import Record
from sim_ioc.counting.count import Count
from sim_ioc.counting.exposure import CountedBeam, CounterExposure, Presets
from sim_ioc.counting.scaler_calculations import ScalerCalculations
from sim_ioc.counting.scaler_fields import FIELD_CHANNELS, SCALER_FIELDS
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import COUNTER_FAULTS
from sim_ioc.site import Site

#: Simulated seconds between two counts, and of one, at least, in auto-count.
_SHORTEST_PAUSE, _SHORTEST_COUNT = 0.1, 1e-3
#: Channels that such electronics come with.
_CARDS = (8, 16, FIELD_CHANNELS)
#: States of the counters (SS) and of what a client asked for (US).
_IDLE = {"SS": 0, "US": 0}
_WAITING = {"SS": 0, "US": 1}
_COUNTING = {"SS": 2, "US": 3}
_COUNTING_UNASKED = {"SS": 2, "US": 0}


class Scaler(Record):
    """Serve one scaler whose channels 2, 3 … are the counters of its settings."""

    FAULTS: ClassVar = COUNTER_FAULTS

    def __init__(self, settings: ScalerSettings, site: Site, beam: CountedBeam) -> None:
        super().__init__(site.pv(settings.name), "scaler", SCALER_FIELDS, DESC=settings.description)
        self._names = settings.channels
        for number, channel in enumerate(("clock", *self._names), start=1):
            self.values[f"NM{number}"] = channel
        self.values |= {
            "NCH": next(size for size in _CARDS if size > len(self._names)),
            "FREQ": settings.frequency,
            "TP": settings.time,
            "G1": 1,
            "PR1": settings.time * settings.frequency,
            "D1": 1,
        }
        self._beam = beam
        self._clock = site.clock
        self._random = site.random(settings.name)
        self._idle_random = site.random(f"{settings.name} idle")
        self._count: Count | None = None
        self._task: asyncio.Task[None] | None = None
        self._exposure: CounterExposure | None = None
        self.calculations = ScalerCalculations(self)
        self.records: list[Record] = [self, *self.calculations.records]
        self.handlers = {
            "CNT": self._put_count,
            "CONT": self._put_continuous,
            "TP": self._put_time,
            "FREQ": self._put_frequency,
            **{name: partial(self._put_not_negative, name) for name in ("TP1", "DLY", "DLY1")},
            **{f"PR{n}": partial(self._put_preset, n) for n in range(1, FIELD_CHANNELS + 1)},
        }
        beam.watch(self.advance)

    # --- puts

    async def _put_count(self, start: int) -> None:
        """Count, or stop counting; either way return when the record is idle."""
        counting = bool(self.values["CNT"])
        if start and not counting:
            await self.post(CNT=1, PCNT=0, US=2)
            self._begin(self._count_once)
        elif counting and not start and self._count is not None:
            self._count.stop()
        if self._task is not None and self.values["CNT"]:
            await asyncio.wait({self._task})

    async def _put_continuous(self, mode: int) -> None:
        await self.post(CONT=mode)
        if not self.values["CNT"]:
            self._count_while_idle()

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

    def advance(self) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self._count is not None:
            self._count.advance()

    def _begin(self, work: Callable[[Count], Awaitable[None]]) -> None:
        """Stop what is under way; `work` follows when that has ended, however it did."""
        if self._count is not None:
            self._count.stop()
        count = Count(self._clock, self._show, self.faults)
        self._count = count
        previous = self._task

        async def in_turn() -> None:
            if previous is not None:
                await asyncio.wait({previous})
            await work(count)

        self._task = asyncio.create_task(in_turn())

    async def _count_once(self, count: Count) -> None:
        try:
            await self._beam.ready()
            await self.post_changes(**_WAITING)
            await count.wait(self.number("DLY"))
            await self.post(**_COUNTING)
            self._exposure = self._new_exposure(self._random, self._presets())
            await count.expose(self._exposure, self.number("RATE"))
            await self._show()
        finally:
            await self.post(**_IDLE, PCNT=1, CNT=0)
        await self.calculations.update()
        self._count_while_idle()

    def _count_while_idle(self) -> None:
        """Begin or end to count unasked; where counts take no time that would never pause."""
        if self.values["CONT"] and not self._clock.instant:
            self._begin(self._auto_count)
        elif self._count is not None:
            self._count.stop()

    async def _auto_count(self, count: Count) -> None:
        await self._beam.ready()
        while True:
            await count.wait(max(self.number("DLY1"), _SHORTEST_PAUSE))
            if count.is_stopped:  # what the last count showed remains
                return
            presets = {0: max(self.number("TP1"), _SHORTEST_COUNT)}
            self._exposure = self._new_exposure(self._idle_random, presets)
            await self.post(**_COUNTING_UNASKED)
            await count.expose(self._exposure, self.number("RAT1"))
            await self._show()
            await self.post(SS=0)
            await self.calculations.update()

    def _new_exposure(self, random: np.random.Generator, presets: Presets) -> CounterExposure:
        """Begin at zero with new noise; counts nobody asked for do not change that of others."""
        deviates = [float(deviate) for deviate in random.standard_normal(len(self._names))]
        return CounterExposure(self._beam, self._names, deviates, presets)

    def _presets(self) -> Presets:
        """Return what ends a count: seconds for the clock (0), counts for the others."""
        used = range(1, len(self._names) + 2)
        gated = [n for n in used if self.values[f"G{n}"] and self.number(f"PR{n}") > 0]
        presets = {n - 1: self.number(f"PR{n}") for n in gated}
        if 0 in presets:
            presets[0] /= self.number("FREQ")
        return presets

    async def _show(self) -> None:
        exposure = self._exposure
        if exposure is None:
            return
        counts = [round(exposure.elapsed * self.number("FREQ")), *exposure.counts()]
        shown = {f"S{number}": float(count) for number, count in enumerate(counts, start=1)}
        await self.post(time.time(), T=exposure.elapsed, VAL=exposure.elapsed, **shown)
