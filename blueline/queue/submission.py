"""Items on their way into the queue: what is asked of the worker, and what clients are answered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from blueline.queue.kind import meant

#: What the manager calls in the worker to ask what speaks against items.
VERDICTS = "blueline_verdicts"
#: Seconds for the dry run of an item, and for those of a batch: the library's clients wait for two
#: in all, and the queue server takes tens of milliseconds for each item as well.
REHEARSAL, REHEARSALS = 0.8, 0.3
#: Seconds for the worker's answer beyond its dry runs: it may have a plan to run.
ANSWER = 0.4
#: Requests that bring an item, and the one that brings many.
ADDING = frozenset({"queue_item_add", "queue_item_execute", "queue_item_update"})
BATCH = "queue_item_add_batch"
#: Longest sentence made of what the queue server says.
_LONGEST = 300


def items_of(request: Mapping[str, Any]) -> list[Any]:
    """Give the items that a request brings; none where it brings none."""
    params = request.get("params") or {}
    if request.get("method") in ADDING:
        return [params["item"]] if "item" in params else []
    items = params.get("items") if request.get("method") == BATCH else None
    return items if isinstance(items, list) else []


def words_in(value: object) -> Iterator[str]:
    """Give all text in JSON: names of devices are among it."""
    if isinstance(value, str):
        yield value
        return
    inner = value.values() if isinstance(value, Mapping) else value
    if isinstance(inner, Sequence) or isinstance(value, Mapping):
        for each in inner:  # pyright: ignore[reportGeneralTypeIssues] - of either
            yield from words_in(each)


def rehearsal_seconds(request: Mapping[str, Any]) -> float:
    """Give how long the dry runs of a request may take."""
    return REHEARSALS if request.get("method") == BATCH else REHEARSAL


def is_next(request: Mapping[str, Any], waiting: int) -> bool:
    """Whether nothing runs before the first item that a request brings, while nothing runs."""
    if request.get("method") == "queue_item_execute":
        return True
    position = (request.get("params") or {}).get("pos")
    is_added = request.get("method") != "queue_item_update"
    return is_added and (not waiting or position in {"front", 0})


def refusal(
    request: Mapping[str, Any], verdicts: Sequence[Mapping[str, str]], waiting: int
) -> dict[str, Any] | None:
    """Give the answer to a request of which an item is refused, as the queue server would have it.

    None where none is.
    """
    bad = [number for number, verdict in enumerate(verdicts) if verdict["refused"]]
    if not bad:
        return None
    items, sentence = items_of(request), verdicts[bad[0]]["refused"]
    answer = {"success": False, "msg": sentence, "qsize": waiting}
    if request["method"] != BATCH:
        return {**answer, "item": items[0]}
    results = [{"success": not each["refused"], "msg": each["refused"]} for each in verdicts]
    message = f"none of the {len(items)} items is added, since number {bad[0] + 1} is refused: "
    return {**answer, "msg": message + sentence, "items": items, "results": results}


def answered(
    answer: Mapping[str, Any], request: Mapping[str, Any], verdicts: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Give the queue server's answer, a refusal in one sentence, an acceptance with what is noted.

    The queue server says no more of an item that it has taken.
    """
    if not answer.get("success"):
        return {**answer, "msg": one_sentence(str(answer.get("msg", "")), items_of(request))}
    notes = [verdict["note"] for verdict in verdicts if verdict["note"]]
    return {**answer, "msg": notes[0]} if notes else dict(answer)


def one_sentence(raw: str, items: Sequence[Any]) -> str:
    r"""Give what the queue server says against an item in one sentence.

    It is asked only where no worker is there to say it better.

    Examples
    --------
    >>> raw = "Plan validation failed: 1 validation error for Model\nmotor\n"
    >>> raw += "  Input should be 'x' or 'y' [type=enum, input_value='z', input_type=str]"
    >>> one_sentence(raw, [{"name": "ascan"}])
    "ascan: motor should be 'x' or 'y', not 'z'"
    """
    said = raw.removeprefix("Failed to add an item: ").removeprefix("Plan validation failed: ")
    name = items[0].get("name", "") if items and isinstance(items[0], Mapping) else ""
    said = said.partition("\nPlan: ")[0]
    wrong = re.search(
        r"validation errors? for Model\n(\w+)\S*\n\s*(?:Input should|Input)(.*?) "
        r"\[type=\w+, input_value=(.*?), input_type",
        said,
        re.DOTALL,
    )
    if wrong is not None:
        near = meant(wrong[3].strip("'"), re.findall(r"'(\w+)'", wrong[2]))
        said = f"{wrong[1]} should{wrong[2]}, not {wrong[3]}{near}"
    said = re.sub(r"\s+", " ", said).strip()
    shown = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
    return f"{name}: {shown}" if name and "Plan validation failed" in raw else shown
