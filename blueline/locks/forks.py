"""What a forked child must not keep open, for a lock lasts as long as anybody has its file open."""

import functools
import os
import weakref
from typing import Protocol


class LetsGo(Protocol):
    """Something that holds a lock."""

    def let_go_in_child(self) -> None:
        """Close the files in a process that was forked from the one that holds the lock."""
        ...


_holding: weakref.WeakSet[LetsGo] = weakref.WeakSet()


def let_go_in_children(holder: LetsGo) -> None:
    """Tell a holder of locks of each child that is forked from now on."""
    _watch_forks()
    _holding.add(holder)


@functools.cache
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_let_go)


def _let_go() -> None:
    for each in list(_holding):
        each.let_go_in_child()
