"""A multichannel analyser: the spectrum, its regions, and what dead time made of them."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from ophyd import EpicsSignal, EpicsSignalRO

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.count_status import CountStatus
from devices.counters.counter import COUNT_GRACE
from devices.counters.free_start import FreeStart
from devices.counters.reading import Reading, reading
from devices.data_keys import array_key, number_key
from devices.detectors.mca_presets import McaPreset
from devices.detectors.mca_record import McaRecord, dtype_of
from devices.detectors.mca_regions import (
    Calibration,
    McaRegion,
    checked_regions,
    dead_fraction,
    live_correction,
    rate_correction,
)
from devices.detectors.mca_statistics import STATISTICS, checked_statistics, statistics_of
from devices.detectors.recording_mode import NDARRAY, SCALER, known_mode
from devices.errors import CountError, DeviceError

#: A live time may take its time times this: nine tenths of the real time may be dead.
LIVE_MARGIN = 10.0
_CORRECTED = "_corrected"


class Mca(McaRecord):
    """An mca record whose regions are counters with names (BL-128).

    A trigger erases, acquires and reads spectrum, times and calibration in one flush after the end,
    so that all belong to the same acquisition. Regions are summed here, from the spectrum itself:
    what the record or other clients make of regions changes nothing. A record that acquires
    already, for somebody else, goes on: the count fails then.

    Parameters
    ----------
    prefix
        Name of the record, e.g. ``"BL:mca1"``.
    rois
        Region by the name of its column: lowest and highest energy in eV, both included, or a
        `McaRegion`. Each has a second column ``<name>_corrected``, corrected for dead time.
    preset
        What a count is: ``"real"`` or ``"live"`` seconds, or ``"events"``, so many `events` in the
        spectrum, or in the region `events_in`; the count time says nothing then. ``"none"`` counts
        until others end it, in a measurement group, or until `stop`.
    spectrum_range
        The part of the spectrum that is recorded, as a region; regions count beyond it as well.
    statistics
        More columns: ``"events"``, all counts of the spectrum, and ``"input_rate"`` and
        ``"output_rate"`` in Hz, as the electronics tell them where `rates` are given, otherwise
        events over live and over real time.
    mode
        How much goes into the data: ``"scaler"``, the sums of regions; ``"roi"``, times and
        statistics besides; ``"ndarray"``, the spectrum as well.
    rates
        Full names of the process variables with input and output count rate, of electronics that
        tell them; the correction is then ICR / OCR, otherwise real over live time (10.6).
    options
        `critical` and `longest_count`; see `Counter`.

    Examples
    --------
    >>> from devices.detectors.mca import Mca
    >>> mca = Mca("BL:mca1", name="mca", rois={"Cu": (7800, 8300)})  # doctest: +SKIP
    >>> RE(ct(1.0, mca))  # doctest: +SKIP
    """

    def __init__(  # noqa: PLR0913 - all that the declaration of an analyser may say
        self,
        prefix: str,
        *,
        name: str,
        rois: Mapping[str, McaRegion | tuple[float, float]] | None = None,
        preset: Literal["real", "live", "events", "none"] = "real",
        events: int = 0,
        events_in: str = "",
        spectrum_range: McaRegion | tuple[float, float] | None = None,
        statistics: Sequence[str] = (),
        mode: Literal["scaler", "roi", "ndarray"] = "ndarray",
        rates: tuple[str, str] | None = None,
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        self.rois = checked_regions(name, rois or {})
        preset_of_all = McaPreset(preset, events, events_in).checked(name, self.rois)
        self.statistics = checked_statistics(name, statistics)
        self._mode = known_mode(name, mode)
        part = {} if spectrum_range is None else {"spectrum_range": spectrum_range}
        self.spectrum_range = checked_regions(name, part).get("spectrum_range")
        super().__init__(prefix, name=name, **options)
        self._preset = preset_of_all
        self.leads = preset != "none"
        self.rates = {
            role: EpicsSignalRO(pv, name=f"{name}_{role}")
            for role, pv in zip(("input_rate", "output_rate"), rates or (), strict=False)
        }
        self.calibration: Calibration | None = None
        self._calibrated_at = 0.0
        self._channels = 0
        self._recorded = slice(0, 0)
        self._dtype = "<i4"
        self._is_staged = False
        self._samples: dict[str, ArraySample] = {}
        self._free = FreeStart(name, self.acquiring)

    @staticmethod
    def check_arguments(
        name: str,
        *,
        rois: Mapping[str, McaRegion | tuple[float, float]] | None = None,
        preset: str = "real",
        events: int = 0,
        events_in: str = "",
        statistics: Sequence[str] = (),
        **_: object,
    ) -> None:
        """Refuse what an analyser cannot have, without making one; a check of a beamline asks.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        McaPreset(preset, events, events_in).checked(name, checked_regions(name, rois or {}))
        checked_statistics(name, statistics)

    def _place_of_events(self) -> slice:
        """Give the channels in which events are counted."""
        region = self._preset.region
        if not self._channels:
            self.refresh()
        if not region:
            return slice(0, self._channels)
        return self.rois[region].channels(self.calibration, self._channels, region)

    @property
    def preset(self) -> str:
        """What a count is: "real" or "live" seconds, "events", or "none"."""
        return self._preset.word

    @property
    def _ends_with_others(self) -> bool:
        return self._policy is None or self.preset == "none"

    # --- counting

    def _count(self) -> CountStatus:
        self._samples = {}
        puts = self._wanted_presets()
        what = f"counting {self.name} {self._for_how_long()}"
        status = CountStatus(what, self._deadline(), self._halt)
        with status.starting():
            self._free.begin(status, lambda: self._start(status, puts))
        return status

    def _wanted_presets(self) -> list[tuple[EpicsSignal, float]]:
        """Give what ends the count, as what is put where."""
        seconds = self.longest_count if self._ends_with_others else self.count_time
        presets = self._preset.puts(seconds, ends_with_others=self._ends_with_others)
        puts = [(signal, presets[word]) for word, signal in self._preset_signals().items()]
        if not presets["events"]:
            return puts
        place = self._place_of_events()
        first, last = self.first_event_channel, self.last_event_channel
        return [(first, place.start), (last, place.stop - 1), *puts]

    def _start(self, status: CountStatus, puts: Sequence[tuple[EpicsSignal, float]]) -> None:
        for signal, value in puts:
            channel_access.put(signal, value)
        channel_access.put(self.start, 1, lambda refusal: self._counted(status, refusal))

    def _preset_signals(self) -> dict[str, EpicsSignal]:
        return {
            "real": self.preset_real,
            "live": self.preset_live,
            "events": self.preset_events,
        }

    def _for_how_long(self) -> str:
        if self._ends_with_others:
            return "until stopped"
        if self.preset == "real":
            return super()._for_how_long()
        if self.preset == "events":
            return str(self._preset)
        return super()._for_how_long() + " of live time"

    def _deadline(self) -> float:
        if self.preset == "real":
            return super()._deadline()
        if self._ends_with_others or self.preset == "events":
            return self.longest_count + COUNT_GRACE
        return LIVE_MARGIN * self.count_time + COUNT_GRACE

    def _counted(self, status: CountStatus, refusal: str | None) -> None:
        if status.is_decided:
            return  # that, and not what stopping it leads to, is what went wrong
        if refusal is not None:
            status.fail(channel_access.failed_count(status.what, refusal))
            return
        asked = self._setup_signals() | self.rates
        asked |= {
            "acquiring": self.acquiring,
            "preset": self._preset_signals().get(self.preset, self.preset_real),
            "real": self.real_time,
            "live": self.live_time,
        }
        try:
            array_access.request(
                list(asked.values()),
                lambda outcome: status.decide(lambda: self._judge(status, list(asked), outcome)),
            )
        except DeviceError as error:
            status.fail(error)

    def _judge(
        self, status: CountStatus, roles: list[str], outcome: list[ArraySample] | str
    ) -> None:
        """Take what was counted, or raise what is wrong with it."""
        if isinstance(outcome, str):
            raise channel_access.failed_count(status.what, outcome)
        found = dict(zip(roles, outcome, strict=True))
        complaint = self._complaint(found, is_cut=status.is_cut)
        if complaint is not None:
            message = f"{status.what} failed: {complaint}"
            raise CountError(message)
        self._take_setup(found)
        self._samples = found

    def _complaint(self, found: Mapping[str, ArraySample], *, is_cut: bool) -> str | None:
        """Say why this is not what was asked for; None where it is."""
        if found["acquiring"].number:
            return "it still acquires: somebody else has started it"
        given, channels = found["spectrum"].values.size, int(found["channels"].number)
        if given < channels:
            return f"its spectrum has {given} of {channels} channels"
        other = self._other_spectrum(channels, found["spectrum"]) if self._is_staged else None
        if other is not None:
            return other
        elapsed = self._found(found)
        if not elapsed >= 0:
            return f"it counted {elapsed:g} s"
        if is_cut or self._ends_with_others:
            return None
        return self._preset.complaint(self.count_time, found["preset"].number, elapsed)

    def _found(self, found: Mapping[str, ArraySample]) -> float:
        """Give what was counted: seconds, or events."""
        if self.preset != "events" or self._ends_with_others:
            return found["live" if self.preset == "live" else "real"].number
        return float(found["spectrum"].values[self._place_of_events()].sum(dtype=np.float64))

    def _other_spectrum(self, channels: int, spectrum: ArraySample) -> str | None:
        """Say where it is no longer what the descriptor of the run says (H14)."""
        dtype = dtype_of(spectrum)
        if (channels, dtype) == (self._channels, self._dtype):
            return None
        return (
            f"its spectrum has {channels} channels of {dtype} now, and had {self._channels} of "
            f"{self._dtype} when the run began"
        )

    def _halt(self) -> None:
        self._free.halts()
        channel_access.put(self.stop_request, 1)

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """Plots and tables show the regions, corrected for dead time."""
        return {"fields": [roi + _CORRECTED for roi in self.rois]}

    @property
    def counter_names(self) -> list[str]:
        """Names of its values in the data."""
        times = [f"{self.name}_{each}" for each in ("real_time", "live_time", "dead_time")]
        sums = [roi + end for roi in self.rois for end in ("", _CORRECTED)]
        if self.mode == SCALER:
            return sums
        spectrum = [self.name] if self.mode == NDARRAY else []
        return [*sums, *spectrum, *times, *(f"{self.name}_{word}" for word in self.statistics)]

    def _readings(self) -> "OrderedDict[str, Reading]":
        """Give what the last trigger counted.

        Raises
        ------
        CountError
            Nothing has been counted yet.
        """
        found = self._samples
        if not found:
            message = f"{self.name} has counted nothing yet: trigger it first"
            raise CountError(message)
        spectrum = found["spectrum"]
        values = self._sums(spectrum.values) | {self.name: spectrum.values[self._recorded]}
        real, live = found["real"].number, found["live"].number
        rates = [found[role].number for role in self.rates]
        total = float(spectrum.values[: self._channels].sum(dtype=np.float64))
        told = statistics_of(total, real, live, rates)
        told |= {"real_time": real, "live_time": live, "dead_time": dead_fraction(real, live)}
        values |= {f"{self.name}_{word}": value for word, value in told.items()}
        return OrderedDict(
            (name, reading(values[name], spectrum.timestamp, spectrum.severity))
            for name in self.counter_names
        )

    def _sums(self, spectrum: npt.NDArray[Any]) -> dict[str, Any]:
        factor = self._correction()
        sums: dict[str, Any] = {}
        for name, roi in self.rois.items():
            where = roi.channels(self.calibration, self._channels, name)
            total = float(spectrum[where].sum(dtype=np.float64))
            sums[name], sums[name + _CORRECTED] = total, total * factor
        return sums

    def _correction(self) -> float:
        """Give what sums are multiplied by; NaN flags those that cannot be corrected."""
        if self.rates:
            rates = (self._samples[role].number for role in self.rates)
            return rate_correction(*rates)
        return live_correction(self._samples["real"].number, self._samples["live"].number)

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe sums, spectrum and times; the number of channels is asked where unknown."""
        if not (self._is_staged and self._channels):
            self.refresh()
        source = f"PV:{self.spectrum.pvname}"
        sums = self.counter_names[: 2 * len(self.rois)]
        described = OrderedDict((name, number_key(source, "counts", 0)) for name in sums)
        recorded = self._recorded.stop - self._recorded.start
        described[self.name] = array_key(source, "counts", [recorded], self._dtype)
        times = {
            "real_time": number_key(f"PV:{self.real_time.pvname}", "s", 3),
            "live_time": number_key(f"PV:{self.live_time.pvname}", "s", 3),
            "dead_time": number_key("1 - live time / real time", "", 4),
        }
        times |= {word: number_key(source, STATISTICS[word], 0) for word in self.statistics}
        described |= {f"{self.name}_{word}": key for word, key in times.items()}
        return OrderedDict((name, described[name]) for name in self.counter_names)

    def info(self) -> str:
        """Give a table for people."""
        lines = [f"{self.name}: {self.prefix}, counts {self._for_how_long()}"]
        width = max(map(len, self.rois), default=0)
        lines += [f"  {name:{width}}  {roi}" for name, roi in self.rois.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show where it is and what it counts."""
        return f"Mca({self.prefix!r}, name={self.name!r}, rois={list(self.rois)})"
