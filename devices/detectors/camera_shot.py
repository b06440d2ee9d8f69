"""One exposure of a camera: from a look at its file to the verdict on what came of it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from ophyd import EpicsSignalWithRBV
from ophyd.signal import EpicsSignalBase

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.count_status import CountStatus
from devices.counters.reading import Reading
from devices.detectors import camera_settings
from devices.detectors.camera_counters import FrameCounters, counted
from devices.detectors.camera_documents import FrameShape
from devices.detectors.camera_files import FrameFile
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_verdict import Asked, Found, complaint, lost_frames
from devices.errors import CountError, DeviceError, TooLargeError

#: Indices of the words of ImageMode.
_SINGLE, _MULTIPLE = 0, 1


class Shot:
    """Expose, and know afterwards what there is: `readings`, `lost` frames, `first` in the file.

    Parameters
    ----------
    trigger
        What the driver calls its mode by number, and whether that says how long to expose.
    shape
        What frames must have, all of them (H14).
    file
        Where frames go; None where they are not saved.
    latency
        Seconds from each exposure to the next; None leaves what the detector has.
    most
        Bytes that a file may have.
    fails_on_loss
        A frame that is lost fails it; otherwise it is only counted.
    """

    def __init__(  # noqa: PLR0913 - all that an exposure depends on
        self,
        rig: CameraRig,
        asked: Asked,
        status: CountStatus,
        *,
        shape: FrameShape,
        file: FrameFile | None,
        groups: Sequence[FrameCounters],
        trigger: tuple[int, bool],
        latency: float | None,
        most: float,
        fails_on_loss: bool,
    ) -> None:
        self.driver = rig.driver
        self.asked = asked
        self.status = status
        self.lost = 0
        self.first: int | None = None
        self.timestamp = 0.0
        self.exposed = 0.0
        self.readings: dict[str, Reading] = {}
        self._rig = rig
        self._shape = shape
        self._file = file
        self._groups = list(groups)
        self._trigger_mode, self._is_told_how_long = trigger
        self._latency = latency
        self._most = most
        self._fails_on_loss = fails_on_loss

    # --- start

    def begin(self) -> None:
        """Start, once the file, if there is one, is known to take frames."""
        if self._file is None:
            self._acquire()
        else:
            array_access.request(self._file.watched, self._guarded(self._file_seen))

    def _guarded(
        self, receive: Callable[[list[ArraySample]], None]
    ) -> Callable[[list[ArraySample] | str], None]:
        """Have whatever goes wrong in an answer end this at once."""

        def receive_or_fail(outcome: list[ArraySample] | str) -> None:
            try:
                if isinstance(outcome, str):
                    self._fail(outcome)
                else:
                    receive(outcome)
            except DeviceError as error:
                self.status.fail(error)

        return receive_or_fail

    def _fail(self, reason: str) -> None:
        self.status.fail(channel_access.failed_count(self.status.what, reason))

    def _file_seen(self, held: list[ArraySample]) -> None:
        if self.status.done:
            return
        file = self._file
        assert file is not None  # noqa: S101 - for the type
        trouble = file.trouble(held)
        before = int(held[0].number)
        if trouble is None and before % self.asked.frames:
            trouble = "its file ends with a part of a point; stage it anew"
        if trouble is not None:
            self._fail(trouble)
            return
        self._require_room(file, before + self.asked.frames)
        self.asked = replace(self.asked, before=before)
        self._acquire()

    def _require_room(self, file: FrameFile, frames: int) -> None:
        stream = file.stream
        if stream is None or frames * stream.shape.size <= self._most:
            return
        message = (
            f"{self.status.what} is refused: {frames} frames of {stream.shape.size} bytes are more "
            f"than the {self._most:g} bytes that a file may have; scan fewer points, or bin the "
            "camera"
        )
        raise TooLargeError(message)

    def _acquire(self) -> None:
        driver, asked = self.driver, self.asked
        settings: list[tuple[EpicsSignalWithRBV, float]] = [
            (driver.frames, asked.frames),
            (driver.exposures, asked.exposures),
            (driver.image_mode, _SINGLE if asked.frames == 1 else _MULTIPLE),
            (driver.trigger_mode, self._trigger_mode),
            (driver.exposure, asked.each),
        ]
        if self._latency is not None:
            settings.append((driver.period, asked.each + self._latency))
        for signal, value in settings:
            channel_access.put(signal, value, self._taken(f"{signal.setpoint_pvname} = {value:g}"))
        channel_access.put(driver.acquire, 1, self._acquired)

    def _taken(self, what: str) -> Callable[[str | None], None]:
        """Have an exposure with a setting that was refused fail at once."""

        def completed(refusal: str | None) -> None:
            if refusal is not None and not self.status.done:
                self._fail(f"{what} was refused: {refusal}")
                channel_access.put(self.driver.acquire, 0)

        return completed

    # --- end

    def _acquired(self, refusal: str | None) -> None:
        """Ask what there is; but not after a stop, whose completion this is then."""
        if self.status.is_decided:
            return
        try:
            if refusal is not None:
                self._refused(refusal)
            else:
                array_access.request(
                    self._asked_at_the_end(),
                    self._guarded(lambda held: self.status.decide(lambda: self._judge(held))),
                )
        except DeviceError as error:
            self.status.fail(error)

    def _refused(self, refusal: str) -> None:
        def told(held: list[ArraySample]) -> None:
            self._fail(f"{refusal}; the detector says: {held[0].text}")

        array_access.request([self.driver.message], self._guarded(told))

    def _asked_at_the_end(self) -> list[EpicsSignalBase]:
        driver = self.driver
        signals = [driver.state, driver.message, driver.exposure, driver.exposures, driver.exposed]
        signals += [driver.taken, driver.unique_id, *self._rig.shape_signals]
        if self._file is not None:
            signals += self._file.watched
        for group in self._groups:
            signals += [group.unique_id, *group.told]
        return signals

    def _judge(self, held: list[ArraySample]) -> None:
        """Take what there is, or raise what is wrong with it."""
        found, rest = self._found(held)
        unique_id = held[6]
        self.timestamp = unique_id.timestamp
        exposed = found.seconds * found.exposures[0] * found.frames
        self.exposed = math.nan if self._is_told_how_long else exposed
        wrong = complaint(self.asked, found, is_ended=self.status.is_cut)
        if wrong is None:
            is_stale = self._take_counts(int(unique_id.number), rest) and bool(found.frames)
            self.lost = max(lost_frames(self.asked, found), int(is_stale))
            wrong = self._loss()
        if wrong is not None:
            message = f"{self.status.what} failed: {wrong}"
            raise CountError(message)
        if found.captured is not None and found.captured - self.asked.before == self.asked.frames:
            self.first = self.asked.before

    def _found(self, held: list[ArraySample]) -> tuple[Found, list[ArraySample]]:
        """Give what there is, and what counters are to be made of."""
        state, message, exposure, to_add, added, taken, _, *rest = held
        shape, rest = rest[:3], rest[3:]
        found = Found(
            camera_settings.word(self.driver.state, state),
            message.text,
            exposure.number,
            int(taken.number),
            (int(to_add.number), int(added.number)),
            trouble=self._other_shape(shape),
        )
        if self._file is None:
            return found, rest
        of_file, rest = rest[:4], rest[4:]
        trouble = self._file.trouble(of_file) or found.trouble
        return replace(found, captured=int(of_file[0].number), trouble=trouble), rest

    def _other_shape(self, held: list[ArraySample]) -> str | None:
        """Say where frames are no longer what documents say they are (H14)."""
        now = self._rig.shape_of(held, "the camera")
        if now == self._shape:
            return None
        return f"its frames have {now} now, and had {self._shape} when the run began"

    def _loss(self) -> str | None:
        if not (self.lost and self._fails_on_loss):
            return None
        return f"{self.lost} of {self.asked.frames} frames were lost on the way from the camera"

    def _take_counts(self, unique_id: int, held: list[ArraySample]) -> bool:
        """Take what counters there are; tell whether some are not of the last frame."""
        is_any_stale = False
        for group in self._groups:
            number = 1 + len(group.told)
            readings, is_stale = counted(group, held[:number], unique_id, self._shape)
            held = held[number:]
            is_any_stale |= is_stale
            self.readings.update(readings)
        return is_any_stale
