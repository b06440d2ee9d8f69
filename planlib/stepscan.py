"""Scans as StepScan describes them: positioners, triggers and counters (ES-01 to ES-12)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, Unpack

import numpy as np
from bluesky.protocols import Movable, Triggerable
from numpy.typing import NDArray

from planlib import checks
from planlib.amounts import Whole
from planlib.calls import plan
from planlib.command import command_of_call
from planlib.context import default_counters
from planlib.errors import PlanError
from planlib.grammar import Counters, as_list, kept_options
from planlib.messages import Axis, MsgGenerator
from planlib.plain import plain
from planlib.registry import repeatable
from planlib.stepping.options import ScanOptions, read_options
from planlib.stepping.scan import StepScan
from planlib.stepping.step_scan import step_scan
from planlib.trajectories.lines import per_point, together
from planlib.trajectories.trajectory import Trajectory

#: Of one axis, or a number for each point.
Positions: TypeAlias = Sequence[float] | NDArray[np.float64]
#: A signal with what is written to it, one to which 1 is written, or a device that is triggered.
Trigger: TypeAlias = tuple[Movable[Any], float | str] | Movable[Any] | Triggerable


class PutTrigger:
    """Triggers by writing a value to a signal, at each point; done when the write is (ES-02).

    Parameters
    ----------
    signal
        Anything that can be set, e.g. an ophyd ``EpicsSignal`` with ``put_complete=True``.
    value
        What is written.

    Examples
    --------
    >>> from ophyd import Signal
    >>> PutTrigger(Signal(name="start"), 1).name
    'start_trigger'
    """

    parent = None

    def __init__(self, signal: Any, value: Any = 1) -> None:  # noqa: ANN401 - of any kind
        self._signal = checks.require_axis(signal)
        self._value = value
        self.name = f"{signal.name}_trigger"

    @property
    def told(self) -> list[Any]:
        """The signal's name and the value, as start documents have them."""
        return [self._signal.name, self._value]

    def trigger(self) -> Any:  # noqa: ANN401 - the signal's status
        """Write the value."""
        return self._signal.set(self._value)

    def read(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    def describe(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}


@repeatable()
@plan("stepscan([(x, [0, 1, 4])], [I0], [(start, 1)], dwelltime=0.5)")
def stepscan(
    positioners: Sequence[tuple[Axis, Positions]],
    counters: Counters = (),
    triggers: Sequence[Trigger] = (),
    *,
    dwelltime: float | Positions | None = 1.0,
    breakpoints: Sequence[Whole] = (),
    **options: Unpack[ScanOptions],
) -> MsgGenerator:
    """Move positioners through arrays of positions, trigger, and read counters at each point.

    Parameters
    ----------
    positioners
        (axis, positions) of each; all arrays are equally long (ES-01). Over a grid, give full
        arrays: those of ``planlib.trajectories.mesh(...).positions``.
    counters
        What is read when all triggers are done (ES-03); the session's active counters where there
        are neither counters nor triggers.
    triggers
        (signal, value), or signals to which 1 is written (ES-02), or devices that can be triggered.
    dwelltime
        Seconds per point, or one number for each point (ES-05); None leaves the counters as they
        are.
    breakpoints
        Indices of the points after which data are secured, ``record`` is read again and
        ``at_break`` hooks are called (ES-06).
    options
        See `planlib.stepping.ScanOptions`.

    Raises
    ------
    PlanError
        Lists that differ in length, or anything else that cannot be meant (ES-09).

    Examples
    --------
    >>> plan = stepscan([(x, [0, 1, 4])], [I0, It], [(start, 1)], dwelltime=0.5)  # doctest: +SKIP
    >>> RE(plan)  # doctest: +SKIP
    """
    fields = read_options("stepscan", options)
    axes, columns = _positioners(positioners)
    trajectory = together(columns)
    scalar = dwelltime is None or np.ndim(dwelltime) == 0
    times = None if scalar else per_point("dwell times", dwelltime, len(trajectory))
    seconds = checks.require_count_time(dwelltime) if scalar and dwelltime is not None else None
    stops = _breakpoints(breakpoints, trajectory)
    trajectory = replace(trajectory, count_times=times, breakpoints=stops)
    pulled = [trigger_of(trigger) for trigger in as_list(triggers)]
    chosen = [*pulled, *as_list(counters)] or (yield from default_counters())
    found = checks.require_counters(chosen, axes)
    typed = [list(zip(axes, columns, strict=True)), as_list(counters), as_list(triggers)]
    while not typed[-1]:
        typed.pop()
    named = {"dwelltime": dwelltime, "breakpoints": list(stops), **options}
    fields["metadata"] = {
        "plan_name": "stepscan",
        "plan_args": {
            "positioners": [[a.name, c.tolist()] for a, c in zip(axes, columns, strict=True)],
            "counters": [counter.name for counter in found if counter not in pulled],
            "triggers": [_told(trigger) for trigger in pulled],
            "dwelltime": seconds if times is None else times.tolist(),
            "breakpoints": list(stops),
            **plain(kept_options(options)),
        },
        "scan_command": command_of_call("stepscan", stepscan, typed, named),
    } | fields["metadata"]
    return (yield from step_scan(StepScan(axes, trajectory, found, seconds, **fields)))


def _positioners(given: object) -> tuple[list[Axis], list[Any]]:
    pairs = list(given) if isinstance(given, Sequence) else []
    if not pairs or not all(isinstance(pair, Sequence) and len(pair) == 2 for pair in pairs):
        message = f"positioners are a list of (axis, positions), not {given!r:.60}"
        raise PlanError(message)
    axes = [checks.require_axis(axis) for axis, _ in pairs]
    return axes, list(together([positions for _, positions in pairs]).positions.T)


def _breakpoints(given: Sequence[int], trajectory: Trajectory) -> tuple[int, ...]:
    number = len(trajectory)
    for index in given:
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < number:
            message = f"a breakpoint is the index of a point, 0 to {number - 1}, not {index!r:.60}"
            raise PlanError(message)
    return tuple(sorted(set(given)))


def trigger_of(given: Any) -> Any:  # noqa: ANN401 - a device of any kind
    """Give what can be triggered: a device itself, or one that writes to a signal."""
    if isinstance(given, tuple | list) and len(given) == 2:
        return PutTrigger(*given)
    return given if hasattr(given, "trigger") and not hasattr(given, "set") else PutTrigger(given)


def _told(trigger: Any) -> Any:  # noqa: ANN401 - JSON
    return trigger.told if isinstance(trigger, PutTrigger) else trigger.name
