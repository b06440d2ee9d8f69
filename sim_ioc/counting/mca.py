"""The mca record: a spectrum of what the sample sends out, for a time or until it has its counts.

At the end of an acquisition the spectrum is posted first, then times, sums of regions, and ACQG as
the last; then the put that started it completes. Source: process() and monitor() in mcaRecord.c of
https://github.com/epics-modules/mca.
"""

import asyncio
import math
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.record import Record
from sim_ioc.counting.count import Count
from sim_ioc.counting.mca_fields import REGIONS
from sim_ioc.counting.mca_settings import McaSettings
from sim_ioc.counting.mca_switches import McaSwitches
from sim_ioc.counting.preparation import done_in_thread
from sim_ioc.counting.sample_spectra import spectrometer
from sim_ioc.counting.spectrum_exposure import (
    RegionPreset,
    SampleBeam,
    SpectrumExposure,
    SpectrumPresets,
)
from sim_ioc.counting.spectrum_record import SpectrumRecord, stop_time
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import COUNTER_FAULTS
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.spectrometer import Spectrometer
from sim_ioc.site import Site

#: Status reports per real second while acquiring, as mca.db scans them.
_STATUS_RATE = 10.0
_PHA = 0


class Mca(SpectrumRecord):
    """Serve one fluorescence detector."""

    FAULTS: ClassVar = COUNTER_FAULTS

    def __init__(self, settings: McaSettings, site: Site, beam: SampleBeam) -> None:
        super().__init__(site.pv(settings.name), settings.channels, settings.description)
        self.values |= {
            "CALO": settings.offset / 1000,
            "CALS": settings.gain / 1000,
            "EGU": "keV",
            "PRTM": 1.0,
        }
        self._settings = settings
        self._beam = beam
        self._clock = site.clock
        self._random = site.random(settings.name)
        self._spectrometer: Spectrometer | None = None
        self._exposure = SpectrumExposure(
            beam, self._rates, settings.dead_time, self._new_deviates()
        )
        self._count: Count | None = None
        self._task: asyncio.Task[None] | None = None
        self._last_read = 0.0
        self.switches = McaSwitches(self, 1 / settings.read_rate)
        self.records: list[Record] = [self, *self.switches.records]
        self.handlers |= {
            "STRT": partial(self._put_start, "STRT"),
            "ERST": partial(self._put_start, "ERST"),
            "STOP": self._put_stop,
            "ERAS": self._put_erase,
            "READ": self._put_read,
            "PROC": self._put_process,
            "MODE": self._put_mode,
        }
        beam.watch(self.advance)

    # --- puts

    async def _put_start(self, name: str, start: int) -> None:
        await self.post(**{name: start})
        if start:
            await self._ready()
            if name == "ERST":
                self._erase()
                self.erase_silently()
            await self.post(**{name: 0})
            await self._acquire()

    async def _put_stop(self, stop: int) -> None:
        await self.post(STOP=stop)
        if stop and self._count is not None:
            self._count.stop()
            await self._until_idle()
        await self.post_changes(STOP=0)

    async def _put_erase(self, erase: int) -> None:
        if erase:
            self.advance()
            self._erase()
            await self.post_changes(ERTM=0.0, ELTM=0.0, ACT=0, DTIM=0.0, IDTIM=0.0)
            await self.show_erased()
        await self.post(ERAS=0)

    async def _put_read(self, read: int) -> None:
        await self.post(READ=read)
        if read:
            self.advance()
            await self._read()
        await self.post_changes(READ=0)

    async def _put_process(self, _: int) -> None:
        self.advance()
        await self._show_status()

    async def _put_mode(self, mode: int) -> None:
        if mode != _PHA:
            raise PutRefusedError("MODE takes PHA: this detector sorts by pulse height only.")
        await self.post(MODE=mode)

    def presets_changed(self) -> None:
        """Heed new presets, also while acquiring."""
        self._exposure.presets = self._presets()

    # --- acquiring

    def prepare(self) -> None:
        """Build the tables behind spectra, which takes a good part of a second."""
        if self._spectrometer is None:
            self._spectrometer = spectrometer(self._settings, self._beam)

    async def _ready(self) -> None:
        await self._beam.ready()
        if self._spectrometer is None:
            await done_in_thread(self.prepare, "prepare spectra")

    def _rates(self, arriving: OnSample) -> NDArray[np.float64]:
        self.prepare()
        assert self._spectrometer is not None  # noqa: S101 - for the type
        return self._spectrometer.rates(arriving)

    def advance(self) -> None:
        """Account for the time since the last look; called before anything in the beam changes."""
        if self._count is not None:
            self._count.advance()

    def _new_deviates(self) -> NDArray[np.float64]:
        return self._random.standard_normal(self._settings.channels)

    def _erase(self) -> None:
        self._exposure.erase(self._new_deviates())

    async def _until_idle(self) -> None:
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def _acquire(self) -> None:
        """Begin to acquire unless that is under way; return when it has ended."""
        if self._task is None or self._task.done():
            self._exposure.presets = self._presets()
            self._last_read = self._clock.now()
            count = self._count = Count(self._clock, self._show_progress, self.faults)
            await self.post(ACQG=1)
            await self.switches.acquisition_began()
            self._task = asyncio.create_task(self._run(count))
        await self._until_idle()

    async def _run(self, count: Count) -> None:
        try:
            await count.expose(self._exposure, _STATUS_RATE)
        finally:
            self._count = None
            await self._read(STIM=stop_time())
            await self.warn()
            await self.post(ACQG=0)
        await self.switches.acquisition_ended()

    async def _show_progress(self) -> None:
        period = self.switches.read_period
        now = self._clock.now()
        if self._clock.real(now - self._last_read) >= period:
            await self._read()
        elif self.switches.shows_status:
            await self._show_status()

    async def _read(self, **more: Value) -> None:
        self._last_read = self._clock.now()
        spectrum = self._exposure.spectrum()[: self.channels]
        await self.show(spectrum, **self._status(spectrum), **more)

    async def _show_status(self) -> None:
        await self.post_changes(**self._status(self._exposure.spectrum()))
        await self.warn()

    def _status(self, spectrum: NDArray[np.int32]) -> dict[str, Value]:
        low, high = int(self.number("PCTL")), int(self.number("PCTH"))
        counted = spectrum[low : high + 1] if high > low >= 0 else spectrum
        times = self.dead_times(self._exposure.real, self._exposure.live)
        return times | {"ACT": min(int(counted.sum(dtype=np.int64)), 2**31 - 1)}

    def _presets(self) -> SpectrumPresets:
        regions = [self._region(number) for number in range(REGIONS) if self._is_preset(number)]
        if self.number("PCT") > 0:
            low, high = int(self.number("PCTL")), int(self.number("PCTH"))
            place = (low, high) if high > low >= 0 else (0, self._settings.channels)
            regions.append(RegionPreset(*place, -1, self.number("PCT")))
        return SpectrumPresets(
            self.number("PRTM") or math.inf, self.number("PLTM") or math.inf, tuple(regions)
        )

    def _is_preset(self, number: int) -> bool:
        return bool(self.values[f"R{number}IP"]) and self.number(f"R{number}LO") >= 0

    def _region(self, number: int) -> RegionPreset:
        low, high, averaged = (int(self.number(f"R{number}{end}")) for end in ("LO", "HI", "BG"))
        return RegionPreset(low, high, averaged, self.number(f"R{number}P"))
