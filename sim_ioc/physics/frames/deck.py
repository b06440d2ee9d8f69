"""Random numbers drawn once and dealt anew for each frame, in short stretches from any place.

The numbers fill their distribution evenly, in an order drawn by lot. A frame takes them in
stretches of `STRETCH`, each from a place of its own chosen by lot: short ones, because how the
total of a frame varies is known only as well as there are different stretches.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.frames.distributions import normal_quantile
from sim_ioc.physics.frames.quantiles import column_of

Frame = NDArray[np.float32]
Number = TypeVar("Number", np.float32, np.uint16)

#: Neighbouring pixels that take neighbouring numbers.
STRETCH = 256
#: Fewest and most random numbers: 10 bytes for each.
_FEWEST = 1 << 18
_MOST = 1 << 21
#: Its multiples fill the interval from 0 to 1 evenly, and so do those of any stretch of deviates
#: (Weyl's sequence; Kuipers & Niederreiter, Uniform Distribution of Sequences (Wiley 1974)).
_GOLDEN = (5**0.5 - 1) / 2


class Deck:
    """Deal random numbers to a frame of so many pixels, at most `block` at a time.

    What a method returns holds until it is called again.
    """

    def __init__(self, pixels: int, block: int, random: np.random.Generator) -> None:
        size = 1 << (min(max(pixels, _FEWEST), _MOST) - 1).bit_length()
        order = random.permutation(size)
        self._random = random
        self._stretches = -(-pixels // STRETCH)
        self._normal = normal_quantile((order + 0.5) / size).astype(np.float32)
        self._column = column_of(self._normal)
        self._uniform = (order * _GOLDEN % 1).astype(np.float32)
        self._deviates, self._fractions = np.empty((2, block // STRETCH, STRETCH), np.float32)
        self._columns = np.empty((block // STRETCH, STRETCH), np.uint16)
        self.shuffle()

    def shuffle(self) -> None:
        """Choose other places for the next frame."""
        self._shift = int(self._random.integers(STRETCH))
        count = self._normal.size // STRETCH - 1
        self._places = self._random.integers(count, size=self._stretches)

    def normal(self, part: slice) -> Frame:
        """Return standard normal deviates for a part of the frame."""
        return self._dealt(self._normal, part, self._deviates)

    def column(self, part: slice) -> NDArray[np.uint16]:
        """Return the columns of `quantiles` in which `normal` lies."""
        return self._dealt(self._column, part, self._columns)

    def uniform(self, part: slice) -> Frame:
        """Return numbers from 0 to 1 that are independent of `normal`."""
        return self._dealt(self._uniform, part, self._fractions)

    def _dealt(
        self, numbers: NDArray[Number], part: slice, out: NDArray[Number]
    ) -> NDArray[Number]:
        """Copy the stretches of a part, which starts at a stretch, into `out`."""
        places = self._places[part.start // STRETCH : -(-part.stop // STRETCH)]
        usable = slice(self._shift, self._shift + numbers.size - STRETCH)
        filled = out[: len(places)]
        numbers[usable].reshape(-1, STRETCH).take(places, axis=0, out=filled, mode="clip")
        return filled.reshape(-1)[: part.stop - part.start]
