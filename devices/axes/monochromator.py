"""The energy of a double-crystal monochromator with fixed exit."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from devices.axes.axis import Axis, Positions, Value
from devices.axes.kinematics import (
    SILICON_111,
    bragg_angle,
    bragg_energy,
    fixed_exit_gap,
    fixed_exit_translation,
)
from devices.axes.pseudo import PseudoAxis
from devices.errors import FormulaError
from devices.finite import is_finite


@dataclass(frozen=True)
class FixedExit:
    """Both crystals on one rotation, the beam leaving `exit_height` mm above where it came in.

    The formulas are those of acquisition 10.1: the Bragg angle from the energy in eV and the
    lattice `spacing` in Å, the gap h/(2 cos θ) and the translation h/(2 sin θ) in mm.

    Parameters
    ----------
    exit_height
        mm.
    spacing
        Å; Si(111) by default.
    theta_offset, height_offset
        What the axes bragg (degrees) and gap (mm) say beyond the true angle and gap (ES-64):
        mounted crystals are never where their axes have zero.

    Raises
    ------
    FormulaError
        A number is none, or the height or spacing is not above 0.

    Examples
    --------
    >>> found = FixedExit(theta_offset=0.02).forward(np.array([9000.0]))
    >>> round(float(found["bragg"][0]), 3)
    12.71
    """

    exit_height: float = 25.0
    spacing: float = SILICON_111
    theta_offset: float = 0.0
    height_offset: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no crystals can have."""
        for each in fields(self):
            value = getattr(self, each.name)
            is_length = not each.name.endswith("offset")
            if not is_finite(value) or (is_length and value <= 0):
                beyond = " above 0" if is_length else ""
                message = f"the {each.name} of a monochromator is a number{beyond}, not {value!r}"
                raise FormulaError(message)

    def forward(self, pseudo: Positions) -> Mapping[str, Positions]:
        """Give bragg (degrees), gap and translation (mm) for energies in eV."""
        angle = bragg_angle(pseudo, self.spacing)
        return {
            "bragg": np.asarray(angle + self.theta_offset),
            "gap": np.asarray(fixed_exit_gap(angle, self.exit_height) + self.height_offset),
            "translation": np.asarray(fixed_exit_translation(angle, self.exit_height)),
        }

    def inverse(self, reals: Mapping[str, Value]) -> Value:
        """Give the energy in eV; the Bragg angle alone decides it."""
        return bragg_energy(reals["bragg"] - self.theta_offset, self.spacing)

    def calibrated(self, energy: float, bragg: float) -> "FixedExit":
        """Give the formula with the theta offset that makes an energy stand where it was found.

        Parameters
        ----------
        energy
            What is known, such as that of an edge, in eV.
        bragg
            Where the axis stood there, in degrees.

        Examples
        --------
        >>> round(FixedExit().calibrated(8979.0, 12.75).theta_offset, 3)
        0.03
        """
        angle = float(bragg_angle(energy, self.spacing))
        return replace(self, theta_offset=bragg - angle)


class MonochromatorEnergy(PseudoAxis):
    """Photon energy in eV over the axes bragg, gap and translation.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    bragg, gap, translation
        The axes, in degrees and mm.
    formula
        Exit height, lattice spacing and offsets, where they are not those of `FixedExit()`.
    options
        `limits` narrower than those of the axes, and a `description`.

    Examples
    --------
    >>> from devices import MonochromatorEnergy
    >>> energy = MonochromatorEnergy(
    ...     bragg=bragg, gap=gap, translation=translation, name="energy"
    ... )  # doctest: +SKIP
    >>> RE(bps.mv(energy, 9000))  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        name: str,
        bragg: Axis,
        gap: Axis,
        translation: Axis,
        formula: FixedExit | None = None,
        **options: Any,  # noqa: ANN401 - those of PseudoAxis
    ) -> None:
        super().__init__(
            name=name,
            reals={"bragg": bragg, "gap": gap, "translation": translation},
            formula=formula or FixedExit(),
            egu="eV",
            precision=2,
            **options,
        )
