"""Writing frames to files, whatever their format: NDPluginFile.

Modes: Single writes each frame to a file of its own, Capture keeps frames and writes them at the
end, Stream writes them as they come. What goes wrong shows in WriteStatus and WriteMessage; a put
to Capture then completes, as with ADCore, and Capture_RBV stays Done.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Mapping

from sim_ioc.area_detector.file_fields import CAPTURE, SINGLE, STREAM
from sim_ioc.area_detector.file_names import (
    check_template,
    finish,
    full_name,
    is_writable,
    make_directories,
    with_separator,
)
from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.channel_access.fields import LONGEST_TEXT, Field, Value
from sim_ioc.errors import FrameFileError, PutRefusedError

#: Bytes of frames that Capture keeps in memory.
_MOST_CAPTURED = 2 * 2**30
_UNLIKE = "Frame {} is not like the first of its file, and is left out."
_NO_FRAME = "A frame must have come before a file can be opened: acquire one, or set LazyOpen."


class FilePlugin(Plugin, ABC):
    """Write frames to files; a subclass knows the format."""

    #: Whether a file holds more than one frame.
    HOLDS_MANY = False

    def __init__(
        self,
        prefix: str,
        fields: Mapping[str, Field],
        pipeline: Pipeline,
        name: str,
        source: str,
        **initial: Value,
    ) -> None:
        super().__init__(prefix, fields, pipeline, name, source, ArrayCallbacks=0, **initial)
        self._captured: list[NDArray] = []
        self._first: NDArray | None = None
        self._is_open = False
        self._streamed = 0
        self._lost: FrameFileError | None = None
        self._idle = asyncio.Event()
        self.handlers |= {
            "FilePath": self._put_path,
            "FileTemplate": self._put_template,
            "NumCapture": self._put_number,
            "Capture": self._put_capture,
            "WriteFile": self._put_write,
            "ReadFile": self._put_read,
            "FreeCapture": self._put_free,
        }

    @abstractmethod
    async def open_file(self, path: str, first: NDArray) -> None:
        """Make a file for frames like `first`; FrameFileError if that is not possible."""

    @abstractmethod
    async def write_frame(self, array: NDArray) -> int:
        """Write a frame; return how many frames of the file a reader now sees."""

    @abstractmethod
    async def close_file(self) -> int:
        """Finish the file; return how many frames it has."""

    @property
    def is_capturing(self) -> bool:
        """Say whether frames are taken for Capture or Stream."""
        return bool(self.values["Capture_RBV"])

    @property
    def counts(self) -> bool:
        """Say whether the next frame is to be kept."""
        if self.setting("FileWriteMode") == SINGLE:
            return bool(self.setting("AutoSave"))
        return self.is_capturing

    # --- frames

    async def process(self, array: NDArray) -> None:
        """Write a frame, keep it, or leave it: as the mode says."""
        mode = self.setting("FileWriteMode")
        if mode == SINGLE and self.setting("AutoSave"):
            await self._write_single(array)
        elif mode == CAPTURE and self.is_capturing:
            await self._keep(array)
        elif mode == STREAM and self.is_capturing:
            await self._stream(array)

    async def _write_single(self, array: NDArray) -> None:
        await self.post(WriteFile_RBV=1, WriteStatus=0, WriteMessage="")
        try:
            await self._write_whole([array])
        except FrameFileError as error:
            await self._tell(error)
        await self.post(WriteFile=0, WriteFile_RBV=0)

    async def _write_whole(self, arrays: list[NDArray]) -> None:
        """Write frames to one file, or to one each."""
        try:
            for number, array in enumerate(arrays):
                if not number or not self._is_open:
                    await self._open(array)
                await self.write_frame(array)
                if not self.HOLDS_MANY or number == len(arrays) - 1:
                    await self._close()
        except FrameFileError:
            await self._abandon()
            raise

    async def _keep(self, array: NDArray) -> None:
        if sum(kept.data.nbytes for kept in self._captured) + array.data.nbytes > _MOST_CAPTURED:
            error = f"More than {_MOST_CAPTURED >> 20} MB were captured: use Stream for so many."
            await self._tell(FrameFileError(error))
            await self._end_capture()
            return
        self._captured.append(array)
        await self.post(NumCaptured_RBV=len(self._captured))
        if len(self._captured) == self.setting("NumCapture"):
            if self.setting("AutoSave"):
                await self._write_captured()
            await self._end_capture()

    async def _write_captured(self) -> None:
        if not self._captured:
            await self._tell(FrameFileError("No frame was captured that could be written."))
            return
        await self.post(WriteFile_RBV=1, WriteStatus=0, WriteMessage="")
        try:
            await self._write_whole(self._captured)
        except FrameFileError as error:
            await self._tell(error)
        self._captured = []
        await self.post(WriteFile=0, WriteFile_RBV=0)

    async def _stream(self, array: NDArray) -> None:
        """Write a frame; once a file of many frames has failed, the rest of them are lost."""
        if self._lost is not None:
            await self._tell(self._lost)
            return
        try:
            if not self._is_open:
                await self._open(array)
            elif not self._is_like_first(array):
                await self._tell(FrameFileError(_UNLIKE.format(array.unique_id)))
                return
            seen = await self.write_frame(array)
            if not self.HOLDS_MANY:
                await self._close()
                seen = self.setting("NumCaptured") + 1
        except FrameFileError as error:
            if self.HOLDS_MANY:
                self._lost = error if self._is_open else None
            else:
                await self._abandon()
            await self._tell(error)
            return
        await self.post(NumCaptured_RBV=seen)
        self._streamed += 1
        if self._streamed == self.setting("NumCapture"):
            await self._end_capture()

    def _is_like_first(self, array: NDArray) -> bool:
        first = array if self._first is None else self._first
        return (first.data.shape, first.data.dtype) == (array.data.shape, array.data.dtype)

    # --- files

    async def _open(self, first: NDArray) -> None:
        name = full_name(
            str(self.values["FileTemplate_RBV"]),
            str(self.values["FilePath_RBV"]),
            str(self.values["FileName_RBV"]),
            self.setting("FileNumber"),
        )
        longest = self.fields["FullFileName_RBV"].length - 1
        if len(name) > longest:
            raise FrameFileError(
                f"A file name of {len(name)} characters was asked for, and {longest} are allowed: "
                "choose a shorter FilePath, FileName or FileTemplate."
            )
        await self.post(FullFileName_RBV=name)
        if self.setting("AutoIncrement"):
            await self.set(FileNumber=self.setting("FileNumber") + 1)
        await self.open_file(name + str(self.values["TempSuffix_RBV"]), first)
        self._is_open, self._first = True, first
        await self.post_changes(WriteMessage="")

    async def _close(self) -> int:
        self._is_open, self._first = False, None
        frames = await self.close_file()
        finish(str(self.values["FullFileName_RBV"]), str(self.values["TempSuffix_RBV"]))
        return frames

    async def _abandon(self) -> None:
        """Close a file that could not be written to its end, so that the next one is made anew."""
        if self._is_open:
            self._is_open, self._first = False, None
            with contextlib.suppress(FrameFileError):
                await self.close_file()

    async def fail(self, error: Exception) -> None:
        """Tell what went wrong besides counting it."""
        await super().fail(error)
        await self._tell(FrameFileError(f"{type(error).__name__}: {error}"))
        if not self.is_capturing:
            await self._abandon()
            await self.post_changes(WriteFile=0, WriteFile_RBV=0)

    async def _tell(self, error: FrameFileError) -> None:
        """Show what went wrong."""
        message = str(error).encode("latin-1", "replace").decode("latin-1")
        shown = "".join(letter if letter.isprintable() else " " for letter in message)
        await self.post(WriteStatus=1, WriteMessage=shown[:LONGEST_TEXT])

    # --- capture

    async def _put_capture(self, start: int) -> None:
        """Begin to capture, and return when that has ended; or end it."""
        async with self._busy:
            if start and not self.is_capturing:
                await self._begin_capture()
            elif not start and self.is_capturing:
                await self._end_capture()
        if start and self.is_capturing:
            await self._idle.wait()

    async def _begin_capture(self) -> None:
        await self.post(WriteStatus=0, WriteMessage="", FullFileName_RBV="")
        mode, is_lazy = self.setting("FileWriteMode"), bool(self.setting("LazyOpen"))
        try:
            if mode == SINGLE:
                raise FrameFileError("Nothing can be captured in mode Single: choose another mode.")
            if self.last is None and not is_lazy:
                raise FrameFileError(_NO_FRAME)
            if mode == STREAM and self.HOLDS_MANY and not is_lazy and self.last is not None:
                await self._open(self.last)
        except FrameFileError as error:
            await self._tell(error)
            await self.post(Capture=0, Capture_RBV=0)
            return
        self._captured, self._streamed, self._lost = [], 0, None
        self._idle.clear()
        shown: dict[str, Value] = {"WriteMessage": "Lazy Open..."} if is_lazy else {}
        streaming = int(mode == STREAM)
        await self.post(NumCaptured_RBV=0, WriteFile_RBV=streaming, **shown)
        await self.post(Capture=1, Capture_RBV=1)

    async def _end_capture(self) -> None:
        try:
            if self._is_open:
                await self.post_changes(NumCaptured_RBV=await self._close())
        except FrameFileError as error:
            await self._tell(self._lost or error)
        await self.post(WriteFile_RBV=0)
        await self.post(Capture=0, Capture_RBV=0)
        self._idle.set()

    # --- puts

    async def _put_write(self, start: int) -> None:
        """Write the last frame, or those captured."""
        async with self._busy:
            if start and self.setting("FileWriteMode") == CAPTURE:
                await self._write_captured()
            elif start and self.setting("FileWriteMode") == SINGLE:
                if self.last is None:
                    await self._tell(FrameFileError(_NO_FRAME))
                else:
                    await self._write_single(self.last)
            await self.post(WriteFile=0)

    async def _put_read(self, start: int) -> None:
        if start:
            raise PutRefusedError("ReadFile takes only 0: this plugin reads no files.")

    async def _put_free(self, start: int) -> None:
        if start and not self.is_capturing:
            self._captured = []
            await self.post(NumCaptured_RBV=0)
        await self.post(FreeCapture=0)

    async def _put_number(self, frames: int) -> None:
        if frames < 0:
            raise PutRefusedError(f"NumCapture takes 0 frames or more, not {frames}.")
        await self.set(NumCapture=frames)

    async def _put_template(self, template: str) -> None:
        check_template(template)
        await self.set(FileTemplate=template)

    async def _put_path(self, path: str) -> None:
        """Take a directory, and make it if CreateDirectory says so; show whether it exists."""
        path = with_separator(path)
        message = ""
        try:
            make_directories(path, self.setting("CreateDirectory"))
        except OSError as error:
            message = f"{path} could not be made: {error.strerror}."
        await self.set(FilePath=path)
        await self.post(FilePathExists_RBV=int(is_writable(path)), WriteMessage=message)
