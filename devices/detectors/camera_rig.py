"""The camera and plugins that one `Camera` uses: connected together, wired before a run."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from ophyd import Device
from ophyd.device import ComponentWalk
from ophyd.signal import EpicsSignalBase

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.detectors import camera_settings
from devices.detectors.arc_counters import ArcCounters
from devices.detectors.camera_counters import FrameCounters, Shape, frame_counters
from devices.detectors.camera_documents import DTYPES, HDF5, FrameShape
from devices.detectors.camera_hardware import (
    CameraDriver,
    FilePlugin,
    Hdf5Plugin,
    ProcessPlugin,
)
from devices.detectors.camera_settings import Setting
from devices.detectors.camera_turning import Turning
from devices.detectors.image_counters import ImageCounters
from devices.errors import CountError, InvalidTargetError

log = logging.getLogger(__name__)

Groups = Sequence[ImageCounters | ArcCounters]

#: What corrected frames are made of: differences may be below 0.
_CORRECTED = "Float32"
_FILE_PLUGINS = {HDF5: ("HDF1:", Hdf5Plugin), "tiff": ("TIFF1:", FilePlugin)}


class CameraRig:
    """What of an area detector is used, and how its parts are wired.

    Parameters
    ----------
    form
        ``"hdf5"`` or ``"tiff"``; "" where nothing is saved.
    process
        The processing plugin, as it stands behind the prefix; "" for none.
    """

    def __init__(self, prefix: str, name: str, groups: Groups, form: str, process: str) -> None:
        self.driver = CameraDriver(f"{prefix}cam1:", name=f"{name}_driver")
        self.turning = Turning(prefix, name)
        self.groups: list[FrameCounters] = frame_counters(prefix, name, groups)
        self.file: FilePlugin | None = None
        if form:
            suffix, plugin = _FILE_PLUGINS[form]
            self.file = plugin(f"{prefix}{suffix}", name=f"{name}_file")
        self.process = (
            ProcessPlugin(f"{prefix}{process}", name=f"{name}_process") if process else None
        )

    # --- connection

    @property
    def devices(self) -> list[Device]:
        """All parts."""
        some = self.process, self.file, self.turning.plugin
        rest = [each for each in some if each is not None]
        return [self.driver, *rest, *chain.from_iterable(group.plugins for group in self.groups)]

    @property
    def signals(self) -> list[EpicsSignalBase]:
        """What is read of statistics, where no plugin holds it."""
        held = {id(walk.item) for device in self.devices for walk in device.walk_signals()}
        told = chain.from_iterable(group.told for group in self.groups)
        return [signal for signal in told if id(signal) not in held]

    def walk(self, *, include_lazy: bool) -> Iterator[Any]:
        """Walk through all signals that parts have, as ophyd does."""
        for device in self.devices:
            yield from device.walk_signals(include_lazy=include_lazy)
        for signal in self.signals:
            yield ComponentWalk(ancestors=(), dotted_name=signal.name, item=signal)

    @property
    def connected(self) -> bool:
        """Whether all of it is."""
        return all(each.connected for each in (*self.devices, *self.signals))

    def wait_for_connection(self, timeout: float) -> None:
        """Wait for all of it, `timeout` seconds at the most."""
        ends = time.monotonic() + timeout
        for each in (*self.devices, *self.signals):
            each.wait_for_connection(timeout=max(0.01, ends - time.monotonic()))

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk(include_lazy=False))
        for each in (*self.devices, *self.signals):
            each.destroy()

    def describe_counters(self, shape: Shape) -> dict[str, dict[str, Any]]:
        """Describe all counters, by column."""
        described: dict[str, dict[str, Any]] = {}
        for group in self.groups:
            described |= group.describe(shape)
        return described

    # --- wiring

    def halt(self) -> None:
        """End whatever it exposes, and wait for that.

        Raises
        ------
        DeviceError
            It does not end, or refuses.
        """
        channel_access.write(self.driver.acquire, 0, camera_settings.SETUP_DEADLINE)

    def pass_frames_on(self) -> None:
        """Have plugins get all frames, and exposures end only when they are done with them."""
        settings: list[Setting] = [(self.driver.wait_for_plugins, 1), (self.driver.passes_on, 1)]
        if self.turning.degrees:
            settings += self.turning.settings(array_access.fetch([self.driver.port])[0].text)
        camera_settings.apply(settings)

    def is_corrected(self) -> bool:
        """Whether a dark or flat frame is in use; asked now."""
        if self.process is None:
            return False
        process = self.process
        held = array_access.fetch([process.enabled, process.uses_dark, process.uses_flat])
        enabled, dark, flat = (each.number for each in held)
        return bool(enabled and (dark or flat))

    def port(self, *, corrected: bool) -> str:
        """Name the port that gives frames: as they are, turned perhaps, or corrected."""
        device = self.turning.plugin or self.driver
        if corrected and self.process is not None:
            device = self.process
        return array_access.fetch([device.port])[0].text

    def wire(self, *, corrected: bool, name: str) -> None:
        """Have counters take the frames of the camera, or those that are corrected.

        Raises
        ------
        InvalidTargetError
            A region is not all in the frame, or frames would be corrected twice.
        DeviceError
            A plugin does not answer, or refuses.
        """
        if corrected and any(group.changes_counts for group in self.groups):
            message = (
                f"frames of {name} would be corrected twice, by its plugin and by the corrections "
                f"of its counters: set {name}.dark and {name}.flat to 'off', or leave out "
                "background and flat"
            )
            raise InvalidTargetError(message)
        self.pass_frames_on()
        settings: list[Setting] = []
        if corrected and self.process is not None:
            words = camera_settings.words(self.process.type_out)
            settings += [(self.process.source, self.port(corrected=False))]
            settings += [(self.process.type_out, words.index(_CORRECTED))]
        source = self.port(corrected=corrected)
        shape = self.shape(corrected=corrected, name=name)
        for group in self.groups:
            settings += group.settings(source, shape)
        camera_settings.apply(settings)

    @property
    def shape_signals(self) -> list[EpicsSignalBase]:
        """What tells of the shape of frames; see `shape_of`."""
        return [self.driver.rows, self.driver.columns, self.driver.pixel_type]

    def shape_of(self, held: Sequence[ArraySample], name: str) -> FrameShape:
        """Give the shape of frames from what `shape_signals` hold.

        Raises
        ------
        CountError
            Their pixels are of a type that is not known here.
        """
        rows, columns, pixel_type = held
        told = camera_settings.word(self.driver.pixel_type, pixel_type)
        if told not in DTYPES:
            message = f"{name} has pixels of type {told!r}, and can have {', '.join(DTYPES)}"
            raise CountError(message)
        shape = FrameShape(int(rows.number), int(columns.number), DTYPES[told])
        return self.turning.turned(shape)

    def shape(self, *, corrected: bool, name: str) -> FrameShape:
        """Ask for the shape of frames, as they are or corrected.

        Raises
        ------
        CountError
            Their pixels are of a type that is not known here.
        """
        shape = self.shape_of(array_access.fetch(self.shape_signals), name)
        return replace(shape, dtype=DTYPES[_CORRECTED]) if corrected else shape
