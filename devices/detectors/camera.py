"""A camera over areaDetector: exposes, counts in its frames, and has them saved."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Literal

import numpy.typing as npt

from devices import channel_access
from devices.counters.count_status import CountStatus
from devices.counters.counter import COUNT_GRACE, COUNT_MARGIN
from devices.counters.reading import Reading, reading
from devices.data_keys import integer_key, number_key
from devices.detectors.camera_checks import (
    require_exposing,
    require_words,
)
from devices.detectors.camera_corrections import Correction
from devices.detectors.camera_documents import data_key
from devices.detectors.camera_files import FrameFile
from devices.detectors.camera_geometry import CameraGeometry
from devices.detectors.camera_image import ImageView
from devices.detectors.camera_live import LiveView
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_run import CameraRun
from devices.detectors.camera_setup import CameraSetup
from devices.detectors.camera_shot import Shot
from devices.detectors.camera_triggers import TRIGGERS, Trigger, known_trigger
from devices.detectors.camera_verdict import Asked
from devices.detectors.frame_corrections import FrameCorrections
from devices.detectors.frame_saving import FrameSaving
from devices.detectors.image_counters import CounterGroups, checked_counters
from devices.detectors.path_provider import PathProvider
from devices.errors import CountError
from devices.status import DeadlineStatus

#: Bytes that a file may have where nobody says: the largest of ext4, with blocks of 4 KiB.
LARGEST_FILE = 16 * 2**40


class Camera(CameraSetup):
    """An area detector whose frames go to files, and whose numbers go to events (BL-120..127).

    Frames are saved by the detector itself; documents say where they are and which belong to which
    point. A point is there only if its frames are in the file: that is counted each time (H20).

    Parameters
    ----------
    prefix
        What its PVs begin with, e.g. ``"BL:cam:"`` of ``BL:cam:cam1:Acquire``.
    name
        Of the device, and of the column of its frames.
    path_provider
        Says where each run's file goes, such as `RunFolders`; without it nothing is saved.
    counters
        What is counted in frames, by column: ``{"spot": "sum", "spot_x": "x"}``, or a list of
        `ImageCounters` and `ArcCounters` where there are regions. They are of the last frame of a
        point.
    corrections
        `FrameCorrections` of all counters: bad pixels, background, flat field, in any order. They
        are counted in this process then, where no plugin leaves pixels out (BL-125).
    frames
        At each point.
    trigger_mode, latency
        See the attributes of the same name.
    longest_exposure
        Seconds after which the sensor would saturate: of what is longer, the detector adds up as
        many equal exposures as it takes to one frame (BL-121).
    preset
        What the count time is of an exposure that is added up: ``"live"``, all exposures together,
        or ``"real"``, with the latencies between them.
    saves, compression, points_per_file, bytes_per_file, existing_files
        ``"hdf5"``, one file for a run, or ``"tiff"``, one for each frame; see `FrameSaving`.
    saves_corrected
        Save frames after dark and flat correction, not as they come.
    mode
        How much goes into the data; see the attribute.
    lost_frames
        What a lost frame does: ``"mark"`` counts it in the column ``<name>_lost``, has no frames
        for the point and NaN in its counters; ``"fail"`` fails the run.
    options
        `critical` and `longest_count`, see `Counter`; ``largest_file`` in bytes; ``process``, the
        name of the plugin for corrections behind the prefix, "" where there is none; `shutter`,
        closed for dark frames and open for flat ones.

    Examples
    --------
    >>> from devices.detectors.camera import Camera
    >>> from devices.detectors.path_provider import RunFolders
    >>> camera = Camera(
    ...     "BL:cam:", name="camera", path_provider=RunFolders("/data"), counters={"spot": "sum"}
    ... )  # doctest: +SKIP
    >>> RE(ct(0.1, camera))  # doctest: +SKIP
    """

    leads = True
    _shot: Shot | None = None
    _is_staged = False

    def __init__(  # noqa: PLR0913 - all that the declaration of a camera may say
        self,
        prefix: str,
        *,
        name: str,
        path_provider: PathProvider | None = None,
        counters: CounterGroups = (),
        corrections: FrameCorrections | None = None,
        frames: int = 1,
        trigger_mode: str = "internal",
        latency: float | None = None,
        longest_exposure: float = math.inf,
        preset: Literal["live", "real"] = "live",
        saves: Literal["hdf5", "tiff"] = "hdf5",
        saves_corrected: bool = False,
        compression: str = "none",
        points_per_file: int = 0,
        bytes_per_file: float = 0,
        existing_files: Literal["abort", "overwrite", "multiset"] = "abort",
        mode: Literal["scaler", "roi", "ndarray"] = "ndarray",
        lost_frames: Literal["mark", "fail"] = "mark",
        largest_file: float = LARGEST_FILE,
        process: str = "Proc1:",
        shutter: Any = None,  # noqa: ANN401 - what can be set to "open" and "closed"
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        saving = FrameSaving(saves, compression, points_per_file, existing_files, bytes_per_file)
        saving = saving.checked(name)
        require_words(name, lost_frames, preset)
        require_exposing(name, frames, latency, longest_exposure)
        self._trigger_mode = known_trigger(name, trigger_mode)
        self.image_counters = checked_counters(name, counters, corrections)
        super().__init__(prefix, name=name, **options)
        form = saves if path_provider is not None else ""
        self.rig = CameraRig(prefix, name, self.image_counters, form, process)
        self.file = None if self.rig.file is None else FrameFile(self.rig.file, saving, name)
        self.lost_frames, self.largest_file, self.preset = lost_frames, largest_file, preset
        run = CameraRun(name, self.rig, self.file, path_provider, saves_corrected=saves_corrected)
        self._run = run
        self._frames, self._latency, self.longest_exposure = frames, latency, longest_exposure
        self._saver, self.mode = self.file, mode
        self._view = ImageView(f"{prefix}image1:", name, self.rig, self.expose)
        #: Region, binning, flip and rotation of its frames, by words (BL-126).
        self.geometry = CameraGeometry(prefix, name, self.rig, self._end_all_but_runs)
        #: Frame after frame for viewers, saved nowhere (BL-126).
        self.live = LiveView(name, self.rig, self._view, self._end_all_but_runs)
        if self.rig.process is not None:
            parts = self.rig, self.expose, shutter
            self.dark = Correction("dark", f"{name}_dark", *parts)
            self.flat = Correction("flat", f"{name}_flat", *parts)

    @staticmethod
    def check_arguments(
        name: str,
        *,
        counters: CounterGroups = (),
        trigger_mode: str = "internal",
        frames: int = 1,
        latency: float | None = None,
        longest_exposure: float = math.inf,
        **_: object,
    ) -> None:
        """Refuse what a camera cannot have, without making one; a check of a beamline asks.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        require_exposing(name, frames, latency, longest_exposure)
        known_trigger(name, trigger_mode)
        checked_counters(name, counters)

    # --- a run

    def stage(self) -> list[object]:
        """Set up camera and plugins, and open the file of the run."""
        staged = super().stage()
        try:
            self._run.begin(self._frames)
        except Exception:
            super().unstage()
            raise
        self._shot, self._is_staged = None, True
        return staged

    def unstage(self) -> list[object]:
        """End what is under way, and close the file."""
        self._is_staged = False
        has_failed = self._shot is not None and not self._shot.status.success
        unstaged = super().unstage()
        self._run.end(has_failed=has_failed)
        return unstaged

    # --- exposing

    def _count(self) -> CountStatus:
        """Expose for a point."""
        self._interrupt()
        run, is_part = self._run, self._may_end_with_part_of_a_point()
        if self.file is not None and not run.is_open:
            message = f"{self.name} has no file to save to: stage it, as plans do"
            raise CountError(message)
        if not run.is_set_up:
            run.set_up()
        if is_part and run.ends_with_part_of_a_point(self._frames):
            run.open_another(self._frames)
        run.begin_point(self._frames)
        return self._shoot(self._frames, is_of_run=True)

    def _end_all_but_runs(self) -> None:
        """Have nothing exposed; in a run, whose frames are described, nothing may change."""
        self._run.require_closed("what it shows besides the points")
        self._interrupt()
        self.rig.halt()
        self._run.forget()

    def expose(self, frames: int = 1) -> DeadlineStatus:
        """Expose without saving; not in a run, whose file would get the frames as well."""
        self._end_all_but_runs()
        self.rig.pass_frames_on()
        return self._shoot(frames, is_of_run=False)

    def _interrupt(self) -> None:
        """End an exposure that nobody waits for any more, as after a pause."""
        shot = self._shot
        if shot is not None and not shot.status.done:
            shot.status.is_cut = True
            self.rig.halt()
            shot.status.finish()

    def _may_end_with_part_of_a_point(self) -> bool:
        return self._frames > 1 and self._shot is not None and self._shot.first is None

    def _shoot(self, frames: int, *, is_of_run: bool) -> CountStatus:
        each = "" if frames == 1 else f" {frames} frames"
        trigger = TRIGGERS[self._trigger_mode]
        long = "" if trigger.tells_how_long else f" for {self.count_time:g} s"
        what = f"exposing {self.name}{each}{long}"
        asked = self._asked(frames, trigger)
        status = CountStatus(what, self._deadline_of(asked), self._give_up)
        self._shot = shot = Shot(
            self.rig,
            asked,
            status,
            shape=self._run.shape,
            file=self.file if is_of_run else None,
            groups=self.rig.groups if is_of_run else (),
            trigger=(self._trigger_index(self._trigger_mode), trigger.tells_how_long),
            latency=self._latency,
            most=self.largest_file,
            fails_on_loss=self.lost_frames == "fail",
        )
        with status.starting():
            shot.begin()
        return status

    def _asked(self, frames: int, trigger: Trigger) -> Asked:
        longest = math.inf if trigger.tells_how_long else self.longest_exposure
        between = (self._latency or 0.0) if self.preset == "real" else 0.0
        return Asked.for_seconds(frames, self.count_time, longest, between)

    def _deadline_of(self, asked: Asked) -> float:
        """Give how long it may take: as its own latency says, or as the camera had it."""
        apart = self._run.period if self._latency is None else asked.each + self._latency
        seconds = asked.frames * asked.exposures * max(asked.each, apart)
        waits = self.longest_count if TRIGGERS[self._trigger_mode].from_outside else 0.0
        return COUNT_MARGIN * seconds + COUNT_GRACE + waits

    def _give_up(self) -> str | None:
        self._halt()
        is_waiting = TRIGGERS[self._trigger_mode].from_outside
        return "does its trigger pulse come?" if is_waiting else None

    def _halt(self) -> None:
        channel_access.put(self.rig.driver.acquire, 0)

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """Plots and tables show the counters that are numbers."""
        return {"fields": [name for group in self.image_counters for name in group.numbers]}

    @property
    def counter_names(self) -> list[str]:
        """Names of its values in the data, the frames first."""
        frames = [] if self.file is None else [self.name]
        return [*frames, *self.recorded_counters, f"{self.name}_exposure", f"{self.name}_lost"]

    def read(self) -> "OrderedDict[str, Reading]":
        """Give the numbers of the last exposure; its frames are told by `collect_asset_docs`."""
        values = super().read()
        values.pop(self.name, None)
        return values

    def _readings(self) -> "OrderedDict[str, Reading]":
        shot = self._shot
        if shot is None or self._is_abandoned or not shot.status.success:
            message = f"{self.name} has exposed nothing yet: trigger it first"
            raise CountError(message)
        kept = [name for name in self.recorded_counters if name in shot.readings]
        values = OrderedDict((name, shot.readings[name]) for name in kept)
        flag = (2, f"{shot.lost} frames were lost") if shot.lost else (0, "")
        values[f"{self.name}_exposure"] = reading(shot.exposed, shot.timestamp)
        values[f"{self.name}_lost"] = reading(shot.lost, shot.timestamp, *flag)
        return values

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe frames and numbers; the shape of frames is asked where it is not known."""
        described: OrderedDict[str, dict[str, Any]] = OrderedDict()
        if self.file is not None:
            source = f"PV:{self.rig.driver.acquire.pvname}"
            described[self.name] = data_key(source, self._run.saved_shape, self._frames)
        counters = self.rig.describe_counters(lambda: self._run.shape)
        described.update((name, counters[name]) for name in self.recorded_counters)
        exposure = f"PV:{self.rig.driver.exposure.pvname}"
        described[f"{self.name}_exposure"] = number_key(exposure, "s")
        described[f"{self.name}_lost"] = integer_key(self.name)
        return described

    def collect_asset_docs(self, index: int | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Tell where the frames of the last point are, once."""
        del index
        shot = self._shot
        stream = None if self.file is None else self.file.stream
        if shot is None or stream is None or shot.first is None or not shot.status.success:
            return
        yield from stream.told(shot.first)
        shot.first = None

    def image(self) -> npt.NDArray[Any]:
        """Expose one frame, saved nowhere, and give it, rows first; for a look, not for data.

        Raises
        ------
        TooLargeError
            Channel Access takes no array of this size here (L8).
        CountError
            A run goes on: its file would get the frame as well.
        """
        return self._view.take()
