"""What every scan can be told beyond its grammar, as keyword arguments."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from planlib import checks
from planlib.errors import PlanError
from planlib.messages import Counter
from planlib.stepping.hooks import NO_HOOKS, Hooks
from planlib.stepping.scan import After, Condition, Pace, Retry


class ScanOptions(TypedDict, total=False):
    """Keyword arguments of all scans.

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
    md
        More metadata for the start document.
    """

    settle: float
    sleep: float
    period: float
    after: After
    until: Condition
    hooks: Hooks
    record: Sequence[Counter]
    columns: Sequence[str] | Mapping[str, float]
    retry: int | Retry
    md: Mapping[str, Any]


def read_options(plan: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options of a plan as fields of a `StepScan`, ``metadata`` among them.

    Raises
    ------
    PlanError
        There is no such option, or it cannot mean that.
    """
    known = tuple(ScanOptions.__annotations__)
    for name in options:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"it takes {', '.join(known)}"
            message = f"{plan} takes no {name}; {hint}"
            raise PlanError(message)
    fields = {name: options[name] for name in ("after", "until", "record") if name in options}
    if options.get("after") not in (None, "stay", "return", "peak", "cen", "com"):
        message = (
            f"after a scan the axes stay, return, or go to peak, cen or com, not {options['after']}"
        )
        raise PlanError(message)
    return fields | {
        "pace": _pace(options),
        "hooks": options.get("hooks", NO_HOOKS),
        "columns": _columns(options.get("columns", ())),
        "retry": _retry(options.get("retry", 0)),
        "metadata": dict(options.get("md") or {}),
    }


def _pace(options: Mapping[str, Any]) -> Pace:
    seconds: dict[str, Any] = {}
    for name in ("settle", "sleep", "period"):
        if options.get(name) is not None:
            seconds[name] = checks.require_duration(f"the {name} time", options[name])
    return Pace(**seconds)


def _columns(columns: object) -> dict[str, float]:
    if isinstance(columns, Mapping):
        return {str(name): float(value) for name, value in columns.items()}
    if isinstance(columns, str):
        return {columns: float("nan")}
    if isinstance(columns, Sequence):
        return {str(name): float("nan") for name in columns}
    message = f"columns are names, not {columns!r:.60}"
    raise PlanError(message)


def _retry(retry: object) -> Retry:
    if isinstance(retry, Retry):
        return retry
    if isinstance(retry, int) and not isinstance(retry, bool) and retry >= 0:
        return Retry(short_counts=retry, lost_connection=retry)
    message = f"retry is how often to repeat a point, 0 or more, not {retry!r:.60}"
    raise PlanError(message)
