"""Arguments of many values: lists, pairs, mappings, and one of several kinds."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from typing_extensions import override

from blueline.queue.kind import Groups, Kind, Number
from blueline.queue.kinds import Nothing
from planlib.errors import PlanError


@dataclass(frozen=True)
class ListOf(Kind):
    """Any number of one kind.

    Parameters
    ----------
    each
        What is in the list.
    least, most
        How many there are; None for no end.
    make
        What the plan takes: list, set, frozenset.
    """

    each: Kind
    least: int = 0
    most: int | None = None
    make: Callable[[Sequence[Any]], Any] = list

    @override
    def said(self) -> str:
        return f"a list, each of which is {self.each.said()}"

    @override
    def encoded(self, groups: Groups) -> str:
        return f"typing.List[{self.each.encoded(groups)}]"

    @override
    def schema(self) -> dict[str, Any]:
        told: dict[str, Any] = {"type": "array", "items": self.each.schema()}
        if self.least:
            told["minItems"] = self.least
        return told if self.most is None else told | {"maxItems": self.most}

    @override
    def read(self, value: object, where: str) -> Any:
        found = _as_list(value)
        if found is None or len(found) < self.least:
            raise self.refused(value, where)
        if self.most is not None and len(found) > self.most:
            message = f"{where} are {len(found)}, and may be {self.most}"
            raise PlanError(message)
        return self.make([self.each.read(item, f"each of {where}") for item in found])

    @override
    def numbers(self) -> Sequence[Number]:
        return self.each.numbers()


@dataclass(frozen=True)
class TupleOf(Kind):
    """A list in which each place has its own kind: (motor, start, stop)."""

    places: tuple[Kind, ...]

    @override
    def said(self) -> str:
        return f"a list of {len(self.places)}: {', '.join(each.said() for each in self.places)}"

    @override
    def encoded(self, groups: Groups) -> str:
        return f"typing.Tuple[{', '.join(each.encoded(groups) for each in self.places)}]"

    @override
    def schema(self) -> dict[str, Any]:
        number = len(self.places)
        places = [each.schema() for each in self.places]
        return {
            "type": "array",
            "prefixItems": places,
            "items": False,
            "minItems": number,
            "maxItems": number,
        }

    @override
    def read(self, value: object, where: str) -> tuple[Any, ...]:
        found = _as_list(value)
        if found is None or len(found) != len(self.places):
            raise self.refused(value, where)
        typed = enumerate(zip(self.places, found, strict=True), start=1)
        return tuple(kind.read(item, f"{where}, number {n},") for n, (kind, item) in typed)

    @override
    def numbers(self) -> Sequence[Number]:
        return [number for each in self.places for number in each.numbers()]


@dataclass(frozen=True)
class MappingOf(Kind):
    """Values of one kind by name."""

    each: Kind

    @override
    def said(self) -> str:
        return f"values by name, each of which is {self.each.said()}"

    @override
    def encoded(self, groups: Groups) -> str:
        return f"typing.Dict[str, {self.each.encoded(groups)}]"

    @override
    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.each.schema()}

    @override
    def read(self, value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise self.refused(value, where)
        return {key: self.each.read(item, f"{key} of {where}") for key, item in value.items()}

    @override
    def numbers(self) -> Sequence[Number]:
        return self.each.numbers()


@dataclass(frozen=True)
class AnyOf(Kind):
    """One of several kinds, the first that fits."""

    kinds: tuple[Kind, ...]

    @override
    def said(self) -> str:
        return ", or ".join(each.said() for each in self.kinds)

    @override
    def encoded(self, groups: Groups) -> str:
        words = dict.fromkeys(each.encoded(groups) for each in self.kinds)
        return f"typing.Union[{', '.join(words)}]" if len(words) > 1 else next(iter(words))

    @override
    def schema(self) -> dict[str, Any]:
        return {"anyOf": [each.schema() for each in self.kinds]}

    @override
    def read(self, value: object, where: str) -> Any:
        errors: list[PlanError] = []
        for kind in self.kinds:
            try:
                return kind.read(value, where)
            except PlanError as error:
                errors.append(error)
        meant = [kind for kind in self.kinds if not isinstance(kind, Nothing)]
        raise (errors[0] if len(meant) == 1 else self.refused(value, where)) from None

    @override
    def numbers(self) -> Sequence[Number]:
        return [number for each in self.kinds for number in each.numbers()]

    @override
    def words(self) -> Sequence[str]:
        return [word for each in self.kinds for word in each.words()]


def one_of(kinds: Sequence[Kind]) -> Kind:
    """Give the kind that is any of some; a single one as it is, one that repeats once."""
    flat: list[Kind] = []
    for kind in kinds:
        parts = kind.kinds if isinstance(kind, AnyOf) else (kind,)
        flat += [part for part in parts if part not in flat]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def _as_list(value: object) -> Sequence[Any] | None:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim else None
    if isinstance(value, str | bytes):
        return None
    return list(value) if isinstance(value, Sequence | Set) else None
