"""A camera over areaDetector: exposes, counts in its frames, and has them saved."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

import numpy.typing as npt

from devices import channel_access
from devices.counters.count_status import CountStatus
from devices.counters.counter import COUNT_GRACE, COUNT_MARGIN, Counter
from devices.counters.reading import Reading, reading
from devices.data_keys import integer_key, number_key
from devices.detectors.camera_checks import (
    require_frames,
    require_longest_exposure,
    require_one_of,
)
from devices.detectors.camera_corrections import corrections
from devices.detectors.camera_documents import HDF5, TIFF, data_key
from devices.detectors.camera_files import FrameFile
from devices.detectors.camera_image import ImageView
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_run import CameraRun
from devices.detectors.camera_shot import Shot
from devices.detectors.camera_verdict import Asked
from devices.detectors.image_counters import CounterGroups, checked_counters
from devices.detectors.path_provider import PathProvider
from devices.errors import CountError
from devices.status import DeadlineStatus

#: Bytes that a file may have where nobody says: the largest of ext4, with blocks of 4 KiB.
LARGEST_FILE = 16 * 2**40


class Camera(Counter):
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
    frames
        At each point.
    longest_exposure
        Seconds after which the sensor would saturate: of what is longer, the detector adds up as
        many equal exposures as it takes to one frame (BL-121).
    saves
        ``"hdf5"``, one file for a run, or ``"tiff"``, one for each frame.
    saves_corrected
        Save frames after dark and flat correction, not as they come.
    lost_frames
        What a lost frame does: ``"mark"`` counts it in the column ``<name>_lost``, has no frames
        for the point and NaN in its counters; ``"fail"`` fails the run.
    options
        `critical` and `longest_count`, see `Counter`; ``largest_file`` in bytes; ``process``, the
        name of the plugin for corrections behind the prefix, "" where there is none.

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
    #: Index of the word of TriggerMode; a subclass for another make of camera may differ.
    TRIGGER_MODES: ClassVar[Mapping[str, int]] = {"internal": 0, "external": 1}

    def __init__(  # noqa: PLR0913 - all that the declaration of a camera may say
        self,
        prefix: str,
        *,
        name: str,
        path_provider: PathProvider | None = None,
        counters: CounterGroups = (),
        frames: int = 1,
        longest_exposure: float = math.inf,
        saves: Literal["hdf5", "tiff"] = "hdf5",
        saves_corrected: bool = False,
        lost_frames: Literal["mark", "fail"] = "mark",
        largest_file: float = LARGEST_FILE,
        process: str = "Proc1:",
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        require_one_of(name, "saves", saves, (HDF5, TIFF))
        require_one_of(name, "lost_frames", lost_frames, ("mark", "fail"))
        require_frames(name, frames)
        require_longest_exposure(name, longest_exposure)
        self.image_counters = checked_counters(name, counters)
        super().__init__(prefix, name=name, **options)
        form = saves if path_provider is not None else ""
        self.rig = CameraRig(prefix, name, self.image_counters, form, process)
        self.file = None if self.rig.file is None else FrameFile(self.rig.file, saves, name)
        self.longest_exposure = longest_exposure
        self.lost_frames = lost_frames
        self.largest_file = largest_file
        self._run = CameraRun(
            name, self.rig, self.file, path_provider, saves_corrected=saves_corrected
        )
        self._frames = frames
        self._trigger_mode = "internal"
        self._shot: Shot | None = None
        self._view = ImageView(f"{prefix}image1:", name, self.rig.driver, self.expose)
        if self.rig.process is not None:
            self.dark, self.flat = corrections(name, self.rig, self.expose)

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
        super().destroy()

    # --- how it exposes

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
        """What begins an exposure: ``"internal"``, or a pulse for each frame: ``"external"``."""
        return self._trigger_mode

    @trigger_mode.setter
    def trigger_mode(self, mode: str) -> None:
        require_one_of(self.name, "trigger_mode", mode, tuple(self.TRIGGER_MODES))
        self._trigger_mode = mode

    def follow(self) -> DeadlineStatus:
        """Refuse: an exposure has a length.

        Raises
        ------
        CountError
            Always.
        """
        message = f"{self.name} exposes for a time, and cannot end with another counter"
        raise CountError(f"{message}: count seconds, or read it outside the group")

    # --- a run

    def stage(self) -> list[object]:
        """Set up camera and plugins, and open the file of the run."""
        staged = super().stage()
        try:
            self._run.begin(self._frames)
        except Exception:
            super().unstage()
            raise
        self._shot = None
        return staged

    def unstage(self) -> list[object]:
        """End what is under way, and close the file."""
        has_failed = self._shot is not None and not self._shot.status.success
        unstaged = super().unstage()
        self._run.end(has_failed=has_failed)
        return unstaged

    # --- exposing

    def _count(self) -> CountStatus:
        """Expose for a point."""
        self._interrupt()
        run = self._run
        if self.file is not None and not run.is_open:
            message = f"{self.name} has no file to save to: stage it, as plans do"
            raise CountError(message)
        if not run.is_set_up:
            run.set_up()
        if self._may_end_with_part_of_a_point() and run.ends_with_part_of_a_point(self._frames):
            run.open_another(self._frames)
        return self._shoot(self._frames, is_of_run=True)

    def expose(self, frames: int = 1) -> DeadlineStatus:
        """Expose without saving; not in a run, whose file would get the frames as well."""
        self._run.require_closed("what is exposed besides the points")
        self._interrupt()
        self.rig.halt()
        self.rig.pass_frames_on()
        self._run.forget()
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
        what = f"exposing {self.name}{each} for {self.count_time:g} s"
        status = CountStatus(what, self._deadline_of(frames), self._give_up)
        self._shot = shot = Shot(
            self.rig,
            Asked.for_seconds(frames, self.count_time, self.longest_exposure),
            status,
            shape=self._run.shape,
            file=self.file if is_of_run else None,
            groups=self.rig.groups if is_of_run else (),
            trigger_mode=self.TRIGGER_MODES[self._trigger_mode],
            most=self.largest_file,
            fails_on_loss=self.lost_frames == "fail",
        )
        with status.starting():
            shot.begin()
        return status

    def _deadline_of(self, frames: int) -> float:
        waits = self.longest_count if self._trigger_mode == "external" else 0.0
        return COUNT_MARGIN * frames * max(self.count_time, self._run.period) + COUNT_GRACE + waits

    def _give_up(self) -> str | None:
        self._halt()
        return "does its trigger pulse come?" if self._trigger_mode == "external" else None

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
        counters = [name for group in self.image_counters for name in group.counters]
        return [*frames, *counters, f"{self.name}_exposure", f"{self.name}_lost"]

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
        values = OrderedDict(shot.readings)
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
        described.update(self.rig.describe_counters(lambda: self._run.shape))
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
