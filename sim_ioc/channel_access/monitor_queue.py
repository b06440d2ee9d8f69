"""What a client has still to be told: in order, so much per subscription and no more."""

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Update = TypeVar("Update")


class MonitorQueue(Generic[Update]):
    """Queue the updates of one client.

    A client that reads too slowly loses old updates, never the last one of a subscription;
    `dropped` counts what was lost. A client that never reads costs no more than its limits.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._next = 0
        self._updates: dict[int, Update] = {}
        self._numbers: dict[Hashable, deque[int]] = {}

    def __len__(self) -> int:
        return len(self._updates)

    def put(self, subscription: Hashable, update: Update, limit: int) -> None:
        """Add an update; beyond `limit` the oldest of the same subscription goes."""
        numbers = self._numbers.get(subscription)
        if numbers is None:
            numbers = self._numbers[subscription] = deque()
        while len(numbers) >= max(limit, 1):
            del self._updates[numbers.popleft()]
            self.dropped += 1
        numbers.append(self._next)
        self._updates[self._next] = update
        self._next += 1

    def take(self) -> list[Update]:
        """Return everything in order and forget it."""
        updates = list(self._updates.values())
        if updates:
            self._updates.clear()
            self._numbers.clear()
        return updates

    def discard(self, subscription: Hashable) -> bool:
        """Forget the updates of one subscription; say whether there were any."""
        numbers = self._numbers.pop(subscription, None)
        for number in numbers or ():
            del self._updates[number]
        return bool(numbers)
