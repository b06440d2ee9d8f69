"""What is counted on arcs and rings of a frame, from its pixels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from devices.errors import InvalidTargetError
from devices.finite import is_finite

_Pixels = npt.NDArray[np.float64]
#: By the word that people use, as those of rectangles.
ARC_STATISTICS: Mapping[str, Callable[[_Pixels], float]] = {
    "sum": lambda pixels: float(pixels.sum()),
    "mean": lambda pixels: float(pixels.mean()),
    "min": lambda pixels: float(pixels.min()),
    "max": lambda pixels: float(pixels.max()),
    "sigma": lambda pixels: float(pixels.std()),
}
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
    bad_pixels
        Those that count nothing: not 0 in an array of the size of a frame, rows first, or in the
        ``.npy`` file of that name, as in NeXus's ``pixel_mask`` (BL-125).

    Examples
    --------
    >>> ring = ArcRegion(x=256, y=256, inner=100, outer=110)
    >>> list(ArcCounters({"ring": "sum"}, ring).counters)
    ['ring']
    """

    counters: Mapping[str, str]
    region: ArcRegion
    image: str = "image1:"
    bad_pixels: npt.NDArray[Any] | str | Path | None = field(
        default=None, repr=False, compare=False
    )

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

    def checked_mask(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        """Give the pixels of the arc, bad ones left out.

        Raises
        ------
        InvalidTargetError
            The frame has none of them, or they are all bad, or bad ones are told of another frame.
        """
        mask = self.region.mask(rows, columns)
        is_there = bool(mask.any())
        if self.bad_pixels is not None:
            mask &= self._good(rows, columns)
        if is_there and not mask.any():
            message = f"{', '.join(self.counters)} would count nothing: all of its pixels are bad"
            raise InvalidTargetError(message)
        if not is_there:
            message = (
                f"the region of {', '.join(self.counters)} is {self.region}, and frames have "
                f"{columns} columns and {rows} rows: none of it is in them"
            )
            raise InvalidTargetError(message)
        return mask

    def _good(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        told = self.bad_pixels
        try:
            bad = np.load(told, allow_pickle=False) if isinstance(told, str | Path) else told
        except (OSError, ValueError) as error:
            message = f"the bad_pixels of {', '.join(self.counters)} cannot be read: {error}"
            raise InvalidTargetError(message) from error
        found = np.asarray(bad)
        if found.shape != (rows, columns):
            message = (
                f"the bad_pixels of {', '.join(self.counters)} are told of a frame of shape "
                f"{found.shape}, and frames have {rows} rows and {columns} columns"
            )
            raise InvalidTargetError(message)
        return found == 0

    def values(self, frame: npt.NDArray[Any], mask: npt.NDArray[np.bool_]) -> dict[str, float]:
        """Give the value of each counter from the pixels of a frame, rows first."""
        pixels = frame[mask].astype(np.float64)
        return {name: ARC_STATISTICS[word](pixels) for name, word in self.counters.items()}
