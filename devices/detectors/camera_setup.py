"""How a camera is connected, how it exposes, and what is said of it."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Protocol

from devices.counters.counter import Counter
from devices.counters.reading import Reading, reading
from devices.data_keys import integer_key, number_key
from devices.detectors import camera_settings
from devices.detectors.arc_counters import ArcCounters
from devices.detectors.camera_checks import require_frames, require_latency
from devices.detectors.camera_files import FrameFile
from devices.detectors.camera_geometry import CameraGeometry
from devices.detectors.camera_image import ImageView
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_run import CameraRun
from devices.detectors.camera_triggers import index_of, known_trigger
from devices.detectors.image_counters import ImageCounters
from devices.detectors.recording_mode import NDARRAY, SCALER, changed_mode
from devices.errors import CountError
from devices.status import DeadlineStatus, finished
from reduction.counting import CountPolicy


class TriggerWord(Protocol):
    """One of ophyd-async's words for a trigger."""

    @property
    def value(self) -> str:
        """The word."""
        ...


class TriggerInfo(Protocol):
    """What ophyd-async prepares detectors with."""

    @property
    def trigger(self) -> TriggerWord:
        """What begins an exposure."""
        ...

    @property
    def livetime(self) -> float:
        """Seconds of an exposure; 0 leaves what was set."""
        ...

    @property
    def deadtime(self) -> float:
        """Seconds between exposures; 0 leaves what was set."""
        ...

    @property
    def collections_per_event(self) -> int:
        """Frames of a point."""
        ...

    @property
    def exposures_per_collection(self) -> int:
        """Exposures in a frame."""
        ...


