"""A pair of bent mirrors that focus to one spot, by where their focus is (BL-62)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from devices.axes.axis import Axis, Positions, Value
from devices.axes.pseudo_group import Member, PseudoGroup
from devices.finite import require_finite


@dataclass(frozen=True)
class BentMirror:
    """One mirror of the pair: where it stands, and how its bender bends it.

    Parameters
    ----------
    bender
        The axis that bends it, such as the ``bend`` of a `Bender`.
    source
        Distance from the source to its center, m.
    to_sample
        Distance from its center to where a focus of 0 is, m.
    angle
        Grazing angle of incidence, mrad.
    curvature
        1/m at 0 of the bender, and per unit of it.
    """

    bender: Axis
    source: float
    to_sample: float
    angle: float
    curvature: tuple[float, float]

    def bend(self, focus: Positions) -> Positions:
        """Give where the bender goes for a focus so many mm behind the sample; NaN for none."""
        image = self.to_sample + focus / 1000
        flat, slope = self.curvature
        with np.errstate(divide="ignore"):
            wanted = math.sin(self.angle / 1000) / 2 * (1 / self.source + 1 / image)
        return np.where(image > 0, (wanted - flat) / slope, np.nan)

    def focus(self, bend: Value) -> Value:
        """Give where its focus is, mm behind the sample."""
        flat, slope = self.curvature
        power = 2 * (flat + slope * np.asarray(bend, float)) / math.sin(self.angle / 1000)
        with np.errstate(divide="ignore"):
            return (1000 * (1 / (power - 1 / self.source) - self.to_sample))[()]


class _TwoMirrors:
    """The mathematics of `KirkpatrickBaez`."""

    def __init__(self, vertical: BentMirror, horizontal: BentMirror) -> None:
        self._vertical, self._horizontal = vertical, horizontal

    def forward(self, members: Mapping[str, Positions]) -> Mapping[str, Positions]:
        half = members["astigmatism"] / 2
        return {
            "vertical": self._vertical.bend(members["focus"] + half),
            "horizontal": self._horizontal.bend(members["focus"] - half),
        }

    def inverse(self, reals: Mapping[str, Value]) -> Mapping[str, Value]:
        vertical = self._vertical.focus(reals["vertical"])
        horizontal = self._horizontal.focus(reals["horizontal"])
        return {"focus": (vertical + horizontal) / 2, "astigmatism": vertical - horizontal}


class KirkpatrickBaez(PseudoGroup):
    """Focus and astigmatism of two crossed mirrors, by their benders.

    Both are in mm along the beam: `focus` is how far behind the sample the mean of the two foci
    is, `astigmatism` how far that of the vertical mirror is behind the other. A scan of the focus
    bends both mirrors together. Support each mirror by a `Tripod`.

    Parameters
    ----------
    name
        Its axes are ``<name>_focus`` and ``<name>_astigmatism``.
    vertical, horizontal
        The mirrors that focus vertically and horizontally.
    precision
        Decimals to show.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import BentMirror, KirkpatrickBaez, SoftAxis
    >>> line = SimpleNamespace(v=0.0, h=0.0)
    >>> v, h = (SoftAxis(line, n, name=n, limits=(-50, 50)) for n in "vh")
    >>> kb = KirkpatrickBaez(
    ...     name="kb",
    ...     vertical=BentMirror(v, source=40, to_sample=0.5, angle=3, curvature=(0, 1e-4)),
    ...     horizontal=BentMirror(h, source=40.3, to_sample=0.2, angle=3, curvature=(0, 3e-4)),
    ... )
    >>> kb.set({"focus": 0.0, "astigmatism": 0.0}).wait(10)
    >>> round(line.v, 3), round(line.h, 3)
    (30.375, 25.124)
    """

    def __init__(
        self, *, name: str, vertical: BentMirror, horizontal: BentMirror, precision: int = 3
    ) -> None:
        for which, mirror in (("vertical", vertical), ("horizontal", horizontal)):
            for what in ("source", "to_sample", "angle"):
                asked = f"{what} of the {which} mirror of {name}"
                require_finite(asked, getattr(mirror, what), "a number")
        super().__init__(
            name=name,
            reals={"vertical": vertical.bender, "horizontal": horizontal.bender},
            formula=_TwoMirrors(vertical, horizontal),
            members={
                "focus": Member("mm", precision, description="focus behind the sample"),
                "astigmatism": Member("mm", precision, description="vertical behind horizontal"),
            },
        )
