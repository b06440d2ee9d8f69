"""A slit of two blades by its gap and its centre (BL-62)."""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.axes.axis import Axis, Positions, Value
from devices.axes.pseudo_group import Member, PseudoGroup


@dataclass(frozen=True)
class BladePair:
    """Two blades; `opposed` where both count their positions away from the beam.

    Otherwise both count in the same direction, and gap = high − low, center = (high + low)/2.
    """

    opposed: bool = False

    def forward(self, members: Mapping[str, Positions]) -> Mapping[str, Positions]:
        """Give low and high for gap and center."""
        gap, center = members["gap"], members["center"]
        low = center - gap / 2
        return {"low": -low if self.opposed else low, "high": center + gap / 2}

    def inverse(self, reals: Mapping[str, Value]) -> Mapping[str, Value]:
        """Give gap and center for low and high."""
        low, high = -reals["low"] if self.opposed else reals["low"], reals["high"]
        return {"gap": high - low, "center": (high + low) / 2}


class Slit(PseudoGroup):
    """Gap and centre over two blades; setting one keeps the other.

    Parameters
    ----------
    name
        Of the slit; its axes are ``<name>_gap`` and ``<name>_center``.
    low, high
        The blades.
    opposed
        Whether both blades count their positions away from the beam, as many slits do, so that a
        larger number opens; otherwise both count in the same direction.
    precision
        Decimals to show.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import Slit, SoftAxis
    >>> blades = SimpleNamespace(left=-1.0, right=2.0)
    >>> left, right = (
    ...     SoftAxis(blades, n, name=n, egu="mm", limits=(-5, 5)) for n in ("left", "right")
    ... )
    >>> slit = Slit(name="slit", low=left, high=right)
    >>> slit.gap.position, slit.center.position
    (3.0, 0.5)
    >>> slit.gap.set(1.0).wait(10)
    >>> blades.left, blades.right
    (0.0, 1.0)
    """

    def __init__(
        self, *, name: str, low: Axis, high: Axis, opposed: bool = False, precision: int = 3
    ) -> None:
        unit = low.egu
        super().__init__(
            name=name,
            reals={"low": low, "high": high},
            formula=BladePair(opposed),
            members={
                "gap": Member(unit, precision, description="how far the slit is open"),
                "center": Member(unit, precision, description="where its middle is"),
            },
        )
