"""What belongs to a point is waited for together, by the name of a group."""

from dataclasses import dataclass

#: Counters being told their count time; axes on their way; counters counting.
PREPARE, MOVE, COUNT = "prepare", "move", "count"


@dataclass(frozen=True)
class Groups:
    """The groups of one attempt at a point.

    The engine keeps in its group what has not ended within the deadline of a wait, maybe for ever:
    who begins anew waits under other names.
    """

    prepare: str = PREPARE
    move: str = MOVE
    count: str = COUNT

    @classmethod
    def of_attempt(cls, number: int) -> "Groups":
        """Give the groups of an attempt, counted from 0."""
        if number == 0:
            return cls()
        return cls(*(f"{name} {number}" for name in (PREPARE, MOVE, COUNT)))
