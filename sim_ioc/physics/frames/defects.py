"""Pixels that tell nothing, and pixels that count without light."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim_ioc.errors import PhysicsError


class Defects:
    """Choose bad pixels by lot, the same ones for the same seed.

    `dead` and `hot` are parts of all pixels; a hot pixel counts between 0 and 2 · `rate` more per
    second than the others, each at a pace of its own.

    Examples
    --------
    >>> import numpy as np
    >>> defects = Defects((100, 100), seed=1, dead=0.01)
    >>> frame = np.full((100, 100), 7, dtype=np.uint16)
    >>> defects.apply(frame, seconds=1.0)
    >>> int((frame == 0).sum())
    100
    """

    def __init__(
        self,
        shape: tuple[int, int],
        seed: int,
        *,
        dead: float = 0.0,
        hot: float = 0.0,
        rate: float = 1000.0,
    ) -> None:
        if not (dead >= 0 and hot >= 0 and dead + hot <= 1 and rate >= 0):
            raise PhysicsError(
                f"{dead} of all pixels dead and {hot} hot, at {rate} counts/s, cannot be: "
                "parts must be from 0 to 1 together, and the rate from 0 on."
            )
        self.shape = shape
        self._random = np.random.default_rng(seed)
        pixels = shape[0] * shape[1]
        dead_ones, hot_ones = round(dead * pixels), round(hot * pixels)
        bad = self._random.choice(pixels, dead_ones + hot_ones, replace=False)
        self._dead, self._hot = bad[:dead_ones], bad[dead_ones:]
        self._rates = self._random.uniform(0, 2 * rate, len(self._hot))

    def apply(self, counts: NDArray[Any], seconds: float) -> None:
        """Change a frame of whole numbers in place: dead pixels show 0, hot ones count on."""
        if counts.shape != self.shape:
            raise PhysicsError(
                f"Bad pixels of {self.shape} do not fit a frame of {counts.shape}: "
                "choose them for each shape."
            )
        if self._dead.size:
            np.put(counts, self._dead, 0)
        if self._hot.size:
            more = np.take(counts, self._hot) + self._random.poisson(self._rates * seconds)
            np.put(counts, self._hot, np.minimum(more, np.iinfo(counts.dtype).max))
