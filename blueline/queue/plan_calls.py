"""A plan as the argument of another one: by its name, with its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from blueline.queue.kind import Groups, Kind, meant
from planlib.errors import PlanError
from planlib.messages import MsgGenerator

#: What a call has, as an item of the queue has it.
FIELDS = ("name", "args", "kwargs")
#: Lists in mappings in lists: deeper than anybody means.
DEEPEST = 20


@dataclass(frozen=True)
class PlanCall(Kind):
    """A call such as ``{"name": "ascan", "args": ["x", 0, 5, 10, 0.1]}``, by plans the queue has.

    The queue server checks the name and the shape; the arguments are checked when the outer plan
    begins, all of them before anything moves.

    Parameters
    ----------
    table
        The plans by name; more may come.
    is_made_anew
        The plan takes a function that makes the inner plan each time it is called.
    """

    table: Mapping[str, Callable[..., MsgGenerator]]
    is_made_anew: bool = False

    @override
    def said(self) -> str:
        return 'a plan such as {"name": "ascan", "args": ["x", 0, 5, 10, 0.1], "kwargs": {}}'

    @override
    def encoded(self, groups: Groups) -> str:
        groups.enums["CallFields"] = list(FIELDS)
        groups.plans["QueuedPlans"] = list(self.table)
        many = "typing.List[typing.Any], typing.Dict[str, typing.Any]"
        return f"typing.Dict[CallFields, typing.Union[QueuedPlans, {many}]]"

    @override
    def schema(self) -> dict[str, Any]:
        properties = {
            "name": {"type": "string", "enum": list(self.table), "format": "plan"},
            "args": {"type": "array"},
            "kwargs": {"type": "object"},
        }
        told = {"type": "object", "title": "Plan", "properties": properties}
        return told | {"required": ["name"], "additionalProperties": False}

    @override
    def read(self, value: object, where: str) -> Any:
        if not isinstance(value, Mapping):  # called in Python: a plan, or a function that makes it
            if callable(value) if self.is_made_anew else hasattr(value, "send"):
                return value
            raise self.refused(value, where)
        if not set(value) <= set(FIELDS) or _is_deeper(value, DEEPEST):
            raise self.refused(value, where)
        make = self._maker(value, where)
        return make if self.is_made_anew else make()

    def _maker(self, call: Mapping[str, Any], where: str) -> Callable[[], MsgGenerator]:
        name, args, kwargs = call.get("name"), call.get("args", ()), call.get("kwargs", {})
        if not isinstance(name, str) or name not in self.table:
            near = meant(name, list(self.table)) or ": see its list"
            message = f"{where} is {name!r:.60}, and the queue has no such plan{near}"
            raise PlanError(message)
        if not isinstance(args, list | tuple) or not isinstance(kwargs, Mapping):
            raise self.refused(call, where)
        plan = self.table[name]
        return lambda: plan(*args, **kwargs)


def _is_deeper(value: object, most: int) -> bool:
    """Whether lists and mappings are in each other more often than that."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list | tuple):
        return False
    return most == 0 or any(_is_deeper(each, most - 1) for each in value)
