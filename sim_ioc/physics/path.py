"""What the beam meets on its way, as far as it does not move."""

from dataclasses import dataclass
from enum import Enum

from sim_ioc.physics.absorption import Absorber
from sim_ioc.physics.chamber import Chamber
from sim_ioc.physics.constants import SI111_SPACING
from sim_ioc.physics.filters import Slab
from sim_ioc.physics.sample import Foil
from sim_ioc.physics.source import Source

#: Relative widths ΔE/E of the reflections of silicon, the same at all energies (Als-Nielsen &
#: McMorrow, Elements of Modern X-ray Physics, 2nd ed., section 6.4; numbers as from xraydb).
SI111_BANDWIDTH, SI311_BANDWIDTH = 1.34e-4, 2.85e-5


@dataclass(frozen=True, slots=True)
class Crystals:
    """Describe the crystals of a monochromator: Å, mm, and the relative bandwidth they pass."""

    spacing: float = SI111_SPACING
    bandwidth: float = SI111_BANDWIDTH
    exit_height: float = 25.0
    length: float = 8.0


class Place(Enum):
    """Name where along the beam a chamber stands."""

    INCIDENT = "incident"
    TRANSMITTED = "transmitted"
    REFERENCE = "reference"
    FLUORESCENCE = "fluorescence"


@dataclass(frozen=True, slots=True)
class Counter:
    """Describe a chamber by its name and place; `acceptance` is the part of a sphere it sees.

    The acceptance matters for fluorescence only, as does `scatter`, the part of the beam that the
    sample sends into the chamber at any energy.
    """

    name: str
    place: Place
    chamber: Chamber
    acceptance: float = 0.0
    scatter: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Describe what stands on the stage."""

    foil: Foil
    material: Absorber


@dataclass(frozen=True, slots=True)
class BeamPath:
    """Describe what does not move: the source and all the beam meets, in that order.

    `sigma_x` and `sigma_y` (mm) are standard deviations of the beam; `efficiency` is the part of
    the source's flux that windows, mirrors and apertures let through.
    """

    source: Source
    crystals: Crystals | None = None
    filters: tuple[Slab, ...] = ()
    sample: Sample | None = None
    reference: Slab | None = None
    counters: tuple[Counter, ...] = ()
    sigma_x: float = 0.40
    sigma_y: float = 0.25
    efficiency: float = 1.0
