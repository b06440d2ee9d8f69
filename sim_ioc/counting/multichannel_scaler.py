"""The multichannel scaler: counters into channels that a clock or pulses advance.

At the end the arrays are posted first, then Acquiring returns to Done, then the put that started it
completes. Source: SIS38XX_SNL.st of https://github.com/epics-modules/mca.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.counting.channel_exposure import ChannelExposure, ChannelPlan, MovingBeam
from sim_ioc.counting.count import Count
from sim_ioc.counting.multichannel_scaler_fields import scaler_group_fields
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.pulses import NoPulses, Pulses
from sim_ioc.counting.signal_record import SignalRecord
from sim_ioc.counting.spectrum_record import stop_time
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import COUNTER_FAULTS
from sim_ioc.site import Site

#: Reports per real second while acquiring, and real seconds between arrays.
_STATUS_RATE, _READ_PERIOD = 10.0, 1.0


class MultichannelScaler(Group):
    """Serve a multichannel scaler and one mca record for each of its signals."""

    FAULTS: ClassVar = COUNTER_FAULTS

    def __init__(
        self,
        settings: MultichannelScalerSettings,
        site: Site,
        beam: MovingBeam,
        pulses: Pulses | None = None,
    ) -> None:
        super().__init__(site.pv(settings.name) + ":", scaler_group_fields(settings.channels))
        self._settings = settings
        self._beam = beam
        self._pulses = pulses or NoPulses()
        self._clock = site.clock
        self._random = site.random(settings.name)
        self._exposure: ChannelExposure | None = None
        self._count: Count | None = None
        self._task: asyncio.Task[None] | None = None
        self._pulses_heard = 0
        self._last_read = 0.0
        self._released = asyncio.Event()
        self._released.set()
        names = ("clock", *settings.counters)
        self.signals = [
            SignalRecord(f"{self.name}mca{n}", settings.channels, _name_of(names, n), self)
            for n in range(1, settings.signals + 1)
        ]
        self.records: list[Record] = [self, *self.signals]
        self.handlers = self._handlers()
        beam.watch(self.advance)

    def _handlers(self) -> dict[str, Callable[[Any], Awaitable[None]]]:
        reading = ("ReadAll", "ReadAllOnce", "DoReadAll")
        return {
            "EraseAll": partial(self._press, "EraseAll", self.erase),
            "EraseStart": partial(self._press, "EraseStart", self.erase_and_start),
            "StartAll": partial(self._press, "StartAll", self.start),
            "StopAll": partial(self._press, "StopAll", self.stop),
            "SoftwareChannelAdvance": self._put_advance,
            "SetClientWait": self._begin_wait,
            "ClientWait": self._put_wait,
            **{name: partial(self._press, name, self.read) for name in reading},
            "NuseAll": partial(self._put_within, "NuseAll", 1, self._settings.channels),
            "Prescale": partial(self._put_within, "Prescale", 1, 65535),
            "Dwell": partial(self._put_within, "Dwell", 1e-6, 1e6),
            "PresetReal": partial(self._put_within, "PresetReal", 0, 1e9),
        }

    # --- puts

    async def _press(self, name: str, act: Callable[[], Awaitable[None]], _: int) -> None:
        await self.post(**{name: 1})
        await act()
        await self.post(**{name: 0})

    async def _put_within(self, name: str, low: float, high: float, number: float) -> None:
        if not low <= number <= high:
            raise PutRefusedError(f"{name} takes {low:g} to {high:g}, not {number:g}.")
        await self.post(**{name: number})

    async def _put_advance(self, _: int) -> None:
        self._hear_advance(self._clock.now())

    async def _begin_wait(self, _: int) -> None:
        await self._put_wait(1)

    async def _put_wait(self, wait: int) -> None:
        if wait:
            self._released.clear()
        else:
            self._released.set()
        await self.post(ClientWait=wait)

    # --- acquiring

    async def erase(self) -> None:
        """Forget all counts; an acquisition under way begins anew."""
        if self._count is not None:
            self.advance()
            self._exposure = self._new_exposure()
            self._exposure.begin(self._clock.now())
            self._count.change(self._exposure)
        else:
            self._exposure = None
            await self.post_changes(CurrentChannel=0, ElapsedReal=0.0)
        for signal in self.signals:
            await signal.show_erased()

    async def erase_and_start(self) -> None:
        """Begin anew; return when all channels are counted, or somebody stops it."""
        await self.stop()
        self._exposure = None
        for signal in self.signals:
            signal.erase_silently()
        await self.start()

    async def start(self) -> None:
        """Go on where it was, unless it has all channels; return at the end."""
        if self._task is None or self._task.done():
            await self._beam.ready()
            if self.values["EnableClientWait"]:
                await self._put_wait(1)
            self._task = asyncio.create_task(self._run())
            await asyncio.sleep(0)
        await self._until_idle()
        await self._released.wait()

    async def stop(self) -> None:
        """End with what was counted so far; return when that is shown."""
        if self._count is not None:
            self._count.stop()
        await self._until_idle()

    async def read(self) -> None:
        """Show what has been counted."""
        self.advance()
        await self._show_arrays()

    def advance(self) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self._count is not None:
            self._count.advance()

    async def _until_idle(self) -> None:
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        exposure = self._exposure or self._new_exposure()
        self._exposure = exposure
        count = self._count = Count(self._clock, self._show_progress, self.faults)
        self._pulses.catch_up()  # what came before the start counts for nobody
        self._pulses_heard, self._last_read = 0, self._clock.now()
        exposure.begin(self._last_read)
        leave = self._pulses.subscribe(self._hear_pulse)
        await self.post(Acquiring=1, HardwareAcquiring=1, CurrentChannel=0)
        for signal in self.signals:
            await signal.post(ACQG=1)
        try:
            await count.expose(exposure, _STATUS_RATE)
        finally:
            leave()
            self._count = None
            await self._show_end()

    def _new_exposure(self) -> ChannelExposure:
        names = self._settings.counters
        shape = len(names), self._settings.channels
        return ChannelExposure(
            self._beam,
            names,
            self._random.standard_normal(shape),
            self._plan(),
            self._pulses.catch_up,
        )

    def _plan(self) -> ChannelPlan:
        return ChannelPlan(
            channels=int(self.number("NuseAll")),
            dwell=self.number("Dwell"),
            preset=self.number("PresetReal") or math.inf,
            external=bool(self.values["ChannelAdvance"]),
            at_once=bool(self.values["CountOnStart"] or self.values["InitialChannelAdvance"]),
            take_no_time=self._clock.instant,
        )

    def _hear_pulse(self, _: float, time: float) -> None:
        self._pulses_heard += 1
        if self._pulses_heard % int(self.number("Prescale")) == 0:
            self._hear_advance(time)

    def _hear_advance(self, time: float) -> None:
        exposure, count = self._exposure, self._count
        if count is not None and exposure is not None and exposure.plan.external:
            exposure.pulse(time)
            count.look_again()

    # --- showing

    async def _show_progress(self) -> None:
        if self._clock.real(self._clock.now() - self._last_read) >= _READ_PERIOD:
            await self._show_arrays()
        await self._show_status()

    async def _show_status(self) -> None:
        if self._exposure is not None:
            last = self._exposure.plan.channels - 1
            current = min(max(self._exposure.current, 0), last)
            await self.post_changes(CurrentChannel=current, ElapsedReal=self._exposure.elapsed)

    async def _show_arrays(self, **more: Value) -> None:
        self._last_read = self._clock.now()
        exposure = self._exposure
        if exposure is None:
            return
        times: dict[str, Value] = {"ERTM": exposure.elapsed, "ELTM": exposure.elapsed}
        clock = 0.0 if self.values["Channel1Source"] else self._settings.frequency
        await self.signals[0].show_ticks(exposure.seconds() * clock, **times, **more)
        for index, signal in enumerate(self.signals[1:]):
            counts = exposure.counts(index) if index < len(self._settings.counters) else None
            await signal.show_counts(counts, exposure.used, **times, **more)

    async def _show_end(self) -> None:
        await self._show_arrays(STIM=stop_time())
        await self._show_status()
        for signal in self.signals:
            await signal.post(ACQG=0)
        await self.post(HardwareAcquiring=0, Acquiring=0)


def _name_of(names: tuple[str, ...], number: int) -> str:
    return names[number - 1] if number <= len(names) else ""
