"""Fixed-exit double-crystal monochromator: Bragg's law and where the second crystal must stand.

Both crystals sit on one rotation. The beam leaves the first crystal at twice the Bragg angle θ and
meets the second one, at perpendicular distance g (the gap), g/tan θ further along its surface. The
exit beam is then 2·g·cos θ above the entrance beam. Golovchenko et al., Rev. Sci. Instrum. 52
(1981) 509, doi:10.1063/1.1136631.
"""

import math

from sim_ioc.errors import PhysicsError
from sim_ioc.physics.constants import HC, SI111_SPACING

#: Below this sine the energy would be above 200 keV: no beam comes out.
_SMALLEST_SINE = HC / (2 * SI111_SPACING * 200e3)


def bragg_angle(energy: float, spacing: float = SI111_SPACING) -> float:
    """Return the Bragg angle in degrees at which planes `spacing` Å apart reflect `energy`."""
    sine = HC / (2 * spacing * energy) if energy > 0 else math.inf
    if not sine <= 1:
        least = HC / (2 * spacing)
        raise PhysicsError(
            f"{energy} eV cannot be reflected by planes {spacing} Å apart: "
            f"ask for more than {least:.1f} eV."
        )
    return math.degrees(math.asin(sine))


def photon_energy(bragg: float, spacing: float = SI111_SPACING) -> float:
    """Return the reflected energy in eV at `bragg` degrees; 0 where no beam is reflected."""
    sine = math.sin(math.radians(bragg))
    if sine < _SMALLEST_SINE:
        return 0.0
    return HC / (2 * spacing * sine)


def fixed_exit_gap(bragg: float, height: float) -> float:
    """Return the gap between the crystals that puts the exit beam `height` above the entrance."""
    return height / (2 * math.cos(math.radians(bragg)))


def fixed_exit_translation(bragg: float, height: float) -> float:
    """Return how far along its surface the second crystal must stand to catch the beam."""
    return height / (2 * math.sin(math.radians(bragg)))


def exit_height(bragg: float, gap: float) -> float:
    """Return the height of the exit beam above the entrance beam."""
    return 2 * gap * math.cos(math.radians(bragg))


def landing_point(bragg: float, gap: float) -> float:
    """Return where along the second crystal's surface the centre of the beam lands."""
    return gap / math.tan(math.radians(bragg))
