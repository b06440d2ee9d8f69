"""Which item of a queue is meant by what people type: its number in the list, or a uid."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from blueline.queue.errors import QueueError
from reduction.plural import numbered

#: Longest number that is a place in the queue; what has more digits begins a uid.
_LONGEST_NUMBER = 3
#: What two items share that are the same, run once more.
_SAME = ("name", "args", "kwargs", "user")

Item = Mapping[str, Any]


def place_of(
    word: str, items: Sequence[Item], ask_history: Callable[[], Sequence[Item]] = tuple
) -> int:
    """Give the place, from 0 on, of the item that is meant.

    Parameters
    ----------
    word
        Its number, 1 for the next one to run, or the beginning of its uid. An item that failed has
        another uid when it is back in the queue; it is found by the earlier one as well.
    items
        Of the queue.
    ask_history
        Gives its history; asked only for a word that is no number and no item that waits.

    Raises
    ------
    QueueError
        There is none, or more than one.

    Examples
    --------
    >>> place_of("2", [{"item_uid": "5f0c"}, {"item_uid": "91b7"}])
    1
    >>> place_of("5f", [{"item_uid": "5f0c"}, {"item_uid": "91b7"}])
    0
    """
    if word.isdecimal() and len(word) <= _LONGEST_NUMBER:
        return _numbered(int(word), len(items))
    found = [place for place, item in enumerate(items) if _is(item, word)]
    history = () if found else ask_history()
    found = found or _put_back(word, items, history)
    if len(found) != 1:
        what = f"more than one item {word!r}" if found else _without(word, history)
        message = f"the queue has {what}; `blueline queue list` shows what waits, with its number"
        raise QueueError(message)
    return found[0]


def _numbered(number: int, count: int) -> int:
    if not 1 <= number <= count:
        allowed = (
            f"its items are 1 to {count}" if count > 1 else f"it has {numbered(count, 'item')}"
        )
        message = f"the queue has no number {number}: {allowed}; `blueline queue list` shows them"
        raise QueueError(message)
    return number - 1


def _is(item: Item, beginning: str) -> bool:
    return str(item.get("item_uid", "")).startswith(beginning)


def _put_back(word: str, items: Sequence[Item], history: Sequence[Item]) -> list[int]:
    """Give the places of items that were put back after the run that had this uid."""
    before = [item for item in history if _is(item, word)]
    return [
        place
        for place, item in enumerate(items)
        if item.get("result")
        and any(all(item.get(key) == each.get(key) for key in _SAME) for each in before)
    ]


def _without(word: str, history: Sequence[Item]) -> str:
    """Say that an item is not there, and what became of it."""
    ended = [item.get("result") or {} for item in history if _is(item, word)]
    became = f", which is {ended[-1].get('exit_status', 'done')}" if ended else ""
    return f"no item {word!r}{became}"
