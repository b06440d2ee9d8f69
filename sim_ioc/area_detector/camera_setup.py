"""The settings of the camera: what is taken, and what the driver makes of it."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from sim_ioc.area_detector.camera_fields import CAMERA_FIELDS
from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.area_detector.ndarray import DATA_TYPES
from sim_ioc.area_detector.pairs import READBACK
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.port import Port
from sim_ioc.area_detector.port_fields import COLOR_MODES
from sim_ioc.area_detector.regions import Region, Span
from sim_ioc.channel_access.fields import Value
from sim_ioc.errors import PutRefusedError

#: What numbers may be put: seconds, counts, factors.
_LIMITS: Mapping[str, tuple[float, float]] = {
    "AcquireTime": (0.0, 1e6),
    "AcquirePeriod": (0.0, 1e6),
    "NumImages": (0, 2**31 - 1),
    "NumExposures": (1, 10_000),
    "Gain": (0.0, 1e6),
}
_REGION = ("BinX", "BinY", "MinX", "MinY", "SizeX", "SizeY", "ReverseX", "ReverseY")


class CameraSetup(Port):
    """Hold the settings of a camera."""

    def __init__(
        self, prefix: str, settings: AreaDetectorSettings, pipeline: Pipeline, port_name: str
    ) -> None:
        rows, columns = settings.rows, settings.columns
        sizes = {"SizeX": columns, "SizeY": rows, "MaxSizeX_RBV": columns, "MaxSizeY_RBV": rows}
        super().__init__(
            prefix,
            CAMERA_FIELDS,
            pipeline,
            port_name,
            AcquireTime=settings.exposure,
            TemperatureActual=25.0,
            Model_RBV=f"simulated {settings.image}",
            **sizes,
        )
        self._shape = rows, columns
        self.values |= self._output()
        self.handlers |= {
            "ColorMode": self._put_color_mode,
            "DataType": self._put_data_type,
            "Temperature": self._put_temperature,
            "ShutterControl": self._put_shutter,
            **{name: partial(self._put_checked, name) for name in _LIMITS},
            **{name: partial(self._put_region, name) for name in _REGION},
        }

    @property
    def region(self) -> Region:
        """Return what is read of the sensor."""
        return Region(self._span("Y"), self._span("X")).within(self._shape)

    def _span(self, axis: str) -> Span:
        first, size, binning = (int(self.number(name + axis)) for name in ("Min", "Size", "Bin"))
        return Span(first, size, binning, bool(self.values["Reverse" + axis]))

    async def _put_region(self, name: str, value: int) -> None:
        """Take the region asked for; the readbacks show the nearest that the sensor has."""
        await self.post(**{name: value})
        region = self.region
        for axis, span in (("X", region.columns), ("Y", region.rows)):
            shown = {"Min": span.first, "Size": span.size, "Bin": span.binning}
            await self.post_changes(**{part + axis + READBACK: n for part, n in shown.items()})
            await self.post_changes(**{f"Reverse{axis}_RBV": int(span.is_reversed)})
        await self.post_changes(**self._output())

    def _output(self) -> dict[str, Value]:
        """Return what is told of the frames to come."""
        rows, columns = self.region.shape
        item = np.dtype(DATA_TYPES[self.setting("DataType")].lower()).itemsize
        size = rows * columns * item
        return {"ArraySizeX_RBV": columns, "ArraySizeY_RBV": rows, "ArraySize_RBV": size}

    async def _put_checked(self, name: str, value: float) -> None:
        low, high = _LIMITS[name]
        if not low <= value <= high:
            raise PutRefusedError(f"{name} takes numbers from {low:g} to {high:g}, not {value:g}.")
        await self.set(**{name: value})

    async def _put_color_mode(self, mode: int) -> None:
        if mode:
            raise PutRefusedError(f"ColorMode takes Mono only, not {COLOR_MODES[mode]}.")
        await self.set(ColorMode=mode)

    async def _put_data_type(self, data_type: int) -> None:
        await self.set(DataType=data_type)
        await self.post_changes(**self._output())

    async def _put_temperature(self, temperature: float) -> None:
        """Cool or heat at once."""
        await self.set(Temperature=temperature)
        await self.post(TemperatureActual=temperature)

    async def _put_shutter(self, is_open: int) -> None:
        await self.set(ShutterControl=is_open)
        await self.post(ShutterStatus_RBV=is_open)
