"""The plugin that computes statistics of frames: NDPluginStats."""

import math
from collections.abc import Mapping

import numpy as np

from sim_ioc.area_detector import statistics
from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pairs import READBACK
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.plugin import Plugin
from sim_ioc.area_detector.series import Series
from sim_ioc.area_detector.stats_fields import MOMENTS, MOST_BINS, STATISTICS, stats_fields
from sim_ioc.channel_access.fields import Array, Value
from sim_ioc.errors import PutRefusedError

Values = Mapping[str, Value]


class StatsPlugin(Plugin):
    """Tell statistics of each frame, and collect them in series."""

    PLUGIN_TYPE = "NDPluginStats"

    def __init__(
        self, prefix: str, pipeline: Pipeline, name: str, source: str, shape: tuple[int, int]
    ) -> None:
        rows, columns = shape
        super().__init__(prefix, stats_fields(columns, rows), pipeline, name, source)
        self._series = Series()
        self.handlers |= {
            "HistSize": self._put_bins,
            "TSControl": self._put_control,
            "TSRead": self._put_read,
            "TSNumPoints": self._put_points,
            **dict.fromkeys(("Reset", "Reset1", "Reset2"), self._put_reset),
        }

    async def process(self, array: NDArray) -> None:
        """Compute what is asked for, show it, and pass the frame on."""
        told: dict[str, Value] = {}
        steps = {
            "ComputeStatistics": self._basic,
            "ComputeCentroid": self._moments,
            "ComputeProfiles": self._profiles,
            "ComputeHistogram": self._histogram,
        }
        for name, step in steps.items():
            if self.setting(name):
                told |= await self.pipeline.compute(array.data.size, step, array.data, told)
        await self.post(**told)
        await self._collect(array)
        await self.pass_on(array)

    def _basic(self, data: Array, _: Values) -> Values:
        told = statistics.basic(data, self.setting("BgdWidth"))
        return {name + READBACK: value for name, value in told.items()}

    def _moments(self, data: Array, _: Values) -> Values:
        bright = statistics.above(data, self.number("CentroidThreshold_RBV"))
        told = statistics.centroid(bright)
        every, high = statistics.profiles(data), statistics.profiles(bright)
        return {name + READBACK: value for name, value in told.items()} | {
            "ProfileAverageX_RBV": every.x,
            "ProfileAverageY_RBV": every.y,
            "ProfileThresholdX_RBV": high.x,
            "ProfileThresholdY_RBV": high.y,
        }

    def _profiles(self, data: Array, told: Values) -> Values:
        rows, columns = data.shape
        middle = [told.get(name, self.values[name]) for name in ("CentroidY_RBV", "CentroidX_RBV")]
        row, column = (float(place) for place in middle)  # type: ignore[arg-type]
        cursor_row, cursor_column = self.setting("CursorY"), self.setting("CursorX")
        row, cursor_row = (_pixel(place, rows) for place in (row, cursor_row))
        column, cursor_column = (_pixel(place, columns) for place in (column, cursor_column))
        return {
            "ProfileSizeX_RBV": columns,
            "ProfileSizeY_RBV": rows,
            "MaxSizeX": columns,
            "MaxSizeY": rows,
            "ProfileCentroidX_RBV": data[row].astype(np.float64),
            "ProfileCentroidY_RBV": data[:, column].astype(np.float64),
            "ProfileCursorX_RBV": data[cursor_row].astype(np.float64),
            "ProfileCursorY_RBV": data[:, cursor_column].astype(np.float64),
            "CursorVal": float(data[cursor_row, cursor_column]),
        }

    def _histogram(self, data: Array, _: Values) -> Values:
        low, high = self.number("HistMin_RBV"), self.number("HistMax_RBV")
        counted = statistics.histogram(data, self.setting("HistSize"), low, high)
        return {
            "Histogram_RBV": counted.counts,
            "HistogramX_RBV": counted.values,
            "HistBelow_RBV": counted.below,
            "HistAbove_RBV": counted.above,
            "HistEntropy_RBV": counted.entropy,
        }

    # --- series

    async def _collect(self, array: NDArray) -> None:
        if not self._series.is_running:
            return
        told = {name: self.number(name + READBACK) for name in (*STATISTICS, *MOMENTS)}
        self._series.add(told | {"Timestamp": array.epics_time})
        await self.post(TSCurrentPoint=len(self._series), TSAcquiring=int(self._series.is_running))
        if not self._series.is_running:
            await self._put_read(1)

    async def _put_control(self, command: int) -> None:
        self._series.control(command, int(self.number("TSNumPoints")))
        await self.post(
            TSControl=command,
            TSCurrentPoint=len(self._series),
            TSAcquiring=int(self._series.is_running),
        )
        await self._put_read(1)

    async def _put_points(self, points: int) -> None:
        most = self.fields["TSTotal"].length
        if not 1 <= points <= most:
            raise PutRefusedError(f"TSNumPoints takes 1 to {most} points, not {points}.")
        await self.post(TSNumPoints=points)

    async def _put_read(self, start: int) -> None:
        if start:
            arrays = self._series.arrays()
            await self.post(**{"TS" + name: values for name, values in arrays.items()})
        await self.post(TSRead=0)

    # --- other puts

    async def _put_bins(self, bins: int) -> None:
        if not 1 <= bins <= MOST_BINS:
            raise PutRefusedError(f"HistSize takes 1 to {MOST_BINS} bins, not {bins}.")
        await self.set(HistSize=bins)

    async def _put_reset(self, _: int) -> None:
        await self.post(**{name + READBACK: 0.0 for name in (*STATISTICS, *MOMENTS)})


def _pixel(place: float, pixels: int) -> int:
    """Return the pixel of a line that is nearest to a place; the first if that is no number."""
    return 0 if math.isnan(place) else round(min(max(place, 0), pixels - 1))
