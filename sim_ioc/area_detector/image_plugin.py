"""The plugin that shows the last frame in a PV: NDStdArrays."""

from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.channel_access.fields import Array, Kind, array, table


class ImagePlugin(Plugin):
    """Show frames of up to `pixels` pixels; only clients that ask for them cost anything.

    Channel Access has no unsigned numbers: pixels travel in 32 bits, as EPICS itself does it.
    """

    PLUGIN_TYPE = "NDPluginStdArrays"

    def __init__(
        self, prefix: str, pipeline: Pipeline, name: str, source: str, pixels: int
    ) -> None:
        shown = array("ArrayData", Kind.LONG, "Pixels of the last frame, row by row", pixels)
        super().__init__(prefix, PLUGIN_FIELDS | table((shown,)), pipeline, name, source)

    async def process(self, array: NDArray) -> None:
        """Show the pixels."""
        await self.post(ArrayData=_pixels(array.data, self.fields["ArrayData"].length))
        await self.pass_on(array)


def _pixels(data: Array, most: int) -> Array:
    return data.reshape(-1)[:most].astype("int32")
