"""The energy of a double-crystal monochromator with fixed exit."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class FixedExit:
    """Both crystals on one rotation, the beam leaving `exit_height` mm above where it came in.

    The formulas are those of acquisition 10.1: the Bragg angle from the energy in eV and the
    lattice `spacing` in Å, the gap h/(2 cos θ) and the translation h/(2 sin θ) in mm.
    """

    exit_height: float = 25.0
    spacing: float = SILICON_111

    def forward(self, pseudo: Positions) -> Mapping[str, Positions]:
        """Give bragg (degrees), gap and translation (mm) for energies in eV."""
        angle = bragg_angle(pseudo, self.spacing)
        return {
            "bragg": np.asarray(angle),
            "gap": np.asarray(fixed_exit_gap(angle, self.exit_height)),
            "translation": np.asarray(fixed_exit_translation(angle, self.exit_height)),
        }

    def inverse(self, reals: Mapping[str, Value]) -> Value:
        """Give the energy in eV; the Bragg angle alone decides it."""
        return bragg_energy(reals["bragg"], self.spacing)


class MonochromatorEnergy(PseudoAxis):
    """Photon energy in eV over the axes bragg, gap and translation.

    Parameters
    ----------
    name
        What users type, and the name of the column in the data.
    bragg, gap, translation
        The axes, in degrees and mm.
    formula
        Exit height and lattice spacing, where they are not those of `FixedExit()`.
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
