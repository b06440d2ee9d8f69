"""A fluorescence detector of several elements with electronics of XIA's type: the dxp module.

All elements start together, and each ends at its own preset. At the end every spectrum and its
statistics are shown before AcquireBusy goes and the put that started it completes: dxpMED.st of
https://github.com/epics-modules/dxp. In a map the last buffer is shown before that.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim_ioc.area_detector.pairs import READBACK
from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import Record
from sim_ioc.counting.count import Count
from sim_ioc.counting.detector_element import DetectorElement
from sim_ioc.counting.element_exposure import ElementExposure, ElementsExposure
from sim_ioc.counting.mapping_buffer import BUFFER_WORDS, CHANNELS_PER_MODULE, encoded, most_pixels
from sim_ioc.counting.mapping_run import MappingRun
from sim_ioc.counting.multi_element_fields import (
    ADVANCE_MODES,
    COLLECT_MODES,
    GATE,
    SYSTEM_FIELDS,
    buffer_fields,
)
from sim_ioc.counting.multi_element_settings import MultiElementSettings
from sim_ioc.counting.preparation import done_in_thread
from sim_ioc.counting.pulses import NoPulses, Pulses
from sim_ioc.counting.sample_spectra import spectrometer
from sim_ioc.counting.spectrum_exposure import SampleBeam
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import COUNTER_FAULTS
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.spectrometer import Spectrometer
from sim_ioc.site import Site

Floats = NDArray[np.float64]

#: Looks per real second while acquiring.
_STATUS_RATE = 10.0
_SPECTRA, _MAPPING = 0, 1
_GATE = ADVANCE_MODES.index(GATE)
#: What is copied to each element: a field of its mca record, or of its electronics.
_COPIED = {
    "PresetReal": "PRTM",
    "PresetLive": "PLTM",
    "PresetMode": "",
    "PresetEvents": "",
    "PresetTriggers": "",
}
_MEGABYTE = 2**20


class MultiElementMca(Group):
    """Serve all elements of one detector."""

    FAULTS: ClassVar = COUNTER_FAULTS

    def __init__(
        self,
        settings: MultiElementSettings,
        site: Site,
        beam: SampleBeam,
        pulses: Pulses | None = None,
    ) -> None:
        super().__init__(site.pv(settings.name) + ":", SYSTEM_FIELDS, SNL_Connected=1)
        self._settings = settings
        self._beam = beam
        self._clock = site.clock
        self._random = site.random(settings.name)
        self._spectrometer: Spectrometer | None = None
        self._task: asyncio.Task[None] | None = None
        self._count: Count | None = None
        self._map: MappingRun | None = None
        self._pulses = pulses or NoPulses()
        self._runs = self._buffers = 0
        self.elements = [
            DetectorElement(self.name, number, settings, self._exposure(view), self)
            for number, view in enumerate(settings.views(), start=1)
        ]
        modules = -(-settings.elements // CHANNELS_PER_MODULE)
        self.buffer = Group(f"{self.name}image1:", buffer_fields(modules * BUFFER_WORDS))
        self.buffer.values["ArrayData"] = np.zeros(1, np.int32)
        self.buffer.handlers["EnableCallbacks"] = _copied(self.buffer, "EnableCallbacks")
        own = [record for element in self.elements for record in element.records]
        self.records: list[Record] = [self, *own, self.buffer]
        self.handlers |= {name: self._copying(name, to) for name, to in _COPIED.items()}
        self.handlers |= {
            name: _copied(self, name) for name in SYSTEM_FIELDS if name + READBACK in SYSTEM_FIELDS
        }
        self.handlers |= {
            "CollectMode": self._put_collect_mode,
            "EraseAll": self._pressing("EraseAll", self.erase),
            "EraseStart": self._pressing("EraseStart", self.erase_and_start),
            "StartAll": self._pressing("StartAll", self.start),
            "StopAll": self._pressing("StopAll", self.stop),
            "ReadAllOnce": self._pressing("ReadAllOnce", self.read),
            "StatusAllOnce": self._pressing("StatusAllOnce", self.read),
            "NextPixel": self._pressing("NextPixel", self._next_pixel),
            "GateSignal": self._put_gate,
        }
        beam.watch(self.advance)

    def _exposure(self, view: float) -> ElementExposure:
        dead = self._settings.dead_time, self._settings.trigger_dead_time
        return ElementExposure(
            self._beam, lambda arriving: view * self._rates(arriving), dead, self._deviates()
        )

    def _deviates(self) -> Floats:
        return self._random.standard_normal(self._settings.channels)

    def _rates(self, arriving: OnSample) -> Floats:
        self.prepare()
        assert self._spectrometer is not None  # noqa: S101 - for the type
        return self._spectrometer.rates(arriving)

    def prepare(self) -> None:
        """Build the tables behind spectra, which takes a good part of a second."""
        if self._spectrometer is None:
            self._spectrometer = spectrometer(self._settings, self._beam)

    # --- puts

    def _copying(self, name: str, field: str) -> Callable[[Value], Awaitable[None]]:
        """Copy what is put to all elements, as the sequence program does."""

        async def put(value: Value) -> None:
            await self.post(**{name: value})
            for element in self.elements:
                holder: Record = element.mca if field else element.dxp
                await holder.take(holder.fields[field or name], value)

        return put

    async def _put_collect_mode(self, mode: int) -> None:
        if mode not in (_SPECTRA, _MAPPING):
            known = " or ".join(COLLECT_MODES[:2])
            raise PutRefusedError(f"CollectMode takes {known}, not {COLLECT_MODES[mode]}.")
        await self.post(CollectMode=mode, CollectMode_RBV=mode)

    async def _next_pixel(self) -> None:
        self._hear_pulse(0.0, self._clock.now())

    async def _put_gate(self, level: int) -> None:
        await self.post(GateSignal=level)
        self._pulses.catch_up()
        if self._map is not None:
            self._map.gate(self._clock.now(), is_open=bool(level))

    def _hear_pulse(self, _: float, moment: float) -> None:
        """Hear of a pulse of a simulated time; in a map it ends a pixel."""
        if self._map is not None:
            self._map.pulse(moment)

    # --- acquiring

    def advance(self) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self._count is not None:
            self._count.advance()
        if self._map is not None:
            self._pulses.catch_up()
            self._map.advance(self._clock.now())

    async def erase(self) -> None:
        """Forget all counts."""
        self.advance()
        self._erase()
        await self.read()

    def _erase(self) -> None:
        for element in self.elements:
            element.exposure.erase(self._deviates())

    async def erase_and_start(self) -> None:
        """Begin anew; return at the end."""
        if self._task is None or self._task.done():
            self._erase()
        await self.start()

    async def start(self) -> None:
        """Go on; return at the end."""
        if self._task is None or self._task.done():
            await self._beam.ready()
            if self._spectrometer is None:
                await done_in_thread(self.prepare, "prepare spectra")
        if self._task is None or self._task.done():
            is_map = int(self.number("CollectMode")) == _MAPPING
            await self.post(AcquireBusy=1, Acquiring=1)
            self._task = asyncio.create_task(self._run_map() if is_map else self._run())
        await self._until_idle()

    async def _until_idle(self) -> None:
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """End with what was counted so far."""
        if self._count is not None:
            self._count.stop()
        if self._map is not None:
            self._map.end()
        await self._until_idle()

    async def read(self) -> None:
        """Show what has been counted."""
        for element in self.elements:
            await element.show()
        await self._show_times()

    async def _run(self) -> None:
        for element in self.elements:
            element.heed_preset()
        count = self._count = Count(self._clock, self._show_times, self.faults)
        exposure = ElementsExposure([element.exposure for element in self.elements])
        try:
            await count.expose(exposure, _STATUS_RATE)
        finally:
            self._count = None
            await self._idle()

    async def _idle(self) -> None:
        await self.post(Acquiring=0)
        await self.read()
        await self.post(AcquireBusy=0)

    async def _show_times(self) -> None:
        told = [element.exposure.counted() for element in self.elements]
        dead = [1 - each.live / each.real for each in told if each.real > 0]
        await self.post_changes(
            ElapsedReal=max(each.real for each in told),
            ElapsedLive=max(each.live for each in told),
            DeadTime=100 * sum(dead) / len(dead) if dead else 0.0,
        )

    # --- maps

    async def _run_map(self) -> None:
        exposures = [element.exposure for element in self.elements]
        wanted, mode = int(self.number("PixelsPerRun")), int(self.number("PixelAdvanceMode"))
        now, by_gate = self._clock.now(), mode == _GATE
        run = self._map = MappingRun(exposures, self._deviates, now, wanted, by_gate=by_gate)
        if by_gate:
            run.gate(now, is_open=bool(self.number("GateSignal")))
        self._runs += 1
        self._pulses.catch_up()  # what came before the start advances nothing
        leave = self._pulses.subscribe(self._hear_pulse)
        shown = 0
        try:
            while not run.ended.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1 / _STATUS_RATE):
                        await run.ended.wait()
                await self.post_changes(CurrentPixel=len(run.pixels))
                shown = await self._show_full_buffers(run, shown)
        finally:
            leave()
            self._map = None
            await self.post(Acquiring=0)
            await self._show_buffer(run, shown, len(run.pixels))
            await self.post(AcquireBusy=0)

    @property
    def _pixels_per_buffer(self) -> int:
        most, asked = most_pixels(self._settings.channels), int(self.number("PixelsPerBuffer"))
        is_auto = bool(self.number("AutoPixelsPerBuffer"))
        return most if is_auto or asked < 1 else min(asked, most)

    async def _show_full_buffers(self, run: MappingRun, shown: int) -> int:
        size = self._pixels_per_buffer
        while len(run.pixels) - shown > size:
            await self._show_buffer(run, shown, shown + size)
            shown += size
        return shown

    async def _show_buffer(self, run: MappingRun, first: int, behind: int) -> None:
        """Show pixels as the modules send them; the spectra are those of the first of them."""
        if behind <= first:
            return
        pixels = run.pixels[first:behind]
        for element, counted in zip(self.elements, pixels[0], strict=True):
            await element.show(counted)
        self._buffers += 1
        modules = [
            encoded(
                [pixel[start : start + CHANNELS_PER_MODULE] for pixel in pixels],
                start // CHANNELS_PER_MODULE,
                self._runs,
                self._buffers,
                first,
            )
            for start in range(0, len(self.elements), CHANNELS_PER_MODULE)
        ]
        words = max(map(len, modules))
        data = np.zeros((len(modules), words), np.int32)
        for row, module in zip(data, modules, strict=True):
            row[: len(module)] = module
        read = self.number("MBytesRead_RBV") + 2 * data.size / _MEGABYTE
        await self.post_changes(BufferSize_RBV=words, MBytesRead_RBV=read, CurrentPixel=behind)
        if self.buffer.number("EnableCallbacks"):
            await self.buffer.post(
                ArrayData=data.reshape(-1),
                ArraySize0_RBV=words,
                ArraySize1_RBV=len(modules),
                UniqueId_RBV=self._buffers,
            )


def _copied(group: Group, name: str) -> Callable[[Value], Awaitable[None]]:
    """Show what is put in its readback as well."""

    async def put(value: Value) -> None:
        await group.post(**{name: value, name + READBACK: value})

    return put
