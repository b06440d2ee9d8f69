"""Arguments with fields: a dataclass or a typed mapping, as an object of JSON."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from blueline.queue.containers import one_of
from blueline.queue.kind import Groups, Kind, Number
from planlib.errors import PlanError


@dataclass(frozen=True)
class Field:
    """One field of a `Record`."""

    kind: Kind
    is_required: bool
    description: str = ""


@dataclass(frozen=True)
class Record(Kind):
    """Fields by name, of which a dataclass is made, or a plain mapping.

    The queue server checks the names of the fields, and that a value is of some field's kind; the
    plan checks the rest before anything moves.

    Parameters
    ----------
    name
        What it is called.
    fields
        By name.
    make
        Called with the fields by name.
    is_made
        Whether a value is made already.
    """

    name: str
    fields: Mapping[str, Field]
    make: Callable[..., Any] = dict
    is_made: Callable[[object], bool] = lambda _value: False

    @override
    def said(self) -> str:
        return f"{self.name}, with {', '.join(self.fields)}"

    @override
    def encoded(self, groups: Groups) -> str:
        label = f"{re.sub(r'[^A-Za-z0-9]', '', self.name)}Fields"
        groups.enums[label] = list(self.fields)
        values = one_of([field.kind for field in self.fields.values()])
        return f"typing.Dict[{label}, {values.encoded(groups)}]"

    @override
    def schema(self) -> dict[str, Any]:
        told: dict[str, Any] = {"type": "object", "title": self.name, "additionalProperties": False}
        told["properties"] = {
            name: described(field.kind, field.description) for name, field in self.fields.items()
        }
        return told | {"required": [n for n, field in self.fields.items() if field.is_required]}

    @override
    def read(self, value: object, where: str) -> Any:
        if self.is_made(value):
            return value
        if not isinstance(value, Mapping) or not set(value) <= set(self.fields):
            raise self.refused(value, where)
        missing = [n for n, field in self.fields.items() if field.is_required and n not in value]
        if missing:
            message = f"{where} is a {self.name} without {', '.join(missing)}: give that too"
            raise PlanError(message)
        read = {n: self.fields[n].kind.read(v, f"{n} of {where}") for n, v in value.items()}
        return self.make(**read)

    @override
    def numbers(self) -> Sequence[Number]:
        return [number for field in self.fields.values() for number in field.kind.numbers()]


def described(kind: Kind, description: str) -> dict[str, Any]:
    """Give a kind's JSON Schema with what people read beside it."""
    return kind.schema() | ({"description": description} if description else {})
