"""What an energy-dispersive detector makes of photons: peaks, their widths, dead time.

Formulas after Knoll, Radiation Detection and Measurement, 4th ed. (2010): the width of a peak in
chapter 11, dead time in chapter 4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Fano factor of silicon and energy per electron-hole pair in eV (Knoll, table 11.1, at 300 K the
#: pair costs 3.62 eV).
FANO_FACTOR, PAIR_ENERGY = 0.115, 3.62
#: Silicon's K edge and Kα line in eV (Bearden, Rev. Mod. Phys. 39 (1967) 78 and 125): what an
#: escaping line photon takes along, and above which energy.
SILICON_EDGE, SILICON_LINE = 1839.0, 1740.0
_SQRT2 = math.sqrt(2)
#: From full width at half maximum to standard deviation.
FWHM = 2 * math.sqrt(2 * math.log(2))


@dataclass(frozen=True, slots=True)
class Response:
    """Describe detector and electronics: eV, and parts of 1.

    `noise` is the standard deviation of the electronics. `escape` is the part of a peak found in
    its escape peak, `tail` the part on the slope below it, which falls off by a factor e in
    `tail_length`.
    """

    channels: int = 2048
    gain: float = 10.0
    offset: float = 0.0
    noise: float = 40.0
    escape: float = 0.005
    tail: float = 0.01
    tail_length: float = 400.0

    def edges(self) -> Floats:
        """Return the energies between channels: one more than there are channels."""
        return self.offset + self.gain * (np.arange(self.channels + 1, dtype=np.float64) - 0.5)

    def channel(self, energy: float) -> float:
        """Return where in channels an energy is; whole numbers are centres of channels."""
        return (energy - self.offset) / self.gain


def peak_width(energy: float, noise: float) -> float:
    """Return the standard deviation of a peak: σ² = noise² + F·ε·E."""
    return math.sqrt(noise**2 + FANO_FACTOR * PAIR_ENERGY * max(energy, 0.0))


def peak(energy: float, response: Response) -> Floats:
    """Return how one photon is spread over the channels; what falls outside is lost."""
    main = 1 - response.tail
    escaping = response.escape if energy > SILICON_EDGE else 0.0
    shape = main * (1 - escaping) * gaussian(energy, response)
    if escaping:
        shape += main * escaping * gaussian(energy - SILICON_LINE, response)
    return shape + response.tail * _tail(energy, response)


def peaks(energies: Sequence[float], response: Response) -> Floats:
    """Return one row of channels for each energy."""
    rows = [peak(float(energy), response) for energy in energies]
    return np.array(rows).reshape(len(rows), response.channels)


def gaussian(energy: float, response: Response) -> Floats:
    """Return a normal distribution integrated over each channel."""
    sigma = peak_width(energy, response.noise)
    scaled = (response.edges() - energy) / (sigma * _SQRT2)
    return np.diff([math.erf(each) for each in scaled.tolist()]) / 2


def _tail(energy: float, response: Response) -> Floats:
    """Return an exponential below the peak, from charge that was not wholly collected."""
    below = np.minimum(response.edges() - energy, 0.0)
    return np.diff(np.exp(below / response.tail_length))


def live_fraction(rate: float, dead_time: float) -> float:
    """Return the part of the time in which a detector is ready, at a true rate in counts/s.

    Each count makes it blind for `dead_time` seconds, further photons do not prolong that (not
    paralyzable): observed = true/(1 + true·τ).
    """
    return 1 / (1 + rate * dead_time)


def dark_spectrum(rate: float, response: Response) -> Floats:
    """Return counts/s per channel without any beam: half in the noise peak, half everywhere."""
    noise_peak = gaussian(0.0, response)
    visible = max(float(noise_peak.sum()), 1e-9)
    return rate / 2 * (noise_peak / visible + 1 / response.channels)
