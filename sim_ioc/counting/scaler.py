"""The scaler record: counts for a time or until a channel has its preset, with updates on the way.

Channel 1 is the clock; the others count what the beamline's physics expects. At the end of a count
the channels are posted first, then CNT returns to Done, then the put that started it completes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import numpy as np

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.record import Record
from sim_ioc.clock import Clock
from sim_ioc.counting.count import Beam, Count, Presets
from sim_ioc.counting.exposure import Exposure
from sim_ioc.counting.scaler_fields import FIELD_CHANNELS, SCALER_FIELDS
from sim_ioc.errors import PutRefusedError

#: Simulated seconds between two counts, and of one, at least, in auto-count.
_SHORTEST_PAUSE, _SHORTEST_COUNT = 0.1, 1e-3


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
        self._idle_random = np.random.default_rng((seed, 1))
        self._count: Count | None = None
        self._task: asyncio.Task[None] | None = None
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
        counting = bool(self.values["CNT"])
        if start and not counting:
            await self.post(CNT=1)
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
        count = self._count = Count(self._beam, self._clock, self._show)
        previous = self._task

        async def in_turn() -> None:
            if previous is not None:
                await asyncio.wait({previous})
            await work(count)

        self._task = asyncio.create_task(in_turn())

    async def _count_once(self, count: Count) -> None:
        try:
            await self._beam.ready()
            await count.wait(self.number("DLY"))
            deviates = self._deviates(self._random)
            await count.expose(self._presets(), deviates, self.number("RATE"))
        finally:
            await self.post(CNT=0)
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
            await count.expose(presets, self._deviates(self._idle_random), self.number("RAT1"))

    def _deviates(self, random: np.random.Generator) -> list[float]:
        """Draw the noise of one count; counts nobody asked for do not change that of the others."""
        return [float(deviate) for deviate in random.standard_normal(self._channels_counting)]

    def _presets(self) -> Presets:
        """Return what ends a count: seconds for the clock (0), counts for the others."""
        used = range(1, self._channels_counting + 2)
        gated = [n for n in used if self.values[f"G{n}"] and self.number(f"PR{n}") > 0]
        presets = {n - 1: self.number(f"PR{n}") for n in gated}
        if 0 in presets:
            presets[0] /= self.number("FREQ")
        return presets

    async def _show(self, exposure: Exposure) -> None:
        counts = [round(exposure.elapsed * self.number("FREQ")), *exposure.counts()]
        shown = {f"S{number}": float(count) for number, count in enumerate(counts, start=1)}
        await self.post(time.time(), T=exposure.elapsed, VAL=exposure.elapsed, **shown)
