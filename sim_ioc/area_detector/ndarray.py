"""What travels from the camera through the plugins: one frame and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from sim_ioc.channel_access.fields import Array

#: Seconds from 1970, where Unix begins to count, to 1990, where EPICS does.
EPICS_EPOCH = 631_152_000
#: Words of DataType, in areaDetector's order; in lower case they are numpy's names.
DATA_TYPES = (
    "Int8",
    "UInt8",
    "Int16",
    "UInt16",
    "Int32",
    "UInt32",
    "Int64",
    "UInt64",
    "Float32",
    "Float64",
)


@dataclass(frozen=True, slots=True, eq=False)
class NDArray:
    """Hold one frame, rows first; nobody changes `data` once it is on its way."""

    data: Array
    unique_id: int
    #: Unix seconds at the end of the exposure.
    timestamp: float
    attributes: Mapping[str, float | int | str] = field(
        default_factory=dict[str, float | int | str]
    )

    @property
    def epics_seconds(self) -> int:
        """Return the whole seconds since 1990."""
        return int(self.timestamp) - EPICS_EPOCH

    @property
    def epics_nanoseconds(self) -> int:
        """Return what the timestamp has beyond whole seconds."""
        return int(self.timestamp % 1 * 1e9)

    @property
    def epics_time(self) -> float:
        """Return the seconds since 1990."""
        return self.epics_seconds + self.epics_nanoseconds * 1e-9

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Return the sizes as areaDetector counts them: columns first."""
        return self.data.shape[::-1]

    @property
    def data_type(self) -> int:
        """Return the index of the type of the pixels in `DATA_TYPES`."""
        return [np.dtype(name.lower()) for name in DATA_TYPES].index(self.data.dtype)

    def with_data(self, data: Array) -> Self:
        """Return the frame with other pixels, as a plugin makes it."""
        return replace(self, data=data)


def converted(data: Array, data_type: int) -> Array:
    """Return pixels as another of `DATA_TYPES`.

    Integers keep their low bits, as a cast does in C; real numbers are cut at the limits.
    """
    wanted = np.dtype(DATA_TYPES[data_type].lower())
    if wanted == data.dtype:
        return data
    if data.dtype.kind == "f" and wanted.kind != "f":
        limits = np.iinfo(wanted)
        return np.clip(np.nan_to_num(data), limits.min, limits.max).astype(wanted)
    return data.astype(wanted)
