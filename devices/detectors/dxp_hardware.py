"""The process variables of XIA's electronics (xMAP, Mercury, Saturn) that we use.

Names as in dxpMED.template, dxpHighLevel.template and dxpMapping.template of
https://github.com/epics-modules/dxp, and mcaRecord of https://github.com/epics-modules/mca.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO, EpicsSignalWithRBV

from devices import channel_access


class DxpSystem(Device):
    """What acts on all elements."""

    erase_start = Component(EpicsSignal, "EraseStart", kind="omitted")
    stop_all = Component(EpicsSignal, "StopAll", kind="omitted")
    acquiring = Component(EpicsSignalRO, "Acquiring", auto_monitor=True, kind="omitted")
    preset_mode = Component(EpicsSignal, "PresetMode", kind="omitted")
    preset_real = Component(EpicsSignal, "PresetReal", kind="omitted")
    preset_live = Component(EpicsSignal, "PresetLive", kind="omitted")
    preset_events = Component(EpicsSignal, "PresetEvents", kind="omitted")
    preset_triggers = Component(EpicsSignal, "PresetTriggers", kind="omitted")


class DxpMapping(Device):
    """What a map of spectra needs: electronics without that have no such process variables."""

    collect_mode = Component(EpicsSignalWithRBV, "CollectMode", kind="omitted")
    advance_mode = Component(EpicsSignalWithRBV, "PixelAdvanceMode", kind="omitted")
    pixels = Component(EpicsSignalWithRBV, "PixelsPerRun", kind="omitted")
    fills_buffers = Component(EpicsSignalWithRBV, "AutoPixelsPerBuffer", kind="omitted")
    pixels_per_buffer = Component(EpicsSignalWithRBV, "PixelsPerBuffer", kind="omitted")


class DxpBuffer(Device):
    """The plugin that shows the last buffer of a map: NDStdArrays."""

    enabled = Component(EpicsSignalWithRBV, "EnableCallbacks", kind="omitted")
    unique_id = Component(EpicsSignalRO, "UniqueId_RBV", kind="omitted")
    words = Component(EpicsSignalRO, "ArraySize0_RBV", kind="omitted")
    modules = Component(EpicsSignalRO, "ArraySize1_RBV", kind="omitted")
    data = Component(EpicsSignalRO, "ArrayData", kind="omitted")


class ElementRecord(Device):
    """The mca record of an element."""

    spectrum = Component(EpicsSignalRO, ".VAL", kind="omitted")
    channels = Component(EpicsSignalRO, ".NUSE", kind="omitted")
    real_time = Component(EpicsSignalRO, ".ERTM", kind="omitted")
    live_time = Component(EpicsSignalRO, ".ELTM", kind="omitted")
    preset_real = Component(EpicsSignalRO, ".PRTM", kind="omitted")
    preset_live = Component(EpicsSignalRO, ".PLTM", kind="omitted")
    offset = Component(EpicsSignalRO, ".CALO", kind="omitted")
    slope = Component(EpicsSignalRO, ".CALS", kind="omitted")
    quadratic = Component(EpicsSignalRO, ".CALQ", kind="omitted")
    unit = Component(EpicsSignalRO, ".EGU", kind="omitted")


class ElementElectronics(Device):
    """The electronics of an element."""

    preset_mode = Component(EpicsSignalRO, "PresetMode_RBV", kind="omitted")
    preset_events = Component(EpicsSignalRO, "PresetEvents_RBV", kind="omitted")
    preset_triggers = Component(EpicsSignalRO, "PresetTriggers_RBV", kind="omitted")
    trigger_live_time = Component(EpicsSignalRO, "ElapsedTriggerLiveTime", kind="omitted")
    triggers = Component(EpicsSignalRO, "Triggers", kind="omitted")
    events = Component(EpicsSignalRO, "Events", kind="omitted")
    input_rate = Component(EpicsSignalRO, "InputCountRate", kind="omitted")
    output_rate = Component(EpicsSignalRO, "OutputCountRate", kind="omitted")


class Element:
    """One element: its record and its electronics."""

    def __init__(self, prefix: str, name: str, number: int) -> None:
        self.number = number
        self.mca = ElementRecord(f"{prefix}mca{number}", name=f"{name}_mca{number}")
        self.dxp = ElementElectronics(f"{prefix}dxp{number}:", name=f"{name}_dxp{number}")

    @property
    def setup(self) -> dict[str, Any]:
        """What tells of its channels and their energies."""
        mca = self.mca
        calibration = {"offset": mca.offset, "slope": mca.slope, "quadratic": mca.quadratic}
        return {"channels": mca.channels, "spectrum": mca.spectrum, "unit": mca.unit, **calibration}

    @property
    def presets(self) -> dict[str, Any]:
        """What is to end its acquisition."""
        return {
            "mode": self.dxp.preset_mode,
            "real": self.mca.preset_real,
            "live": self.mca.preset_live,
            "events": self.dxp.preset_events,
            "triggers": self.dxp.preset_triggers,
        }

    @property
    def counted(self) -> dict[str, Any]:
        """What it has counted."""
        dxp = self.dxp
        return {
            "spectrum": self.mca.spectrum,
            "channels": self.mca.channels,
            "real_time": self.mca.real_time,
            "live_time": self.mca.live_time,
            "trigger_live_time": dxp.trigger_live_time,
            "triggers": dxp.triggers,
            "events": dxp.events,
            "input_rate": dxp.input_rate,
            "output_rate": dxp.output_rate,
        }


class DxpRig:
    """All parts of a detector, connected together; `image` shows buffers of maps, "" for none."""

    def __init__(self, prefix: str, name: str, elements: Sequence[int], image: str) -> None:
        self.system = DxpSystem(prefix, name=f"{name}_system")
        self.elements = [Element(prefix, name, number) for number in elements]
        self.mapping = DxpMapping(prefix, name=f"{name}_mapping") if image else None
        self.buffer = DxpBuffer(prefix + image, name=f"{name}_buffer") if image else None

    @property
    def parts(self) -> list[Device]:
        """Each of them."""
        some = [each for each in (self.mapping, self.buffer) if each is not None]
        own = [part for element in self.elements for part in (element.mca, element.dxp)]
        return [self.system, *some, *own]

    @property
    def connected(self) -> bool:
        """Whether all of it is."""
        return all(part.connected for part in self.parts)

    def wait_for_connection(self, timeout: float) -> None:
        """Wait for all of it, `timeout` seconds at the most."""
        ends = time.monotonic() + timeout
        for part in self.parts:
            part.wait_for_connection(timeout=max(0.01, ends - time.monotonic()))

    def walk(self, *, include_lazy: bool) -> Iterator[Any]:
        """Walk through all signals that parts have, as ophyd does."""
        for part in self.parts:
            yield from part.walk_signals(include_lazy=include_lazy)

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk(include_lazy=False))
        for part in self.parts:
            part.destroy()
