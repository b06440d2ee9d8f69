"""How the consumers of a session do, as a table to be looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


class Watched(Protocol):
    """What a consumer tells of itself; see `callbacks.queued.Consumer`."""

    name: str

    @property
    def failure(self) -> str | None:
        """Why it was put aside; None while it is not."""
        ...

    @property
    def lag(self) -> int:
        """Documents that were offered and are not consumed yet."""
        ...

    @property
    def dropped(self) -> int:
        """Events that it has lost, as it may."""
        ...


@dataclass(frozen=True)
class ConsumerState:
    """How one consumer does.

    Attributes
    ----------
    name
        What notices call it.
    lag
        Documents of the run that it has not consumed yet.
    dropped
        Events that it left out since it could not follow, where it says that it may.
    failure
        Why it was put aside; None while it is not.
    """

    name: str
    lag: int
    dropped: int
    failure: str | None

    @property
    def state(self) -> str:
        """Say it in a few words."""
        if self.failure is not None:
            return f"put aside: {self.failure}"
        return "behind" if self.lag else "up to date"


@dataclass(frozen=True, repr=False)
class ConsumerStates:
    """How all consumers do; shown as a table.

    Examples
    --------
    >>> from callbacks.consumer_states import ConsumerState, ConsumerStates
    >>> ConsumerStates((ConsumerState("the live table", 12, 0, None),))
    consumer        behind  left out  state
    the live table      12         0  behind
    """

    states: tuple[ConsumerState, ...]

    @classmethod
    def of(cls, consumers: Iterable[Watched]) -> "ConsumerStates":
        """Look at them now."""
        seen = (ConsumerState(c.name, c.lag, c.dropped, c.failure) for c in consumers)
        return cls(tuple(seen))

    def __iter__(self) -> Iterator[ConsumerState]:
        """Give them in the order in which they are served."""
        return iter(self.states)

    def __len__(self) -> int:
        """Give their number."""
        return len(self.states)

    def __getitem__(self, name: str) -> ConsumerState:
        """Give one by its name.

        Raises
        ------
        KeyError
            There is none; the names are told.
        """
        for state in self.states:
            if state.name == name:
                return state
        known = ", ".join(state.name for state in self.states) or "none"
        message = f"there is no consumer {name!r}; there are: {known}"
        raise KeyError(message)

    def __repr__(self) -> str:
        """Give the table."""
        return str(self)

    def __str__(self) -> str:
        """Give the table, one line for each."""
        width = max(len("consumer"), *(len(state.name) for state in self.states), 0)
        lines = [f"{'consumer':{width}}  behind  left out  state"]
        lines += [f"{s.name:{width}}  {s.lag:6d}  {s.dropped:8d}  {s.state}" for s in self.states]
        return "\n".join(lines)
