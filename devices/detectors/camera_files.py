"""The file that a camera's frames go to: opened for a run, watched, and closed after it."""

import threading
from collections.abc import Sequence

from ophyd.signal import EpicsSignalBase

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.detectors import camera_settings
from devices.detectors.camera_documents import HDF5, FrameShape, FrameStream
from devices.detectors.camera_hardware import FilePlugin, Hdf5Plugin
from devices.detectors.camera_settings import Setting
from devices.detectors.frame_saving import COMPRESSIONS, FrameSaving
from devices.detectors.path_provider import FilePlace
from devices.errors import CountError, DeviceError, RefusedError

#: Indices of the words of FileWriteMode.
_STREAM = 2
_TEMPLATES = {HDF5: "%s%s.h5", "tiff": "%s%s_%6.6d.tiff"}


class FrameFile:
    """A file plugin that takes frames of `source` as they come, for as long as it is open."""

    def __init__(self, plugin: FilePlugin, saving: FrameSaving, owner: str) -> None:
        self.plugin = plugin
        self.saving = saving
        self.form = saving.form
        self._owner = owner
        self.stream: FrameStream | None = None
        #: Folder and name of each file of the run.
        self._used: set[tuple[str, str]] = set()

    def begin_run(self) -> None:
        """Know of no file of this run."""
        self._used = set()

    @property
    def is_open(self) -> bool:
        """Whether we have opened it."""
        return self.stream is not None

    @property
    def watched(self) -> list[EpicsSignalBase]:
        """What tells how it is; see `trouble` and `captured`."""
        plugin = self.plugin
        return [plugin.captured, plugin.capturing, plugin.write_status, plugin.write_message]

    def trouble(self, held: Sequence[ArraySample]) -> str | None:
        """Say what is wrong with it, in the detector's own words; None where nothing is."""
        _, capturing, status, message = held
        told = message.text.strip()
        if status.number:
            return f"its file could not be written: {told or 'it does not say why'}"
        if not capturing.number:
            return f"its file was closed by somebody else{': ' + told if told else ''}"
        return None

    # --- opening

    def open(self, place: FilePlace, source: str, shape: FrameShape, frames: int) -> None:
        """Open it; where that fails nothing captures.

        Raises
        ------
        CountError
            The detector says why it cannot, or there is such a file.
        InvalidTargetError
            A point has more bytes than a file may have.
        DeviceError
            It does not answer, or refuses a setting.
        """
        self.saving.require_room(self._owner, frames * shape.size)
        place = self.saving.named(self._owner, place, self._used)
        self.end_capture()
        camera_settings.apply(self._settings(source))
        camera_settings.apply(self._names(place))
        self._require_folder(place)
        self._begin_capture()
        self._used.add((place.client_folder, place.name))
        self.stream = FrameStream(self._owner, place, self.form, shape, frames)

    def _settings(self, source: str) -> list[Setting]:
        plugin = self.plugin
        settings: list[Setting] = [
            (plugin.source, source),
            (plugin.enabled, 1),
            (plugin.dropped, 0),
            (plugin.write_mode, _STREAM),
            (plugin.frames, 0),
            (plugin.opens_late, 1),
            (plugin.numbers_files, 0 if self.form == HDF5 else 1),
            (plugin.number, 0),
        ]
        if isinstance(plugin, Hdf5Plugin):
            settings += [
                (plugin.extra_dimensions, 0),
                (plugin.can_be_followed, 1),
                (plugin.frames_to_flush, 1),
                (plugin.frames_to_chunk, 1),
                (plugin.stores_numbers, 1),
                (plugin.compression, self._compression(plugin)),
            ]
        return settings

    def _compression(self, plugin: Hdf5Plugin) -> int:
        """Give the number of the word; those that a build of the plugin was made without lack."""
        offered = camera_settings.words(plugin.compression)
        wanted = COMPRESSIONS[self.saving.compression]
        if wanted not in offered:
            message = (
                f"{self._owner} has no compression {self.saving.compression!r}: its HDF5 plugin "
                f"offers {', '.join(offered)}"
            )
            raise CountError(message)
        return offered.index(wanted)

    def _names(self, place: FilePlace) -> list[Setting]:
        plugin = self.plugin
        return [
            (plugin.folders_to_make, -place.levels),
            (plugin.template, _TEMPLATES[self.form]),
            (plugin.file_name, place.name),
        ]

    def _require_folder(self, place: FilePlace) -> None:
        """Have the folder made, also where the plugin has its name already."""
        plugin = self.plugin
        done = threading.Event()
        refused: list[str] = []

        def completed(refusal: str | None) -> None:
            refused.extend([] if refusal is None else [refusal])
            done.set()

        array_access.put_text(plugin.folder, place.detector_folder, completed)
        if not done.wait(camera_settings.SETUP_DEADLINE) or refused:
            why = refused[0] if refused else "it does not answer"
            message = f"{plugin.folder.pvname} does not take {place.detector_folder!r}: {why}"
            raise RefusedError(message)
        exists, told = array_access.fetch([plugin.folder_exists, plugin.write_message])
        if not exists.number:
            why = told.text.strip() or "the detector cannot write there, or does not see it"
            message = (
                f"{self._owner} cannot save to {place.detector_folder}: {why}; clients know this "
                f"folder as {place.client_folder}"
            )
            raise CountError(message)

    def _begin_capture(self) -> None:
        """Capture; the put completes at the end of that, or at once where it cannot."""
        plugin = self.plugin
        ended: list[str | None] = []
        channel_access.put(plugin.capture, 1, ended.append)

        def is_over(held: list[ArraySample]) -> bool:
            return bool(held[1].number) or bool(ended)

        held = camera_settings.wait_for(self.watched, is_over, f"opening the file of {self._owner}")
        if ended and not held[1].number:
            told = array_access.fetch([plugin.write_message])[0].text.strip()
            why = ended[0] or told or "it does not say why"
            message = f"{self._owner} cannot open a file: {why}"
            raise CountError(message)

    # --- closing

    def close(self) -> None:
        """End it, and see that all frames that documents tell of are in it (H20).

        Raises
        ------
        CountError
            Some are not, or the detector could not finish the file.
        """
        stream, self.stream = self.stream, None
        held = self.end_capture()
        if stream is None:
            return
        captured, _, status, message = held
        if status.number and stream.announced:
            text = f"the file {stream.place.name} of {self._owner} is not whole: {message.text}"
            raise CountError(text)
        if captured.number < stream.frames_needed:
            text = (
                f"the file {stream.place.name} of {self._owner} has {captured.number:g} frames, "
                f"and its documents tell of {stream.frames_needed}"
            )
            raise CountError(text)

    def end_capture(self) -> list[ArraySample]:
        """Have nothing captured any more, whoever has begun it; give what it holds then."""
        held = array_access.fetch(self.watched)
        if not held[1].number:
            return held
        channel_access.write(self.plugin.capture, 0, camera_settings.SETUP_DEADLINE)
        what = f"closing the file of {self._owner}"
        return camera_settings.wait_for(self.watched, lambda now: not now[1].number, what)

    def abandon(self) -> None:
        """Capture nothing any more, without another complaint: something is wrong already."""
        self.stream = None
        try:
            channel_access.put(self.plugin.capture, 0)
        except DeviceError:
            return
