"""The normal and the Poisson distribution by their textbook names, from scipy, with types."""

from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class _Special(Protocol):
    """Name the functions of scipy.special that are used, since it carries no types."""

    def ndtr(self, x: Floats, /) -> Floats: ...
    def ndtri(self, p: Floats, /) -> Floats: ...
    def pdtrc(self, k: NDArray[np.int64], m: float, /) -> Floats: ...


_special = cast(_Special, import_module("scipy.special"))


def normal_probability(deviate: Floats) -> Floats:
    """Return the probability that a standard normal number is below each `deviate`."""
    return _special.ndtr(deviate)


def normal_quantile(probability: Floats) -> Floats:
    """Return the deviate below which a standard normal number is with each `probability`."""
    return _special.ndtri(probability)


def poisson_at_least(number: NDArray[np.int64], mean: float) -> Floats:
    """Return the probability that a Poisson number is at least each `number` from 1 on."""
    return _special.pdtrc(number - 1, mean)
