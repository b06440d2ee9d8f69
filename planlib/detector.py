"""StepScan's detector: a trigger, counters and a dwell time that belong together (ES-04)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bluesky.protocols import Movable

from planlib import checks
from planlib.errors import PlanError
from planlib.stepping.hook import Hook
from planlib.stepscan import trigger_of

#: What a detector may do beside counting, under the names that scans look for.
MOMENTS = ("pre_scan", "at_break", "post_scan")


class Detector(tuple[Any, ...]):
    """A detector that is made of what is there: it stands wherever counters are listed.

    All its parts are triggered together with everything else of a point, and read after that. What
    is to be told the dwell time is told it before the first point, or before each where points
    differ.

    Parameters
    ----------
    name
        Of what triggers it: another one than those of its counters.
    counters
        What is read.
    trigger
        A signal to which 1 is written, (signal, value), or a device that can be triggered; None
        where the counters are triggered themselves, or run freely.
    dwelltime
        What is set to the seconds of each point: a signal, such as a preset; None where the
        counters take a count time themselves.
    moments
        ``pre_scan``, ``at_break``, ``post_scan``: functions, plans or `Hook`, called in every scan
        of this detector before those of the scan itself.

    Raises
    ------
    PlanError
        Something cannot be meant.

    Examples
    --------
    >>> from ophyd import Signal
    >>> start, preset, total = (Signal(name=name) for name in ("start", "preset", "total"))
    >>> mca = Detector("mca", [total], trigger=start, dwelltime=preset)
    >>> [part.name for part in mca]
    ['mca', 'total']
    >>> from planlib import stepscan
    >>> RE(stepscan([(x, [0, 1, 4])], [mca, I0], dwelltime=0.5))  # doctest: +SKIP
    """

    def __new__(
        cls,
        name: str,
        counters: Iterable[Any],
        *,
        trigger: Any = None,  # noqa: ANN401 - whatever triggers
        dwelltime: Any = None,  # noqa: ANN401 - whatever can be set
        **moments: Callable[..., Any] | Hook,
    ) -> "Detector":
        """Make it; the parts are what a scan has of it."""
        if not isinstance(name, str) or not name.isidentifier():
            message = f"a detector has a name of letters, digits and underscores, not {name!r:.60}"
            raise PlanError(message)
        checks.require_known(f"the detector {name}", moments, MOMENTS)
        if dwelltime is not None and not isinstance(dwelltime, Movable):
            message = f"the dwell time of {name} is set to a signal, not to {dwelltime!r:.60}"
            raise PlanError(message)
        parts = checks.require_counters([_Lead(name, trigger, dwelltime, moments), counters], ())
        return super().__new__(cls, parts)

    def __repr__(self) -> str:
        """Say what it is made of."""
        lead, *counters = self
        return f"<detector {lead.name} of {', '.join(each.name for each in counters)}>"


class _Lead:
    """The part of a detector that is triggered, told the time, and called beside the points."""

    parent = None

    def __init__(self, name: str, trigger: Any, dwelltime: Any, moments: Mapping[str, Any]) -> None:  # noqa: ANN401
        self.name = name
        self.hints: Mapping[str, Any] = {"fields": []}
        if trigger is not None:
            self.trigger = trigger_of(trigger).trigger
        if dwelltime is not None:
            self.count_time = dwelltime
        self.__dict__.update(moments)

    def stage(self) -> list[Any]:
        """Nothing needs to be made ready."""
        return [self]

    def unstage(self) -> list[Any]:
        """Nothing needs to be put back."""
        return [self]

    def read(self) -> Mapping[str, Any]:
        """Nothing: the counters are read."""
        return {}

    def describe(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}
