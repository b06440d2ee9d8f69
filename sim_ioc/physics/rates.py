"""From the state of the beamline to what arrives at the sample and what each counter expects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim_ioc.physics.absorption import Absorber
from sim_ioc.physics.beam import Passed, aperture, crystal_transmission
from sim_ioc.physics.chamber import ELEMENTARY_CHARGE, Amplifier
from sim_ioc.physics.filters import transmission
from sim_ioc.physics.monochromator import exit_height, landing_point, photon_energy
from sim_ioc.physics.path import BeamPath, Counter, Place
from sim_ioc.physics.sample import foil_transmission, holder_transmission

#: Relative bandwidth of a beam without a monochromator: about that of an undulator's harmonic.
PINK_BANDWIDTH = 1e-2


@dataclass(frozen=True, slots=True)
class Opening:
    """Say how wide a slit is open, and where: mm."""

    hgap: float = 1.5
    hcenter: float = 0.0
    vgap: float = 1.0
    vcenter: float = 0.0


@dataclass(frozen=True, slots=True)
class BeamState:
    """Say where everything stands: mm, degrees, mA.

    `filters` tells of each filter whether it is in the beam, `amplifiers` how that of each chamber
    is set; what is not there does nothing.
    """

    bragg: float = 0.0
    gap: float = 0.0
    translation: float = 0.0
    x: float = 0.0
    y: float = 0.0
    theta: float = 0.0
    openings: tuple[Opening, ...] = ()
    filters: tuple[bool, ...] = ()
    undulator_gap: float = 0.0
    ring_current: float = 200.0
    shutter_open: bool = True
    reference_in: bool = True
    amplifiers: tuple[Amplifier, ...] = ()


@dataclass(frozen=True, slots=True)
class OnSample:
    """Say what arrives at the sample, and where it lands: eV, photons/s, mm, degrees.

    `x` and `y` are where on the sample the beam hits, in the sample's own coordinates; `offset_x`
    and `offset_y` are the beam's centre relative to its nominal place in the laboratory; `width`
    and `height` are standard deviations. `passed` is the part of the photons that foil and holder
    let through.
    """

    energy: float
    flux: float
    x: float
    y: float
    theta: float
    width: float
    height: float
    offset_x: float = 0.0
    offset_y: float = 0.0
    passed: float = 1.0

    @property
    def transmitted(self) -> float:
        """Return the photons per second behind the sample."""
        return self.flux * self.passed


@dataclass(frozen=True, slots=True)
class Observation:
    """Say what the beam is; of each chamber its current (A) and voltage (V), counts/s by name."""

    on_sample: OnSample
    currents: tuple[float, ...]
    voltages: tuple[float, ...]
    rates: Mapping[str, float]


def beam_energy(state: BeamState, path: BeamPath) -> float:
    """Return the photon energy in eV; 0 where the crystals reflect nothing."""
    if path.crystals is None:
        return path.source.peak_energy(state.undulator_gap)
    if state.bragg >= 90.0:
        return 0.0
    return photon_energy(state.bragg, path.crystals.spacing)


def _delivered(state: BeamState, path: BeamPath, energy: float) -> float:
    """Return photons per second in front of slits and filters.

    Lost at a monochromator: what misses the second crystal because gap or translation do not fit
    the angle.
    """
    if energy <= 0 or not state.shutter_open:
        return 0.0
    flux = path.source.flux(energy, state.undulator_gap, state.ring_current) * path.efficiency
    crystals = path.crystals
    if crystals is None:
        return flux * PINK_BANDWIDTH / 1e-3
    missed = landing_point(state.bragg, state.gap) - state.translation
    caught = crystal_transmission(crystals.length, missed, path.sigma_y, state.bragg)
    return flux * crystals.bandwidth / 1e-3 * caught


def _beam_height(state: BeamState, path: BeamPath) -> float:
    """Return how far the exit beam is above its nominal height."""
    if path.crystals is None:
        return 0.0
    return exit_height(state.bragg, state.gap) - path.crystals.exit_height


def _through_slits(
    openings: Sequence[Opening], center: float, path: BeamPath
) -> tuple[Passed, Passed]:
    """Return what all slits leave of the beam, across and upwards; the narrowest blade decides."""
    if not openings:
        return Passed(1.0, 0.0, path.sigma_x), Passed(1.0, center, path.sigma_y)
    left = max(slit.hcenter - slit.hgap / 2 for slit in openings)
    right = min(slit.hcenter + slit.hgap / 2 for slit in openings)
    bottom = max(slit.vcenter - slit.vgap / 2 for slit in openings)
    top = min(slit.vcenter + slit.vgap / 2 for slit in openings)
    across = aperture(left, right, 0.0, path.sigma_x)
    return across, aperture(bottom, top, center, path.sigma_y)


def incident(state: BeamState, path: BeamPath) -> OnSample:
    """Return the beam behind slits and filters, where the first chamber stands."""
    energy = beam_energy(state, path)
    across, upwards = _through_slits(state.openings, _beam_height(state, path), path)
    flux = _delivered(state, path, energy) * across.fraction * upwards.fraction
    return OnSample(
        energy=energy,
        flux=flux * transmission(path.filters, state.filters, energy),
        x=state.x - across.center,
        y=state.y - upwards.center,
        theta=state.theta,
        width=across.sigma,
        height=upwards.sigma,
        offset_x=across.center,
        offset_y=upwards.center,
    )


def observe(state: BeamState, path: BeamPath) -> Observation:
    """Follow the beam through all chambers, the sample and the reference foil."""
    beam = incident(state, path)
    currents = _Currents(path, beam)
    currents.pass_chambers(Place.INCIDENT)
    flux_on_sample = currents.flux
    currents.pass_sample(beam)
    passed = currents.flux / flux_on_sample if flux_on_sample > 0 else 1.0
    currents.pass_chambers(Place.TRANSMITTED)
    currents.pass_reference(state)
    currents.pass_chambers(Place.REFERENCE)
    return _read_out(state, path, _at_sample(beam, flux_on_sample, passed), currents.all)


def _at_sample(beam: OnSample, flux: float, passed: float) -> OnSample:
    """Return the beam behind the first chambers; `dataclasses.replace` takes ten times as long."""
    return OnSample(
        beam.energy,
        flux,
        beam.x,
        beam.y,
        beam.theta,
        beam.width,
        beam.height,
        beam.offset_x,
        beam.offset_y,
        passed,
    )


def _read_out(
    state: BeamState, path: BeamPath, beam: OnSample, currents: Sequence[float]
) -> Observation:
    amplifiers = state.amplifiers or (Amplifier(),) * len(currents)
    voltages = tuple(map(Amplifier.voltage, amplifiers, currents))
    rates = {
        counter.name: amplifier.rate(voltage)
        for counter, amplifier, voltage in zip(path.counters, amplifiers, voltages, strict=True)
    }
    return Observation(beam, tuple(currents), voltages, rates)


class _Currents:
    """Carry a beam along its path and note the current of each chamber on the way."""

    def __init__(self, path: BeamPath, beam: OnSample) -> None:
        self._path = path
        self._energy = beam.energy
        self.flux = beam.flux
        self.all = [0.0] * len(path.counters)

    def pass_chambers(self, place: Place) -> None:
        """Lose in each chamber there what it absorbs: Lambert & Beer."""
        if self.flux <= 0:
            return
        for index, counter in enumerate(self._path.counters):
            if counter.place is place:
                absorbed = counter.chamber.absorb(self._energy)
                self.all[index] = self.flux * absorbed.pairs * ELEMENTARY_CHARGE
                self.flux *= absorbed.passed

    def pass_sample(self, beam: OnSample) -> None:
        """Lose what the foil takes, and the holder; see some of that as fluorescence.

        Fluorescence is proportional to the photons the K shell took (thin-target limit of Jaklevic
        et al., Solid State Commun. 23 (1977) 679) above a small scatter.
        """
        sample = self._path.sample
        if sample is None or self.flux <= 0:
            return
        coefficient = sample.material.coefficient(beam.energy)
        left = foil_transmission(sample.foil, coefficient, (beam.x, beam.y, beam.theta))
        self.flux *= holder_transmission(sample.foil, beam.y)
        taken = (1 - left) * sample.material.shell_fraction(beam.energy)
        for index, counter in enumerate(self._path.counters):
            if counter.place is Place.FLUORESCENCE:
                self.all[index] = self._fluorescence(counter, sample.material, taken)
        self.flux *= left

    def _fluorescence(self, counter: Counter, material: Absorber, taken: float) -> float:
        emitted = self.flux * taken * material.fluorescence_yield * counter.acceptance
        scattered = self.flux * counter.scatter
        lines = counter.chamber.absorb(material.line).pairs * emitted
        return (lines + counter.chamber.absorb(self._energy).pairs * scattered) * ELEMENTARY_CHARGE

    def pass_reference(self, state: BeamState) -> None:
        """Lose what the reference foil takes, where it is in."""
        foil = self._path.reference
        if foil is not None and state.reference_in and self.flux > 0:
            self.flux *= foil.transmission(self._energy)


def expected_rates(state: BeamState, path: BeamPath) -> Mapping[str, float]:
    """Return what each counter expects per second."""
    return observe(state, path).rates


def on_sample(state: BeamState, path: BeamPath) -> OnSample:
    """Return what arrives at the sample and where it hits."""
    return observe(state, path).on_sample
