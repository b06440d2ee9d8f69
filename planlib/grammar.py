"""What all grammars have in common: a function says where to go, and becomes a scan.

Each scan of `planlib.spec` and `planlib.py4syn` is a function that reads its arguments into a
`Course`. The decorator `scan` adds what never differs: wrong calls are told in a sentence, the
counters are those named or the session's, options are read, the start document says what was typed
and how to repeat it.
"""

import functools
import inspect
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeAlias

import numpy as np
from bluesky.protocols import Readable
from bluesky.utils import Msg

from planlib import checks
from planlib.by_name import device_parameters, has_names, looked_up
from planlib.calls import Plan, bind, caller, marked
from planlib.command import command_of_call
from planlib.context import default_counters
from planlib.messages import Axis, Counter, MsgGenerator
from planlib.plain import NOT_KEPT, plain, require_metadata
from planlib.reach.positions import require_reachable
from planlib.registry import repeatable
from planlib.stepping.options import read_options
from planlib.stepping.scan import After, StepScan
from planlib.stepping.step_scan import step_scan
from planlib.trajectories import Trajectory

P = ParamSpec("P")
#: Counters, groups of them, and lists of both (BL-109).
Counters: TypeAlias = Counter | Sequence[Counter]
#: Seconds, or negative for counts of the monitor; a list has one for each point; None leaves the
#: counters as they are set (SC-04).
CountTime: TypeAlias = float | Sequence[float] | None

#: What the documentation of every scan says of the parameters that all have.
_COUNT_TIME = """count_time
    Seconds per point, or negative for counts of the monitor; a list has one for each point, and
    None leaves the counters as they are set.
"""
_COUNTERS = """counters
    Devices, groups and lists of them; the session's active counters where none is named.
"""
_OPTIONS = """options
    ``settle``, ``sleep``, ``period``, ``after``, ``until``, ``hooks``, ``record``, ``columns``,
    ``retry``, ``title``, ``name``, ``scan_info``, ``save``, ``md``: see
    `planlib.stepping.options.ScanOptions`.

Raises
------
PlanError
    Something cannot be meant, told in one sentence before anything moves; so does an axis that
    cannot go where it is sent.
"""
_COMMON = {"count_time": _COUNT_TIME, "counters": _COUNTERS, "options": _OPTIONS}


@dataclass(frozen=True)
class Course:
    """Where a scan goes, as a grammar has read it.

    Parameters
    ----------
    axes, trajectory, relative, endless
        See `planlib.stepping.StepScan`.
    count_time
        As typed.
    after
        Where the axes go in the end unless somebody says so.
    facts
        More for the start document.
    """

    axes: Sequence[Axis]
    trajectory: Trajectory
    count_time: object = None
    relative: bool = False
    endless: bool = False
    after: After | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def scan(
    example: str, *, text: Collection[str] = ()
) -> Callable[[Callable[P, Course]], Callable[P, MsgGenerator]]:
    """Make a scan of a function that says where to go.

    Parameters
    ----------
    example
        A right call, with the name that start documents have: ``"ascan(x, 0, 5, 10, 0.1)"``.
    text
        Parameters that hold text; any other text in a start document is the name of a device.
    """
    name = example.partition("(")[0]

    def decorate(function: Callable[P, Course]) -> Callable[P, MsgGenerator]:
        signature = inspect.signature(function)
        shown = signature.replace(return_annotation=MsgGenerator)
        devices = device_parameters(signature)

        @functools.wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> MsgGenerator:
            bound = bind(name, signature, example, args, kwargs)
            named = has_names(bound, devices)
            messages = looked_up(scanned, bound, devices) if named else scanned(*args, **kwargs)
            return Plan(name, messages, caller())

        def scanned(*args: P.args, **kwargs: P.kwargs) -> MsgGenerator:
            return _scan(name, function, args, kwargs)

        called.__doc__ = _documented(function.__doc__ or "", signature)
        called.__annotations__ = {**function.__annotations__, "return": MsgGenerator}
        return repeatable(name, text=text)(marked(called, shown))

    return decorate


def _documented(text: str, signature: inspect.Signature) -> str:
    """Add what is said of every scan, before the example."""
    described, heading, example = inspect.cleandoc(text).partition("Examples\n--------")
    if "Parameters\n" not in described:
        described = f"{described.rstrip()}\n\nParameters\n----------\n"
    common = "".join(said for name, said in _COMMON.items() if name in signature.parameters)
    return f"{described.rstrip()}\n{common}\n{heading}{example}\n"


def _scan(
    name: str, function: Callable[..., Course], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> MsgGenerator:
    """Read the arguments, all of them before the first message, and scan."""
    course = function(*args, **kwargs)
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    options = bound.arguments.pop("options")
    fields = read_options(name, options)
    trajectory, count_time = timed(course)
    if not course.relative:  # before the first message: `sequence` looks no further
        require_reachable(course.axes, trajectory.positions)
    counters = yield from chosen_counters(bound.arguments.pop("counters"), course.axes)
    kept = {**bound.arguments, "counters": counters, **kept_options(options)}
    fields["metadata"] = {
        "plan_name": name,
        "plan_type": "generator",  # what it is to the engine of any other plan
        "plan_args": plain(kept),
        "scan_command": command_of_call(name, function, args, kwargs),
        **course.facts,
        **fields["metadata"],
    }
    if course.after is not None:
        fields.setdefault("after", course.after)
    built = StepScan(
        course.axes,
        trajectory,
        counters,
        count_time,
        relative=course.relative,
        endless=course.endless,
        **fields,
    )
    return (yield from step_scan(built))


def kept_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options as start documents keep them; hooks are code, which they cannot."""
    kept = {name: value for name, value in options.items() if value is not None}
    if "md" in kept:
        kept["md"] = require_metadata(kept["md"])
    if "hooks" in kept:
        kept["hooks"] = {NOT_KEPT: "hooks"}
    return kept


def timed(course: Course) -> tuple[Trajectory, float | None]:
    """Give the trajectory with its count times, and the one that all points share.

    Raises
    ------
    PlanError
        They are no count times, or not one per point.
    """
    times = course.count_time
    if times is None:
        return course.trajectory, None
    if not checks.is_per_point(times):
        return course.trajectory, checks.require_count_time(times)
    checks.require_per_point("count times", times, len(course.trajectory))
    found = np.array([checks.require_count_time(each) for each in times])
    return replace(course.trajectory, count_times=found), None


def chosen_counters(named: object, axes: Sequence[Axis]) -> Generator[Msg, Any, list[Counter]]:
    """Give the counters that were named, or the session's where none was (BL-109)."""
    chosen = as_list(named) or (yield from default_counters())
    return checks.require_counters(chosen, axes)


def as_list(named: object) -> list[Any]:
    """Give the counters that were named as a list, also a single one that was named on its own."""
    if named is None:
        return []
    if isinstance(named, Readable | str) or not isinstance(named, Iterable):
        return [named]
    return list(named)
