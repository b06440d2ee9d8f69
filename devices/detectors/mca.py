"""A multichannel analyser: the spectrum, its regions, and what dead time made of them."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from ophyd import Component, EpicsSignal, EpicsSignalRO
from ophyd.device import ComponentWalk

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.count_status import CountStatus
from devices.counters.counter import COUNT_GRACE, Counter
from devices.counters.reading import Reading, reading
from devices.counters.scaler_verdict import too_short
from devices.data_keys import array_key, number_key
from devices.detectors.mca_regions import (
    Calibration,
    McaRegion,
    checked_regions,
    dead_fraction,
    live_correction,
    rate_correction,
)
from devices.errors import CountError, DeviceError, InvalidTargetError

#: A live time may take its time times this: nine tenths of the real time may be dead.
LIVE_MARGIN = 10.0
_CORRECTED = "_corrected"


class Mca(Counter):
    """An mca record whose regions are counters with names (BL-128).

    A trigger erases, acquires and reads spectrum, times and calibration in one flush after the end,
    so that all belong to the same acquisition. Regions are summed here, from the spectrum itself:
    what the record or other clients make of regions changes nothing.

    Parameters
    ----------
    prefix
        Name of the record, e.g. ``"BL:mca1"``.
    rois
        Region by the name of its column: lowest and highest energy in eV, both included, or a
        `McaRegion`. Each has a second column ``<name>_corrected``, corrected for dead time.
    preset
        What `prepare` presets: ``"real"`` or ``"live"`` seconds.
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

    leads = True
    start = Component(EpicsSignal, "EraseStart", kind="omitted")
    stop_request = Component(EpicsSignal, "Stop", kind="omitted")
    acquiring = Component(EpicsSignalRO, ".ACQG", kind="omitted")
    preset_real = Component(EpicsSignal, ".PRTM", kind="omitted")
    preset_live = Component(EpicsSignal, ".PLTM", kind="omitted")
    real_time = Component(EpicsSignalRO, ".ERTM", kind="omitted")
    live_time = Component(EpicsSignalRO, ".ELTM", kind="omitted")
    spectrum = Component(EpicsSignalRO, ".VAL", kind="omitted")
    channels_used = Component(EpicsSignalRO, ".NUSE", kind="omitted")
    calibration_offset = Component(EpicsSignalRO, ".CALO", kind="omitted")
    calibration_slope = Component(EpicsSignalRO, ".CALS", kind="omitted")
    calibration_quadratic = Component(EpicsSignalRO, ".CALQ", kind="omitted")
    calibration_unit = Component(EpicsSignalRO, ".EGU", kind="omitted")

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        rois: Mapping[str, McaRegion | tuple[float, float]] | None = None,
        preset: Literal["real", "live"] = "real",
        rates: tuple[str, str] | None = None,
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        if preset not in ("real", "live"):
            message = f"{name} counts 'real' or 'live' seconds, not {preset!r}"
            raise InvalidTargetError(message)
        self.rois = checked_regions(name, rois or {})
        super().__init__(prefix, name=name, **options)
        self.preset = preset
        self.rates = {
            role: EpicsSignalRO(pv, name=f"{name}_{role}")
            for role, pv in zip(("input_rate", "output_rate"), rates or (), strict=False)
        }
        self.calibration: Calibration | None = None
        self._calibrated_at = 0.0
        self._channels = 0
        self._dtype = "<i4"
        self._is_staged = False
        self._samples: dict[str, ArraySample] = {}

    # --- connection

    @property
    def connected(self) -> bool:
        """Whether the record, and the rates where there are any, are connected."""
        return super().connected and all(signal.connected for signal in self.rates.values())

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the record."""
        super().wait_for_connection(all_signals=all_signals, timeout=timeout)
        for signal in self.rates.values():
            signal.wait_for_connection(timeout=timeout)

    def walk_signals(self, *, include_lazy: bool = False) -> Iterator[Any]:
        """Walk through all its signals."""
        yield from super().walk_signals(include_lazy=include_lazy)
        for name, signal in self.rates.items():
            yield ComponentWalk(ancestors=(), dotted_name=name, item=signal)

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        for signal in self.rates.values():
            signal.destroy()
        super().destroy()

    def stage(self) -> list[object]:
        """Refuse, before anything is counted, regions that the spectrum does not have."""
        self.refresh()
        staged = super().stage()
        self._is_staged = True
        return staged

    def unstage(self) -> list[object]:
        """End what is under way."""
        self._is_staged = False
        return super().unstage()

    def refresh(self) -> None:
        """Ask for calibration, number and type of channels, and check the regions against them.

        Raises
        ------
        InvalidTargetError
            The spectrum does not have a region.
        """
        asked = self._setup_signals()
        self._take_setup(dict(zip(asked, array_access.fetch(list(asked.values())), strict=True)))

    def _setup_signals(self) -> dict[str, EpicsSignalRO]:
        return {
            "channels": self.channels_used,
            "offset": self.calibration_offset,
            "slope": self.calibration_slope,
            "quadratic": self.calibration_quadratic,
            "unit": self.calibration_unit,
            "spectrum": self.spectrum,
        }

    def _take_setup(self, found: Mapping[str, ArraySample]) -> None:
        offset, slope, quadratic = (found[r].number for r in ("offset", "slope", "quadratic"))
        unit = found["unit"].text
        self.calibration = Calibration.of_record(offset, slope, quadratic, unit)
        self._calibrated_at = found["slope"].timestamp
        self._channels = int(found["channels"].number)
        self._dtype = _dtype_of(found["spectrum"])
        for name, roi in self.rois.items():
            roi.channels(self.calibration, self._channels, name)

    # --- counting

    def _count(self) -> CountStatus:
        self._samples = {}
        what = f"counting {self.name} {self._for_how_long()}"
        status = CountStatus(what, self._deadline(), self._halt)
        seconds = self.longest_count if self._policy is None else self.count_time
        is_live = self.preset == "live" and self._policy is not None
        with status.starting():
            channel_access.put(self.preset_real, 0.0 if is_live else seconds)
            channel_access.put(self.preset_live, seconds if is_live else 0.0)
            channel_access.put(self.start, 1, lambda refusal: self._counted(status, refusal))
        return status

    def _for_how_long(self) -> str:
        return super()._for_how_long() + (" of live time" if self.preset == "live" else "")

    def _deadline(self) -> float:
        if self.preset == "live" and self._policy is not None:
            return LIVE_MARGIN * self.count_time + COUNT_GRACE
        return super()._deadline()

    def _counted(self, status: CountStatus, refusal: str | None) -> None:
        if status.is_decided:
            return  # that, and not what stopping it leads to, is what went wrong
        if refusal is not None:
            status.fail(CountError(f"{status.what} failed: {refusal}"))
            return
        asked = self._setup_signals() | self.rates
        asked |= {
            "acquiring": self.acquiring,
            "preset": self.preset_live if self.preset == "live" else self.preset_real,
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
            message = f"{status.what} failed: {outcome}"
            raise CountError(message)
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
        elapsed = found[self.preset].number
        if not elapsed >= 0:
            return f"it counted {elapsed:g} s"
        if is_cut or self._policy is None:
            return None
        return too_short(self.count_time, found["preset"].number, elapsed)

    def _other_spectrum(self, channels: int, spectrum: ArraySample) -> str | None:
        """Say where it is no longer what the descriptor of the run says (H14)."""
        dtype = _dtype_of(spectrum)
        if (channels, dtype) == (self._channels, self._dtype):
            return None
        return (
            f"its spectrum has {channels} channels of {dtype} now, and had {self._channels} of "
            f"{self._dtype} when the run began"
        )

    def _halt(self) -> None:
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
        return [*sums, self.name, *times]

    def energies(self) -> npt.NDArray[np.float64]:
        """Give the energy of each channel in eV.

        Raises
        ------
        CountError
            The record has no calibration in a unit of energy.
        """
        if not self._channels:
            self.refresh()
        if self.calibration is None:
            message = f"{self.name} has no energy calibration: set CALO, CALS and EGU (keV)"
            raise CountError(message)
        return self.calibration.energies(self._channels)

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
        values = self._sums(spectrum.values) | {self.name: spectrum.values[: self._channels]}
        real, live = found["real"].number, found["live"].number
        times = (real, live, dead_fraction(real, live))
        values |= dict(zip(self.counter_names[-3:], times, strict=True))
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
        described[self.name] = array_key(source, "counts", [self._channels], self._dtype)
        real, live, dead = self.counter_names[-3:]
        described[real] = number_key(f"PV:{self.real_time.pvname}", "s", 3)
        described[live] = number_key(f"PV:{self.live_time.pvname}", "s", 3)
        described[dead] = number_key("1 - live time / real time", "", 4)
        return described

    def read_configuration(self) -> "OrderedDict[str, Reading]":
        """Give the calibration in eV, NaN where there is none, and the mode of the preset."""
        self.refresh()
        known = self.calibration
        numbers = (known.offset, known.slope, known.quadratic) if known else (math.nan,) * 3
        keys = list(self.describe_configuration())
        values = [*numbers, self.preset]
        when = self._calibrated_at
        return OrderedDict((key, reading(v, when)) for key, v in zip(keys, values, strict=True))

    def describe_configuration(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the calibration: ``offset + slope * channel + quadratic * channel**2``, eV."""
        signals = {"offset": ".CALO", "slope": ".CALS", "quadratic": ".CALQ"}
        described = OrderedDict(
            (f"{self.name}_{role}", number_key(f"PV:{self.prefix}{field}", "eV", 6))
            for role, field in signals.items()
        )
        described[f"{self.name}_preset"] = {"source": self.name, "dtype": "string", "shape": []}
        return described

    def info(self) -> str:
        """Give a table for people."""
        lines = [f"{self.name}: {self.prefix}, counts {self._for_how_long()}"]
        width = max(map(len, self.rois), default=0)
        lines += [f"  {name:{width}}  {roi}" for name, roi in self.rois.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show where it is and what it counts."""
        return f"Mca({self.prefix!r}, name={self.name!r}, rois={list(self.rois)})"


def _dtype_of(sample: ArraySample) -> str:
    return sample.values.dtype.newbyteorder("<").str
