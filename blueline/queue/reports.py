"""Items as people type and read them, the state of a queue in a few lines."""

import builtins
import json
import math
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder, held_by
from blueline.queue.stream_place import kept_stream
from blueline.typed import read_word
from reduction.plural import numbered

#: Bytes of free disk below which no item is taken.
LEAST_FREE = 10_000_000
#: Lines of the supervisor's log that tell of what was mended.
LAST_LINES = 3
#: Seconds for which the status tells what was mended.
TOLD_FOR = 86_400.0
#: What a supervisor logs first, and once nothing is wrong any more.
BEGINS, WELL = "the queue is brought up", "nothing is wrong any more"
#: How its log says that something was mended or is wrong.
_MENDED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* (WARNING|ERROR) (.*)")
_MARKS = {"WARNING": "mended", "ERROR": "wrong"}
#: Longest word of an item that is shown, and longest item.
_LONGEST_WORD, _LONGEST_ITEM = 100, 400
#: What the manager says of an item that ran in a worker that is no more.
_DESTROYED = "RE Worker environment was destroyed"
#: The line of a traceback that names an error of Python's own: those of packages have dots.
_NAMED = re.compile(r"([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration))(?:: (.*))?")
#: States of the manager, in words.
_STATES = {
    "initializing": "it begins",
    "idle": "nothing runs",
    "creating_environment": "its session opens",
    "closing_environment": "its session closes",
    "destroying_environment": "its session is being killed",
    "starting_queue": "an item begins",
    "executing_queue": "the items run",
    "executing_task": "what a client has sent to be executed runs",
    "paused": "the plan that runs is paused",
}


def item_of(plan: str, words: Sequence[str]) -> dict[str, Any]:
    """Give the item of a plan that was typed: numbers, lists and names, read as at the prompt.

    Examples
    --------
    >>> item_of("ascan", ["x", "0", "5.", "10", ".1", "[scaler]", "md={}"])["args"]
    ['x', 0, 5, 10, 0.1, ['scaler']]
    >>> item_of("loopscan", ["1e1", "0.1", "save=False"])
    {'item_type': 'plan', 'name': 'loopscan', 'args': [10, 0.1], 'kwargs': {'save': False}}
    """
    args, kwargs = [], {}
    for word in words:
        if word.startswith("--"):
            message = (
                f"{word} is no option of `blueline queue add`; it has --beamline, --data, --front, "
                "and what a plan takes by name is typed name=value"
            )
            raise QueueError(message)
        name, equals, value = word.partition("=")
        if equals and name.isidentifier():
            kwargs[name] = _value(value)
        elif kwargs:
            message = f"{word!r} comes after {next(iter(kwargs))}=; give what has no name first"
            raise QueueError(message)
        else:
            args.append(_value(word))
    return {"item_type": "plan", "name": plan, "args": args, "kwargs": kwargs}


def _value(word: str) -> Any:  # noqa: ANN401 - JSON
    """Read a word; one that JSON has no number for is left as it is, and refused as such."""
    found = read_word(word)
    return word if isinstance(found, float) and not math.isfinite(found) else found


def typed(item: Mapping[str, Any]) -> str:
    """Give an item as it would be typed.

    Examples
    --------
    >>> typed({"name": "ascan", "args": ["x", 0, 5], "kwargs": {"md": {"a": 1}}})
    'ascan x 0 5 md={"a": 1}'
    """
    words = [_word(each) for each in item.get("args", [])]
    named = [f"{name}={_cut(json.dumps(each))}" for name, each in item.get("kwargs", {}).items()]
    return _cut(" ".join([str(item.get("name", "?")), *words, *named]), _LONGEST_ITEM)


def _word(value: Any) -> str:  # noqa: ANN401 - JSON
    """Give an argument; text that a terminal would act on as JSON has it."""
    is_plain = isinstance(value, str) and value.isprintable()
    return _cut(value if is_plain else json.dumps(value))


