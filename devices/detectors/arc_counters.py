"""What is counted on arcs and rings of a frame, from its pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from devices.data_keys import number_key
from devices.detectors.camera_documents import FrameShape
from devices.detectors.frame_corrections import FrameCorrections
from devices.detectors.frame_statistics import THRESHOLD, Value, statistics_of
from devices.errors import InvalidTargetError
from devices.finite import is_finite
from reduction.regions import STATISTICS

#: By the word that people use, as those of rectangles.
ARC_STATISTICS = tuple(STATISTICS)
_CIRCLE = 360.0


@dataclass(frozen=True)
class ArcRegion:
    """The pixels between two radii and two angles around a center, edges included (BL-123).

    Parameters
    ----------
    x, y
        The center, column and row, counted from 0; it may lie outside the frame.
    inner, outer
        Radii in pixels.
    start, stop
        Angles in degrees, from the direction of growing columns to that of growing rows; the arc
        goes from `start` up to `stop`. Without them it is a ring.

    Examples
    --------
    >>> ArcRegion(x=1, y=1, inner=0, outer=1).mask(rows=3, columns=3).astype(int)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]])
    """

    x: float
    y: float
    inner: float
    outer: float
    start: float = 0.0
    stop: float = _CIRCLE

    def __post_init__(self) -> None:
        """Refuse what is no arc."""
        given = (self.x, self.y, self.inner, self.outer, self.start, self.stop)
        is_arc = all(map(is_finite, given)) and 0 <= self.inner < self.outer
        if not (is_arc and 0 < self.stop - self.start <= _CIRCLE):
            message = (
                "an arc has radii from 0 on, the inner one smaller, and angles that go up by 360 "
                f"degrees or less, which {self} has not"
            )
            raise InvalidTargetError(message)

    def mask(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        """Tell for each pixel of a frame, rows first, whether it is on the arc."""
        row, column = np.ogrid[:rows, :columns]
        radius = np.hypot(row - self.y, column - self.x)
        angle = np.degrees(np.arctan2(row - self.y, column - self.x))
        is_between = (angle - self.start) % _CIRCLE <= self.stop - self.start
        return (self.inner <= radius) & (radius <= self.outer) & is_between

    def __str__(self) -> str:
        """Say where it is."""
        arc = f"radius {self.inner} to {self.outer} around column {self.x}, row {self.y}"
        is_ring = (self.start, self.stop) == (0.0, _CIRCLE)
        return arc if is_ring else f"{arc}, {self.start} to {self.stop} degrees"


@dataclass(frozen=True)
class ArcCounters:
    """Counters of an arc, computed here: areaDetector has no plugin for them.

    Each point then gets its last frame over Channel Access, which 4 megapixels make slow.

    Parameters
    ----------
    counters
        What is counted, by the name of its column: ``sum mean min max sigma`` of the pixels.
    region
        Where; what of it lies outside the frame counts nothing.
    image
        The plugin that gives frames, as it stands behind the prefix.
    corrections
        Bad pixels, background and flat field; where None is given those of the camera.

    Examples
    --------
    >>> ring = ArcRegion(x=256, y=256, inner=100, outer=110)
    >>> list(ArcCounters({"ring": "sum"}, ring).counters)
    ['ring']
    """

    counters: Mapping[str, str]
    region: ArcRegion
    image: str = "image1:"
    corrections: FrameCorrections | None = None

    def __post_init__(self) -> None:
        """Refuse statistics that there are not."""
        unknown = [word for word in self.counters.values() if word not in ARC_STATISTICS]
        if unknown or not self.counters:
            message = (
                f"counters of an arc are {', '.join(ARC_STATISTICS)}, not "
                f"{', '.join(map(repr, unknown)) or 'none at all'}"
            )
            raise InvalidTargetError(message)

    @property
    def numbers(self) -> list[str]:
        """Counters that are one number each: all."""
        return list(self.counters)

    def place(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        """Give the pixels of the arc.

        Raises
        ------
        InvalidTargetError
            The frame has none of them.
        """
        mask = self.region.mask(rows, columns)
        if not mask.any():
            message = (
                f"the region of {', '.join(self.counters)} is {self.region}, and frames have "
                f"{columns} columns and {rows} rows: none of it is in them"
            )
            raise InvalidTargetError(message)
        return mask

    def counted(self, frame: npt.NDArray[Any], good: npt.NDArray[np.bool_]) -> dict[str, Value]:
        """Give the value of each counter from the good pixels of the arc."""
        return statistics_of(self.counters, frame, good, THRESHOLD)

    def describe(self, source: str, shape: FrameShape | None) -> dict[str, dict[str, Any]]:
        """Describe all counters."""
        del shape
        return {name: number_key(f"{self.region} of {source}", "counts") for name in self.counters}
