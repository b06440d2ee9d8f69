"""Members of a measurement group, and which of their counters are on."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from devices.counters import group_members
from devices.counters.group_members import Active, columns_of
from devices.counters.group_switches import Switches
from devices.counters.pseudo_counter import PseudoCounter, in_order
from devices.errors import InvalidTargetError


class CounterSelection:
    """A list of counters, pseudo counters and other selections, each counter on or off.

    A counter in two selections is counted once, and is on where any of them has it on.
    """

    name: str

    def __init__(self, name: str) -> None:
        self.members: list[Any] = []
        self._switches = Switches(name)
        self._version = 0
        self._known: tuple[list[int], Active] | None = None

    # --- members

    def add(self, *members: Any) -> None:  # noqa: ANN401 - any readable device
        """Add counters, which are on.

        Raises
        ------
        InvalidTargetError
            One cannot be read, or there is one of this name.
        FormulaError
            A pseudo counter needs itself.
        """
        for member in members:
            self._require_usable(member)
        added = list(dict.fromkeys([*self.members, *members]))
        flat = _leaves(added)
        group_members.require_distinct(self.name, [*flat, *_selections(added)])
        in_order(leaf for leaf in flat if isinstance(leaf, PseudoCounter))
        self.members = added
        self._version += 1

    def _require_usable(self, member: Any) -> None:  # noqa: ANN401
        if not isinstance(member, CounterSelection):
            group_members.require_usable(self.name, member)
        elif self is member or self in _selections(member.members):
            message = f"{self.name} cannot be in itself, as it would be with {member.name} in it"
            raise InvalidTargetError(message)

    def remove(self, *patterns: str) -> None:
        """Take members out, by name or pattern.

        Raises
        ------
        InvalidTargetError
            There is none of this name.
        """
        for pattern in patterns:
            left = [member for member in self.members if not fnmatchcase(member.name, pattern)]
            if len(left) == len(self.members):
                known = ", ".join(member.name for member in self.members)
                message = f"{self.name} has the members {known or 'none'}; none is {pattern!r}"
                raise InvalidTargetError(message)
            self.members = left
        self._version += 1

    # --- on and off

    @property
    def names(self) -> list[str]:
        """Names of all counters, on or off."""
        return list(self._owners())

    @property
    def active(self) -> list[str]:
        """Names of the counters that are on."""
        return list(dict.fromkeys(self._on()))

    def enable(self, *patterns: str) -> None:
        """Switch counters on, by name or pattern such as ``"I*"``; also those of groups in it.

        Raises
        ------
        InvalidTargetError
            One of them means no counter.
        """
        names = self._meant(patterns)
        for selection in _selections([self]):
            _turn_on(selection, names)

    def disable(self, *patterns: str) -> None:
        """Switch counters off here, by name or pattern; groups in it keep theirs.

        Raises
        ------
        InvalidTargetError
            One of them means no counter.
        """
        self._switches.turn_off(self._meant(patterns))
        self._version += 1

    def _meant(self, patterns: Iterable[str]) -> list[str]:
        columns = {leaf.name: columns_of(leaf) for leaf in _leaves(self.members)}
        columns |= {inner.name: inner.names for inner in _selections(self.members)}
        return group_members.matching(patterns, columns, self.name)

    @property
    def state(self) -> str:
        """Name of the present state."""
        return self._switches.state

    @property
    def states(self) -> list[str]:
        """Names of all states."""
        return self._switches.states

    def save_state(self, name: str) -> None:
        """Keep what is on under a name; changes from here on are changes of that state."""
        self._switches.save(name)

    def switch_state(self, name: str) -> None:
        """Have on what is on in another state.

        Raises
        ------
        InvalidTargetError
            There is none of this name.
        """
        self._switches.switch(name)
        self._version += 1

    def remove_state(self, name: str) -> None:
        """Forget a state.

        Raises
        ------
        InvalidTargetError
            It is the present one or the default one, or there is none of this name.
        """
        self._switches.remove(name)

    # --- what follows

    def _on(self) -> Iterator[str]:
        for member in self.members:
            is_selection = isinstance(member, CounterSelection)
            columns = member.active if is_selection else columns_of(member)
            yield from (column for column in columns if self._switches.is_on(column))

    def _now_active(self) -> Active:
        """Find what is counted now, once after each change here or in a selection inside."""
        versions = [_version(selection) for selection in _selections([self])]
        if self._known is None or self._known[0] != versions:
            found = group_members.active(self.name, _leaves(self.members), self.active)
            self._known = (versions, found)
        return self._known[1]

    def _owners(self) -> dict[str, Any]:
        return group_members.owners(_leaves(self.members))

    def _leaves(self) -> list[Any]:
        return _leaves(self.members)


def _leaves(members: Iterable[Any]) -> list[Any]:
    """Give all members that are no selections, those of selections included, each once."""
    found: dict[Any, None] = {}
    for member in members:
        inner = _leaves(member.members) if isinstance(member, CounterSelection) else [member]
        found |= dict.fromkeys(inner)
    return list(found)


def _turn_on(selection: CounterSelection, names: list[str]) -> None:
    selection._switches.turn_on(names)  # noqa: SLF001 - of a class of this file
    selection._version += 1  # noqa: SLF001


def _version(selection: CounterSelection) -> int:
    return selection._version  # noqa: SLF001 - of a class of this file


def _selections(members: Iterable[Any]) -> "list[CounterSelection]":
    """Give all selections among members, those inside others included, each once."""
    found: dict[CounterSelection, None] = {}
    for member in members:
        if isinstance(member, CounterSelection):
            found |= dict.fromkeys([member, *_selections(member.members)])
    return list(found)
