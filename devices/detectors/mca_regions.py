"""Regions of a spectrum: where they are, and what their sums mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from devices.errors import InvalidTargetError

#: Electronvolts of the units in which records are calibrated.
_UNITS = {"ev": 1.0, "kev": 1e3, "mev": 1e6}


@dataclass(frozen=True)
class Calibration:
    """Energy of a channel: ``offset + slope * channel + quadratic * channel**2``, in eV.

    Examples
    --------
    >>> Calibration(offset=0.0, slope=10.0).energies(3)
    array([ 0., 10., 20.])
    >>> Calibration(offset=0.0, slope=10.0).channel(8046.0)
    805
    """

    offset: float
    slope: float
    quadratic: float = 0.0

    @classmethod
    def of_record(
        cls, offset: float, slope: float, quadratic: float, unit: str
    ) -> "Calibration | None":
        """Give that of an mca record in eV; None where it has none in a unit of energy."""
        factor = _UNITS.get(unit.strip().lower())
        if factor is None or not slope:
            return None
        return cls(offset * factor, slope * factor, quadratic * factor)

    def energies(self, channels: int) -> npt.NDArray[np.float64]:
        """Give the energy of each channel in eV."""
        number = np.arange(channels, dtype=np.float64)
        return self.offset + self.slope * number + self.quadratic * number**2

    def channel(self, energy: float) -> int:
        """Give the channel nearest to an energy in eV.

        Raises
        ------
        InvalidTargetError
            No channel has it.
        """
        if not self.quadratic:
            return round((energy - self.offset) / self.slope)
        root = self.slope**2 - 4 * self.quadratic * (self.offset - energy)
        if root < 0:
            message = f"no channel has {energy:g} eV: the calibration does not go there"
            raise InvalidTargetError(message)
        return round((-self.slope + math.sqrt(root)) / (2 * self.quadratic))


@dataclass(frozen=True)
class McaRegion:
    """A part of a spectrum from `low` to `high`, both included: energies in eV, or channels."""

    low: float
    high: float
    unit: str = "eV"

    def __post_init__(self) -> None:
        """Refuse what is no region."""
        if self.unit not in ("eV", "channel"):
            message = f"a region is in 'eV' or by 'channel', not in {self.unit!r}"
            raise InvalidTargetError(message)
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            message = f"a region goes from low to high, not from {self.low!r} to {self.high!r}"
            raise InvalidTargetError(message)

    def channels(self, calibration: Calibration | None, channels: int, name: str) -> slice:
        """Give where it is among so many channels.

        Raises
        ------
        InvalidTargetError
            It is in eV and the spectrum is not calibrated, or it is not within the spectrum.
        """
        low, high = self._ends(calibration, name)
        if not 0 <= low <= high < channels:
            message = (
                f"the region {name} is {self}, which is channel {low} to {high}: the spectrum has "
                f"channel 0 to {channels - 1}"
            )
            raise InvalidTargetError(message)
        return slice(low, high + 1)

    def _ends(self, calibration: Calibration | None, name: str) -> tuple[int, int]:
        if self.unit == "channel":
            return round(self.low), round(self.high)
        if calibration is None:
            message = (
                f"the region {name} is {self}, and the record has no energy calibration: give "
                "channels, or set CALO, CALS and EGU"
            )
            raise InvalidTargetError(message)
        low, high = sorted(calibration.channel(energy) for energy in (self.low, self.high))
        return low, high

    def __str__(self) -> str:
        """Say it with its unit."""
        unit = "eV" if self.unit == "eV" else "(channels)"
        return f"{self.low:g} to {self.high:g} {unit}"


def checked_regions(name: str, rois: Mapping[str, Any]) -> dict[str, McaRegion]:
    """Give the regions of a detector; a pair of numbers is in eV.

    Raises
    ------
    InvalidTargetError
        One is none.
    """
    regions: dict[str, McaRegion] = {}
    for roi, given in rois.items():
        try:
            regions[roi] = given if isinstance(given, McaRegion) else McaRegion(*given)
        except TypeError as error:
            message = (
                f"the region {roi} of {name} is a pair of energies in eV, such as (7800, 8300), "
                f"or a McaRegion, not {given!r}"
            )
            raise InvalidTargetError(message) from error
    return regions


def live_correction(real: float, live: float) -> float:
    """Give what sums are multiplied by for dead time: real over live time; NaN without any.

    That is the ratio of input to output count rate where the electronics keep count of the time
    they could not take a pulse (acquisition 10.6: sum of ROI_i x ICR_i / OCR_i).

    Examples
    --------
    >>> live_correction(1.0, 0.8)
    1.25
    """
    return real / live if real > 0 and live > 0 else math.nan


def dead_fraction(real: float, live: float) -> float:
    """Give the part of the real time in which no pulse could be taken; NaN without any time.

    Examples
    --------
    >>> dead_fraction(1.0, 0.75)
    0.25
    """
    return 1 - live / real if real > 0 else math.nan


def rate_correction(input_rate: float, output_rate: float) -> float:
    """Give the dead time correction of electronics that tell their rates: ICR / OCR.

    Examples
    --------
    >>> rate_correction(120_000.0, 100_000.0)
    1.2
    """
    return input_rate / output_rate if input_rate > 0 and output_rate > 0 else math.nan
