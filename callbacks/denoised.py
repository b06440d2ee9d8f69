"""A stream of denoised numbers, derived from what a run has measured (PS-113)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callbacks.derived_stream import Row, RunProcess
from callbacks.processing import Processed, Target
from callbacks.routing import Document
from callbacks.run_columns import RunColumns
from reduction.denoise import tv_denoise

#: Name of the derived stream, and what its columns end in.
STREAM = "denoised"


@dataclass(frozen=True)
class Denoise:
    """Derive what a run plots, denoised by total variation, when the run stops.

    Denoising needs the whole curve, so that the stream comes in one page before the stop document,
    with the scanned axis and one column of each name with ``_denoised``.

    Parameters
    ----------
    strength
        In units of the counter, see `reduction.denoise.tv_denoise`; by name where they differ.
    names
        Columns to denoise; what the run plots without.

    Raises
    ------
    ReductionError
        A strength is negative.
    """

    strength: float | Mapping[str, float]
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse strengths that cannot be meant."""
        strength = self.strength
        for each in strength.values() if isinstance(strength, Mapping) else [strength]:
            tv_denoise([], each)

    def __call__(self, start: Document) -> RunProcess:
        """Begin a run."""
        return _RunDenoised(self, RunColumns(start))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what it gives, where they are told."""
        return tuple(f"{name}_{STREAM}" for name in self.names)

    def columns_of(self, columns: RunColumns) -> dict[str, list[float]]:
        """Give the columns of the derived stream, the axis first; nothing where there are none."""
        plot, arrays = columns.plot, columns.arrays()
        if plot is None or not len(columns):
            return {}
        wanted = [name for name in self.names or plot.y if name in arrays]
        strengths = {name: self._of(name) for name in wanted}
        made = {
            f"{name}_{STREAM}": tv_denoise(arrays[name], strength).tolist()
            for name, strength in strengths.items()
            if strength is not None
        }
        axis = {} if plot.x == "time" else {plot.x: arrays[plot.x].tolist()}
        return {**axis, **made} if made else {}

    def _of(self, name: str) -> float | None:
        return self.strength.get(name) if isinstance(self.strength, Mapping) else self.strength


class Denoised(Processed):
    """Pass a run on with one more stream: what it plots, denoised by total variation.

    The stop document then counts its events. Everything else is passed on as it is.

    Parameters
    ----------
    target
        Called with (name, document): a writer, `callbacks.read_columns`' collector, a subscriber.
    strength, names
        As `Denoise` takes them.

    Raises
    ------
    ReductionError
        A strength is negative.

    Examples
    --------
    >>> from callbacks import Replay
    >>> from callbacks.denoised import Denoised
    >>> follow = Denoised(print, strength=50.0)
    >>> for name, doc in Replay("data/journal/0003_1f3c88aa.jsonl"):  # doctest: +SKIP
    ...     follow(name, doc)
    """

    def __init__(
        self, target: Target, strength: float | Mapping[str, float], names: Sequence[str] = ()
    ) -> None:
        super().__init__(target, {STREAM: Denoise(strength, tuple(names))})


@dataclass
class _RunDenoised:
    denoise: Denoise
    columns: RunColumns
    keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __call__(self, name: str, doc: Document) -> Iterator[Row]:
        self.columns(name, doc)
        made = self.denoise.columns_of(self.columns) if name == "stop" else {}
        self.keys = {name: self._key(name) for name in made}
        if not made:
            return
        # a number comes again after an interruption: a point has its own, not that of its place
        points = zip(self.columns.seq_nums, self.columns.since(0, "time"), strict=True)
        for index, (seq_num, (time,)) in enumerate(points):
            yield Row(seq_num, time, {name: column[index] for name, column in made.items()})

    def _key(self, name: str) -> dict[str, Any]:
        measured = name.removesuffix(f"_{STREAM}")
        units = self.columns.described(measured).get("units") or ""
        is_axis = measured == name
        return {"units": units, "source": "reduction.denoise.tv_denoise", "is_axis": is_axis}
