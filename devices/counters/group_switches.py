"""Which counters of a group are on, in states that can be saved and come back to."""

from collections.abc import Iterable

from devices.errors import InvalidTargetError

#: The state that a group begins with.
DEFAULT_STATE = "default"


class Switches:
    """Remember what is off; whatever is new is on.

    Parameters
    ----------
    owner
        Name of the group, for what is refused.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._state = DEFAULT_STATE
        self._off: dict[str, frozenset[str]] = {DEFAULT_STATE: frozenset()}

    @property
    def state(self) -> str:
        """Name of the present state."""
        return self._state

    @property
    def states(self) -> list[str]:
        """Names of all states."""
        return list(self._off)

    def is_on(self, name: str) -> bool:
        """Whether a counter is on."""
        return name not in self._off[self._state]

    def turn_on(self, names: Iterable[str]) -> None:
        """Switch counters on, in the present state."""
        self._off[self._state] = self._off[self._state].difference(names)

    def turn_off(self, names: Iterable[str]) -> None:
        """Switch counters off, in the present state."""
        self._off[self._state] = self._off[self._state].union(names)

    def save(self, state: str) -> None:
        """Keep what is on as another state, and go over to it."""
        if not state.strip():
            message = f"a state of {self._owner} needs a name"
            raise InvalidTargetError(message)
        self._off[state] = self._off[self._state]
        self._state = state

    def switch(self, state: str) -> None:
        """Go over to a state.

        Raises
        ------
        InvalidTargetError
            There is none of this name.
        """
        if state not in self._off:
            message = (
                f"{self._owner} has the states {', '.join(self._off)}, not {state!r}: save_state "
                "makes one"
            )
            raise InvalidTargetError(message)
        self._state = state

    def remove(self, state: str) -> None:
        """Forget a state; the default one and the present one stay.

        Raises
        ------
        InvalidTargetError
            It is one of these, or there is none of this name.
        """
        if state not in self._off or state in {DEFAULT_STATE, self._state}:
            removable = [s for s in self._off if s not in {DEFAULT_STATE, self._state}]
            message = (
                f"of the states of {self._owner}, {', '.join(removable) or 'none'} can be removed, "
                f"not {state!r}"
            )
            raise InvalidTargetError(message)
        del self._off[state]
