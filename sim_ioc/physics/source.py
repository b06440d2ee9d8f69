"""What the source delivers: flux proportional to the current, and a spectrum."""

import math

#: Energy at which `spectrum` is 1.
REFERENCE_ENERGY = 9000.0
#: Critical energy of the bending magnet: 3 GeV and 1.4 T, E_c[keV] = 0.665·E²[GeV²]·B[T]
#: (X-ray Data Booklet, section 2.1, equation 4).
CRITICAL_ENERGY = 8379.0


def spectrum(energy: float) -> float:
    """Return the flux of a bending magnet at `energy`, 1 at `REFERENCE_ENERGY`.

    The photon spectrum on axis follows y·K(2/3)²(y/2)·y; above y = E/E_c ≈ 0.5 it is exp(−y)·y to
    within the smooth factor that a monitor divides out (X-ray Data Booklet, section 2.1).
    """
    if energy <= 0:
        return 0.0
    y = energy / CRITICAL_ENERGY
    reference = REFERENCE_ENERGY / CRITICAL_ENERGY
    return (y / reference) * math.exp(reference - y)


def relative_flux(current: float, nominal_current: float) -> float:
    """Return the flux at `current` mA relative to that at `nominal_current`; never negative."""
    return max(current, 0.0) / nominal_current
