"""A planar undulator: field and K at a gap, energies of its harmonics, flux around them."""

import math
from dataclasses import dataclass
from functools import lru_cache

#: Peak field of a hybrid undulator with vanadium permendur poles, B0 = a·exp(b·g/λu + c·(g/λu)²)
#: in tesla, for 0.1 < g/λu < 1 (Elleaume, Chavanne & Faatz, Nucl. Instrum. Methods A 455 (2000)
#: 503). Halbach, Nucl. Instrum. Methods 187 (1981) 109, gave the form.
_FIELD = (3.694, -5.068, 1.520)
#: e·λu/(2π·mₑ·c) in 1/(T·cm), from CODATA 2018; X-ray Data Booklet, section 2.1, rounds to 0.934.
_K_PER_TESLA_CM = 0.93373
#: Energy of the fundamental in eV for 1 GeV, 1 cm and K = 0: 2·γ²·h·c/λu. X-ray Data Booklet,
#: section 2.1: 0.950 keV.
_FUNDAMENTAL = 949.63
#: Photons/s in 0.1 % bandwidth for 1 A, 1 period and Qn = 1, in the central cone (X-ray Data
#: Booklet, section 2.1).
_FLUX = 1.431e14
#: Full width at half maximum of (sin x/x)² at harmonic n is 0.886/(n·N); as a standard deviation.
_NATURAL_SIGMA = 0.886 / 2.3548
#: Relative spread of the electrons' energy, usual in rings.
_ENERGY_SPREAD = 1e-3
#: Part of the peak that is there at any energy: what an aperture sees of the radiation off axis.
_OFF_PEAK = 0.002
#: Highest harmonic told of.
HIGHEST_HARMONIC = 15
_ROOT_TWO = math.sqrt(2)


def peak_field(gap: float, period: float) -> float:
    """Return the field in tesla at a gap; both in mm."""
    a, b, c = _FIELD
    ratio = min(max(gap / period, 0.0), -b / (2 * c))
    return a * math.exp(b * ratio + c * ratio**2)


def deflection(gap: float, period: float) -> float:
    """Return K = e·B0·λu/(2π·mₑ·c) at a gap; both in mm."""
    return _K_PER_TESLA_CM * peak_field(gap, period) * period / 10


def fundamental(k: float, period: float, energy: float) -> float:
    """Return the energy of the first harmonic on axis in eV.

    2·γ²·h·c/(λu·(1 + K²/2)), as in X-ray Data Booklet, section 2.1, and Als-Nielsen & McMorrow,
    Elements of Modern X-ray Physics, 2nd ed., section 2.4; `period` in mm, the electrons'
    `energy` in GeV.
    """
    return _FUNDAMENTAL * energy**2 / (period / 10 * (1 + k**2 / 2))


def gap_for(photon_energy: float, harmonic: int, period: float, energy: float) -> float:
    """Return the gap in mm that puts a harmonic at `photon_energy` eV; NaN where none does."""
    highest = harmonic * fundamental(0.0, period, energy)
    if not 0 < photon_energy < highest:
        return math.nan
    k = math.sqrt(2 * (highest / photon_energy - 1))
    a, b, c = _FIELD
    root = b**2 - 4 * c * math.log(a * _K_PER_TESLA_CM * period / 10 / k)
    gap = period * (-b - math.sqrt(root)) / (2 * c) if root >= 0 else math.nan
    return gap if gap >= 0 else math.nan


def bessel(order: int, x: float) -> float:
    """Return J of a whole order for 0 ≤ x < 10 (Abramowitz & Stegun 9.1.10)."""
    term = (x / 2) ** order / math.factorial(order)
    total = term
    for k in range(1, 40):
        term *= -(x * x / 4) / (k * (k + order))
        total += term
    return total


@lru_cache(maxsize=512)
def harmonic_strength(harmonic: int, k: float) -> float:
    """Return Qn(K) of an odd harmonic (X-ray Data Booklet, section 2.1)."""
    bracket = 1 + k**2 / 2
    x = harmonic * k**2 / (4 * bracket)
    difference = bessel((harmonic - 1) // 2, x) - bessel((harmonic + 1) // 2, x)
    return harmonic * k**2 / bracket * difference**2


@dataclass(frozen=True, slots=True)
class Undulator:
    """Describe an undulator and its ring: mm, GeV; `taper` spreads each harmonic by this part.

    A taper, a gap that differs between the ends, makes each harmonic a rectangle with soft flanks
    in place of a line: what XAFS scans at a fixed gap need.
    """

    period: float = 20.0
    periods: int = 70
    taper: float = 0.0
    ring_energy: float = 3.0

    def harmonic_energy(self, gap: float, harmonic: int = 1) -> float:
        """Return the energy of a harmonic in eV."""
        return harmonic * fundamental(deflection(gap, self.period), self.period, self.ring_energy)

    def flux(self, energy: float, gap: float, current: float) -> float:
        """Return photons/s in 0.1 % bandwidth in the central cone at `energy` eV and mA."""
        first = self.harmonic_energy(gap)
        k = deflection(gap, self.period)
        nearest = min(2 * int(energy / first / 2) + 1, HIGHEST_HARMONIC)
        strength = 0.0
        for harmonic in (nearest, nearest + 2):
            line = self._line(energy / (harmonic * first) - 1, harmonic)
            strength += harmonic_strength(harmonic, k) * line
        return _FLUX * self.periods * strength * max(current, 0.0) / 1000

    def peak_energy(self, gap: float) -> float:
        """Return the energy of the fundamental in eV."""
        return self.harmonic_energy(gap)

    def width(self, harmonic: int) -> float:
        """Return the relative standard deviation of an untapered harmonic."""
        return math.hypot(_NATURAL_SIGMA / (harmonic * self.periods), 2 * _ENERGY_SPREAD)

    def _line(self, detuning: float, harmonic: int) -> float:
        """Return what is left of the peak at a relative distance from it; a taper keeps the area.

        The line is taken as Gaussian, which a spread of electron energies makes of (sin x/x)².
        """
        sigma = self.width(harmonic)
        if self.taper < sigma:
            return math.exp(-((detuning / sigma) ** 2) / 2) + _OFF_PEAK
        scale = _ROOT_TWO * sigma
        upper = math.erf((detuning + self.taper / 2) / scale)
        lower = math.erf((detuning - self.taper / 2) / scale)
        plateau = sigma * math.sqrt(2 * math.pi) / self.taper
        return plateau * (upper - lower) / 2 + _OFF_PEAK
