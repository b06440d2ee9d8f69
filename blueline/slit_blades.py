"""The blades of a slit whose motors are its gap and its centre."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Positions = NDArray[float64]


class Blades:
    """Where two blades stand, from gap and centre: the reverse of `devices.Slit`.

    ``low = center - gap/2`` and ``high = center + gap/2``, both along the same direction.

    Examples
    --------
    >>> from blueline.slit_blades import Blades
    >>> Blades().inverse({"gap": 1.0, "center": 0.5})
    {'low': 0.0, 'high': 1.0}
    """

    def forward(self, members: "Mapping[str, Positions]") -> "Mapping[str, Positions]":
        """Give gap and center for the blades."""
        low, high = members["low"], members["high"]
        return {"gap": high - low, "center": (low + high) / 2}

    def inverse(
        self, reals: "Mapping[str, float | Positions]"
    ) -> "Mapping[str, float | Positions]":
        """Give the blades for gap and center."""
        gap, center = reals["gap"], reals["center"]
        return {"low": center - gap / 2, "high": center + gap / 2}
