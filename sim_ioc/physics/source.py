"""What the source delivers: flux proportional to the current, and a spectrum."""

import math

#: Energy at which `spectrum` is 1.
REFERENCE_ENERGY = 9000.0
#: Critical energy of a bending magnet of 1.4 T in a 3 GeV ring: E_c[keV] = 0.665·E²[GeV²]·B[T]
#: (X-ray Data Booklet, section 2.1).
CRITICAL_ENERGY = 8379.0


def spectrum(energy: float) -> float:
    """Return the flux of a bending magnet at `energy`, 1 at `REFERENCE_ENERGY`.

    The photon flux on axis goes as y²·K²(y/2) with y = E/E_c and the Bessel function K of order 2/3
    (X-ray Data Booklet, section 2.1). Its limit for large y, π·y·exp(−y), is used here, within 5 %
    of it from 7 to 12 keV: a smooth factor, which a monitor divides out.
    """
    if energy <= 0:
        return 0.0
    y = energy / CRITICAL_ENERGY
    reference = REFERENCE_ENERGY / CRITICAL_ENERGY
    return (y / reference) * math.exp(reference - y)


def relative_flux(current: float, nominal_current: float) -> float:
    """Return the flux at `current` mA relative to that at `nominal_current`; never negative."""
    return max(current, 0.0) / nominal_current
