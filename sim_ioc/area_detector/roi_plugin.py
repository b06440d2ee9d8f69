"""The plugin that cuts a region out of frames: NDPluginROI."""

from sim_ioc.area_detector.ndarray import DATA_TYPES, NDArray, converted
from sim_ioc.area_detector.pairs import READBACK, enable, integer, pairs, shown_integer, yes_no
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.area_detector.regions import Region, Span
from sim_ioc.channel_access.fields import Array, double, menu, string, table

#: Larger than any frame: the region is all of it.
_ALL = 1_000_000
_AUTOMATIC = len(DATA_TYPES)
#: The words of DataTypeOut.
DATA_TYPES_OUT = (*DATA_TYPES, "Automatic")

ROI_FIELDS = PLUGIN_FIELDS | table(
    (
        *pairs(
            string("Name", "Name of the region"),
            enable("EnableScale", "Divide by Scale"),
            double("Scale", "What sums are divided by", 1.0),
            menu(
                "DataTypeOut", "Type of the pixels that are passed on", DATA_TYPES_OUT, _AUTOMATIC
            ),
            enable("CollapseDims", "Leave out dimensions of size 1: without effect"),
        ),
        *(
            field
            for axis in "XYZ"
            for field in pairs(
                integer(f"Min{axis}", f"First pixel, {axis}", unit="pixels"),
                integer(f"Size{axis}", f"Pixels, {axis}", _ALL, "pixels"),
                integer(f"Bin{axis}", f"Pixels added in one, {axis}", 1, "pixels"),
                yes_no(f"AutoSize{axis}", f"Take all pixels, {axis}"),
                yes_no(f"Reverse{axis}", f"Turn around, {axis}"),
                enable(f"Enable{axis}", f"Cut and bin, {axis}", 1),
            )
        ),
        *(shown_integer(f"MaxSize{axis}_RBV", f"Pixels that come in, {axis}") for axis in "XYZ"),
        *(shown_integer(f"Max{axis}", f"Pixels that come in, {axis}") for axis in "XY"),
        *(shown_integer(f"Set{axis}HOPR", f"Sets limits of displays, {axis}") for axis in "XY"),
    )
)


def cut(data: Array, region: Region, scale: float, data_type: int) -> Array:
    """Return a region of `data` as a frame of `data_type`; `scale` 0 stands for no scaling."""
    part = region.of(data)
    if scale:
        part = part.astype(float) / scale
    return converted(part, data_type)


class RoiPlugin(Plugin):
    """Pass on a region of each frame, binned by adding; sums keep their low bits, as in ADCore."""

    PLUGIN_TYPE = "NDPluginROI"

    def __init__(self, prefix: str, pipeline: Pipeline, name: str, source: str) -> None:
        super().__init__(prefix, ROI_FIELDS, pipeline, name, source)

    async def process(self, array: NDArray) -> None:
        """Cut, and tell what was cut."""
        rows, columns = array.data.shape
        region = Region(self._span("Y", rows), self._span("X", columns))
        wanted = self.setting("DataTypeOut")
        data_type = array.data_type if wanted == _AUTOMATIC else wanted
        scale = self.number("Scale_RBV") if self.setting("EnableScale") else 0.0
        made = await self.pipeline.compute(
            array.data.size, cut, array.data, region, scale, data_type
        )
        await self._show(region, array.data.shape)
        await self.show_output(made)
        await self.pass_on(array.with_data(made))

    def _span(self, axis: str, pixels: int) -> Span:
        """Return what is taken along an axis of so many pixels."""
        turned = bool(self.setting("Reverse" + axis))
        if not self.setting("Enable" + axis):
            return Span(0, pixels, 1, turned)
        first, size, binning = (int(self.number(part + axis)) for part in ("Min", "Size", "Bin"))
        if self.setting("AutoSize" + axis):
            first, size = 0, pixels
        return Span(first, size, binning, turned).within(pixels)

    async def _show(self, region: Region, came_in: tuple[int, ...]) -> None:
        rows, columns = came_in
        for axis, span, most in (("X", region.columns, columns), ("Y", region.rows, rows)):
            await self.post_changes(
                **{
                    f"Min{axis}{READBACK}": span.first,
                    f"Size{axis}{READBACK}": span.size,
                    f"Bin{axis}{READBACK}": span.binning,
                    f"MaxSize{axis}_RBV": most,
                    f"Max{axis}": most,
                }
            )
