"""Arithmetic on frames as NDPluginProcess does it: pure, frame by frame.

Formulas: ADCore, NDPluginProcess.cpp; the recursive filter is out = OOffset + O1·F + O2·I and
F = FOffset + F1·F + F2·I with O1 = OScale·(OC1 + OC2/N), O2 = OScale·(OC3 + OC4/N), the same for F,
where I is the frame, F what the filter holds and N how many frames it has seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim_ioc.channel_access.fields import Array

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Correction:
    """Say what is done to each frame; None stands for a step left out."""

    background: Floats | None = None
    flat_field: Floats | None = None
    flat_field_scale: float = 255.0
    #: Added, then multiplied.
    offset_scale: tuple[float, float] | None = None
    #: Beyond which number, and what is put in its place.
    high: tuple[float, float] | None = None
    low: tuple[float, float] | None = None

    def of(self, data: Array) -> Floats:
        """Return the corrected frame."""
        with np.errstate(all="ignore"):
            return self._applied(data.astype(np.float64))

    def _applied(self, value: Floats) -> Floats:
        if self.background is not None:
            value -= self.background
        if self.flat_field is not None:
            is_valid = self.flat_field != 0
            np.multiply(value, self.flat_field_scale, out=value, where=is_valid)
            np.divide(value, self.flat_field, out=value, where=is_valid)
        if self.offset_scale is not None:
            offset, scale = self.offset_scale
            value = (value + offset) * scale
        if self.high is not None:
            value[value > self.high[0]] = self.high[1]
        if self.low is not None:
            value[value < self.low[0]] = self.low[1]
        return value


#: Coefficients of the filters, in the order of `COEFFICIENTS` (ADCore, NDProcess.template); None
#: stands for 1/NumFilter.
FILTERS: Mapping[str, tuple[float | None, ...]] = {
    "RecursiveAve": (0, 1, 1, -1, 0, 1, 1, -1, 0, 1),
    "Average": (0, 0, 1, 0, None, 0, 1, 0, None, 0),
    "Sum": (0, 0, 1, 0, 1, 0, 1, 0, 1, 0),
    "Difference": (0, 1, -1, 0, 1, 0, 0, 0, 1, 0),
    "RecursiveAveDiff": (0, 1, -1, 0, 1, 0, 1, -1, 0, 1),
    "CopyToFilter": (0, 1, 0, 0, 1, 0, 0, 0, 1, 0),
}
#: The names of those coefficients, in that order.
COEFFICIENTS = ("RC1", "RC2", "OC1", "OC2", "OC3", "OC4", "FC1", "FC2", "FC3", "FC4")


@dataclass(slots=True)
class RecursiveFilter:
    """Hold what a filter has seen; `seen` counts up to the number it is to average."""

    held: Floats | None = None
    seen: int = 0

    def apply(self, data: Floats, told: Mapping[str, float], most: int, *, reset: bool) -> Floats:
        """Return the filtered frame.

        `told` has the coefficients by name, and OOffset, OScale, FOffset, FScale, ROffset.
        """
        if self.held is None or self.held.shape != data.shape:
            self.held, reset = data.copy(), True
        with np.errstate(all="ignore"):  # sums may grow beyond all numbers
            if reset:
                self.held = told["ROffset"] + told["RC1"] * self.held + told["RC2"] * data
                self.seen = 0
            if self.seen < most:
                self.seen += 1
            held = self.held
            self.held = told["FOffset"] + self._weigh(held, data, told, "F")
            return told["OOffset"] + self._weigh(held, data, told, "O")

    def _weigh(self, held: Floats, data: Floats, told: Mapping[str, float], part: str) -> Floats:
        one, two, three, four = (told[f"{part}C{number}"] for number in range(1, 5))
        scale = told[part + "Scale"]
        return scale * ((one + two / self.seen) * held + (three + four / self.seen) * data)
