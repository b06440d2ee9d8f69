"""The sample in the beam: a foil whose thickness is a Gaussian, on a holder with a blade."""

import math
from dataclasses import dataclass

from sim_ioc.physics.beam import blade_transmission

#: Beyond this the foil is seen edge on and its thickness has no meaning.
_STEEPEST_ANGLE = 85.0


@dataclass(frozen=True, slots=True)
class Foil:
    """Describe the foil: where it is thickest, how thick, how wide (mm, standard deviations)."""

    peak: float = 0.010
    center_x: float = 1.30
    center_y: float = -0.40
    sigma_x: float = 0.80
    sigma_y: float = 0.60
    blade_edge: float = 4.0
    blade_blur: float = 0.05


def thickness(foil: Foil, x: float, y: float, theta: float) -> float:
    """Return how much foil the beam crosses in mm, 1/cos θ more when turned by `theta` degrees."""
    u = (x - foil.center_x) / foil.sigma_x
    v = (y - foil.center_y) / foil.sigma_y
    angle = min(abs(math.remainder(theta, 180.0)), _STEEPEST_ANGLE)
    return foil.peak * math.exp(-(u * u + v * v) / 2) / math.cos(math.radians(angle))


def holder_transmission(foil: Foil, y: float) -> float:
    """Return what the holder's blade leaves of the beam: all well below its edge, none above."""
    return blade_transmission(y, foil.blade_edge, foil.blade_blur)


def foil_transmission(foil: Foil, coefficient: float, place: tuple[float, float, float]) -> float:
    """Return exp(−µt) of the foil where the beam hits it: x, y in mm and theta in degrees."""
    return math.exp(-coefficient * thickness(foil, *place))
