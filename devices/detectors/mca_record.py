"""The mca record: its channels, its calibration, and what part of its spectrum is recorded."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from ophyd import Component, EpicsSignal, EpicsSignalRO
from ophyd.device import ComponentWalk

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.counter import Counter
from devices.counters.reading import Reading, reading
from devices.data_keys import integer_key, number_key
from devices.detectors.mca_presets import McaPreset
from devices.detectors.mca_regions import Calibration, McaRegion
from devices.detectors.recording_mode import changed_mode
from devices.errors import CountError


class McaRecord(Counter):
    """Know an mca record; a subclass counts with it."""

    rois: dict[str, McaRegion]
    rates: dict[str, EpicsSignalRO]
    spectrum_range: McaRegion | None
    calibration: Calibration | None
    _preset: McaPreset
    _calibrated_at: float
    _channels: int
    _recorded: slice
    _dtype: str
    _is_staged: bool
    _mode: str

    start = Component(EpicsSignal, "EraseStart", kind="omitted")
    stop_request = Component(EpicsSignal, "Stop", kind="omitted")
    acquiring = Component(EpicsSignalRO, ".ACQG", auto_monitor=True, kind="omitted")
    preset_real = Component(EpicsSignal, ".PRTM", kind="omitted")
    preset_live = Component(EpicsSignal, ".PLTM", kind="omitted")
    preset_events = Component(EpicsSignal, ".PCT", kind="omitted")
    first_event_channel = Component(EpicsSignal, ".PCTL", kind="omitted")
    last_event_channel = Component(EpicsSignal, ".PCTH", kind="omitted")
    real_time = Component(EpicsSignalRO, ".ERTM", kind="omitted")
    live_time = Component(EpicsSignalRO, ".ELTM", kind="omitted")
    spectrum = Component(EpicsSignalRO, ".VAL", kind="omitted")
    channels_used = Component(EpicsSignalRO, ".NUSE", kind="omitted")
    calibration_offset = Component(EpicsSignalRO, ".CALO", kind="omitted")
    calibration_slope = Component(EpicsSignalRO, ".CALS", kind="omitted")
    calibration_quadratic = Component(EpicsSignalRO, ".CALQ", kind="omitted")
    calibration_unit = Component(EpicsSignalRO, ".EGU", kind="omitted")

    @property
    def mode(self) -> str:
        """How much goes into the data, one of `RECORDING_MODES`; not to be changed in a run."""
        return self._mode

    @mode.setter
    def mode(self, word: str) -> None:
        self._mode = changed_mode(self.name, word, is_staged=self._is_staged)

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
        self._dtype = dtype_of(found["spectrum"])
        for name, roi in self.rois.items():
            roi.channels(self.calibration, self._channels, name)
        part = self.spectrum_range
        self._recorded = slice(0, self._channels)
        if part is not None:
            self._recorded = part.channels(self.calibration, self._channels, "spectrum_range")

    # --- what is said of it

    def energies(self) -> npt.NDArray[np.float64]:
        """Give the energy in eV of each channel that is recorded.

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
        return self.calibration.energies(self._channels)[self._recorded]

    def read_configuration(self) -> "OrderedDict[str, Reading]":
        """Give the calibration in eV, NaN where there is none, and the mode of the preset."""
        self.refresh()
        known = self.calibration
        numbers = (known.offset, known.slope, known.quadratic) if known else (math.nan,) * 3
        keys = list(self.describe_configuration())
        values = [*numbers, self._preset.word, self._recorded.start]
        when = self._calibrated_at
        return OrderedDict((key, reading(v, when)) for key, v in zip(keys, values, strict=True))

    def describe_configuration(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the calibration: ``offset + slope * channel + quadratic * channel**2``, eV.

        Channels count from 0, and the first one that is recorded is `first_channel`.
        """
        signals = {"offset": ".CALO", "slope": ".CALS", "quadratic": ".CALQ"}
        described = OrderedDict(
            (f"{self.name}_{role}", number_key(f"PV:{self.prefix}{field}", "eV", 6))
            for role, field in signals.items()
        )
        described[f"{self.name}_preset"] = {"source": self.name, "dtype": "string", "shape": []}
        described[f"{self.name}_first_channel"] = integer_key(self.name)
        return described


def dtype_of(sample: ArraySample) -> str:
    """Give numpy's type of the channels."""
    return sample.values.dtype.newbyteorder("<").str
