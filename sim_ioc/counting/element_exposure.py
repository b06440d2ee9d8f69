"""What elements of a detector count side by side, each until its own preset: events and triggers.

An event is a pulse that has got into the spectrum. A trigger is one that the faster of two filters
has seen: more of them, as it is blind for a shorter time after each. Input and output count rate
are triggers over the time that this filter was ready, and events over real time.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim_ioc.counting.spectrum_exposure import SampleBeam, SpectrumExposure
from sim_ioc.physics.counting import poisson_quantile
from sim_ioc.physics.rates import OnSample
from sim_ioc.physics.spectrum import live_fraction

Floats = NDArray[np.float64]

#: The words of PresetMode in dxpMED.template.
PRESET_MODES = ("No preset", "Real time", "Live time", "Events", "Triggers")
_NONE, _REAL, _LIVE, _EVENTS, _TRIGGERS = range(len(PRESET_MODES))


@dataclass(frozen=True, slots=True)
class Counted:
    """What an element has counted: its spectrum, seconds, pulses."""

    spectrum: NDArray[np.int32]
    real: float
    trigger_live: float
    triggers: int
    events: int

    @property
    def live(self) -> float:
        """Return the live time that NDDxp tells: that of the triggers, less the events missed."""
        return self.trigger_live * self.events / self.triggers if self.triggers else self.real

    @property
    def input_rate(self) -> float:
        """Return triggers per second in which one could be seen."""
        return self.triggers / self.trigger_live if self.trigger_live > 0 else 0.0

    @property
    def output_rate(self) -> float:
        """Return events per second."""
        return self.events / self.real if self.real > 0 else 0.0


class ElementExposure(SpectrumExposure):
    """Accumulate what one element counts."""

    def __init__(
        self,
        beam: SampleBeam,
        rates: Callable[[OnSample], Floats],
        dead_times: tuple[float, float],
        deviates: Floats,
    ) -> None:
        self.preset = (_NONE, 0.0)
        self._trigger_dead_time = dead_times[1]
        super().__init__(beam, rates, dead_times[0], deviates)

    def erase(self, deviates: Floats) -> None:
        """Begin at zero, with new noise."""
        super().erase(deviates)
        self._trigger_live = self._missed = 0.0

    def _add(self, rates: Floats, seconds: float) -> None:
        total = float(rates.sum())
        before = self.live
        super()._add(rates, seconds)
        ready = seconds * live_fraction(total, self._trigger_dead_time)
        self._trigger_live += ready
        self._missed += total * max(ready - (self.live - before), 0.0)

    def counted(self) -> Counted:
        """Return what there is now."""
        spectrum = self.spectrum()
        events = int(spectrum.sum(dtype=np.int64))
        missed = poisson_quantile(self._missed, float(self._deviates[0]))
        return Counted(spectrum, self.real, self._trigger_live, events + missed, events)

    def left(self, now: float) -> float:
        """Return the simulated seconds until its preset is reached, at the present rates."""
        mode, wanted = self.preset
        if mode == _NONE or wanted <= 0:
            return math.inf
        if mode == _REAL:
            return wanted - self.real
        total = float(self._rates(self._beam.on_sample(now)).sum())
        ready = live_fraction(total, self._trigger_dead_time)
        if mode == _LIVE:
            return (wanted - self._trigger_live) / ready
        counted = self.counted()
        if mode == _EVENTS:
            missing, rate = wanted - counted.events, total * live_fraction(total, self._dead_time)
        else:
            missing, rate = wanted - counted.triggers, total * ready
        if missing <= 0:
            return 0.0
        cautious = max(missing - 2 * math.sqrt(missing), 1.0)  # chance must not bring too many
        return cautious / rate if rate > 0 else math.inf


class ElementsExposure:
    """Expose all elements: each stops at its own preset, and all are done with the last."""

    def __init__(self, elements: Sequence[ElementExposure]) -> None:
        self.elements = list(elements)

    def expose(self, start: float, seconds: float) -> None:
        """Accumulate what comes within `seconds` from a simulated time on."""
        for element in self.elements:
            counts_for = min(seconds, element.left(start))
            if counts_for > 0:
                element.expose(start, counts_for)

    def left(self, now: float) -> float:
        """Return the simulated seconds until all presets are reached."""
        return max(element.left(now) for element in self.elements)
