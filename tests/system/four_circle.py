"""A four-circle diffractometer as ophyd has it, of a cubic crystal whose axes are the circles'."""

import math
from typing import Any

from ophyd import Component, EpicsMotor, PseudoPositioner, PseudoSingle
from ophyd.pseudopos import pseudo_position_argument, real_position_argument

#: Å: silicon, and Cu Kα.
LATTICE, WAVELENGTH = 5.431, 1.5406


class FourCircle(PseudoPositioner):
    """h, k and l over omega, chi, phi and tth, in the bisecting geometry."""

    h = Component(PseudoSingle, kind="hinted")
    k = Component(PseudoSingle, kind="hinted")
    l = Component(PseudoSingle, kind="hinted")  # noqa: E741 - the name of everybody
    omega = Component(EpicsMotor, "sample:theta")
    chi = Component(EpicsMotor, "slit:hcenter")
    phi = Component(EpicsMotor, "sample:y")
    tth = Component(EpicsMotor, "mono:bragg")

    @pseudo_position_argument
    def forward(self, pseudo: Any) -> Any:
        """Give the circles of a reflection."""
        h, k, l = pseudo  # noqa: E741
        length = math.sqrt(h * h + k * k + l * l)
        theta = math.degrees(math.asin(WAVELENGTH * length / (2 * LATTICE)))
        chi = math.degrees(math.atan2(l, math.hypot(h, k)))
        phi = math.degrees(math.atan2(k, h))
        return self.RealPosition(omega=theta, chi=chi, phi=phi, tth=2 * theta)

    @real_position_argument
    def inverse(self, real: Any) -> Any:
        """Give the reflection of the circles."""
        length = 2 * LATTICE * math.sin(math.radians(real.tth / 2)) / WAVELENGTH
        chi, phi = math.radians(real.chi), math.radians(real.phi)
        return self.PseudoPosition(
            h=length * math.cos(chi) * math.cos(phi),
            k=length * math.cos(chi) * math.sin(phi),
            l=length * math.sin(chi),
        )
