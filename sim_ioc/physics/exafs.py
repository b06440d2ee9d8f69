"""The extended fine structure χ(k) of a metal foil: a sum over shells of neighbours.

The EXAFS equation as in Rehr & Albers, Rev. Mod. Phys. 72 (2000) 621, with plausible smooth
amplitudes and phases in place of calculated ones: good to rehearse an analysis, not to fit
distances to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim_ioc.physics.constants import PHOTOELECTRON


@dataclass(frozen=True, slots=True)
class Shell:
    """Describe equal neighbours at one distance: Å, and Å² for the Debye-Waller factor."""

    neighbours: int
    distance: float
    variance: float


#: Copper at 300 K: fcc with a = 3.6149 Å (Straumanis & Yu, Acta Cryst. A25 (1969) 676);
#: mean square displacement of the first shell 0.0085 Å², usual in fits of the foil at 300 K.
COPPER = (Shell(12, 2.5561, 0.0085), Shell(6, 3.6149, 0.0120))
#: Mean free path of the photoelectron in Å and amplitude reduction factor: usual values for metals.
_MEAN_FREE_PATH = 7.0
_REDUCTION = 0.85
#: Slope of the phase shift in Å: why a Fourier transform shows shells ~0.35 Å too close.
_PHASE_SLOPE = -0.7
#: Below this wave number (Å⁻¹) the equation does not hold and the wiggle fades out.
_ONSET = 2.2


def wave_number(energy: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """Return k of the photoelectron in Å⁻¹; 0 below the edge. E − E0 = 3.80998 k²."""
    return np.sqrt(np.clip(energy - edge, 0.0, None) / PHOTOELECTRON)


def backscattering(k: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an amplitude that peaks near 6.5 Å⁻¹, as copper's does.

    Teo & Lee, J. Am. Chem. Soc. 101 (1979) 2815.
    """
    return 0.6 / (1 + ((k - 6.5) / 4.5) ** 2)


def fine_structure(k: NDArray[np.float64], shells: Sequence[Shell] = COPPER) -> NDArray[np.float64]:
    """Return χ(k), the relative wiggle of the absorption; 0 at k = 0."""
    safe = np.maximum(k, 1e-6)
    fade = 1 - np.exp(-((k / _ONSET) ** 4))
    chi = np.zeros_like(k)
    for shell in shells:
        amplitude = (
            shell.neighbours * _REDUCTION * backscattering(safe) / (safe * shell.distance**2)
        )
        damping = np.exp(-2 * shell.variance * safe**2 - 2 * shell.distance / _MEAN_FREE_PATH)
        chi += amplitude * damping * np.sin(2 * safe * shell.distance + _PHASE_SLOPE * safe)
    return chi * fade