def _cut(text: str, most: int = _LONGEST_WORD) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def item_line(item: Mapping[str, Any], number: int | None = None) -> str:
    """Give an item of the queue in one line, with its number, or that it runs.

    One that was run before says how that ended.
    """
    shown = "now" if number is None else str(number)
    told = f"  ({_ended(item)})" if _status(item) else ""
    return f"{shown:>3}  {item['item_uid'][:8]}  {item.get('user', '?'):10} {typed(item)}{told}"


def stopped_line(items: Sequence[Mapping[str, Any]], state: str) -> str:
    """Say that the queue has stopped at its first item, why, and what to do; empty where not.

    Parameters
    ----------
    items
        That wait.
    state
        Of the manager.
    """
    if state != "idle" or not items or not _status(items[0]):
        return ""
    return (
        f"the queue stopped at number 1, {typed(items[0])}, which {_ended(items[0])}; "
        "`blueline queue start` runs it again, `blueline queue remove 1` drops it"
    )


def unaborted_line(items: Sequence[Mapping[str, Any]], state: str) -> str:
    """Say that a plan ended by itself before it could be aborted; arguments as `stopped_line`."""
    ended = "the plan ended by itself before it was aborted"
    return f"{ended}; {stopped_line(items, state) or '`blueline queue history` shows how'}"


def started_line(items: Sequence[Mapping[str, Any]]) -> str:
    """Say what begins, given the items that waited."""
    if not items:
        return "nothing waits in the queue, so nothing runs; `blueline queue add` adds a plan"
    first = f"{typed(items[0])}"
    if _status(items[0]):
        return (
            f"runs {first} again, which {_ended(items[0])}; if it is not to be, "
            "`blueline queue abort`, then `blueline queue remove 1`"
        )
    more = f", then {len(items) - 1} more" if len(items) > 1 else ""
    return f"runs {first}{more}"


def _status(item: Mapping[str, Any]) -> str:
    """Say how an item ended when it was run before; empty where it was not."""
    return str((item.get("result") or {}).get("exit_status") or "")


def _ended(item: Mapping[str, Any]) -> str:
    """Say how an item ended, and why: "failed: x cannot go to 99"."""
    status, reason = _status(item), reason_of(item.get("result") or {})
    said = "failed" if status == "failed" else f"was {status}"
    return f"{said}: {reason}" if reason and status == "failed" else said


def reason_of(result: Mapping[str, Any]) -> str:
    """Give why an item did not come to its end, in one line.

    An error of Python's own is named: without its name, what a KeyError says is one word.
    """
    said = str(result.get("msg") or "").strip()
    lines = said.removeprefix("Plan failed:").strip().splitlines()
    reason = lines[0].rstrip(".") if lines else ""
    if reason == _DESTROYED:
        return "its worker died, or was killed"
    named = [_NAMED.fullmatch(line) for line in str(result.get("traceback") or "").splitlines()]
    last = [found for found in named if found and (found[2] or "").rstrip(".") == reason][-1:]
    names = [found[1] for found in last if hasattr(builtins, found[1])]
    return ": ".join(filter(None, [*names, reason]))


def history_lines(item: Mapping[str, Any]) -> Iterator[str]:
    """Give an item of the history: when, how it ended, its runs, and what was found."""
    result = item.get("result") or {}
    ended = datetime.fromtimestamp(result.get("time_stop", 0.0)).astimezone()
    scans = ", ".join(
        f"scan {number} {uid[:8]}"
        for number, uid in zip(result.get("scan_ids", []), result.get("run_uids", []), strict=False)
    )
    yield f"{ended:%Y-%m-%d %H:%M:%S}  {result.get('exit_status', '?'):9} {typed(item)}  {scans}"
    if reason_of(result):
        yield f"    {reason_of(result)}"
    for columns in (result.get("results") or {}).values():
        yield from (f"    {name}: {_numbers(found)}" for name, found in columns.items())


