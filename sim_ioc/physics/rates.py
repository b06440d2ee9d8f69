"""From the state of the beamline to what each counter expects per second."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from sim_ioc.physics.absorption import Absorber
from sim_ioc.physics.beam import crystal_transmission, slit_transmission
from sim_ioc.physics.monochromator import exit_height, landing_point, photon_energy
from sim_ioc.physics.sample import Foil, holder_transmission, thickness
from sim_ioc.physics.source import relative_flux, spectrum


@dataclass(frozen=True, slots=True)
class BeamState:
    """Say where everything stands: mm, degrees, mA."""

    bragg: float
    gap: float
    translation: float
    x: float = 0.0
    y: float = 0.0
    theta: float = 0.0
    hgap: float = 1.0
    vgap: float = 1.0
    ring_current: float = 200.0
    shutter_open: bool = True


class Rates(NamedTuple):
    """Give the expected counts per second of the three detectors."""

    I0: float
    It: float
    If: float


@dataclass(frozen=True, slots=True)
class Optics:
    """Describe the parts that do not move: sizes in mm, rates per second."""

    exit_height: float = 25.0
    crystal_length: float = 8.0
    sigma_x: float = 0.40
    sigma_y: float = 0.25
    nominal_current: float = 200.0
    #: What I0 counts at 200 mA and 9 keV with the slit wide open.
    full_rate: float = 1.2e6
    #: Counts without any beam.
    dark_rate: float = 2.0
    #: Part of the K-shell absorption seen as fluorescence: yield 0.44 for Cu times solid angle.
    fluorescence: float = 0.05
    #: Scattered part of the beam that reaches the fluorescence detector.
    scatter: float = 2e-4


DEFAULT_OPTICS = Optics()
DEFAULT_FOIL = Foil()


def incident_rate(state: BeamState, optics: Optics = DEFAULT_OPTICS) -> float:
    """Return photons per second behind the slit, without dark counts.

    Lost on the way: what misses the second crystal because gap or translation do not fit the angle,
    and what misses the slit because the exit beam is too high or too low.
    """
    energy = photon_energy(state.bragg)
    if not state.shutter_open or energy == 0.0 or state.bragg >= 90.0:
        return 0.0
    missed = landing_point(state.bragg, state.gap) - state.translation
    too_high = exit_height(state.bragg, state.gap) - optics.exit_height
    return (
        optics.full_rate
        * relative_flux(state.ring_current, optics.nominal_current)
        * spectrum(energy)
        * crystal_transmission(optics.crystal_length, missed, optics.sigma_y, state.bragg)
        * slit_transmission(state.hgap, 0.0, optics.sigma_x)
        * slit_transmission(state.vgap, too_high, optics.sigma_y)
    )


def expected_rates(
    state: BeamState,
    material: Absorber,
    foil: Foil = DEFAULT_FOIL,
    optics: Optics = DEFAULT_OPTICS,
) -> Rates:
    """Return what I0, It and If expect per second: Lambert-Beer behind, fluorescence beside.

    It = I0·exp(−µt)·blade. If is proportional to the photons the K shell took (thin-target limit of
    Jaklevic et al., Solid State Commun. 23 (1977) 679) above a small scatter. The chambers have the
    same gain, so that log(I0/It) is µt itself.
    """
    dark = optics.dark_rate
    incident = incident_rate(state, optics)
    if incident == 0.0:
        return Rates(dark, dark, dark)
    energy = photon_energy(state.bragg)
    height = state.y - (exit_height(state.bragg, state.gap) - optics.exit_height)
    left = math.exp(-material.coefficient(energy) * thickness(foil, state.x, height, state.theta))
    blade = holder_transmission(foil, height)
    taken = (1 - left) * material.shell_fraction(energy)
    seen = incident * blade
    fluorescence = seen * (optics.fluorescence * taken + optics.scatter)
    return Rates(incident + dark, seen * left + dark, fluorescence + dark)
