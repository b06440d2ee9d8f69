"""Items as people type and read them, the state of a queue in a few lines."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder, held_by

if TYPE_CHECKING:
    from blueline.queue.client import QueueClient

#: Lines of the supervisor's log that tell of what was mended.
LAST_LINES = 3
#: Seconds for a plan to come to rest before it is aborted.
PAUSE_DEADLINE = 30.0
#: Seconds between two looks.
LOOK_EVERY = 0.1


def item_of(plan: str, words: Sequence[str]) -> dict[str, Any]:
    """Give the item of a plan that was typed: numbers, lists and names as they are.

    Examples
    --------
    >>> item_of("ascan", ["x", "0", "5", "10", "0.1", "md={}"])["args"]
    ['x', 0, 5, 10, 0.1]
    """
    args, kwargs = [], {}
    for word in words:
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
    try:
        return json.loads(word)
    except ValueError:
        return word


def typed(item: Mapping[str, Any]) -> str:
    """Give an item as it would be typed.

    Examples
    --------
    >>> typed({"name": "ascan", "args": ["x", 0, 5], "kwargs": {"md": {"a": 1}}})
    'ascan x 0 5 md={"a": 1}'
    """
    words = [each if isinstance(each, str) else json.dumps(each) for each in item.get("args", [])]
    named = [f"{name}={json.dumps(each)}" for name, each in item.get("kwargs", {}).items()]
    return " ".join([str(item.get("name", "?")), *words, *named])


def item_line(item: Mapping[str, Any]) -> str:
    """Give an item of the queue in one line; one that was run before says how that ended."""
    before = (item.get("result") or {}).get("exit_status")
    told = f"  (was run before: {before})" if before else ""
    return f"{item['item_uid'][:8]}  {item.get('user', '?'):10} {typed(item)}{told}"


def history_lines(item: Mapping[str, Any]) -> Iterator[str]:
    """Give an item of the history: when, how it ended, its runs, and what was found."""
    result = item.get("result") or {}
    ended = datetime.fromtimestamp(result.get("time_stop", 0.0)).astimezone()
    scans = ", ".join(
        f"scan {number} {uid[:8]}"
        for number, uid in zip(result.get("scan_ids", []), result.get("run_uids", []), strict=False)
    )
    yield f"{ended:%Y-%m-%d %H:%M:%S}  {result.get('exit_status', '?'):9} {typed(item)}  {scans}"
    if result.get("msg"):
        yield f"    {str(result['msg']).strip().splitlines()[0]}"
    for columns in (result.get("results") or {}).values():
        yield from (f"    {name}: {_numbers(found)}" for name, found in columns.items())


def _numbers(found: Mapping[str, Any]) -> str:
    peak = found.get("peak") or {}
    names = {"cen": "center", "com": "com", "fwhm": "fwhm"}
    shown = {name: peak[key] for name, key in names.items() if peak.get(key) is not None}
    return ", ".join(f"{name} {value:g}" for name, value in shown.items()) or "no peak"


def status_lines(status: Mapping[str, Any], place: QueueFolder) -> Iterator[str]:
    """Say how a queue is, and the last things that were mended in it."""
    waiting, done = status["items_in_queue"], status["items_in_history"]
    worker = status["worker_environment_state"]
    yield f"run by {held_by(place)}; its files are in {place.root}"
    yield f"queue {status['manager_state']}, session {worker}, engine {status['re_state']}"
    yield f"{waiting} items wait, {done} have been run"
    log = place.log("supervisor")
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    yield from [line for line in lines if " INFO " not in line][-LAST_LINES:]


def abort_plan(client: "QueueClient") -> None:
    """Pause a plan that runs, wait until it is, and abort it.

    Raises
    ------
    QueueError
        Nothing runs, or it does not come to rest.
    """
    state = client.answer("status")["re_state"]
    if state not in {"running", "pausing", "paused"}:
        message = "no plan runs, so none can be aborted"
        raise QueueError(message)
    if state == "running":
        client.ask("re_pause", option="immediate")
    ends = time.monotonic() + PAUSE_DEADLINE
    while client.answer("status")["manager_state"] != "paused":
        if time.monotonic() > ends:
            message = f"the plan did not pause within {PAUSE_DEADLINE:g} s; see `queue status`"
            raise QueueError(message)
        time.sleep(LOOK_EVERY)
    client.ask("re_abort")
