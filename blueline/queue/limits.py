"""What a request to the queue may be: strict JSON of bounded size, and no code (Q2, S3)."""

import json
from dataclasses import dataclass
from typing import Any

from blueline.strict_json import once_each

#: Bytes of a request beyond which not even a reason is given: the connection is dropped.
MOST_BYTES_OF_ALL = 64_000_000
#: Lists and dictionaries within each other.
MOST_DEPTH = 50
#: Ask for code to be executed.
CODE = frozenset({"script_upload", "function_execute"})
#: Change who may do what, or make the manager fail on purpose.
NEVER = frozenset({"permissions_set", "manager_kill", "manager_test"})
#: Add items.
_ADDING = {"queue_item_add": "item", "queue_item_execute": "item", "queue_item_update": "item"}
_BATCH = "queue_item_add_batch"
#: What an item may have, of which type, and how that is said.
_SHAPE = (("name", str, "text"), ("args", list, "a list"), ("kwargs", dict, "a mapping by name"))
#: Begins an escape that stands for half a character.
_HALF = b"\\ud"


class RefusedError(ValueError):
    """A request that cannot be taken; its text is the reason."""


@dataclass(frozen=True)
class Limits:
    """What is taken.

    Parameters
    ----------
    most_items
        Number of items in the queue, and in one batch.
    most_bytes
        Length of one item as JSON.
    scripts
        Whether code is executed for whoever asks.
    """

    most_items: int
    most_bytes: int
    scripts: bool = False

    def parsed(self, request: bytes) -> dict[str, Any]:
        """Read a request.

        Raises
        ------
        RefusedError
            It is too long, too deep, or no strict JSON.
        """
        longest = min(self.most_bytes * self.most_items, MOST_BYTES_OF_ALL)
        if len(request) > longest:
            message = f"a request of {len(request)} bytes is too long; {longest} are allowed"
            raise RefusedError(message)
        try:
            given = json.loads(request, parse_constant=_no_number, object_pairs_hook=once_each)
        except RecursionError:
            message = f"the request is nested too deep; {MOST_DEPTH} levels are allowed"
            raise RefusedError(message) from None
        except ValueError as error:
            message = f"the request is no JSON: {error}"
            raise RefusedError(message) from None
        _check_text(request, given)
        if not isinstance(given, dict):
            message = f"the request is of {type(given).__name__}; a method and params are asked for"
            raise RefusedError(message)
        if _depth(given) > MOST_DEPTH:
            message = f"the request is nested too deep; {MOST_DEPTH} levels are allowed"
            raise RefusedError(message)
        return given

    def check(self, request: dict[str, Any], queued: int) -> None:
        """Refuse what must not be done, or is too much.

        Parameters
        ----------
        request
            As `parsed` gives it.
        queued
            Number of items that the queue has by now.

        Raises
        ------
        RefusedError
            It is refused.
        """
        method, params = request.get("method"), request.get("params") or {}
        if not isinstance(method, str) or not isinstance(params, dict):
            message = "a request is a method, a text, and params by name"
            raise RefusedError(message)
        if method in NEVER or (method in CODE and not self.scripts):
            message = f"{method} is refused: this queue runs plans, and code from nobody"
            raise RefusedError(message)
        if method in _ADDING:
            self._check_items([params.get("item")], queued if method == "queue_item_add" else 0)
        elif method == _BATCH:
            items = params.get("items")
            self._check_items(items if isinstance(items, list) else [], queued)

    def _check_items(self, items: list[Any], queued: int) -> None:
        if queued + len(items) > self.most_items:
            message = (
                f"the queue has {queued} items and may have {self.most_items}, so {len(items)} "
                "more are refused; let it run, or put more points into one plan"
            )
            raise RefusedError(message)
        for item in items:
            _check_item(item)
            length = len(json.dumps(item))
            if length > self.most_bytes:
                message = (
                    f"an item of {length} bytes is too long; {self.most_bytes} are allowed: give "
                    "the plan a file or a rule rather than all its numbers"
                )
                raise RefusedError(message)


def _check_text(request: bytes, given: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse text with half a character: no file and no terminal takes it."""
    if _HALF not in request.lower():
        return
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        message = "the request has text with half a character such as \\ud800: write it as UTF-8"
        raise RefusedError(message) from None


def _check_item(item: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse what the queue server takes, and fails on later."""
    if not isinstance(item, dict):
        message = f"an item is a mapping with item_type, name, args and kwargs, not {item!r:.60}"
        raise RefusedError(message)
    for key, kind, said in _SHAPE:
        if key in item and not isinstance(item[key], kind):
            message = f"{key} of an item is {said}, not {item[key]!r:.60}"
            raise RefusedError(message)


def _no_number(name: str) -> None:
    message = f"{name} is no number of JSON"
    raise RefusedError(message)


def _depth(value: Any) -> int:  # noqa: ANN401 - JSON
    """Count levels without recursion, which the depth would be too much for."""
    depth, level = 0, [value]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        if depth > MOST_DEPTH:
            break
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [child for children in inner for child in children]
    return depth
