"""What is shown of the beam besides counts: energies, transmission, currents, overloads."""

import asyncio
from typing import Protocol

from sim_ioc.beam.parts import BeamParts
from sim_ioc.clock import Clock
from sim_ioc.physics.filters import transmission
from sim_ioc.physics.path import BeamPath
from sim_ioc.physics.rates import Observation

#: Real seconds between two looks: at a beam at rest, whose current may still change, and at one in
#: which an axis moves.
_SLOW, _FAST = 1.0, 0.05


class Observed(Protocol):
    """Be the beam that is looked at."""

    @property
    def parts(self) -> BeamParts:
        """Return what shows the readings."""
        ...

    @property
    def path(self) -> BeamPath:
        """Return what does not move."""
        ...

    def observe(self, time: float) -> Observation:
        """Return the beam and what every chamber gives."""
        ...

    def is_moving_since(self, time: float) -> bool:
        """Say whether an axis has been on its way since a simulated time."""
        ...


class Readouts:
    """Keep the PVs up to date that follow from the beam as a whole.

    One loop for the whole beamline: it looks once a second, and at once when something changes.
    """

    def __init__(self, beam: Observed, clock: Clock) -> None:
        self._beam = beam
        self._clock = clock
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Look soon: something is about to change."""
        self._changed.set()

    async def run(self) -> None:
        """Look again and again."""
        looked = self._clock.now()
        while True:
            now = self._clock.now()
            await self.show(now)
            moving, looked = self._beam.is_moving_since(looked), now
            await self._pause(moving=moving)

    async def _pause(self, *, moving: bool) -> None:
        if moving:
            await asyncio.sleep(_FAST)
        else:
            try:
                async with asyncio.timeout(_SLOW):
                    await self._changed.wait()
            except TimeoutError:
                pass
        self._changed.clear()

    async def show(self, time: float) -> None:
        """Show the beam of a simulated time."""
        beam, parts = self._beam, self._beam.parts
        seen = beam.observe(time)
        energy = seen.on_sample.energy
        if parts.undulator is not None:
            await parts.undulator.show()
        if parts.monochromator is not None:
            await parts.monochromator.show(energy)
        slabs = iter(beam.path.filters)
        for bank in parts.filters:
            stack = [next(slabs) for _ in bank.are_in]
            await bank.show(transmission(stack, bank.are_in, energy))
        for chamber, current, voltage in zip(
            parts.chambers, seen.currents, seen.voltages, strict=True
        ):
            await chamber.show(current, voltage)
