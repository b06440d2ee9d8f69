"""Electronics that integrate by themselves: told to start, and read when they are done."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ophyd import EpicsSignal, EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import Sample
from devices.counters.count_status import CountStatus
from devices.counters.counter import Counter
from devices.counters.free_start import FreeStart
from devices.counters.reading import Reading, reading
from devices.counters.scaler_verdict import is_alike, too_short
from devices.data_keys import number_key
from devices.errors import CountError, DeviceError, InvalidTargetError
from devices.status import DeadlineStatus


@dataclass(frozen=True)
class IntegratorFields:
    """Names behind the prefix, of what an integrating counter is told and asked; "" for none.

    Parameters
    ----------
    start
        Written 1 to start; where there is no `busy`, the put completes at the end of the count.
    count_time
        Seconds to count.
    busy
        Not 0 from the start to the end; where it is at the start, the count fails.
    elapsed
        Seconds counted.
    stop
        Written 1 to stop.
    """

    start: str
    count_time: str = ""
    busy: str = ""
    elapsed: str = ""
    stop: str = ""


class IntegratingCounter(Counter):
    """Electronics that integrate for a time and then hold the result (BL-71).

    Parameters
    ----------
    prefix
        Of the names of its process variables, those in `fields` and `values`.
    fields
        What is told and asked.
    values
        Process variable by the name of its column, read after the end of the count.
    units
        By column.
    options
        `critical` and `longest_count`; see `Counter`.

    Examples
    --------
    >>> from devices import IntegratingCounter, IntegratorFields
    >>> electrometer = IntegratingCounter(
    ...     "BL:mca1",
    ...     IntegratorFields(start=".ERST", count_time=".PRTM", busy=".ACQG", stop=".STOP"),
    ...     name="mca", values={"copper": ".R0"}, units={"copper": "counts"},
    ... )  # doctest: +SKIP
    """

    leads = True

    def __init__(
        self,
        prefix: str,
        fields: IntegratorFields,
        *,
        name: str,
        values: Mapping[str, str],
        units: Mapping[str, str] | None = None,
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        if not values:
            message = f"{name} needs a process variable to read, such as values={{'Ic': 'value'}}"
            raise InvalidTargetError(message)
        super().__init__(prefix, name=name, **options)
        self.fields = fields
        self.units = dict(units or {})
        told = {"start": fields.start, "count_time": fields.count_time, "stop": fields.stop}
        asked = {"busy": fields.busy, "elapsed": fields.elapsed}
        self.controls = {r: _writable(prefix, name, r, f) for r, f in told.items() if f}
        self.states = {r: _readable(prefix, name, r, f) for r, f in asked.items() if f}
        self.counters = {c: EpicsSignalRO(f"{prefix}{f}", name=c) for c, f in values.items()}
        self._samples: list[Sample] = []
        self._status: CountStatus | None = None
        self._is_started = False
        self._free = FreeStart(name, self.states.get("busy"))
        if "busy" in self.states:
            self.states["busy"].subscribe(self._busy_changed, run=False)

    # --- connection

    @property
    def own_signals(self) -> list[EpicsSignalBase]:
        """What is told, asked and read."""
        return [*self.controls.values(), *self.states.values(), *self.counters.values()]

    @property
    def connected(self) -> bool:
        """Whether all its process variables are connected."""
        return all(signal.connected for signal in self.own_signals)

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for all its process variables."""
        ends = time.monotonic() + timeout
        for signal in self.own_signals:
            signal.wait_for_connection(timeout=max(0.01, ends - time.monotonic()))

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(self.own_signals)
        for signal in self.own_signals:
            signal.destroy()
        super().destroy()

    # --- counting

    def prepare(self, value: Any) -> DeadlineStatus:  # noqa: ANN401 - a CountPolicy, as in Counter
        """Set how long the following triggers count."""
        self.require_count_time()
        return super().prepare(value)

    def require_count_time(self) -> None:
        """Refuse where there is no way to tell it how long to count.

        Raises
        ------
        CountError
            It has no count time.
        """
        if not self.fields.count_time:
            message = f"the count time of {self.name} cannot be set: set it on the electronics"
            raise CountError(message)

    def require_ended_by_others(self) -> None:
        """Refuse where there is no way to stop it.

        Raises
        ------
        CountError
            It has no stop.
        """
        if not (self.fields.stop and self.fields.count_time):
            message = f"{self.name} cannot be ended by another counter: it has no stop"
            raise CountError(message)

    def follow(self) -> DeadlineStatus:
        """Count, from the next trigger on, until ``stop(success=True)``."""
        self.require_ended_by_others()
        return super().follow()

    def _seconds(self) -> float:
        return self.longest_count if self._policy is None else self.count_time

    def _count(self) -> CountStatus:
        self._samples = []
        self._is_started = False
        what = f"counting {self.name} {self._for_how_long()}"
        self._status = status = CountStatus(what, self._deadline(), self._halt)
        with status.starting():
            self._free.begin(status, lambda: self._start(status))
        return status

    def _start(self, status: CountStatus) -> None:
        preset = self.controls.get("count_time")
        if preset is not None:
            channel_access.put(preset, self._seconds())
        start = self.controls["start"]
        channel_access.put(start, 1, lambda refusal: self._started(status, refusal))

    def _started(self, status: CountStatus, refusal: str | None) -> None:
        if status is not self._status or status.is_decided:
            return  # of a count that was given up: the present one may not have started yet
        if refusal is not None:
            status.fail(channel_access.failed_count(status.what, refusal))
            return
        self._is_started = True
        self._look(status)

    def _busy_changed(self, *, value: Any, **_: object) -> None:  # noqa: ANN401
        """Look when a monitor says that it is done: the look, not the monitor, is believed."""
        status = self._status
        if self._is_started and not value and status is not None and not status.done:
            self._look(status)

    def _look(self, status: CountStatus) -> None:
        asked = [*self.states.values(), *self._preset(), *self.counters.values()]
        try:
            channel_access.request(asked, lambda outcome: self._seen(status, outcome))
        except DeviceError as error:
            status.fail(error)

    def _preset(self) -> list[EpicsSignalBase]:
        return [self.controls["count_time"]] if "count_time" in self.controls else []

    def _seen(self, status: CountStatus, outcome: list[Sample] | str) -> None:
        if isinstance(outcome, str):
            status.fail(channel_access.failed_count(status.what, outcome))
            return
        number = len(self.states)
        states = {r: s.value for r, s in zip(self.states, outcome[:number], strict=True)}
        if not states.get("busy"):  # where it is, its monitor will come
            status.decide(lambda: self._judge(status, states, outcome[number:]))

    def _judge(
        self, status: CountStatus, states: Mapping[str, float], samples: list[Sample]
    ) -> None:
        """Take what was counted, or raise what is wrong with it."""
        preset = samples[0].value if self._preset() else None
        complaint = None if status.is_cut else self._complaint(states, preset)
        if complaint is not None:
            message = f"{status.what} failed: {complaint}"
            raise CountError(message)
        self._samples = samples[len(self._preset()) :]

    def _complaint(self, states: Mapping[str, float], preset: float | None) -> str | None:
        if preset is None:
            return None
        asked = self._seconds()
        if "elapsed" in states:
            return too_short(asked, preset, states["elapsed"])
        return None if is_alike(preset, asked) else f"its count time was {preset:g} s"

    def _halt(self) -> None:
        if "stop" in self.controls:
            self._free.halts()
            channel_access.put(self.controls["stop"], 1)

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """All columns are what plots and tables show."""
        return {"fields": list(self.counters)}

    def _readings(self) -> "OrderedDict[str, Reading]":
        """Give what the last count gave; without one, what the electronics hold now."""
        samples = self._samples or channel_access.fetch(list(self.counters.values()))
        return OrderedDict(
            (name, reading(sample.value, sample.timestamp, sample.severity))
            for name, sample in zip(self.counters, samples, strict=True)
        )

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the columns."""
        return OrderedDict(
            (name, number_key(f"PV:{signal.pvname}", self.units.get(name, "")))
            for name, signal in self.counters.items()
        )

    def info(self) -> str:
        """Give a table for people."""
        lines = [f"{self.name}: {self.prefix}, counts {self._for_how_long()}"]
        lines += [f"  {n}  {self.units.get(n, '')}  {s.pvname}" for n, s in self.counters.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show where it is and what it counts."""
        return f"IntegratingCounter({self.prefix!r}, name={self.name!r}, {list(self.counters)})"


def _writable(prefix: str, name: str, role: str, field: str) -> EpicsSignal:
    return EpicsSignal(f"{prefix}{field}", name=f"{name}_{role}")


def _readable(prefix: str, name: str, role: str, field: str) -> EpicsSignalRO:
    return EpicsSignalRO(f"{prefix}{field}", name=f"{name}_{role}", auto_monitor=role == "busy")
