"""The direct beam on a camera: a Gaussian spot, integrated over each pixel."""

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.frames.distributions import normal_probability
from sim_ioc.physics.frames.geometry import Floats, Geometry

#: Narrowest spot in pixels: a beam of no width at all would have no defined share at an edge.
_NARROWEST = 1e-3


def _shares(count: int, center: float, sigma: float) -> Floats:
    """Return which part of a normal distribution falls on each of `count` pixels in a line."""
    edges = (np.arange(count + 1, dtype=np.float64) - 0.5 - center) / max(sigma, _NARROWEST)
    return np.diff(normal_probability(edges))


def direct_frame(geometry: Geometry, width: float, height: float) -> NDArray[np.float32]:
    """Return the part of the beam that hits each pixel; `width` and `height` are its sigma in mm.

    The normal distribution is integrated over the pixel (Abramowitz & Stegun 26.2.29), so that the
    sum is 1 where the whole spot is on the detector, however narrow it is.
    """
    rows, columns = geometry.shape
    row, column = geometry.center
    down = _shares(rows, row, height / geometry.pixel)
    across = _shares(columns, column, width / geometry.pixel)
    return np.outer(down, across).astype(np.float32)
