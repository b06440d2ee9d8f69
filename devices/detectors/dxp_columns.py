"""What several elements are in the data: names, values and descriptions of their columns."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from devices.counters.reading import Reading, reading
from devices.data_keys import array_key, number_key
from devices.detectors.dxp_setup import DxpSetup
from devices.detectors.element_counts import ElementCounts
from devices.detectors.recording_mode import NDARRAY, ROI, SCALER

if TYPE_CHECKING:
    from devices.detectors.multi_element_mca import MultiElementMca

#: What is told of each element besides its spectrum: unit and decimals.
_STATISTICS: Mapping[str, tuple[str, int]] = {
    "real_time": ("s", 3),
    "live_time": ("s", 3),
    "dead_time": ("", 4),
    "triggers": ("counts", 0),
    "events": ("counts", 0),
    "input_rate": ("Hz", 0),
    "output_rate": ("Hz", 0),
}
#: Ends the names of columns.
CORRECTED, _ELEMENTS = "_corrected", "_elements"


class DxpColumns:
    """Make columns of what `setup` has set up and a run has counted."""

    def __init__(self, device: "MultiElementMca", setup: DxpSetup) -> None:
        self._device = device
        self._setup = setup

    def names(self) -> list[str]:
        """Give the names of its values in the data."""
        device = self._device
        sums = [roi + end for roi in device.rois for end in ("", CORRECTED)]
        arrays = {
            SCALER: [],
            ROI: [roi + _ELEMENTS for roi in device.rois],
            NDARRAY: [device.name, f"{device.name}_sum"],
        }
        statistics = [] if device.mode == SCALER else [f"{device.name}_{w}" for w in _STATISTICS]
        return [*sums, *arrays[device.mode], *statistics]

    def readings(self, counts: ElementCounts, timestamp: float) -> "OrderedDict[str, Reading]":
        """Give what was counted."""
        device, setup = self._device, self._setup
        values: dict[str, Any] = {}
        for roi in device.rois:
            values[roi], values[roi + CORRECTED] = counts.region(setup.places[roi])
            values[roi + _ELEMENTS] = counts.by_element(setup.places[roi])
        values[device.name] = counts.spectra[..., setup.recorded].astype(setup.dtype)
        values[f"{device.name}_sum"] = counts.total(setup.calibrations)[..., setup.recorded]
        told = {"real_time": counts.real, "live_time": counts.live, "dead_time": counts.dead_time}
        told |= {"triggers": counts.triggers, "events": counts.events}
        told |= {"input_rate": counts.input_rate, "output_rate": counts.output_rate}
        values |= {f"{device.name}_{word}": value for word, value in told.items()}
        return OrderedDict((key, reading(values[key], timestamp)) for key in self.names())

    def described(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe sums, spectra and statistics."""
        device, setup = self._device, self._setup
        source = f"PV:{device.prefix}EraseStart"
        points = [device.spectra] if device.is_map else []
        channels = setup.recorded.stop - setup.recorded.start
        described: OrderedDict[str, dict[str, Any]] = OrderedDict()
        for key in self.names()[: 2 * len(device.rois)]:
            of_map = array_key(source, "counts", points, "<f8")
            described[key] = of_map if device.is_map else number_key(source, "counts", 0)
        shape = [*points, len(device.elements), channels]
        described[device.name] = array_key(source, "counts", shape, setup.dtype)
        total = array_key(source, "counts", [*points, channels], "<f8")
        described[f"{device.name}_sum"] = total
        for word, (units, precision) in _STATISTICS.items():
            key = array_key(source, units, [*points, len(device.elements)], "<f8")
            described[f"{device.name}_{word}"] = key | {"precision": precision}
        for roi in device.rois:
            by_element = array_key(source, "counts", [*points, len(device.elements)], "<f8")
            described[roi + _ELEMENTS] = by_element
        return OrderedDict((name, described[name]) for name in self.names())

    def configuration(self) -> "OrderedDict[str, Reading]":
        """Give elements, calibrations in eV, NaN where there are none, preset and trigger."""
        device = self._device
        values = self._setup.calibration_numbers() | {
            "elements": np.array(device.elements),
            "first_channel": self._setup.recorded.start,
            "preset": device.preset,
            "trigger_mode": device.trigger_mode,
        }
        when = self._setup.calibrated_at
        return OrderedDict((f"{device.name}_{w}", reading(v, when)) for w, v in values.items())

    def described_configuration(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the calibration: ``offset + slope * channel + quadratic * channel**2``, eV."""
        device = self._device
        number = [len(device.elements)]
        described = OrderedDict(
            (f"{device.name}_{word}", array_key(f"PV:{device.prefix}mca1", "eV", number, "<f8"))
            for word in ("offset", "slope", "quadratic")
        )
        described[f"{device.name}_elements"] = array_key(device.name, "", number, "<i8")
        integer = {"source": device.name, "dtype": "integer", "shape": []}
        described[f"{device.name}_first_channel"] = integer
        for word in ("preset", "trigger_mode"):
            text = {"source": device.name, "dtype": "string", "shape": []}
            described[f"{device.name}_{word}"] = text
        return described
