"""What every scan can be told beyond its grammar, as keyword arguments."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict, get_args

from planlib import checks
from planlib.amounts import Seconds, Whole
from planlib.errors import PlanError
from planlib.messages import Counter
from planlib.plain import require_metadata, run_metadata
from planlib.stepping.hooks import NO_HOOKS, Hooks
from planlib.stepping.scan import After, Condition, Pace, Retry


class RunOptions(TypedDict, total=False):
    """Keyword arguments of whatever makes a run (BL-90)."""

    title: Annotated[str, "What people call the run."]
    name: Annotated[str, "What the kind of scan is called: `scan_name` in the start document."]
    scan_info: Annotated[Mapping[str, Any], "What else is known of the scan, as one mapping."]
    save: Annotated[bool, "Whether files are made of the run; the journal has it anyway."]
    md: Annotated[Mapping[str, Any], "More metadata for the start document."]


class ScanOptions(RunOptions, total=False):
    """Keyword arguments of all scans, besides `RunOptions`.

    Parameters
    ----------
    settle
        Seconds to wait after the axes have arrived.
    sleep
        Seconds to wait before each point.
    period
        Seconds from the start of one point to the start of the next.
    after
        Where the axes go in the end: ``"stay"``, ``"return"``, or to the ``"peak"``, ``"cen"`` or
        ``"com"`` of what was measured.
    until
        Ends the scan early: ``"It > 1e5"``, or a function of the newest values by name.
    hooks
        What else happens, and when.
    record
        Devices to read at the start, at breakpoints and at the end.
    columns
        Names of fields that hooks fill at each point, or what stands there where none did.
    retry
        How often to repeat a point, of each kind of trouble, or a `Retry`.
    """

    settle: Seconds
    sleep: Seconds
    period: Seconds
    after: After
    until: Condition
    hooks: Hooks
    record: Sequence[Counter]
    columns: Sequence[str] | Mapping[str, float]
    retry: Whole | Retry


def read_options(plan: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options of a plan as fields of a `StepScan`, ``metadata`` among them.

    Raises
    ------
    PlanError
        There is no such option, or it cannot mean that.
    """
    checks.require_known(plan, options, tuple(ScanOptions.__annotations__))
    fields = {name: options[name] for name in ("after", "until") if name in options}
    _require_after(options.get("after"))
    _require_condition(options.get("until"))
    return fields | {
        "pace": _pace(options),
        "hooks": _hooks(options.get("hooks")),
        "record": _record(options.get("record", ())),
        "columns": _columns(options.get("columns", ())),
        "retry": _retry(options.get("retry", 0)),
        "metadata": require_metadata(options.get("md")) | run_metadata(options),
    }


def _require_after(after: object) -> None:
    if after not in (None, *get_args(After)):
        message = (
            f"after a scan the axes stay, return, or go to peak, cen or com, not {after!r:.60}"
        )
        raise PlanError(message)


def _require_condition(until: object) -> None:
    if until is not None and not isinstance(until, str) and not callable(until):
        message = f'until is text such as "It > 1e5", or a function, not {until!r:.60}'
        raise PlanError(message)


def _pace(options: Mapping[str, Any]) -> Pace:
    seconds: dict[str, Any] = {}
    for name in ("settle", "sleep", "period"):
        if options.get(name) is not None:
            seconds[name] = checks.require_duration(f"the {name} time", options[name])
    return Pace(**seconds)


def _hooks(hooks: object) -> Hooks:
    if hooks is None:
        return NO_HOOKS
    if not isinstance(hooks, Hooks):
        message = f"hooks are given as in hooks=Hooks(pre_point=...), not {hooks!r:.60}"
        raise PlanError(message)
    return hooks


def _record(record: object) -> list[Any]:
    devices = record if isinstance(record, Sequence) else [record]
    return checks.require_counters(devices, ()) if devices else []


def _columns(columns: object) -> dict[str, float]:
    if isinstance(columns, Mapping):
        return {_column(name): _filled(name, value) for name, value in columns.items()}
    if isinstance(columns, str):
        columns = [columns]
    if isinstance(columns, Sequence):
        return {_column(name): math.nan for name in columns}
    message = f"columns are names, not {columns!r:.60}"
    raise PlanError(message)


def _column(name: object) -> str:
    if not isinstance(name, str) or not name.isidentifier():
        message = f"a column has a name of letters, digits and underscores, not {name!r:.60}"
        raise PlanError(message)
    return name


def _filled(name: str, value: object) -> float:
    is_nan = isinstance(value, float) and math.isnan(value)
    return math.nan if is_nan else checks.require_number(f"what stands in {name}", value)


def _retry(retry: object) -> Retry:
    if isinstance(retry, Retry):
        return retry
    if isinstance(retry, Mapping) and retry.keys() <= Retry.__annotations__.keys():
        return Retry(**retry)  # as start documents have it
    if isinstance(retry, int) and not isinstance(retry, bool) and retry >= 0:
        return Retry(short_counts=retry, lost_connection=retry)
    message = f"retry is how often to repeat a point, 0 or more, not {retry!r:.60}"
    raise PlanError(message)
