"""Arguments of one value: a flag, text, one of several words, a device."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from typing_extensions import override

from blueline.queue.kind import Groups, Kind

#: A device of a session, of any framework.
Thing: TypeAlias = Any
#: Longest list of names in a sentence.
_SHOWN = 12


@dataclass(frozen=True)
class Flag(Kind):
    """True or False."""

    @override
    def said(self) -> str:
        return "True or False"

    @override
    def encoded(self, groups: Groups) -> str:
        return "bool"

    @override
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    @override
    def read(self, value: object, where: str) -> bool:
        if not isinstance(value, bool):
            raise self.refused(value, where)
        return value


@dataclass(frozen=True)
class Text(Kind):
    """Text; `make` turns it into what the plan takes, such as a path."""

    make: Callable[[str], Any] = str

    @override
    def said(self) -> str:
        return "text"

    @override
    def encoded(self, groups: Groups) -> str:
        return "str"

    @override
    def schema(self) -> dict[str, Any]:
        return {"type": "string"}

    @override
    def read(self, value: object, where: str) -> Any:
        if self.make is not str and isinstance(self.make, type) and isinstance(value, self.make):
            return value
        if not isinstance(value, str):
            raise self.refused(value, where)
        return self.make(value)


@dataclass(frozen=True)
class Nothing(Kind):
    """None."""

    @override
    def said(self) -> str:
        return "None"

    @override
    def encoded(self, groups: Groups) -> str:
        return "NoneType"  # None by itself is no hint there

    @override
    def schema(self) -> dict[str, Any]:
        return {"type": "null"}

    @override
    def read(self, value: object, where: str) -> None:
        if value is not None:
            raise self.refused(value, where)


@dataclass(frozen=True)
class Anything(Kind):
    """Whatever JSON can say, taken as it is."""

    @override
    def said(self) -> str:
        return "anything that JSON can say"

    @override
    def encoded(self, groups: Groups) -> str:
        return "typing.Any"

    @override
    def schema(self) -> dict[str, Any]:
        return {}

    @override
    def read(self, value: object, where: str) -> Any:
        return value


@dataclass(frozen=True)
class Choice(Kind):
    """One of some values, text or numbers; `made` has what the plan takes in their places."""

    values: tuple[Any, ...]
    made: tuple[Any, ...] | None = None

    @override
    def said(self) -> str:
        return _listed([str(each) for each in self.values])

    @override
    def words(self) -> Sequence[str]:
        return [each for each in self.values if isinstance(each, str)]

    @override
    def encoded(self, groups: Groups) -> str:
        return f"typing.Literal[{', '.join(map(repr, self.values))}]"

    @override
    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.values)}

    @override
    def read(self, value: object, where: str) -> Any:
        if isinstance(value, Enum) and self.made and value in self.made:
            return value
        for each, made in zip(self.values, self.made or self.values, strict=True):
            if type(each) is type(value) and each == value:
                return made
        raise self.refused(value, where)


@dataclass(frozen=True)
class Devices(Kind):
    """One of the session's devices.

    Parameters
    ----------
    label
        What they are called together: Axes, Counters.
    found
        The devices by name.
    accepts
        Whether a device that did not come by its name will do.
    """

    label: str
    found: Mapping[str, Thing]
    accepts: Callable[[Thing], bool]

    @override
    def said(self) -> str:
        return _listed(list(self.found)) if self.found else f"one of {self.label}, of which is none"

    @override
    def words(self) -> Sequence[str]:
        return list(self.found)

    @override
    def encoded(self, groups: Groups) -> str:
        known = groups.devices.get(self.label, [])  # of another class of the same name
        groups.devices[self.label] = list(dict.fromkeys([*known, *self.found]))
        return self.label

    @override
    def schema(self) -> dict[str, Any]:
        names = {"enum": list(self.found)} if self.found else {"not": {}}
        return {"type": "string", "format": "device", "title": self.label, **names}

    @override
    def read(self, value: object, where: str) -> Thing:
        if isinstance(value, str):
            if value not in self.found:
                raise self.refused(value, where)
            return self.found[value]
        if not self.accepts(value):
            raise self.refused(value, where)
        return value


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"one of {', '.join(names[:_SHOWN])}{more}"
