"""What apertures and edges let through of a beam with a Gaussian profile."""

import math
from typing import NamedTuple

#: Below this fraction nothing sensible can be said of what passes.
_NOTHING = 1e-12
_ROOT_TWO = math.sqrt(2)


def slit_transmission(opening: float, offset: float, sigma: float) -> float:
    """Return the fraction of a Gaussian beam that passes a slit whose centre it misses by `offset`.

    The integral of a normal distribution over the opening (Abramowitz & Stegun 26.2.29). A slit
    with its blades driven past each other (`opening` ≤ 0) lets nothing through.
    """
    if opening <= 0:
        return 0.0
    scale = _ROOT_TWO * sigma
    upper = math.erf((opening / 2 - offset) / scale)
    lower = math.erf((-opening / 2 - offset) / scale)
    return (upper - lower) / 2


class Passed(NamedTuple):
    """Say what passes an aperture: which fraction, where its centre is, its standard deviation."""

    fraction: float
    center: float
    sigma: float


def aperture(low: float, high: float, center: float, sigma: float) -> Passed:
    """Return what blades at `low` and `high` leave of a Gaussian beam.

    The moments of the truncated normal distribution (Johnson, Kotz & Balakrishnan, Continuous
    Univariate Distributions 1, 2nd ed., section 13.10.1). Blades driven past each other leave
    nothing.
    """
    if high <= low:
        return Passed(0.0, (low + high) / 2, 0.0)
    start, end = (low - center) / sigma, (high - center) / sigma
    fraction = (math.erf(end / _ROOT_TWO) - math.erf(start / _ROOT_TWO)) / 2
    if fraction < _NOTHING:
        nearest = min(max(center, low), high)
        return Passed(max(fraction, 0.0), nearest, 0.0)
    first, last = _density(start), _density(end)
    shift = (first - last) / fraction
    variance = 1 + (start * first - end * last) / fraction - shift**2
    # far out in the tail, differences of tiny numbers can land beside the opening
    middle = min(max(center + sigma * shift, low), high)
    return Passed(fraction, middle, sigma * math.sqrt(max(variance, 0.0)))


def _density(deviation: float) -> float:
    return math.exp(-(deviation**2) / 2) / math.sqrt(2 * math.pi)


def crystal_transmission(length: float, offset: float, sigma: float, bragg: float) -> float:
    """Return the fraction of the beam that lands on a crystal of `length`.

    A beam of height `sigma` spreads to sigma/sin θ along the surface; `offset` is how far from the
    middle of the crystal its centre lands.
    """
    return slit_transmission(length, offset, sigma / math.sin(math.radians(bragg)))


def blade_transmission(position: float, edge: float, sigma: float) -> float:
    """Return what a blade that covers everything above `edge` leaves of the beam at `position`."""
    return math.erfc((position - edge) / (_ROOT_TWO * sigma)) / 2
