"""What is on in a measurement group, as a table for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from devices.counters.counter import Counter
from devices.counters.pseudo_counter import PseudoCounter


def group_table(owners: Mapping[str, Any], on: list[str], needed: list[str]) -> list[str]:
    """Give a line for each counter: ``on``, ``used`` (off, but needed) or ``off``; unit; origin.

    Parameters
    ----------
    owners
        Member by the name of each of its counters.
    on, needed
        Names of the counters that are on, and of those that pseudo counters need.
    """
    rows = list(_rows(owners, on, needed))
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    return ["  " + "  ".join([*map(str.ljust, row[:3], widths), row[3]]).rstrip() for row in rows]


def _rows(owners: Mapping[str, Any], on: list[str], needed: list[str]) -> Iterator[list[str]]:
    for name, member in owners.items():
        state = "on" if name in on else "used" if name in needed else "off"
        yield [state, name, _unit(name, member), _origin(member)]


def _unit(name: str, member: Any) -> str:  # noqa: ANN401 - any member
    if isinstance(member, PseudoCounter):
        return member.unit
    return member.describe()[name]["units"] if isinstance(member, Counter) else ""


def _origin(member: Any) -> str:  # noqa: ANN401
    if isinstance(member, PseudoCounter):
        return member.expression.text
    critical = "" if getattr(member, "critical", True) else ", not critical"
    return f"{member.name}{critical}"