def _numbers(found: Mapping[str, Any]) -> str:
    peak = found.get("peak") or {}
    names = {"cen": "center", "com": "com", "fwhm": "fwhm"}
    shown = {name: peak[key] for name, key in names.items() if peak.get(key) is not None}
    return ", ".join(f"{name} {value:g}" for name, value in shown.items()) or "no peak"


def status_lines(
    status: Mapping[str, Any], place: QueueFolder, items: Sequence[Mapping[str, Any]] = ()
) -> Iterator[str]:
    """Say how a queue is, where it has stopped, and what was mended since it came up."""
    waiting, done = status["items_in_queue"], status["items_in_history"]
    yield f"run by {held_by(place)}; its files are in {place.root}"
    state = _STATES.get(status["manager_state"], str(status["manager_state"]))
    yield state + ("; its session is open" if status["worker_environment_exists"] else "")
    yield f"{numbered(waiting, 'item')} in the queue, {done} in the history"
    yield from _modes(status)
    yield from full_disk(place.root)
    stopped = stopped_line(items, status["manager_state"])
    if stopped:
        yield stopped
    if status["worker_environment_exists"]:
        yield from stream_lines(place)
        yield from opened_lines(place)
    elif status["manager_state"] == "idle":
        yield "it has no session, so nothing can run; `blueline queue reopen` opens one"
    yield from mended_lines(place.log("supervisor"))[-LAST_LINES:]


def _modes(status: Mapping[str, Any]) -> Iterator[str]:
    """Say what is not as usual, such as clients may have set it."""
    if status.get("queue_stop_pending"):
        yield "it stops after what runs now"
    if (status.get("plan_queue_mode") or {}).get("loop"):
        yield "it repeats its items (loop mode): each goes behind the others when it has run"
    if status.get("queue_autostart_enabled"):
        yield "it starts by itself as soon as there is an item (autostart)"


def full_disk(folder: Path) -> list[str]:
    """Say that the disk of the queue is full, or gone; nothing where it is not.

    Redis ends when it cannot write an item, so none is taken before that.
    """
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        why = error.strerror or error
        return [f"where the queue keeps its items, {folder}, cannot be looked at: {why}"]
    if free >= LEAST_FREE:
        return []
    return [
        f"only {free / 1e6:.1f} MB are free where the queue keeps its items, {folder}: "
        f"make room, {LEAST_FREE / 1e6:g} MB at the least"
    ]


def stream_lines(place: QueueFolder) -> list[str]:
    """Say where the documents of the session can be followed; nothing where they cannot."""
    address = kept_stream(place.stream)
    return [f"its documents can be followed at {address}"] if address else []


def opened_lines(place: QueueFolder) -> list[str]:
    """Give what is missing in the session since it was opened."""
    file = place.startup_notices
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return ["when the session opened:", *(f"  {line}" for line in lines)] if lines else []


def mended_lines(log: Path) -> list[str]:
    """Give what a supervisor had to mend, and what is wrong: since when, and what it is.

    Lines of one that was before it, what is no message of its own, what was mended more than
    a day ago, and what is no longer wrong are left out.
    """
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    begun, well = _last(lines, BEGINS), _last(lines, WELL)
    earliest = datetime.now().astimezone() - timedelta(seconds=TOLD_FOR)
    told: list[str] = []
    for number, line in enumerate(lines[begun + 1 :], start=begun + 1):
        found = _MENDED.fullmatch(line)
        if found is None or (found[2] == "ERROR" and number < well):
            continue
        if found[2] == "ERROR" or datetime.fromisoformat(found[1]).astimezone() > earliest:
            told.append(f"{found[1]} {_MARKS[found[2]]}: {found[3]}")
    return told


def _last(lines: Sequence[str], said: str) -> int:
    """Give the number of the last line that says it; -1 for none."""
    return max((n for n, line in enumerate(lines) if line.endswith(f" INFO {said}")), default=-1)
