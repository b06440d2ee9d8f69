"""Regions of a sensor: cut, turned, and with pixels added to larger ones; pure."""

from dataclasses import dataclass

import numpy as np

from sim_ioc.channel_access.fields import Array


@dataclass(frozen=True, slots=True)
class Span:
    """Describe what is taken along one axis, in pixels."""

    first: int
    size: int
    binning: int = 1
    is_reversed: bool = False

    def within(self, sensor: int) -> "Span":
        """Return the nearest span that a sensor of so many pixels has."""
        first = min(max(self.first, 0), sensor - 1)
        size = min(max(self.size, 1), sensor - first)
        return Span(first, size, min(max(self.binning, 1), size), self.is_reversed)

    @property
    def length(self) -> int:
        """Return how many pixels come out; those that fill no bin are left out."""
        return self.size // self.binning

    @property
    def pixels(self) -> slice:
        """Return the pixels that go in."""
        return slice(self.first, self.first + self.length * self.binning)


@dataclass(frozen=True, slots=True)
class Region:
    """Describe a part of a sensor."""

    rows: Span
    columns: Span

    def within(self, shape: tuple[int, int]) -> "Region":
        """Return the nearest region that a sensor of `shape` has."""
        return Region(self.rows.within(shape[0]), self.columns.within(shape[1]))

    @property
    def shape(self) -> tuple[int, int]:
        """Return rows and columns of what comes out."""
        return self.rows.length, self.columns.length

    def of(self, data: Array) -> Array:
        """Return this region of `data`, pixels added in a type with room for the sum.

        What is neither binned nor turned is a view.
        """
        part = data[self.rows.pixels, self.columns.pixels]
        if self.rows.is_reversed:
            part = part[::-1]
        if self.columns.is_reversed:
            part = part[:, ::-1]
        if self.rows.binning * self.columns.binning == 1:
            return part
        (rows, columns), high, wide = self.shape, self.rows.binning, self.columns.binning
        blocks = part.reshape(rows, high, columns, wide)
        room = part.dtype if part.dtype.kind == "f" else np.int64
        return blocks.sum(axis=(1, 3), dtype=room)
