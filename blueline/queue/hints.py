"""From a type hint to the kind of argument that it says."""

import inspect
import types
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence, Set
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import numpy as np

from blueline.queue.containers import AnyOf, ListOf, MappingOf, TupleOf, one_of
from blueline.queue.documentation import documented
from blueline.queue.kind import Kind, Number
from blueline.queue.kinds import Anything, Choice, Flag, Nothing, Text
from blueline.queue.offered import Offered
from blueline.queue.plan_calls import PlanCall
from blueline.queue.record import Field, Record
from blueline.queue.refusals import NotForQueueError

#: A type hint: a class, a generic alias, a union; they have no type in common.
Hint: TypeAlias = Any
#: Hints that say one thing.
_PLAIN: dict[Any, Kind] = {
    bool: Flag(),
    int: Number(whole=True),
    float: Number(),
    str: Text(),
    None: Nothing(),
    type(None): Nothing(),
    Any: Anything(),
    object: Anything(),
    Path: Text(Path),
    list: ListOf(Anything()),
    tuple: ListOf(Anything(), make=tuple),
    dict: MappingOf(Anything()),
    Mapping: MappingOf(Anything()),
    Sequence: ListOf(Anything()),
    Iterable: ListOf(Anything()),
}
#: What lists may be hinted as, and what the plan takes.
_LISTS: dict[Any, Callable[[Sequence[Any]], Any]] = {
    list: list,
    set: set,
    frozenset: frozenset,
    Set: set,
    np.ndarray: np.asarray,
}
#: What a class must be able to do, one of these, to be a device.
_ABLE = frozenset({"set", "read", "trigger", "stage", "kickoff", "stop", "subscribe", "locate"})


@dataclass(frozen=True)
class Hints:
    """Reads hints, for the devices and plans there are.

    Parameters
    ----------
    offered
        The devices.
    table
        The plans that plans can be given; None where there are none.
    """

    offered: Offered
    table: Mapping[str, Callable[..., Any]] | None = None

    def kind(self, hint: Hint) -> Kind:
        """Give the kind of argument that a hint says.

        Raises
        ------
        NotForQueueError
            It cannot be said in JSON.
        """
        if isinstance(hint, TypeVar):
            return Anything()
        hint = getattr(hint, "__supertype__", hint)  # NewType
        if hint in _PLAIN:
            return _PLAIN[hint]
        origin = get_origin(hint)
        if origin is not None:
            return self._generic(hint, origin, get_args(hint))
        if inspect.isclass(hint):
            return self._class(hint)
        raise _refused(hint)

    def _generic(self, hint: Hint, origin: Hint, inner: tuple[Any, ...]) -> Kind:
        if origin is Annotated:
            return _bounded(self.kind(inner[0]), _constraints(inner[1:]))
        if origin in {Required, NotRequired}:
            return self.kind(inner[0])
        if origin is Literal:
            return Choice(inner)
        if origin in {Union, types.UnionType}:
            return self._union(hint, inner)
        if origin is tuple:
            return self._tuple(inner)
        return self._collection(hint, origin, inner)

    def _collection(self, hint: Hint, origin: Hint, inner: tuple[Any, ...]) -> Kind:
        if origin is np.ndarray:
            return ListOf(Number(), make=np.asarray)
        if origin is Generator or origin is Callable:
            return self._plan(hint, origin, inner)
        if issubclass(origin, Mapping):
            return MappingOf(self.kind(inner[1]))
        if origin in _LISTS or origin in {Sequence, Iterable}:
            return ListOf(self.kind(inner[0]), make=_LISTS.get(origin, list))
        return self._class(origin)  # a protocol with its type of value: Movable[float]

    def _union(self, hint: Hint, inner: tuple[Any, ...]) -> Kind:
        """Give the kinds that can be said, unless that is None alone."""
        found: list[Kind] = []
        for each in inner:
            try:
                found.append(self.kind(each))
            except NotForQueueError:
                continue
        if all(isinstance(each, Nothing) for each in found):
            raise _refused(hint)
        return one_of(found)

    def _tuple(self, inner: tuple[Any, ...]) -> Kind:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return ListOf(self.kind(inner[0]), make=tuple)
        return TupleOf(tuple(map(self.kind, inner)))

    def _plan(self, hint: Hint, origin: Hint, inner: tuple[Any, ...]) -> Kind:
        """Give a call of a plan for a plan, or for a function without arguments that makes one."""
        makes = origin is Callable
        plan = inner[1] if makes and inner[:1] == ([],) else hint
        is_plan = get_origin(plan) is Generator
        if self.table is None or not is_plan:
            raise _refused(hint)
        return PlanCall(self.table, is_made_anew=makes)

    def _class(self, hint: type) -> Kind:
        if issubclass(hint, Enum):
            members = tuple(hint)
            return Choice(tuple(each.value for each in members), members)
        if is_dataclass(hint) or is_typeddict(hint):
            return self._record(hint)
        if not _is_device(hint):
            raise _refused(hint)
        if getattr(hint, "_is_protocol", False) and not getattr(
            hint, "_is_runtime_protocol", False
        ):
            message = f"devices cannot be told by {hint.__name__}: mark it with @runtime_checkable"
            raise NotForQueueError(message)
        return self.offered.like(hint)

    def _record(self, hint: type) -> Kind:
        """Give the fields of a dataclass or typed mapping that can be said in JSON."""
        required = _required(hint)
        found: dict[str, Field] = {}
        for name, each in self.fields(hint).items():
            if isinstance(each, Kind):
                said = documented(hint).of(name)
                found[name] = Field(each, name in required, said)
            elif name in required:
                raise _refused(hint) from each
        if not found:
            raise _refused(hint)
        if is_typeddict(hint):
            return Record(hint.__name__, found)
        return Record(hint.__name__, found, hint, lambda value: isinstance(value, hint))

    def fields(self, hint: type) -> dict[str, Kind | NotForQueueError]:
        """Give the kinds of fields by name, or why one cannot be said in JSON."""
        found: dict[str, Kind | NotForQueueError] = {}
        hints = get_type_hints(hint, include_extras=True)
        names = [f.name for f in fields(hint) if f.init] if is_dataclass(hint) else list(hints)
        for name in names:
            try:
                found[name] = self.kind(hints[name])
            except NotForQueueError as error:
                found[name] = error
        return found


