"""Choose what the next scans show."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any

from callbacks.errors import ConsumerError
from reduction.curve_filters import GRAMMAR, is_filter
from reduction.expression import Expression, ExpressionError

#: Key of the start document, and of the engine's metadata.
PLOT = "plot"
#: What maps show, which has a choice of its own.
MAPS = "maps"


class PlotSelection:
    """Keep, in the metadata of every run to come, which counters its plot shows (BL-155).

    A scan that says itself what to plot is not changed by it.

    Parameters
    ----------
    metadata
        Of the engine: ``RE.md``; the selection is its entry ``"plot"``.
    known
        Gives the names of all counters and axes; without it any name is taken, and what a run
        has not got is told in its picture.
    changed
        Called with the selection, when it is made: what is shown already may follow.

    Examples
    --------
    >>> from callbacks.plot.selection import PlotSelection
    >>> metadata = {}
    >>> plotselect = PlotSelection(metadata)
    >>> plotselect("log(I0/It)", right=["It"])
    >>> metadata
    {'plot': {'y': ['log(I0/It)'], 'right': ['It']}}
    >>> plotselect()  # what the detectors hint, again
    >>> metadata
    {}
    """

    #: At the prompt it is called without brackets, as functions are: ``plotselect It``.
    is_typed = True

    def __init__(
        self,
        metadata: MutableMapping[str, Any],
        known: Callable[[], Iterable[str]] | None = None,
        changed: Callable[[Mapping[str, Any]], object] | None = None,
    ) -> None:
        self._metadata = metadata
        self._known = known
        self._changed = changed

    def of(self, metadata: MutableMapping[str, Any]) -> "PlotSelection":
        """Give one that chooses among the same, and keeps its choice elsewhere."""
        return PlotSelection(metadata, self._known)

    def __repr__(self) -> str:
        """Say what is shown."""
        chosen = {key: value for key, value in self._metadata.get(PLOT, {}).items() if value}
        shown = ", ".join(self.selected) or "what the detectors hint"
        more = "".join(f"; {key}: {value}" for key, value in chosen.items() if key != "y")
        return f"plots show {shown}{more}"

    @property
    def selected(self) -> Sequence[str]:
        """What is shown on the left axis; empty where the detectors decide."""
        return tuple(self._metadata.get(PLOT, {}).get("y", ()))

    def __call__(
        self,
        *counters: object,
        right: Sequence[object] = (),
        below: Sequence[Sequence[object]] = (),
        filters: Sequence[str] = (),
        overlay: int = 0,
    ) -> None:
        """Show these counters, by name or as devices, or expressions of them; none for the hints.

        Parameters
        ----------
        right, below
            On the right axis, and in more plots below.
        filters
            Such as ``"derivative"`` or ``"monitor:I0"``.
        overlay
            How many earlier scans of the same axis to show.

        Raises
        ------
        ConsumerError
            A counter or a filter is not known; nothing is changed.
        """
        wrong = next((text for text in filters if not is_filter(text)), None)
        if wrong is not None:
            message = f"no filter {wrong!r}; there are {GRAMMAR}"
            raise ConsumerError(message)
        asked = {
            "y": self._names(counters),
            "right": self._names(right),
            "below": [self._names(some) for some in below],
            "filters": list(filters),
            "overlay": overlay,
        }
        self._keep({**asked, MAPS: self._metadata.get(PLOT, {}).get(MAPS)})

    def maps(self, *counters: object) -> None:
        """Show these counters in maps, up to four; none for the first that is plotted.

        Raises
        ------
        ConsumerError
            A counter is not known; nothing is changed.
        """
        self._keep({**self._metadata.get(PLOT, {}), MAPS: self._names(counters)})

    def _keep(self, asked: Mapping[str, Any]) -> None:
        selection = {key: value for key, value in asked.items() if value}
        if selection:
            self._metadata[PLOT] = selection
        else:
            self._metadata.pop(PLOT, None)
        if self._changed is not None:
            self._changed(selection)

    def _names(self, counters: Sequence[object]) -> list[str]:
        names = [_name_of(counter) for counter in counters]
        if self._known is not None:
            known = set(self._known())
            for name in names:
                _require_known(name, known)
        return names


def _name_of(counter: object) -> str:
    name = counter if isinstance(counter, str) else getattr(counter, "name", None)
    if not isinstance(name, str) or not name.strip():
        message = f"{counter!r} is no counter: give its name, the device or an expression of names"
        raise ConsumerError(message)
    return name


def _require_known(name: str, known: set[str]) -> None:
    try:
        unknown = {name} - known and Expression(name).names - known
    except ExpressionError as error:
        message = f"{name!r} can not be plotted: {error}"
        raise ConsumerError(message) from error
    if unknown:
        message = f"no counter {', '.join(sorted(unknown))} to plot; there are {_listed(known)}"
        raise ConsumerError(message)


def _listed(known: set[str]) -> str:
    return ", ".join(sorted(known)) or "none"
