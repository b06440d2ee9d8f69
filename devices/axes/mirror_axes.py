"""Supports and benders of mirrors, by what they do to the mirror (BL-62)."""

from collections.abc import Mapping, Sequence

import numpy as np

from devices.axes.axis import Axis, Positions, Value
from devices.axes.kinematics import tripod_legs, tripod_pose
from devices.axes.pseudo_group import Member, PseudoGroup
from devices.errors import FormulaError

#: Smallest area of the triangle of the legs, mm², for which a tilt can be told.
SMALLEST_TRIANGLE = 1e-3


class _ThreeLegs:
    """The mathematics of `Tripod`."""

    def __init__(self, legs: Sequence[tuple[float, float]]) -> None:
        self._legs = np.asarray(legs, float)

    def forward(self, members: Mapping[str, Positions]) -> Mapping[str, Positions]:
        heights = tripod_legs(self._legs, members["height"], members["pitch"], members["roll"])
        return {f"leg{number}": each for number, each in enumerate(heights, 1)}

    def inverse(self, reals: Mapping[str, Value]) -> Mapping[str, Value]:
        pose = tripod_pose(self._legs, [reals[f"leg{number}"] for number in (1, 2, 3)])
        return dict(zip(("height", "pitch", "roll"), pose, strict=True))


class Tripod(PseudoGroup):
    """A mirror or a table on three vertical legs: height, pitch and roll.

    Height is in the unit of the legs, which must be that of their places, and meant at the origin
    of those. Pitch and roll are in mrad: positive pitch raises the downstream end, positive roll
    the left side, looking downstream.

    Parameters
    ----------
    name
        Its axes are ``<name>_height``, ``<name>_pitch`` and ``<name>_roll``.
    legs
        The three axes.
    places
        (x, z) of each: z along the beam, x to its left.
    precision
        Decimals to show.

    Raises
    ------
    FormulaError
        The legs stand in a line, so that they cannot tell the roll from the pitch.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import SoftAxis, Tripod
    >>> jacks = SimpleNamespace(a=0.0, b=0.0, c=0.0)
    >>> legs = [SoftAxis(jacks, n, name=n, egu="mm", limits=(-10, 10)) for n in "abc"]
    >>> mirror = Tripod(name="mirror", legs=legs, places=[(0, -500), (200, 500), (-200, 500)])
    >>> mirror.set({"height": 1.0, "pitch": 2.0}).wait(10)
    >>> round(jacks.a, 6), round(jacks.b, 6), round(jacks.c, 6)
    (-1e-06, 2.000001, 2.000001)
    """

    def __init__(
        self,
        *,
        name: str,
        legs: Sequence[Axis],
        places: Sequence[tuple[float, float]],
        precision: int = 4,
    ) -> None:
        _require_triangle(name, legs, places)
        super().__init__(
            name=name,
            reals={f"leg{number}": leg for number, leg in enumerate(legs, 1)},
            formula=_ThreeLegs(places),
            members={
                "height": Member(legs[0].egu, precision, description="of the origin"),
                "pitch": Member("mrad", precision, description="about the axis across the beam"),
                "roll": Member("mrad", precision, description="about the axis along the beam"),
            },
        )


def _require_triangle(
    name: str, legs: Sequence[Axis], places: Sequence[tuple[float, float]]
) -> None:
    if not len(legs) == len(places) == 3:
        message = f"{name} stands on three legs, not on {len(legs)} at {len(places)} places"
        raise FormulaError(message)
    corners = np.asarray(places, float)
    (a, b), (c, d) = corners[1] - corners[0], corners[2] - corners[0]
    if not abs(a * d - b * c) / 2 > SMALLEST_TRIANGLE:
        message = f"{name} has its legs in a line: its pitch and roll cannot be told apart"
        raise FormulaError(message)


class _TwoActuators:
    """The mathematics of `Bender`."""

    def forward(self, members: Mapping[str, Positions]) -> Mapping[str, Positions]:
        bend, asymmetry = members["bend"], members["asymmetry"]
        return {"upstream": bend - asymmetry / 2, "downstream": bend + asymmetry / 2}

    def inverse(self, reals: Mapping[str, Value]) -> Mapping[str, Value]:
        upstream, downstream = reals["upstream"], reals["downstream"]
        return {"bend": (upstream + downstream) / 2, "asymmetry": downstream - upstream}


class Bender(PseudoGroup):
    """A mirror that two actuators bend: their mean bends it, their difference makes it elliptical.

    Parameters
    ----------
    name
        Its axes are ``<name>_bend`` and ``<name>_asymmetry`` (downstream less upstream).
    upstream, downstream
        The actuators, both in the same unit.
    precision
        Decimals to show.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from devices import Bender, SoftAxis
    >>> forces = SimpleNamespace(up=10.0, down=12.0)
    >>> up, down = (SoftAxis(forces, n, name=n, egu="N", limits=(0, 100)) for n in ("up", "down"))
    >>> bender = Bender(name="bender", upstream=up, downstream=down)
    >>> bender.bend.set(20.0).wait(10)
    >>> forces.up, forces.down
    (19.0, 21.0)
    """

    def __init__(self, *, name: str, upstream: Axis, downstream: Axis, precision: int = 3) -> None:
        unit = upstream.egu
        super().__init__(
            name=name,
            reals={"upstream": upstream, "downstream": downstream},
            formula=_TwoActuators(),
            members={
                "bend": Member(unit, precision, description="mean of both actuators"),
                "asymmetry": Member(unit, precision, description="downstream less upstream"),
            },
        )
