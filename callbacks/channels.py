"""What the channels of a spectrum mean, as the documents of its detector tell."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.routing import Document

_TERMS = ("offset", "slope", "quadratic")
#: Added to the name of a detector of several elements for the sum of their spectra.
_SUM = "_sum"


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels that are recorded of a spectrum.

    Parameters
    ----------
    first
        Number of the first one that is recorded, where counting begins with 0.
    calibration
        Offset, slope and quadratic term of the energy over the number of the channel; None where
        the detector tells none.
    units
        Of the energy.
    """

    first: int = 0
    calibration: tuple[float, float, float] | None = None
    units: str = "eV"

    def numbers(self, number: int) -> NDArray[np.float64]:
        """Give the numbers of so many channels."""
        return np.arange(self.first, self.first + number, dtype=np.float64)

    def energies(self, number: int) -> NDArray[np.float64] | None:
        """Give the energies of the middles of so many channels; None where they are not known."""
        if self.calibration is None:
            return None
        offset, slope, quadratic = self.calibration
        channel = self.numbers(number)
        return offset + slope * channel + quadratic * channel**2


def channels_of(descriptor: Document, key: str) -> Channels:
    """Read what the configuration of a detector says of one of its spectra (BL-128).

    Examples
    --------
    >>> told = {"mca_offset": 5.0, "mca_slope": 10.0, "mca_quadratic": 0.0}
    >>> told |= {"mca_first_channel": 800}
    >>> descriptor = {"data_keys": {"mca": {}}, "configuration": {"mca": {"data": told}}}
    >>> channels_of(descriptor, "mca").energies(2)
    array([8005., 8015.])
    """
    owner = descriptor["data_keys"].get(key, {}).get("object_name", key)
    told = (descriptor.get("configuration") or {}).get(owner) or {}
    settings: Mapping[str, Any] = told.get("data") or {}
    name = key if f"{key}_slope" in settings else key.removesuffix(_SUM)
    first = settings.get(f"{name}_first_channel", 0)
    terms = list(_numbers(settings.get(f"{name}_{term}") for term in _TERMS))
    usable = len(terms) == len(_TERMS) and terms[1] != 0
    units = (told.get("data_keys") or {}).get(f"{name}_slope", {}).get("units")
    return Channels(
        first if isinstance(first, int) else 0,
        (terms[0], terms[1], terms[2]) if usable else None,
        str(units or "eV"),
    )


def _numbers(values: Iterator[Any]) -> Iterator[float]:
    """Give those that are finite; of elements that are added up, what all have in common."""
    for value in values:
        if isinstance(value, bool | str) or value is None:
            continue
        each = np.unique(np.asarray(value, dtype=float))
        if each.size == 1 and math.isfinite(each[0]):
            yield float(each[0])
