"""A named list of counters that is one device to plans."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import contextlib
import logging
import math
import time
from collections import ChainMap, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ophyd import Device

from devices.counters.counter import Counter
from devices.counters.counter_selection import CounterSelection
from devices.counters.group_count import GroupCount, leader, prepare, require_preparable
from devices.counters.group_members import Active
from devices.counters.group_table import group_table
from devices.counters.reading import Reading
from devices.counters.signal_readings import SignalReadings
from devices.errors import CountError
from devices.health import channels_of
from devices.status import DeadlineStatus, all_of
from reduction.counting import CountPolicy

log = logging.getLogger(__name__)


class MeasurementGroup(CounterSelection, Device):  # pyright: ignore[reportIncompatibleVariableOverride] - ophyd has the name as a property
    """Counters, pseudo counters and other groups, triggered and read as one (PS-60..68, BL-75).

    What is off is neither counted nor read, unless a pseudo counter that is on needs it; it is then
    kept out of the data. Devices of others are members as well, on and off as a whole.

    Parameters
    ----------
    name
        What users type.
    members
        Devices, `PseudoCounter` and other groups.
    master
        Name of the device with which the others end: where none is named, it is the first that
        times its counts itself, or the one with a monitor where counts are asked for.

    Examples
    --------
    >>> from devices import MeasurementGroup, PseudoCounter, SoftCounter
    >>> I0, It = (SoftCounter(lambda v=v: v, name=n) for n, v in (("I0", 4.0), ("It", 2.0)))
    >>> mg = MeasurementGroup("mg", [I0, It, PseudoCounter("ratio", "It/I0")])
    >>> mg.disable("I*")
    >>> mg.trigger().wait(5)
    >>> {name: reading["value"] for name, reading in mg.read().items()}
    {'ratio': 0.5}
    """

    def __init__(
        self, name: str, members: Iterable[Any] = (), *, master: str | None = None
    ) -> None:
        CounterSelection.__init__(self, name)
        Device.__init__(self, "", name=name)
        self.master = master
        self._policy: CountPolicy | None = None
        self._told: list[Any] = []
        self._count: GroupCount | None = None
        self._signal_readings = SignalReadings()
        self.add(*members)

    # --- how long

    @property
    def policy(self) -> CountPolicy | None:
        """When the next counts end; None: as each counter was told by others."""
        return self._policy

    @property
    def count_time(self) -> float:
        """Seconds that the next trigger counts; NaN where something else ends it."""
        if self._policy is not None:
            return math.nan if self._policy.seconds is None else self._policy.seconds
        seconds = getattr(self._leader(self._now_active(), None), "count_time", math.nan)
        return seconds if isinstance(seconds, float) else math.nan

    def prepare(self, value: CountPolicy) -> DeadlineStatus:
        """Tell all counters that are on when to end.

        Raises
        ------
        CountError
            One cannot be told, or counts are asked for without exactly one monitor; nothing has
            then been told to any.
        """
        active = self._now_active()
        self._require_preparable(active, value)
        self._policy = value
        self._told = []
        return all_of(f"preparing {self.name}", self._tell(active, value))

    def require_policy(self, policy: CountPolicy) -> None:
        """Refuse what `prepare` would refuse, without telling anybody anything.

        Plans ask it before anything moves.

        Raises
        ------
        CountError
            With the counter that cannot be told, or why nothing can count to a monitor.
        """
        self._require_preparable(self._now_active(), policy)

    def _require_preparable(self, active: Active, policy: CountPolicy) -> None:
        master = self._leader(active, policy)
        for counter in active.counters:
            if policy.seconds is not None or counter is not master:
                require_preparable(self.name, counter, policy)

    def _leader(self, active: Active, policy: CountPolicy | None) -> Any:  # noqa: ANN401
        if self.master is None:
            return leader(self.name, active.counters, policy)
        found = [counter for counter in active.counters if counter.name == self.master]
        if not found:
            known = ", ".join(counter.name for counter in active.counters)
            message = f"{self.name} counts with {known}, and not with its master {self.master}"
            raise CountError(message)
        return leader(self.name, found, policy) or found[0]

    def _tell(self, active: Active, policy: CountPolicy) -> list[DeadlineStatus]:
        """Tell our own counters what others have told them since, and others' devices once."""
        master = self._leader(active, policy)
        new = [each for each in active.counters if each not in self._told]
        self._told += [each for each in new if not isinstance(each, Counter)]
        return [status for each in new for status in prepare(each, policy, master)]

    # --- counting

    def trigger(self) -> DeadlineStatus:
        """Count with all counters that are on; done when all are.

        Raises
        ------
        CountError
            What is on has changed since it was prepared, and must be prepared again.
        """
        active = self._now_active()
        if self._policy is not None:
            self._require_preparable(active, self._policy)
            if not all(status.done for status in self._tell(active, self._policy)):
                message = f"{self.name} has changed since it was prepared: prepare it again"
                raise CountError(message)
        master = self._leader(active, self._policy)
        self._count = GroupCount(self.name, active.counters, master, self._policy)
        return self._count.start()

    def stop(self, *, success: bool = False) -> None:
        """Stop whatever counts; with `success`, what was counted so far is the count."""
        if self._count is not None:
            self._count.stop(success=success)

    def stage(self) -> list[object]:
        """Stage all counters that are on."""
        staged = super().stage()
        try:
            for counter in self._now_active().counters:
                if hasattr(counter, "stage"):
                    counter.stage()
        except Exception:
            with contextlib.suppress(Exception):  # logged, and not what went wrong first
                self.unstage()
            raise
        return staged

    def unstage(self) -> list[object]:
        """Unstage all counters, the last first; one that fails keeps no other from it.

        Raises
        ------
        Exception
            What the first that failed has raised, after all were unstaged.
        """
        first: Exception | None = None
        for counter in reversed(self._leaves()):
            try:
                if hasattr(counter, "unstage"):
                    counter.unstage()
            except Exception as error:  # whatever a device of others raises
                log.warning("%s could not be unstaged: %s", counter.name, error)
                first = first or error
        unstaged = super().unstage()
        if first is not None:
            raise first
        return unstaged

    # --- connection

    @property
    def own_signals(self) -> list[Any]:
        """The channels of all counters, each once."""
        return list(dict.fromkeys(c for leaf in self._leaves() for c in channels_of(leaf)))

    @property
    def connected(self) -> bool:
        """Whether all counters are connected."""
        return all(getattr(leaf, "connected", True) for leaf in self._leaves())

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for all counters."""
        ends = time.monotonic() + timeout
        for leaf in self._leaves():
            if hasattr(leaf, "wait_for_connection"):
                leaf.wait_for_connection(timeout=max(0.01, ends - time.monotonic()))

    # --- what goes into the data

    def collect_asset_docs(self, index: int | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Tell where the frames of its cameras are."""
        for counter in self._now_active().counters:
            if hasattr(counter, "collect_asset_docs"):
                yield from counter.collect_asset_docs(index)

    def read(self) -> "OrderedDict[str, Reading]":
        """Give what the last count gave, and what follows from it."""
        active = self._now_active()
        signals = self._signal_readings.read(active.counters)
        columns: dict[str, Mapping[str, Reading]] = {}
        for counter in active.counters:
            is_read = counter.name in signals
            read = {counter.name: signals[counter.name]} if is_read else counter.read()
            columns |= _by_column(counter, read)
        known = dict(ChainMap(*columns.values()))  # pyright: ignore[reportArgumentType]
        for pseudo in active.pseudo:
            known[pseudo.name] = pseudo.reading(known)
            columns[pseudo.name] = {pseudo.name: known[pseudo.name]}
        return _shown(active, columns)

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the columns that are on."""
        active = self._now_active()
        columns: dict[str, Mapping[str, Any]] = {}
        for counter in active.counters:
            columns |= _by_column(counter, counter.describe())
        columns |= {p.name: {p.name: p.describe_value()} for p in active.pseudo}
        return _shown(active, columns)

    @property
    def hints(self) -> dict[str, Any]:
        """What its counters hint at, in their order, and its pseudo counters."""
        active = self._now_active()
        columns: dict[str, Mapping[str, Any]] = {}
        for counter in active.counters:
            fields = getattr(counter, "hints", {}).get("fields", ())
            columns |= _by_column(counter, dict.fromkeys(fields))
        order = [key for keys in columns.values() for key in keys]
        columns |= {pseudo.name: {pseudo.name: None} for pseudo in active.pseudo}
        shown = _shown(active, columns)
        hinted = [key for key in order if key in shown]
        return {"fields": [*hinted, *(key for key in shown if key not in hinted)]}

    def read_configuration(self) -> "OrderedDict[str, Any]":
        """Give the configurations of all counters that are on."""
        return self._of_all("read_configuration")

    def describe_configuration(self) -> "OrderedDict[str, Any]":
        """Describe them."""
        return self._of_all("describe_configuration")

    def _of_all(self, method: str) -> "OrderedDict[str, Any]":
        found: OrderedDict[str, Any] = OrderedDict()
        for counter in self._now_active().counters:
            ask: Callable[[], Mapping[str, Any]] = getattr(counter, method, dict)
            found.update(ask())
        return found

    def info(self) -> str:
        """Give a table for people: what is on, in which unit, and where it comes from."""
        active = self._now_active()
        lines = [f"{self.name}: {self._told_in_words(active)}, state {self.state}"]
        return "\n".join(lines + group_table(self._owners(), active.shown, active.needed))

    def _told_in_words(self, active: Active) -> str:
        policy = self._policy
        if policy is None:
            return "counts as each counter was told"
        master = self._leader(active, policy)
        led = "" if master is None else f" with {master.name}"
        return f"counts {'for' if policy.seconds else 'to'} {policy}{led}"

    def __repr__(self) -> str:
        """Show its name and what is on."""
        return f"MeasurementGroup({self.name!r}, on: {', '.join(self.active) or 'nothing'})"


def _by_column(counter: Any, values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:  # noqa: ANN401
    """Give values by what is switched on and off: keys of our counters, others' devices whole."""
    if isinstance(counter, Counter):
        return {key: {key: value} for key, value in values.items()}
    return {counter.name: values}


def _shown(active: Active, columns: Mapping[str, Mapping[str, Any]]) -> "OrderedDict[str, Any]":
    shown: OrderedDict[str, Any] = OrderedDict()
    for column in active.shown:
        shown.update(columns.get(column, {}))
    return shown
