"""A stream of denoised numbers, derived from what a run has measured (PS-113)."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from callbacks.routing import Document, PerRun
from callbacks.run_columns import RunColumns
from reduction.denoise import tv_denoise

#: Name of the derived stream.
STREAM = "denoised"

Target = Callable[[str, Document], object]


class Denoised:
    """Pass a run on with one more stream: what it plots, denoised by total variation.

    Denoising needs the whole curve, so that the stream comes when the run stops: a descriptor and
    one event page, with the scanned axis and one column of each name with ``_denoised``. The stop
    document then counts its events. Everything else is passed on as it is.

    Parameters
    ----------
    target
        Called with (name, document): a writer, `callbacks.read_columns`' collector, a subscriber.
    strength
        In units of the counter, see `reduction.denoise.tv_denoise`; by name where they differ.
    names
        Columns to denoise; what the run plots without.

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
        for each in strength.values() if isinstance(strength, Mapping) else [strength]:
            tv_denoise([], each)
        self._target = target
        self._strength = strength
        self._names = tuple(names)
        self._per_run = PerRun(lambda start: _RunDenoised(start, self))

    def __call__(self, name: str, doc: Document) -> None:
        """Take one document."""
        self._per_run(name, doc)

    def pass_on(self, name: str, doc: Document) -> None:
        """Give a document to the target."""
        self._target(name, doc)

    def columns_of(self, columns: RunColumns) -> dict[str, list[float]]:
        """Give the columns of the derived stream, the axis first; nothing where there are none."""
        plot, arrays = columns.plot, columns.arrays()
        if plot is None or not len(columns):
            return {}
        wanted = [name for name in self._names or plot.y if name in arrays]
        strengths = {name: self._of(name) for name in wanted}
        made = {
            f"{name}_{STREAM}": tv_denoise(arrays[name], strength).tolist()
            for name, strength in strengths.items()
            if strength is not None
        }
        axis = {} if plot.x == "time" else {plot.x: arrays[plot.x].tolist()}
        return {**axis, **made} if made else {}

    def _of(self, name: str) -> float | None:
        return self._strength.get(name) if isinstance(self._strength, Mapping) else self._strength


class _RunDenoised:
    def __init__(self, start: Document, denoised: Denoised) -> None:
        self._denoised = denoised
        self._columns = RunColumns(start)

    def __call__(self, name: str, doc: Document) -> None:
        self._columns(name, doc)
        if name == "stop":
            doc = self._derived(doc)
        self._denoised.pass_on(name, doc)

    def _derived(self, stop: Document) -> Document:
        """Pass on the derived stream and give the stop document that counts it."""
        made = self._denoised.columns_of(self._columns)
        if not made:
            return stop
        descriptor = self._descriptor(made, stop)
        times = self._columns.arrays()["time"].tolist()
        self._denoised.pass_on("descriptor", descriptor)
        self._denoised.pass_on("event_page", _page(str(descriptor["uid"]), made, times))
        counted = {**(stop.get("num_events") or {}), STREAM: len(times)}
        return {**stop, "num_events": counted}

    def _descriptor(self, made: Mapping[str, Any], stop: Document) -> dict[str, Any]:
        keys = {name: self._key(name) for name in made}
        return {
            "uid": str(uuid.uuid4()),
            "run_start": self._columns.start["uid"],
            "name": STREAM,
            "time": stop["time"],
            "data_keys": keys,
            "object_keys": {STREAM: list(keys)},
            "configuration": {STREAM: {"data": {}, "timestamps": {}, "data_keys": {}}},
            "hints": {STREAM: {"fields": [name for name in keys if name.endswith(STREAM)]}},
        }

    def _key(self, name: str) -> dict[str, Any]:
        units = self._columns.described(name.removesuffix(f"_{STREAM}")).get("units") or ""
        key = {"dtype": "number", "shape": [], "units": units, "object_name": STREAM}
        return {**key, "source": "reduction.denoise.tv_denoise"}


def _page(
    descriptor: str, columns: Mapping[str, list[float]], times: list[float]
) -> dict[str, Any]:
    return {
        "descriptor": descriptor,
        "uid": [str(uuid.uuid4()) for _ in times],
        "seq_num": list(range(1, len(times) + 1)),
        "time": times,
        "data": dict(columns),
        "timestamps": dict.fromkeys(columns, times),
        "filled": {},
    }
