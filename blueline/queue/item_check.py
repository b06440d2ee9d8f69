"""What speaks against an item before it is in the queue: its arguments, and a dry run of its plan.

Asked in the worker, which has the devices. What would be refused for where axes are now, or for
what was measured last, refuses an item only if nothing is to run before it: otherwise it is noted.
"""

import difflib
import inspect
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from blueline.queue.described import Described
from blueline.queue.seen_plan import Seen, stands_alone
from planlib.errors import PlanError

#: Where plans are that go where they are told, whatever they measure.
_KNOWN = ("planlib.", "bluesky.")


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
        if rehearses and not self._is_rehearsing():
            work = _Rehearsals(self._names, items, found, is_next, time.monotonic() + seconds)
            self._rehearsing = threading.Thread(target=work.run, name="dry run", daemon=True)
            self._rehearsing.start()
            self._rehearsing.join(seconds)
            found = list(work.found)
        return found

    def _is_rehearsing(self) -> bool:
        return self._rehearsing is not None and self._rehearsing.is_alive()

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


def no_such_plan(name: str, known: Sequence[str]) -> str:
    """Say that a plan is not there, and which was meant."""
    close = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else "`blueline plans list` tells which there are"
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
            if isinstance(described, Described) and time.monotonic() < self.ends:
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
        words = {called.name, *_words([called.args, called.kwargs])}
        is_sure = is_next or not (seen.depends or self._moves_with_others(words))
        if is_sure and not (seen.has_measured and self._is_of_a_site(words)):
            return Verdict(problems[0])
        return Verdict(note=f"as things are now, it would be refused: {problems[0]}")

    def _moves_with_others(self, words: Set[str]) -> bool:
        return any(not stands_alone(self.names[each]) for each in words if each in self.names)

    def _is_of_a_site(self, words: Set[str]) -> bool:
        """Whether one of the plans is nobody's that we know, and may decide by what it measures."""
        plans = (getattr(self.names.get(each), "described", None) for each in words)
        functions = (each.function for each in plans if isinstance(each, Described))
        return any(not each.__module__.startswith(_KNOWN) for each in functions)


def _ask_devices_from_here() -> None:
    """Let this thread use Channel Access, where the session does."""
    if "epics" in sys.modules:
        from epics import ca

        ca.use_initial_context()


def _words(value: object) -> Iterator[str]:
    """Give all text in JSON: names of devices are among it."""
    if isinstance(value, str):
        yield value
        return
    inner = value.values() if isinstance(value, Mapping) else value
    if isinstance(inner, Sequence) or isinstance(value, Mapping):
        for each in inner:  # pyright: ignore[reportGeneralTypeIssues] - of either
            yield from _words(each)
