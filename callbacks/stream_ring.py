"""What a publisher keeps for those who come late: the newest documents, up to a size.

Every document has a number, counted from 1. What opens a run and describes it is kept for as long
as anything of the run is, so that the points that are left can be understood.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from callbacks.stream_wire import Since

#: Bytes that the bookkeeping of one document takes, beside the document.
_BESIDES = 200
_DESCRIBING = frozenset({"start", "descriptor", "resource", "stream_resource"})


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    name: str
    run: str | None
    message: bytes

    @property
    def size(self) -> int:
        return len(self.message) + _BESIDES


class Ring:
    """Keep messages up to `limit` bytes; the oldest go first.

    Attributes
    ----------
    next
        The number of the next document.
    """

    def __init__(self, limit: int) -> None:
        self.next = 1
        self._limit = limit
        self._size = 0
        self._newest: deque[_Kept] = deque()
        self._describing: dict[int, _Kept] = {}
        self._started: dict[str, int] = {}

    def append(self, name: str, run: str | None, message: bytes) -> None:
        """Take the message of document `next`; an empty one stands for what cannot be kept."""
        kept = _Kept(self.next, name, run, message)
        self.next += 1
        if name == "start" and run is not None:
            self._started[run] = kept.number
        elif name == "stop" and run is not None:
            self._started.pop(run, None)
        self._newest.append(kept)
        self._size += kept.size
        while self._size > self._limit and (self._newest or self._describing):
            self._drop_one()

    def _drop_one(self) -> None:
        if not self._newest:
            self._forget(next(iter(self._describing)))
            return
        oldest = self._newest.popleft()
        if oldest.name in _DESCRIBING and oldest.run is not None:
            self._describing[oldest.number] = oldest
            return
        self._size -= oldest.size
        if oldest.name == "stop":
            of_run = [n for n, kept in self._describing.items() if kept.run == oldest.run]
            for number in of_run:
                self._forget(number)

    def _forget(self, number: int) -> None:
        self._size -= self._describing.pop(number).size

    @property
    def size(self) -> int:
        """Bytes that are kept, bookkeeping included."""
        return self._size

    def place(self, since: Since) -> int:
        """Give the number that is meant; the next one for what has not been published yet."""
        if since == "run":
            return min(self._started.values(), default=self.next)
        if since == "oldest":
            return next(iter(self._describing), self._oldest())
        return self.next if since == "new" else min(since, self.next)

    def _oldest(self) -> int:
        return self.next - len(self._newest)

    def messages(self, first: int, documents: int, size: int) -> tuple[list[bytes], int]:
        """Give what is kept from number `first` on, and the number that comes after it.

        Parameters
        ----------
        first
            A number.
        documents, size
            Number of messages and of bytes at the most; the first message is given in any case.
        """
        given: list[bytes] = []
        after = first
        for kept in self._from(first):
            size -= len(kept.message)
            if given and (len(given) >= documents or size < 0):
                break
            after = kept.number + 1
            if kept.message:
                given.append(kept.message)
        else:
            after = self.next
        return given, after

    def _from(self, first: int) -> Iterator[_Kept]:
        for number, kept in self._describing.items():
            if number >= first:
                yield kept
        for index in range(max(0, first - self._oldest()), len(self._newest)):
            yield self._newest[index]
