"""Small-angle scattering of dilute spheres with a spread of radii, on an absolute scale."""

import numpy as np

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.frames.geometry import Floats, momentum_transfer
from sim_ioc.physics.frames.scene import Spheres

#: Radii that stand for the distribution, and how many standard deviations they span each way.
_RADII = 40
_SPAN = 5.0
#: Below this qR the amplitude is taken from its series, as the closed form cancels there.
_SERIES = 0.1


def sphere_amplitude(argument: Floats) -> Floats:
    """Return 3·(sin x − x·cos x)/x³ for x = qR, which is 1 at 0.

    Rayleigh, Proc. R. Soc. A 84 (1911) 25; Guinier & Fournet, Small-Angle Scattering of X-rays
    (Wiley 1955), section 2.1.3.
    """
    safe = np.maximum(argument, _SERIES)
    closed = 3 * (np.sin(safe) - safe * np.cos(safe)) / safe**3
    return np.where(argument < _SERIES, 1 - argument**2 / 10 + argument**4 / 280, closed)


def schulz(mean: float, spread: float) -> tuple[Floats, Floats]:
    """Return radii and how many spheres of each there are, adding up to 1.

    Schulz's distribution, R^z·exp(−(z + 1)·R/mean) with z = 1/spread² − 1 (Kotlarchyk & Chen,
    J. Chem. Phys. 79 (1983) 2461). Without spread there is one radius.
    """
    if spread == 0:
        return np.array([mean]), np.array([1.0])
    radii = mean * np.linspace(max(1 - _SPAN * spread, 0.01), 1 + _SPAN * spread, _RADII)
    power = 1 / spread**2 - 1
    weights = np.exp(power * np.log(radii / mean) - (power + 1) * (radii / mean - 1))
    return radii, weights / weights.sum()


def cross_section(q: Floats, spheres: Spheres) -> Floats:
    """Return dΣ/dΩ of the spheres in 1/cm at `q` in 1/nm, without background.

    n·Δρ²·⟨V²·P(qR)⟩ with n = concentration/⟨V⟩ (Pedersen, Adv. Colloid Interface Sci. 70 (1997)
    171). They are dilute: no structure factor.
    """
    radii, weights = schulz(spheres.radius, spheres.spread)
    volumes = 4 * np.pi / 3 * radii**3
    mean_square = np.zeros_like(q)
    for radius, volume, weight in zip(radii, volumes, weights, strict=True):
        mean_square += weight * (volume * sphere_amplitude(q * radius)) ** 2
    per_volume = mean_square / (weights @ volumes)
    contrast = spheres.contrast * 1e10
    return spheres.concentration * contrast**2 * per_volume * 1e-21


def scattering(angle: Floats, energy: float, spheres: Spheres) -> Floats:
    """Return which part of the photons goes into a steradian at the scattering angle 2θ in radians.

    The sample is thin: nothing is absorbed and nothing scatters twice.

    Raises
    ------
    PhysicsError
        If the radius is not above 0, or the spread is not between 0 and 0.5.
    """
    if not (spheres.radius > 0 and 0 <= spheres.spread <= 0.5):
        raise PhysicsError(
            f"Spheres of {spheres.radius} nm with a spread of {spheres.spread} cannot be drawn: "
            "the radius must be above 0 and the spread between 0 and 0.5."
        )
    q = 10 * momentum_transfer(angle, energy)
    return (cross_section(q, spheres) + spheres.background) * spheres.thickness / 10