class CameraSetup(Counter):
    """Hold the parts of a camera; a subclass makes them and exposes."""

    rig: CameraRig
    file: FrameFile | None
    geometry: CameraGeometry
    image_counters: list[ImageCounters | ArcCounters]
    _mode: str
    _is_staged: bool
    _saver: FrameFile | None
    _run: CameraRun
    _view: ImageView
    _frames: int
    _latency: float | None
    _trigger_mode: str

    # --- connection

    def walk_signals(self, *, include_lazy: bool = False) -> Iterator[Any]:
        """Walk through all its signals."""
        yield from super().walk_signals(include_lazy=include_lazy)
        yield from self.rig.walk(include_lazy=include_lazy)

    @property
    def connected(self) -> bool:
        """Whether camera and plugins are connected."""
        return self.rig.connected

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for camera and plugins."""
        del all_signals
        self.rig.wait_for_connection(timeout)

    def destroy(self) -> None:
        """Give up the channels."""
        self.rig.destroy()
        self._view.destroy()
        self.geometry.destroy()
        super().destroy()

    # --- how it exposes, and what of it is recorded

    @property
    def mode(self) -> str:
        """How much goes into the data, one of `RECORDING_MODES`; not to be changed in a run.

        In "scaler" counters that are numbers, in "roi" profiles as well, in "ndarray" frames are
        saved too, where there is a path provider.
        """
        return self._mode

    @mode.setter
    def mode(self, word: str) -> None:
        self._mode = changed_mode(self.name, word, is_staged=self._is_staged)
        self.file = self._run.file = self._saver if self._mode == NDARRAY else None

    @property
    def recorded_counters(self) -> list[str]:
        """Names of the counters that go into the data."""
        return [
            name
            for group in self.image_counters
            for name in (group.numbers if self._mode == SCALER else group.counters)
        ]

    @property
    def frames(self) -> int:
        """Frames at each point."""
        return self._frames

    @frames.setter
    def frames(self, number: int) -> None:
        require_frames(self.name, number)
        self._run.require_closed("the number of frames")
        self._frames = number

    @property
    def trigger_mode(self) -> str:
        """What begins an exposure, one of the words of `camera_triggers.TRIGGERS`.

        "internal", "external" (a pulse for each frame), "series" (one for all frames of a point),
        "gate" (exposed while a signal is there) or "start-stop". Under the last two the count time
        says nothing, and the exposure is not known: it reads as NaN.
        """
        return self._trigger_mode

    @trigger_mode.setter
    def trigger_mode(self, mode: str) -> None:
        ours = known_trigger(self.name, mode)
        if self.rig.driver.connected:
            self._trigger_index(ours)
        self._trigger_mode = ours

    def _trigger_index(self, mode: str) -> int:
        return index_of(self.name, mode, camera_settings.words(self.rig.driver.trigger_mode))

    @property
    def latency(self) -> float | None:
        """Seconds from the end of each exposure to the next; None leaves what the camera has."""
        return self._latency

    @latency.setter
    def latency(self, seconds: float | None) -> None:
        require_latency(self.name, seconds)
        self._latency = None if seconds is None else float(seconds)

    def prepare(self, value: CountPolicy | TriggerInfo) -> DeadlineStatus:
        """Set how long the following triggers expose; ophyd-async's TriggerInfo does as well.

        Of that, `livetime` and `deadtime` of 0 leave what was set, `collections_per_event` are the
        frames of a point and `exposures_per_collection` must be 1: see `longest_exposure`.
        """
        if isinstance(value, CountPolicy):
            return super().prepare(value)
        if value.exposures_per_collection != 1:
            message = (
                f"{self.name} adds up exposures as its longest_exposure asks for, not "
                f"{value.exposures_per_collection} in each frame: give exposures_per_collection=1"
            )
            raise CountError(message)
        mode = known_trigger(self.name, str(value.trigger.value))
        self.trigger_mode = mode
        if value.collections_per_event != self._frames:
            self.frames = value.collections_per_event
        self.latency = value.deadtime or self._latency
        if not value.livetime:
            return finished(f"preparing {self.name}")
        return super().prepare(CountPolicy(seconds=value.livetime))

    def follow(self) -> DeadlineStatus:
        """Refuse: an exposure has a length.

        Raises
        ------
        CountError
            Always.
        """
        message = f"{self.name} exposes for a time, and cannot end with another counter"
        raise CountError(f"{message}: count seconds, or read it outside the group")

    # --- what is said of it

    def read_configuration(self) -> "OrderedDict[str, Reading]":
        """Give how it exposes, and what of its sensor it reads where that was asked for."""
        now = time.time()
        latency = math.nan if self._latency is None else self._latency
        values: list[Any] = [self._trigger_mode, self._frames, latency]
        if self.geometry.is_known:
            found = self.geometry.get()
            region = "" if found["region"] is None else str(found["region"])
            binning = "x".join(map(str, found["binning"]))
            values += [region, binning, found["flip"], found["rotation"]]
        values += self._corrections
        keys = self.describe_configuration()
        return OrderedDict((key, reading(v, now)) for key, v in zip(keys, values, strict=True))

    @property
    def _corrections(self) -> list[str]:
        """Say what is done to frames before they are counted; nothing where nothing is."""
        given = {
            ", ".join(group.counters): group.corrections
            for group in self.image_counters
            if group.corrections is not None
        }
        told = [f"{names}: {corrections}" for names, corrections in given.items()]
        return ["; ".join(told)] if told else []

    def describe_configuration(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe that; a latency of NaN is the camera's own, a region of "" the whole sensor."""
        word = {"source": self.name, "dtype": "string", "shape": []}
        described = {
            "trigger_mode": dict(word),
            "frames": integer_key(self.name),
            "latency": number_key(self.name, "s"),
        }
        if self.geometry.is_known:
            described |= {each: dict(word) for each in ("region", "binning", "flip")}
            described["rotation"] = number_key(self.name, "deg", 0)
        if self._corrections:
            described["corrections"] = dict(word)
        return OrderedDict((f"{self.name}_{key}", value) for key, value in described.items())

    def info(self) -> str:
        """Give a table for people."""
        saved = (
            "nothing" if self.file is None else f"{self.file.form} by {self._run.path_provider!r}"
        )
        lines = [
            f"{self.name}: {self.prefix}, {self._frames} frames of {self.count_time:g} s at each "
            f"point, {self._trigger_mode} trigger, saves {saved}"
        ]
        for group in self.image_counters:
            where = "whole frame" if group.region is None else str(group.region)
            lines += [f"  {name}  {word} of {where}" for name, word in group.counters.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show where it is and what it counts."""
        return f"Camera({self.prefix!r}, name={self.name!r}, counters={self.hints['fields']})"
