"""The plugin that writes TIFF files, one for each frame: NDFileTIFF."""

import asyncio

from sim_ioc.area_detector.file_fields import file_fields
from sim_ioc.area_detector.file_plugin import FilePlugin
from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.tiff_file import write_tiff

TIFF_FIELDS = file_fields("TIFF")


class TiffPlugin(FilePlugin):
    """Write each frame to a file of its own."""

    PLUGIN_TYPE = "NDFileTIFF"

    def __init__(self, prefix: str, pipeline: Pipeline, name: str, source: str) -> None:
        template = "%s%s_%6.6d.tiff"
        super().__init__(prefix, TIFF_FIELDS, pipeline, name, source, FileTemplate=template)
        self._path = ""

    async def open_file(self, path: str, first: NDArray) -> None:
        """Remember where the next frame goes: the file is made when it comes."""
        self._path = path

    async def write_frame(self, array: NDArray) -> int:
        """Write the frame in a thread, since disks may be slow."""
        await asyncio.to_thread(write_tiff, self._path, array)
        return 1

    async def close_file(self) -> int:
        """Do nothing: the file is complete."""
        return 1
