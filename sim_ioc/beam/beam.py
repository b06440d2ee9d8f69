"""The beam as all detectors see it: one state, from where all parts are at one moment."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from sim_ioc.beam.parts import beam_path, sort_parts
from sim_ioc.beam.readouts import Readouts
from sim_ioc.clock import Clock
from sim_ioc.physics.path import BeamPath
from sim_ioc.physics.rates import BeamState, Observation, OnSample, observe

#: Looks at the beam during one slice of a count in which an axis moves.
_LOOKS = 16
#: Current of a beamline that has no ring, in mA.
_STEADY_CURRENT = 200.0


class Beam:
    """Tell what the parts of the beamline make of the beam, now or a little earlier.

    Of `parts` those are taken that have to do with the beam: any subset, in any order. Slits,
    filters, shutters and chambers may be many; chambers of one place stand behind each other in
    the order given. Without an undulator a bending magnet shines, without a monochromator the beam
    is pink, without a ring the current is constant.
    """

    def __init__(self, parts: Iterable[object], clock: Clock) -> None:
        self.parts = sort_parts(parts)
        self._clock = clock
        self._axes = self.parts.axes
        self._watchers: list[Callable[[], None]] = []
        self._changed = clock.now()
        self._path: BeamPath | None = None
        self._last: tuple[BeamState, Observation] | None = None
        self._prepared: asyncio.Future[None] | None = None
        self._readouts = Readouts(self, clock)
        self._stand_in_ring()
        for part in (*self._axes, *self.parts.acting):
            part.watch(self.about_to_change)

    def _stand_in_ring(self) -> None:
        if self.parts.ring is not None and self.parts.undulator is not None:
            self.parts.undulator.join(self.parts.ring.settings.energy)

    @property
    def counters(self) -> tuple[str, ...]:
        """Return the names of what `rates` tells, in order."""
        return tuple(chamber.settings.name for chamber in self.parts.chambers)

    @property
    def path(self) -> BeamPath:
        """Return what does not move; building it takes most of a second once."""
        if self._path is None:
            self._path = beam_path(self.parts)
        return self._path

    # --- changes

    def watch(self, callback: Callable[[], None]) -> None:
        """Have `callback` called just before anything in the beam changes.

        Detectors account for the time until then: afterwards the past looks different.
        """
        self._watchers.append(callback)

    def about_to_change(self) -> None:
        """Tell those who watch that what follows changes the beam."""
        for watcher in self._watchers:
            watcher()
        self._changed = self._clock.now()
        self._readouts.wake()

    def moved_since(self, time: float) -> bool:
        """Say whether anything has changed, or been on its way, since a simulated time.

        The slow course of the ring current does not count.
        """
        return self._changed > time or self.is_moving_since(time)

    def is_moving_since(self, time: float) -> bool:
        """Say whether an axis in the beam has been on its way since a simulated time."""
        return any(axis.moved_since(time) for axis in self._axes)

    # --- what the beam is

    def state(self, time: float) -> BeamState:
        """Return where everything stands at a simulated time, now or a little earlier."""
        ring = self.parts.ring
        return self._state(time, _STEADY_CURRENT if ring is None else ring.fill.at(time))

    def _state(self, time: float, current: float) -> BeamState:
        parts = self.parts
        mono, sample = parts.monochromator, parts.sample
        bragg, gap, translation = mono.place_at(time) if mono else (0.0, 0.0, 0.0)
        x, y, theta = sample.place_at(time) if sample else (0.0, 0.0, 0.0)
        undulator = parts.undulator
        return BeamState(
            bragg,
            gap,
            translation,
            x,
            y,
            theta,
            openings=tuple([slit.opening_at(time) for slit in parts.slits]),
            filters=tuple([is_in for bank in parts.filters for is_in in bank.are_in]),
            undulator_gap=undulator.gap.axis.position_at(time) if undulator else 0.0,
            ring_current=current,
            shutter_open=all(shutter.is_open for shutter in parts.shutters),
            reference_in=parts.reference is not None and parts.reference.is_in,
            amplifiers=tuple([chamber.amplifier for chamber in parts.chambers]),
        )

    def observe(self, time: float) -> Observation:
        """Return the beam and what every chamber gives, at a time now or a little earlier."""
        return self._follow(self.state(time))

    def _follow(self, state: BeamState) -> Observation:
        """Return what a state leads to; the last answer is kept, as beams mostly rest."""
        if self._last is None or state != self._last[0]:
            self._last = state, observe(state, self.path)
        return self._last[1]

    def on_sample(self, time: float) -> OnSample:
        """Return what arrives at the sample at a simulated time, now or a little earlier."""
        return self.observe(time).on_sample

    def rates(self, start: float, end: float) -> Mapping[str, float]:
        """Return what each counter expects per second, averaged over a span of simulated time."""
        if end <= start or not self.is_moving_since(start):
            state = self._state(end, self._average_current(start, end))
            return self._follow(state).rates
        step = (end - start) / _LOOKS
        looks = [self.observe(start + (look + 0.5) * step).rates for look in range(_LOOKS)]
        return {name: sum(rates[name] for rates in looks) / _LOOKS for name in self.counters}

    def _average_current(self, start: float, end: float) -> float:
        ring = self.parts.ring
        return _STEADY_CURRENT if ring is None else ring.fill.average(start, end)

    # --- what happens by itself

    async def ready(self) -> None:
        """Wait for the tables behind the rates, which take most of a second to build.

        They are built in a thread that an IOC told to end does not wait for.
        """
        if self._prepared is None:
            loop = asyncio.get_running_loop()
            self._prepared = loop.create_future()
            prepare = partial(self._prepare, loop, self._prepared)
            threading.Thread(target=prepare, daemon=True, name="prepare physics").start()
        await asyncio.shield(self._prepared)

    def _prepare(self, loop: asyncio.AbstractEventLoop, prepared: asyncio.Future[None]) -> None:
        """Build the tables, and have `prepared` told how that went."""
        try:
            self._path = beam_path(self.parts)
        except Exception as error:  # whatever it is, those who wait must hear of it
            tell = partial(prepared.set_exception, error)
        else:
            tell = partial(prepared.set_result, None)
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(tell)

    async def run(self) -> None:
        """Show what follows from the beam for as long as the beamline is served."""
        await self.ready()
        await self._readouts.run()