def _is_device(hint: type) -> bool:
    """Whether a class or protocol is of devices: they have names, and can do something."""
    if hint.__module__ == "bluesky.protocols":
        return True
    has_name = hasattr(hint, "name") or "name" in getattr(hint, "__annotations__", {})
    return has_name and any(hasattr(hint, word) for word in _ABLE)


def _required(hint: Hint) -> frozenset[str]:
    if is_typeddict(hint):
        return hint.__required_keys__
    bare = [f for f in fields(hint) if f.default is MISSING and f.default_factory is MISSING]
    return frozenset(f.name for f in bare if f.init)


def _refused(hint: object) -> NotForQueueError:
    name = hint.__name__ if inspect.isclass(hint) else str(hint)
    return NotForQueueError(f"{name:.80} cannot be said in JSON")


def _constraints(told: Sequence[Any]) -> dict[str, float]:
    """Give the bounds among what `Annotated` says: annotated_types', also in pydantic's Field."""
    found: dict[str, float] = {}
    for each in told:
        parts = getattr(each, "metadata", None)
        if isinstance(parts, list | tuple):
            found |= _constraints(parts)
            continue
        for word in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            value = getattr(each, word, None)
            if isinstance(value, int | float):
                found[word] = value
    return found


def said_of(hint: Hint) -> str:
    """Give the text that `Annotated` says of a hint, by itself or as pydantic's description."""
    if get_origin(hint) is not Annotated:
        return ""
    for each in hint.__metadata__:
        text = each if isinstance(each, str) else getattr(each, "description", None)
        text = text or getattr(each, "documentation", None)
        if isinstance(text, str) and text:
            return text
    return ""


def _bounded(kind: Kind, told: Mapping[str, float]) -> Kind:
    """Bound the numbers of a kind, or how long a list is."""
    if isinstance(kind, AnyOf):
        return AnyOf(tuple(_bounded(each, told) for each in kind.kinds))
    if isinstance(kind, Number):
        low, high = told.get("ge", told.get("gt")), told.get("le", told.get("lt"))
        bounds = {"low": low, "above": low is not None and "ge" not in told}
        bounds |= {"high": high, "below": high is not None and "le" not in told}
        return replace(kind, **{key: value for key, value in bounds.items() if value is not None})
    if isinstance(kind, ListOf):
        least, most = told.get("min_length", kind.least), told.get("max_length", kind.most)
        return replace(kind, least=int(least), most=None if most is None else int(most))
    return kind
