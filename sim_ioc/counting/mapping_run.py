"""A map under way: pulses or a gate from outside say when one pixel ends and the next begins."""

import asyncio
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim_ioc.counting.element_exposure import Counted, ElementExposure

Floats = NDArray[np.float64]


class MappingRun:
    """Count pixel after pixel until there are `wanted`, or until it is stopped.

    With pulses, `by_gate` False, each one ends a pixel, and the first begins with the run. By a
    gate pixels are counted while it is open, and end when it closes.
    """

    def __init__(
        self,
        elements: Sequence[ElementExposure],
        deviates: Callable[[], Floats],
        now: float,
        wanted: int,
        *,
        by_gate: bool,
    ) -> None:
        self.pixels: list[list[Counted]] = []
        self.ended = asyncio.Event()
        self._elements = list(elements)
        self._deviates = deviates
        self._wanted = wanted
        self._by_gate = by_gate
        self._since = now
        self._counts = not by_gate
        self._erase()

    def _erase(self) -> None:
        for element in self._elements:
            element.erase(self._deviates())

    def advance(self, now: float) -> None:
        """Account for the time since the last look."""
        if self._counts and now > self._since:
            for element in self._elements:
                element.expose(self._since, now - self._since)
        self._since = max(now, self._since)

    def pulse(self, moment: float) -> None:
        """End a pixel; in a map by gate pulses mean nothing."""
        if not self._by_gate:
            self._next_pixel(moment)

    def gate(self, moment: float, *, is_open: bool) -> None:
        """Heed the gate: a pixel goes as long as it is open."""
        if not self._by_gate or is_open == self._counts:
            return
        if is_open:
            self.advance(moment)
            self._counts = True
        else:
            self._next_pixel(moment)
            self._counts = False

    def _next_pixel(self, moment: float) -> None:
        if self.ended.is_set():
            return
        self.advance(moment)
        self.pixels.append([element.counted() for element in self._elements])
        self._erase()
        if 0 < self._wanted <= len(self.pixels):
            self.end()

    def end(self) -> None:
        """End the map; what was counted of the next pixel is lost."""
        self.ended.set()
