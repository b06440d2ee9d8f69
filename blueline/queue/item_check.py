"""What speaks against an item before it is in the queue: its arguments, and a dry run of its plan.

Asked in the worker, which has the devices. Plans of a site are never begun for that: what they do
outside messages would be done. What would be refused for where axes are now, or for what was
measured last, refuses an item only if nothing is to run before it: otherwise it is noted.
"""

import inspect
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from blueline.nearest import did_you_mean
from blueline.queue.described import Described
from blueline.queue.seen_plan import Seen, stands_alone
from blueline.queue.submission import words_in
from planlib.errors import PlanError

#: Packages whose plans act by messages alone, so that nothing happens when they are looked through.
_KNOWN = frozenset({"planlib", "bluesky", "blueline"})
_BLOCKED = "not looked through: an earlier look has not ended"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verdict:
    """Why an item is refused, or what there is to know of it; both empty where nothing is."""

    refused: str = ""
    note: str = ""


class ItemCheck:
    """Looks at items for a worker.

    Parameters
    ----------
    names
        Of the worker: plans, devices, and its session.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._rehearsing: threading.Thread | None = None
        self._has_logged = False

    def verdicts(
        self, items: Sequence[Any], *, is_next: bool, rehearses: bool, seconds: float
    ) -> list[Verdict]:
        """Give what speaks against each of some items.

        Parameters
        ----------
        items
            As clients send them; what is none gets an empty verdict.
        is_next
            Whether nothing runs before the first of them.
        rehearses
            Whether their plans are looked at as well: not while another one runs, since devices
            are asked.
        seconds
            For all dry runs; a plan that was not looked through by then is not refused.
        """
        found = [self._arguments(item) for item in items]
        if rehearses and self._is_rehearsing():
            return self._not_looked_through(items, found)
        if rehearses:
            work = _Rehearsals(self._names, items, found, is_next, time.monotonic() + seconds)
            self._rehearsing = threading.Thread(target=work.run, name="dry run", daemon=True)
            self._rehearsing.start()
            self._rehearsing.join(seconds)
            found = list(work.found)
        return found

    def _is_rehearsing(self) -> bool:
        return self._rehearsing is not None and self._rehearsing.is_alive()

    def _not_looked_through(self, items: Sequence[Any], found: Sequence[Verdict]) -> list[Verdict]:
        """Note it with each plan that would have been; a device that blocks may do so for ever."""
        if not self._has_logged:
            self._has_logged = True
            _log.warning("items are not looked through: an earlier look has not ended")
        return [
            Verdict(each.refused, "" if each.refused or _Called.of(item) is None else _BLOCKED)
            for item, each in zip(items, found, strict=True)
        ]

    def _arguments(self, item: Any) -> Verdict:  # noqa: ANN401 - JSON
        called = _Called.of(item)
        if called is None:
            return Verdict()
        plan = self._names.get(called.name)
        described = getattr(plan, "described", None)
        if not isinstance(described, Described):
            is_other = inspect.isgeneratorfunction(plan)  # of a script that was uploaded
            return Verdict("" if is_other else no_such_plan(called.name, _plans(self._names)))
        try:
            described.bound(called.args, called.kwargs)
        except PlanError as error:
            return Verdict(str(error))
        return Verdict()


def no_such_plan(name: str, known: Iterable[str]) -> str:
    """Say that a plan is not there, and which was meant."""
    hint = did_you_mean(name, known, "`blueline plans list` tells which there are")
    return f"the queue has no plan {name!r:.60}; {hint}"


def _plans(names: Mapping[str, Any]) -> list[str]:
    return [name for name, each in names.items() if hasattr(each, "described")]


@dataclass(frozen=True)
class _Called:
    """A plan with its arguments."""

    name: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]

    @classmethod
    def of(cls, item: Any) -> "_Called | None":  # noqa: ANN401 - JSON
        """Give what an item calls; None where it is no item of a plan."""
        if not isinstance(item, Mapping) or item.get("item_type") != "plan":
            return None
        called = cls(item.get("name", ""), item.get("args", ()), item.get("kwargs", {}))
        is_sound = isinstance(called.name, str) and isinstance(called.kwargs, Mapping)
        return called if is_sound and isinstance(called.args, list | tuple) else None

    @property
    def words(self) -> frozenset[str]:
        """Its name, and all text in its arguments."""
        return frozenset({self.name, *words_in([self.args, self.kwargs])})


@dataclass
class _Rehearsals:
    """Dry runs of some items one after the other, in a thread that may be left behind."""

    names: Mapping[str, Any]
    items: Sequence[Any]
    found: list[Verdict]
    is_next: bool
    ends: float

    def run(self) -> None:
        _ask_devices_from_here()
        for index, item in enumerate(self.items):
            called = _Called.of(item)
            if called is None or self.found[index].refused:
                continue
            described = getattr(self.names[called.name], "described", None)
            if not isinstance(described, Described) or self._is_of_a_site(called.words):
                continue
            if time.monotonic() < self.ends:
                self.found[index] = self._verdict(described, called, self.is_next and not index)

    def _verdict(self, described: Described, called: _Called, is_next: bool) -> Verdict:
        from planlib import check

        seen = Seen(self.names["session"].context, self.ends)
        plan = seen.watched(described.called(tuple(called.args), dict(called.kwargs)))
        report = check(plan, seen.session)
        # what a plan makes of zeros, which is what detectors have measured here, is not foretold
        problems = report.problems[1:] if seen.failed_on_zeros else report.problems
        if not problems or seen.is_out_of_time:
            return Verdict()
        if is_next or not (seen.depends or self._moves_with_others(called.words)):
            return Verdict(problems[0])
        return Verdict(note=f"as things are now, it would be refused: {problems[0]}")

    def _moves_with_others(self, words: Set[str]) -> bool:
        return any(not stands_alone(self.names[each]) for each in words if each in self.names)

    def _is_of_a_site(self, words: Set[str]) -> bool:
        """Whether one of the plans is nobody's that we know."""
        plans = (getattr(self.names.get(each), "described", None) for each in words)
        functions = (each.function for each in plans if isinstance(each, Described))
        return not all(map(_is_known, functions))


def _is_known(function: Callable[..., Any]) -> bool:
    """Whether a function is of a known package, and all that it wraps.

    Its globals tell: a wrapper has the ``__module__`` of what it wraps.
    """
    inner: Any = function
    while inner is not None:
        home = getattr(inner, "__globals__", {}).get("__name__", "")
        if home.partition(".")[0] not in _KNOWN:
            return False
        inner = getattr(inner, "__wrapped__", None)
    return True


def _ask_devices_from_here() -> None:
    """Let this thread use Channel Access, where the session does."""
    if "epics" in sys.modules:
        from epics import ca

        ca.use_initial_context()
