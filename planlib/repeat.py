"""Run again what was run before: `repeat`."""

import inspect
from collections.abc import Mapping
from inspect import Parameter
from typing import Any

from planlib.checks import require_known
from planlib.context import SessionContext, session_context
from planlib.errors import PlanError
from planlib.messages import MsgGenerator
from planlib.plain import NOT_KEPT
from planlib.registry import REPEATABLE, Repeatable
from planlib.stepping.options import ScanOptions

#: Options of all scans that hold text or values as they are.
_AS_THEY_ARE = frozenset(
    {"after", "until", "columns", "retry", "hooks", "title", "name", "scan_info", "save", "md"}
)


def repeat(run: str | int | Mapping[str, Any] = -1, **changes: Any) -> MsgGenerator:  # noqa: ANN401 - any argument
    """Run the plan of an earlier run again, with the same arguments but for those given here.

    The new run's start document says ``repeat_of``: the uid of the earlier one; the metadata that
    were given to that one are kept.

    Parameters
    ----------
    run
        Its uid, the beginning of it, its scan number, or -1 for the last one; or a start document,
        which needs ``plan_name`` and ``plan_args``, and has a ``uid`` where it is of a run.
    changes
        Arguments of the plan by name, counters included, devices also by their names; metadata are
        added to those kept.

    Raises
    ------
    PlanError
        There is no such run, or it cannot be repeated, with the reason.

    Examples
    --------
    >>> RE(repeat())  # doctest: +SKIP
    >>> RE(repeat(12, count_time=1, md={"sample": "Ni"}))  # doctest: +SKIP
    """
    session: SessionContext = yield from session_context()
    try:
        start = run if isinstance(run, Mapping) else session.start_document(run)
    except KeyError as error:
        message = f"there is no run {run} to repeat"
        raise PlanError(message) from error
    known = _known(start)
    require_known(f"repeat of {start['plan_name']}", changes, _names_of(known))
    changed = {name: _changed(name, value, known, session) for name, value in changes.items()}
    kept_arguments = {
        name: _read(name, value, known, session)
        for name, value in start["plan_args"].items()
        if name not in changes
    }
    kept = start["plan_args"].get("md") or {}
    repeated = {"repeat_of": start["uid"]} if "uid" in start else {}
    md = {**kept, **(changes.get("md") or {}), **repeated}
    plan = _called(known, kept_arguments | changed | {"md": md})
    return (yield from plan)


def _known(start: Mapping[str, Any]) -> Repeatable:
    name = start.get("plan_name")
    known = REPEATABLE.get(str(name))
    if known is None or not isinstance(start.get("plan_args"), Mapping):
        known_names = ", ".join(sorted(REPEATABLE))
        message = (
            f"the run {_shown(start)} is of the plan {name}, which cannot be repeated from its "
            f"start document; these can: {known_names}"
        )
        raise PlanError(message)
    return known


def _names_of(known: Repeatable) -> list[str]:
    """Give the names of all arguments of a plan, options included."""
    parameters = inspect.signature(known.make).parameters.values()
    names = [each.name for each in parameters if each.kind is not Parameter.VAR_KEYWORD]
    options = [] if len(names) == len(parameters) else list(ScanOptions.__annotations__)
    return list(dict.fromkeys([*names, *options]))


def _shown(start: Mapping[str, Any]) -> str:
    return str(start.get("scan_id") or start.get("uid", "")[:8])


def _read(name: str, value: Any, known: Repeatable, session: SessionContext) -> Any:  # noqa: ANN401
    """Turn what a start document says of one argument into the argument."""
    if isinstance(value, Mapping) and NOT_KEPT in value:
        message = f"the run cannot be repeated: its {name} was {value[NOT_KEPT]}; give {name}=..."
        raise PlanError(message)
    if known.readers and name in known.readers:
        return known.readers[name](value)
    if name in known.text or name in _AS_THEY_ARE:
        return value
    return _with_devices(value, session)


def _changed(name: str, value: Any, known: Repeatable, session: SessionContext) -> Any:  # noqa: ANN401
    """Turn what was typed for one argument into the argument: a queue has names for devices."""
    is_told = isinstance(value, list | tuple) and all(isinstance(each, Mapping) for each in value)
    if known.readers and name in known.readers and not is_told:
        return value
    return _read(name, value, known, session)


def _with_devices(value: Any, session: SessionContext) -> Any:  # noqa: ANN401
    if isinstance(value, list | tuple):
        return [_with_devices(each, session) for each in value]
    if isinstance(value, Mapping) and NOT_KEPT in value:
        message = f"the run cannot be repeated: it was given {value[NOT_KEPT]}"
        raise PlanError(message)
    if not isinstance(value, str):
        return value
    try:
        return session.device(value)
    except KeyError as error:
        message = f"the run cannot be repeated: there is no device {value} here"
        raise PlanError(message) from error


def _called(known: Repeatable, arguments: dict[str, Any]) -> MsgGenerator:
    """Call a plan with arguments by name, those of ``*counters`` included."""
    positional: list[Any] = []
    keywords = dict(arguments)
    parameters = inspect.signature(known.make).parameters.values()
    takes_many = any(each.kind is Parameter.VAR_POSITIONAL for each in parameters)
    for parameter in parameters:
        if parameter.kind is Parameter.VAR_POSITIONAL:
            many = keywords.pop(parameter.name, ())
            positional += many if isinstance(many, list | tuple) else [many]
        elif parameter.kind is Parameter.POSITIONAL_OR_KEYWORD and takes_many:
            if parameter.name in keywords:
                positional.append(keywords.pop(parameter.name))
    return known.make(*positional, **keywords)
