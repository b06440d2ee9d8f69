"""The plugin that writes HDF5 files: NDFileHDF5, with the writing in a process of its own."""

import time

from sim_ioc.area_detector.file_plugin import FilePlugin
from sim_ioc.area_detector.hdf5_fields import EXTRA_DIMENSIONS, HDF5_FIELDS
from sim_ioc.area_detector.hdf5_layout import (
    BLOSC_COMPRESSORS,
    COMPRESSIONS,
    Compression,
    Layout,
    Stamp,
)
from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.writer_process import WriterProcess
from sim_ioc.errors import FrameFileError, PutRefusedError

_ATTRIBUTE_CHUNK = 16384


class Hdf5Plugin(FilePlugin):
    """Write frames to HDF5 files; NumCaptured never tells of more frames than a reader sees."""

    PLUGIN_TYPE = "NDFileHDF5"
    HOLDS_MANY = True

    def __init__(self, prefix: str, pipeline: Pipeline, name: str, source: str) -> None:
        template = "%s%s_%6.6d.h5"
        super().__init__(prefix, HDF5_FIELDS, pipeline, name, source, FileTemplate=template)
        self.writer = WriterProcess()
        self._layout: Layout | None = None
        self._bits = self._seconds = 0.0
        self.handlers |= {
            "EnableCallbacks": self._put_enable,
            "FlushNow": self._put_flush,
            "NumExtraDims": self._put_extra,
        }

    async def open_file(self, path: str, first: NDArray) -> None:
        """Make the file with all its datasets."""
        layout = self._layout = self._layout_for(first)
        self._bits = self._seconds = 0.0
        try:
            await self.writer.open(path, layout)
        except FrameFileError as error:
            raise FrameFileError(f"{path} could not be opened: {error}") from error
        frames, rows, columns = layout.chunk
        chunks = {"NumFramesChunks": frames, "NumRowChunks": rows, "NumColChunks": columns}
        await self.set(**chunks)
        await self.post(SWMRActive_RBV=int(layout.is_swmr), SWMRCbCounter_RBV=0)

    async def write_frame(self, array: NDArray) -> int:
        """Write a frame; tell how many a reader sees."""
        stamp = Stamp(
            array.unique_id, array.epics_time, array.epics_seconds, array.epics_nanoseconds
        )
        began = time.perf_counter()
        try:
            frames = await self.writer.write(array.data, stamp)
        except FrameFileError as error:
            what = f"Frame {array.unique_id} could not be written: {error}"
            raise FrameFileError(what) from error
        self._seconds += time.perf_counter() - began
        self._bits += 8e-6 * array.data.nbytes
        if self.values["SWMRActive_RBV"]:
            await self.post(SWMRCbCounter_RBV=self.setting("SWMRCbCounter") + 1)
        return frames

    async def close_file(self) -> int:
        """Finish the file, and tell how fast it was written."""
        try:
            return await self.writer.close()
        finally:
            speed = self._bits / self._seconds if self._seconds else 0.0
            await self.post(SWMRActive_RBV=0, RunTime=self._seconds, IOSpeed=speed)

    # --- what the file is like

    def _layout_for(self, first: NDArray) -> Layout:
        rows, columns = first.data.shape
        high, wide = self.setting("NumRowChunks"), self.setting("NumColChunks")
        if self.setting("ChunkSizeAuto"):
            high, wide = rows, columns
        return Layout(
            shape=(rows, columns),
            dtype=first.data.dtype.str,
            chunk=(
                max(self.setting("NumFramesChunks"), 1) if not self._extra() else 1,
                min(high, rows) if high > 0 else rows,
                min(wide, columns) if wide > 0 else columns,
            ),
            extra=self._extra(),
            compression=self._compression(),
            fill_value=self.number("FillValue_RBV"),
            is_swmr=bool(self.setting("SWMRMode")),
            has_attributes=bool(self.setting("StoreAttr")),
            has_performance=bool(self.setting("StorePerform")),
            attribute_chunk=self.setting("NDAttributeChunk") or _ATTRIBUTE_CHUNK,
            frames_to_flush=self.setting("NumFramesFlush"),
        )

    def _extra(self) -> tuple[int, ...]:
        """Return the sizes of the dimensions before rows and columns, slowest first.

        Without extra dimensions there is one, of any size; with one there are two, X and N.
        """
        extra = self.setting("NumExtraDims")
        if not extra:
            return ()
        names = EXTRA_DIMENSIONS[: extra + 1]
        return tuple(max(self.setting(f"ExtraDimSize{name}"), 1) for name in reversed(names))

    def _compression(self) -> Compression:
        return Compression(
            method=COMPRESSIONS[self.setting("Compression")],
            zlib_level=self.setting("ZLevel"),
            blosc_compressor=BLOSC_COMPRESSORS[self.setting("BloscCompressor")],
            blosc_shuffle=self.setting("BloscShuffle"),
            blosc_level=self.setting("BloscLevel"),
            szip_pixels=self.setting("SZipNumPixels"),
            bits=self.setting("NumDataBits"),
            bit_offset=self.setting("DataBitsOffset"),
        )

    # --- puts

    async def _put_enable(self, enable: int) -> None:
        """Take frames or not; the process that writes them starts before there are any."""
        if enable:
            self.writer.start()
        await self.set(EnableCallbacks=enable)

    async def _put_flush(self, start: int) -> None:
        async with self._busy:
            if start and self._is_open:
                try:
                    await self.post_changes(NumCaptured_RBV=await self.writer.flush())
                except FrameFileError as error:
                    await self._tell(error)
            await self.post(FlushNow=0)

    async def _put_extra(self, dimensions: int) -> None:
        most = len(EXTRA_DIMENSIONS) - 1
        if not 0 <= dimensions <= most:
            raise PutRefusedError(f"NumExtraDims takes 0 to {most}, not {dimensions}.")
        await self.set(NumExtraDims=dimensions)
