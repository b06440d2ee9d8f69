"""One exposure of a camera: from a look at its file to the verdict on what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ophyd.signal import EpicsSignalBase

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.reading import INVALID, Reading, reading
from devices.detectors import camera_settings
from devices.detectors.camera_files import FrameFile
from devices.detectors.camera_hardware import CameraDriver, CounterPlugins
from devices.detectors.camera_verdict import Asked, Found, complaint, lost_frames
from devices.errors import CountError, DeviceError, TooLargeError
from devices.status import DeadlineStatus

#: Indices of the words of ImageMode.
_SINGLE, _MULTIPLE = 0, 1
_STALE = "the statistics are of an earlier frame: this one did not get there"


class Shot:
    """Expose, and know afterwards what there is: `readings`, `lost` frames, `first` in the file.

    Parameters
    ----------
    file
        Where frames go; None where they are not saved.
    most
        Bytes that a file may have.
    fails_on_loss
        A frame that is lost fails it; otherwise it is only counted.
    """

    def __init__(  # noqa: PLR0913 - all that an exposure depends on
        self,
        driver: CameraDriver,
        asked: Asked,
        status: DeadlineStatus,
        *,
        file: FrameFile | None,
        groups: Sequence[CounterPlugins],
        trigger_mode: int,
        most: float,
        fails_on_loss: bool,
    ) -> None:
        self.driver = driver
        self.asked = asked
        self.status = status
        self.is_ended = False
        #: Its deadline has passed: that, and not what stopping it leads to, is what went wrong.
        self.is_late = False
        self.lost = 0
        self.first: int | None = None
        self.timestamp = 0.0
        self.exposed = 0.0
        self.readings: dict[str, Reading] = {}
        self._file = file
        self._groups = list(groups)
        self._trigger_mode = trigger_mode
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
        self.status.fail(CountError(f"{self.status.what} failed: {reason}"))

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
        for signal, value in (
            (driver.frames, asked.frames),
            (driver.image_mode, _SINGLE if asked.frames == 1 else _MULTIPLE),
            (driver.trigger_mode, self._trigger_mode),
            (driver.exposure, asked.seconds),
        ):
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
        if self.status.done or self.is_late:
            return
        try:
            if refusal is not None:
                self._refused(refusal)
            else:
                array_access.request(self._asked_at_the_end(), self._guarded(self._judge))
        except DeviceError as error:
            self.status.fail(error)

    def _refused(self, refusal: str) -> None:
        def told(held: list[ArraySample]) -> None:
            self._fail(f"{refusal}; the detector says: {held[0].text}")

        array_access.request([self.driver.message], self._guarded(told))

    def _asked_at_the_end(self) -> list[EpicsSignalBase]:
        driver = self.driver
        signals = [driver.state, driver.message, driver.exposure, driver.taken, driver.unique_id]
        if self._file is not None:
            signals += [driver.rows, driver.columns, *self._file.watched]
        for group in self._groups:
            signals += [group.stats.unique_id, *group.signals.values()]
        return signals

    def _judge(self, held: list[ArraySample]) -> None:
        state, message, exposure, taken, unique_id, *rest = held
        found = Found(
            camera_settings.word(self.driver.state, state),
            message.text,
            exposure.number,
            int(taken.number),
        )
        if self._file is not None:
            size, of_file, rest = rest[:2], rest[2:6], rest[6:]
            trouble = self._file.trouble(of_file) or self._other_size(*(s.number for s in size))
            found = replace(found, captured=int(of_file[0].number), trouble=trouble)
        self.timestamp, self.exposed = unique_id.timestamp, exposure.number * found.frames
        is_stale = self._take_counts(int(unique_id.number), rest) and bool(found.frames)
        self.lost = max(lost_frames(self.asked, found), int(is_stale))
        wrong = complaint(self.asked, found, is_ended=self.is_ended) or self._loss()
        if wrong is not None:
            self._fail(wrong)
            return
        if found.captured is not None and found.captured - self.asked.before == self.asked.frames:
            self.first = self.asked.before
        self.status.finish()

    def _other_size(self, rows: float, columns: float) -> str | None:
        """Say where frames are no longer what documents say they are."""
        stream = None if self._file is None else self._file.stream
        if stream is None or (stream.shape.rows, stream.shape.columns) == (rows, columns):
            return None
        return (
            f"its frames have {rows:g} rows and {columns:g} columns now, and had "
            f"{stream.shape.rows} and {stream.shape.columns} when the run began"
        )

    def _loss(self) -> str | None:
        if not (self.lost and self._fails_on_loss):
            return None
        return f"{self.lost} of {self.asked.frames} frames were lost on the way from the camera"

    def _take_counts(self, unique_id: int, held: list[ArraySample]) -> bool:
        """Take what statistics there are; tell whether some are not of the last frame."""
        is_any_stale = False
        for group in self._groups:
            number, *told = held[: 1 + len(group.signals)]
            held = held[1 + len(group.signals) :]
            is_stale = int(number.number) != unique_id
            is_any_stale |= is_stale
            numbers = {name: t.number for name, t in zip(group.signals, told, strict=True)}
            for name, value in group.counters.values(numbers).items():
                self.readings[name] = (
                    reading(float("nan"), number.timestamp, INVALID, _STALE)
                    if is_stale
                    else reading(value, number.timestamp, max(t.severity for t in told))
                )
        return is_any_stale
