"""What apertures and edges let through of a beam with a Gaussian profile."""

import math

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


def crystal_transmission(length: float, offset: float, sigma: float, bragg: float) -> float:
    """Return the fraction of the beam that lands on a crystal of `length`.

    A beam of height `sigma` spreads to sigma/sin θ along the surface; `offset` is how far from the
    middle of the crystal its centre lands.
    """
    return slit_transmission(length, offset, sigma / math.sin(math.radians(bragg)))


def blade_transmission(position: float, edge: float, sigma: float) -> float:
    """Return what a blade that covers everything above `edge` leaves of the beam at `position`."""
    return math.erfc((position - edge) / (_ROOT_TWO * sigma)) / 2
