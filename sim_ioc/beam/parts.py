"""The parts of a beamline that make the beam and act on it, and what physics makes of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sim_ioc.beam.chamber import ChamberSettings, IonChamber
from sim_ioc.beam.filters import Filters
from sim_ioc.beam.monochromator import Monochromator
from sim_ioc.beam.reference import Reference
from sim_ioc.beam.ring import Ring
from sim_ioc.beam.sample import SampleStage
from sim_ioc.beam.shutter import Shutter
from sim_ioc.beam.slit import Slit
from sim_ioc.beam.undulator import InsertionDevice
from sim_ioc.errors import PhysicsError
from sim_ioc.motion.axis import Axis
from sim_ioc.physics.absorption import absorber, attenuation
from sim_ioc.physics.chamber import GAS_DENSITY, PAIR_ENERGY, Chamber, Gas
from sim_ioc.physics.filters import Slab
from sim_ioc.physics.path import BeamPath, Counter, Place, Sample
from sim_ioc.physics.source import BendingMagnet, Source

#: Part of the source's flux that reaches the hutch: it gives the built-in beamline about 1e11
#: photons/s in 1.3 eV at 9 keV, and its I0 1.2e6 counts/s with the slit wide open.
EFFICIENCY = 0.1212

Part = TypeVar("Part")


@dataclass(frozen=True)
class BeamParts:
    """Hold the parts by kind; any of them may be missing."""

    ring: Ring | None
    undulator: InsertionDevice | None
    monochromator: Monochromator | None
    sample: SampleStage | None
    reference: Reference | None
    slits: tuple[Slit, ...]
    filters: tuple[Filters, ...]
    shutters: tuple[Shutter, ...]
    chambers: tuple[IonChamber, ...]

    @property
    def acting(self) -> Iterator[Ring | Reference | Filters | Shutter | IonChamber]:
        """Return what changes the beam without being an axis."""
        for part in (self.ring, self.reference):
            if part is not None:
                yield part
        yield from (*self.filters, *self.shutters, *self.chambers)

    @property
    def axes(self) -> list[Axis]:
        """Return what moves in the beam."""
        single = (self.undulator, self.monochromator, self.sample)
        moving = [*(part for part in single if part is not None), *self.slits]
        return [axis for part in moving for axis in part.axes]


def sort_parts(parts: Iterable[object]) -> BeamParts:
    """Return those parts that have to do with the beam; there is one of some kinds only.

    Raises
    ------
    PhysicsError
        There are two of a kind of which one beam takes one.
    """
    given = list(parts)
    return BeamParts(
        ring=_single(given, Ring),
        undulator=_single(given, InsertionDevice),
        monochromator=_single(given, Monochromator),
        sample=_single(given, SampleStage),
        reference=_single(given, Reference),
        slits=tuple(_all(given, Slit)),
        filters=tuple(_all(given, Filters)),
        shutters=tuple(_all(given, Shutter)),
        chambers=tuple(_all(given, IonChamber)),
    )


def _all(parts: Iterable[object], kind: type[Part]) -> list[Part]:
    return [part for part in parts if isinstance(part, kind)]


def _single(parts: Iterable[object], kind: type[Part]) -> Part | None:
    found = _all(parts, kind)
    if len(found) > 1:
        raise PhysicsError(
            f"There is one beam, and it takes one {kind.__name__}, not {len(found)}: leave one."
        )
    return found[0] if found else None


def beam_path(parts: BeamParts) -> BeamPath:
    """Return what does not move, with its tables, which take most of a second to build."""
    sample, reference = parts.sample, parts.reference
    return BeamPath(
        source=_source(parts),
        crystals=parts.monochromator.crystals if parts.monochromator else None,
        filters=tuple(_slabs(parts.filters)),
        sample=_sample(sample) if sample else None,
        reference=_reference(reference) if reference else None,
        counters=tuple(_counter(chamber.settings) for chamber in parts.chambers),
        efficiency=EFFICIENCY,
    )


def _source(parts: BeamParts) -> Source:
    if parts.undulator is not None:
        return parts.undulator.physics
    if parts.ring is None:
        return BendingMagnet()
    settings = parts.ring.settings
    return BendingMagnet(settings.energy, settings.field, settings.acceptance)


def _slabs(banks: Iterable[Filters]) -> Iterator[Slab]:
    for bank in banks:
        for foil in bank.settings.filters:
            yield Slab(attenuation(foil.material, foil.density), foil.thickness)


def _sample(stage: SampleStage) -> Sample:
    return Sample(stage.settings.foil, absorber(stage.settings.element))


def _reference(part: Reference) -> Slab:
    return Slab(absorber(part.settings.element), part.settings.thickness)


def _counter(settings: ChamberSettings) -> Counter:
    gases = tuple(
        Gas(attenuation(name, GAS_DENSITY[name]), part, PAIR_ENERGY[name])
        for name, part in settings.gas.items()
    )
    chamber = Chamber(gases, settings.length)
    return Counter(
        settings.name, Place(settings.place), chamber, settings.acceptance, settings.scatter
    )
