"""Numbers of rectangular regions of images: sums and other statistics of pixels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reduction.errors import ReductionError

Pixels = NDArray[Any]

#: What can be told of the pixels of a region, in double precision whatever the pixels are.
STATISTICS: Mapping[str, Callable[[Pixels], float]] = {
    "sum": lambda pixels: float(pixels.sum(dtype=np.float64)),
    "mean": lambda pixels: float(pixels.mean(dtype=np.float64)),
    "min": lambda pixels: float(pixels.min()),
    "max": lambda pixels: float(pixels.max()),
    "sigma": lambda pixels: float(pixels.std(dtype=np.float64)),
}


@dataclass(frozen=True)
class Region:
    """A rectangle of pixels: first column `x` and row `y`, counted from 0, and its size.

    Raises
    ------
    ReductionError
        It begins before 0, or has no pixel.
    """

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse what is no rectangle."""
        sides = (self.x, self.y, self.width, self.height)
        if not all(map(_is_whole, sides)) or min(sides[:2]) < 0 or min(sides[2:]) < 1:
            message = (
                "a region is four whole numbers: first column and row, counted from 0, width and "
                f"height of 1 or more, and not {sides}"
            )
            raise ReductionError(message)

    def of(self, image: ArrayLike) -> Pixels:
        """Give the pixels of the region, rows first.

        Raises
        ------
        ReductionError
            The region is not all in the image: what is cut off would change its sum unnoticed.
        """
        pixels = np.asarray(image)
        if pixels.ndim != 2 or pixels.dtype.kind not in "biuf":
            message = f"an image has two dimensions of numbers, and not the shape {pixels.shape}"
            raise ReductionError(message)
        rows, columns = pixels.shape
        if self.x + self.width > columns or self.y + self.height > rows:
            message = f"{self} is not all in an image of {columns} columns and {rows} rows"
            raise ReductionError(message)
        return pixels[self.y : self.y + self.height, self.x : self.x + self.width]


def _is_whole(side: object) -> bool:
    return isinstance(side, int | np.integer) and not isinstance(side, bool)


def region_of(told: Sequence[int]) -> Region:
    """Give the region that four numbers mean: x, y, width and height.

    Raises
    ------
    ReductionError
        They are not four, or no rectangle.
    """
    if len(told) != 4:
        message = f"a region is four numbers: x, y, width and height, and not {list(told)}"
        raise ReductionError(message)
    return Region(*told)


def region_value(image: ArrayLike, region: Region, statistic: str = "sum") -> float:
    """Give one number of a region of an image.

    Parameters
    ----------
    image
        Rows first.
    statistic
        ``sum``, ``mean``, ``min``, ``max`` or ``sigma`` of its pixels.

    Raises
    ------
    ReductionError
        There is no such statistic, or the region is not all in the image.

    Examples
    --------
    >>> region_value([[1, 2, 3], [4, 5, 6]], Region(x=1, y=0, width=2, height=2))
    16.0
    """
    return statistic_of(statistic)(region.of(image))


def statistic_of(name: str) -> Callable[[Pixels], float]:
    """Give the function of a name.

    Raises
    ------
    ReductionError
        There is none of this name.
    """
    if name not in STATISTICS:
        message = f"regions have {', '.join(STATISTICS)}, and no {name!r}"
        raise ReductionError(message)
    return STATISTICS[name]
