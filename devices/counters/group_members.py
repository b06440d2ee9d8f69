"""The counters of a group and of the groups in it, by the names of their columns."""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from devices.counters.counter import Counter
from devices.counters.pseudo_counter import PseudoCounter, in_order
from devices.errors import FormulaError, InvalidTargetError


@dataclass(frozen=True)
class Active:
    """What a group counts now.

    Parameters
    ----------
    counters
        Devices that are triggered and read.
    pseudo
        Pseudo counters to compute, each behind what it needs.
    shown
        Columns that go into the data.
    needed
        These, and the columns that pseudo counters among them need.
    """

    counters: list[Any]
    pseudo: list[PseudoCounter]
    shown: list[str]
    needed: list[str]


def columns_of(member: Any) -> list[str]:  # noqa: ANN401 - any readable device
    """Give what can be switched on and off of a member: its columns; a device of others as one."""
    return member.counter_names if isinstance(member, Counter) else [member.name]


def owners(members: Iterable[Any]) -> dict[str, Any]:
    """Give the member that each column comes from."""
    return {column: member for member in members for column in columns_of(member)}


def require_usable(group: str, member: Any) -> None:  # noqa: ANN401
    """Refuse what cannot be a member.

    Raises
    ------
    InvalidTargetError
        It cannot be read, or only by a coroutine.
    """
    read = getattr(member, "read", None)
    is_named = isinstance(getattr(member, "name", None), str) and not isinstance(member, type)
    if not is_named or not (callable(read) or isinstance(member, PseudoCounter)):
        message = f"{group} takes counters, pseudo counters and groups, not {member!r}"
        raise InvalidTargetError(message)
    if inspect.iscoroutinefunction(read):
        message = f"{group} cannot wait for {member.name}, an ophyd-async device: read it beside it"
        raise InvalidTargetError(message)


def require_distinct(group: str, members: Iterable[Any]) -> None:
    """Refuse two counters of one name.

    Raises
    ------
    InvalidTargetError
        With the name and where it is used.
    """
    found: dict[str, Any] = {}
    for member in members:
        for name in dict.fromkeys([*columns_of(member), member.name]):
            other = found.setdefault(name, member)
            if other is not member:
                message = (
                    f"{group} would have two counters named {name}, of {other.name} and "
                    f"{member.name}: give one of them another name"
                )
                raise InvalidTargetError(message)


def matching(patterns: Iterable[str], members: Mapping[str, list[str]], group: str) -> list[str]:
    """Give the columns that patterns such as ``"I*"`` mean, themselves or by the member's name.

    Raises
    ------
    InvalidTargetError
        One of them means none.
    """
    found: list[str] = []
    for pattern in patterns:
        meant = [
            column
            for member, columns in members.items()
            for column in columns
            if fnmatchcase(member, pattern) or fnmatchcase(column, pattern)
        ]
        if not meant:
            known = ", ".join(dict.fromkeys(name for names in members.values() for name in names))
            message = f"{group} has {known or 'no counters'}; none is meant by {pattern!r}"
            raise InvalidTargetError(message)
        found += meant
    return list(dict.fromkeys(found))


def active(group: str, members: list[Any], shown: list[str]) -> Active:
    """Find what must be counted and computed for the columns that are shown.

    Raises
    ------
    FormulaError
        A pseudo counter needs what is not there, or itself.
    """
    owner = owners(members)
    needed: list[str] = []
    waiting = list(shown)
    while waiting:
        column = waiting.pop()
        if column not in needed:
            needed.append(column)
            member = owner.get(column)
            if isinstance(member, PseudoCounter):
                waiting += _inputs(group, member, owner)
    used = [owner[column] for column in needed]
    pseudo = [member for member in used if isinstance(member, PseudoCounter)]
    counters = [m for m in members if not isinstance(m, PseudoCounter) and m in used]
    return Active(counters, in_order(pseudo), shown, needed)


def _inputs(group: str, counter: PseudoCounter, owner: dict[str, Any]) -> list[str]:
    """Give the columns that a pseudo counter needs, those of others' devices by their names."""
    inputs: list[str] = []
    for name in sorted(counter.needs):
        found = name if name in owner else _of_others(name, owner)
        if found is None:
            message = (
                f"{counter.name} needs {name}, and {group} has only {', '.join(owner)}: add it, "
                f"or disable {counter.name}"
            )
            raise FormulaError(message)
        inputs.append(found)
    return inputs


def _of_others(column: str, owner: dict[str, Any]) -> str | None:
    for name, member in owner.items():
        if not isinstance(member, Counter | PseudoCounter) and column in member.describe():
            return name
    return None
