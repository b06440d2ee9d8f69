"""What a camera has set up for a run: its plugins, the shape of its frames, its file."""

import logging

from devices import array_access
from devices.detectors.camera_documents import FrameShape
from devices.detectors.camera_files import FrameFile
from devices.detectors.camera_rig import CameraRig
from devices.detectors.path_provider import PathProvider
from devices.errors import CountError, DeviceError

log = logging.getLogger(__name__)


class CameraRun:
    """Wire the plugins, open the file and close it.

    Parameters
    ----------
    name
        Of the camera.
    file, path_provider
        Where frames go, and who says so; None where they are not saved.
    saves_corrected
        Frames go there after dark and flat correction.
    """

    def __init__(
        self,
        name: str,
        rig: CameraRig,
        file: FrameFile | None,
        path_provider: PathProvider | None,
        *,
        saves_corrected: bool,
    ) -> None:
        self.file = file
        self.path_provider = path_provider
        self.saves_corrected = saves_corrected
        self.is_set_up = False
        self._points = 0
        #: Least seconds from frame to frame.
        self.period = 0.0
        self._name = name
        self._rig = rig
        self._shape: FrameShape | None = None
        self._saved: FrameShape | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a file that takes frames."""
        return self.file is not None and self.file.is_open

    @property
    def shape(self) -> FrameShape:
        """Of frames as they come; asked where nothing is set up."""
        if self._shape is None:
            return self._rig.shape(corrected=False, name=self._name)
        return self._shape

    @property
    def saved_shape(self) -> FrameShape:
        """Of frames as they are saved; asked where nothing is set up."""
        return self._asked_saved_shape() if self._saved is None else self._saved

    def _asked_saved_shape(self) -> FrameShape:
        corrected = self.saves_corrected and self._rig.is_corrected()
        return self._rig.shape(corrected=corrected, name=self._name)

    def require_closed(self, what: str) -> None:
        """Refuse what would change the frames of a file.

        Raises
        ------
        CountError
            It is open.
        """
        if self.is_open:
            message = f"{what} of {self._name} cannot change while its file is open: unstage it"
            raise CountError(message)

    # --- from the beginning to the end

    def begin(self, frames: int) -> None:
        """Set up, and open the file; where that fails nothing captures.

        Raises
        ------
        DeviceError
            Something does not answer, or refuses.
        """
        if self.file is not None:
            self.file.begin_run()
        try:
            self.set_up()
            self.open(frames)
        except Exception:
            if self.file is not None:
                self.file.abandon()
            self.forget()
            raise

    def set_up(self) -> None:
        """End what somebody else has it do, such as a live view, and wire the plugins."""
        self._rig.halt()
        corrected = self._rig.is_corrected()
        self._rig.wire(corrected=corrected, name=self._name)
        self._shape = self._rig.shape(corrected=False, name=self._name)
        self._saved = self._asked_saved_shape()
        self.period = array_access.fetch([self._rig.driver.period])[0].number
        self.is_set_up = True

    def open(self, frames: int) -> None:
        """Open the file, if there is to be one, for `frames` at each point."""
        self._points = 0
        if self.file is None or self.path_provider is None:
            return
        corrected = self.saves_corrected and self._rig.is_corrected()
        source = self._rig.port(corrected=corrected)
        self.file.open(self.path_provider(self._name), source, self.saved_shape, frames)

    def ends_with_part_of_a_point(self, frames: int) -> bool:
        """Tell whether an exposure that was given up has left some of its frames in the file."""
        if self._rig.file is None:
            return False
        (held,) = array_access.fetch([self._rig.file.captured])
        return bool(held.number % frames)

    def begin_point(self, frames: int) -> None:
        """Go on in another file where that of the run has as many points as it may have."""
        if self.file is not None:
            size = frames * self.saved_shape.size
            if self.file.saving.is_full(self._points, size):
                self.open_another(frames)
        self._points += 1

    def open_another(self, frames: int) -> None:
        """Go on in a file of another name."""
        if self.file is not None:
            self.file.close()
            self.open(frames)

    def forget(self) -> None:
        """Take nothing for granted any more: others may use the camera now."""
        self.is_set_up = False
        self._shape = self._saved = None

    def end(self, *, has_failed: bool) -> None:
        """Close the file.

        Raises
        ------
        DeviceError
            Not all that documents tell of is in it. Where the run `has_failed` already that is
            logged only: it must not hide why.
        """
        self.forget()
        if self.file is None or not self.file.is_open:
            return
        try:
            self.file.close()
        except DeviceError as error:
            self.file.abandon()
            if not has_failed:
                raise
            log.warning("%s, whose run has failed: %s", self._name, error)
