"""The plugin that corrects and filters frames: NDPluginProcess."""

import numpy as np

from sim_ioc.area_detector.ndarray import NDArray, converted
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.area_detector.process_fields import AUTOMATIC, FILTER_TYPES, PROCESS_FIELDS
from sim_ioc.area_detector.processing import (
    COEFFICIENTS,
    FILTERS,
    Correction,
    Floats,
    RecursiveFilter,
)
from sim_ioc.channel_access.fields import Array, Value
from sim_ioc.errors import PutRefusedError

_MOST_FILTERED = 1_000_000
_TOLD = (*COEFFICIENTS, "OOffset", "OScale", "FOffset", "FScale", "ROffset")


class ProcessPlugin(Plugin):
    """Correct each frame, filter it with those before, and pass the outcome on."""

    PLUGIN_TYPE = "NDPluginProcess"

    def __init__(self, prefix: str, pipeline: Pipeline, name: str, source: str) -> None:
        super().__init__(prefix, PROCESS_FIELDS, pipeline, name, source)
        self._background: Floats | None = None
        self._flat_field: Floats | None = None
        self._filter = RecursiveFilter()
        self.handlers |= {
            "SaveBackground": self._save_background,
            "SaveFlatField": self._save_flat_field,
            "AutoOffsetScale": self._put_auto,
            "FilterType": self._put_filter_type,
            "NumFilter": self._put_number,
            "LowClip": self._put_low_clip,
            "HighClip": self._put_high_clip,
        }

    async def process(self, array: NDArray) -> None:
        """Correct, filter, pass on."""
        await self._show_valid(array.data)
        corrected = await self.pipeline.compute(array.data.size, self._corrected, array.data)
        filtered = await self._filtered(corrected)
        if filtered is None:
            return
        wanted = self.setting("DataTypeOut")
        made = converted(filtered, array.data_type if wanted == AUTOMATIC else wanted)
        await self.show_output(made)
        await self.pass_on(array.with_data(made))

    def _corrected(self, data: Array) -> Floats:
        return Correction(
            background=self._if("EnableBackground", self._fitting(self._background, data)),
            flat_field=self._if("EnableFlatField", self._fitting(self._flat_field, data)),
            flat_field_scale=self.number("ScaleFlatField_RBV"),
            offset_scale=self._two("EnableOffsetScale", "Offset", "Scale"),
            high=self._two("EnableHighClip", "HighClipThresh", "HighClipValue"),
            low=self._two("EnableLowClip", "LowClipThresh", "LowClipValue"),
        ).of(data)

    def _if(self, enable: str, frame: Floats | None) -> Floats | None:
        return frame if self.setting(enable) else None

    @staticmethod
    def _fitting(saved: Floats | None, data: Array) -> Floats | None:
        return saved if saved is not None and saved.shape == data.shape else None

    def _two(self, enable: str, one: str, two: str) -> tuple[float, float] | None:
        if not self.setting(enable):
            return None
        return self.number(one + "_RBV"), self.number(two + "_RBV")

    async def _filtered(self, data: Floats) -> Floats | None:
        """Return what is passed on; None if only every N-th frame is, and this is none."""
        if not self.setting("EnableFilter"):
            return data
        most = self.setting("NumFilter")
        reset = bool(self.setting("ResetFilter")) or (
            bool(self.setting("AutoResetFilter")) and self._filter.seen >= most
        )
        told = {name: self.number(name + "_RBV") for name in _TOLD}
        made = self._filter.apply(data, told, most, reset=reset)
        await self.set(ResetFilter=0)
        await self.post(NumFiltered_RBV=self._filter.seen)
        if self.setting("FilterCallbacks") and self._filter.seen != most:
            return None
        return made

    async def _show_valid(self, data: Array) -> None:
        await self.post_changes(
            ValidBackground_RBV=int(self._fitting(self._background, data) is not None),
            ValidFlatField_RBV=int(self._fitting(self._flat_field, data) is not None),
        )

    # --- puts

    async def _save_background(self, save: int) -> None:
        """Keep the last frame as background; a put of No forgets nothing."""
        if save and self.last is not None:
            self._background = self.last.data.astype(np.float64)
            await self.post(ValidBackground_RBV=1)
        await self.set(SaveBackground=0)

    async def _save_flat_field(self, save: int) -> None:
        if save and self.last is not None:
            self._flat_field = self.last.data.astype(np.float64)
            await self.post(ValidFlatField_RBV=1)
        await self.set(SaveFlatField=0)

    async def _put_auto(self, start: int) -> None:
        """Scale so that the last frame fills the range of its type."""
        if not start or self.last is None:
            return
        data = self.last.data
        low, high, full = float(data.min()), float(data.max()), 2.0 ** (8 * data.itemsize) - 1
        await self.post(AutoOffsetScale=1)
        if high > low:
            await self.set(Offset=-low, Scale=full / (high - low), EnableOffsetScale=1)
            await self.set(LowClipThresh=0.0, HighClipThresh=full, EnableLowClip=1)
            await self.set(EnableHighClip=1)
        await self.post(AutoOffsetScale=0)

    async def _put_filter_type(self, kind: int) -> None:
        """Set the coefficients of a filter by its name."""
        share = 1 / self.setting("NumFilter")
        weights = FILTERS[FILTER_TYPES[kind]]
        told: dict[str, Value] = {
            name: share if weight is None else float(weight)
            for name, weight in zip(COEFFICIENTS, weights, strict=True)
        }
        await self.set(FilterType=kind, **told)

    async def _put_number(self, number: int) -> None:
        if not 1 <= number <= _MOST_FILTERED:
            raise PutRefusedError(f"NumFilter takes 1 to {_MOST_FILTERED} frames, not {number}.")
        await self.set(NumFilter=number)
        await self.post(NumFilterRecip=1 / number)
        if FILTER_TYPES[int(self.number("FilterType"))] == "Average":
            await self._put_filter_type(FILTER_TYPES.index("Average"))

    async def _put_low_clip(self, limit: float) -> None:
        """Set threshold and value in one, as before ADCore 3.9."""
        await self.set(LowClip=limit, LowClipThresh=limit, LowClipValue=limit)

    async def _put_high_clip(self, limit: float) -> None:
        await self.set(HighClip=limit, HighClipThresh=limit, HighClipValue=limit)
