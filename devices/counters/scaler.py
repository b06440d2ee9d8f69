"""Counters of a scaler, counted together and read together."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import contextlib
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from ophyd import Component, EpicsSignal, EpicsSignalRO
from ophyd.signal import EpicsSignalBase

from devices import channel_access
from devices.channel_access import Sample
from devices.counters.count_status import CountStatus
from devices.counters.counter import Counter
from devices.counters.free_start import refuse_busy
from devices.counters.reading import Reading, reading
from devices.counters.scaler_channel import Channel, checked_channels
from devices.counters.scaler_verdict import below_a_tick, is_alike, too_few, too_short
from devices.data_keys import number_key
from devices.errors import CountError, DeviceError, InvalidTargetError
from devices.put_and_read import read_and_put
from devices.status import DeadlineStatus, finished
from reduction.counting import CountPolicy

#: Seconds for the record to end a count that it was told to end.
HALT_DEADLINE = 5.0


class Scaler(Counter):
    """A scaler record whose channels are counters with names.

    One trigger counts all of them; when it is done they have been read together, after the end of
    the count, so that no counter can be older than the count it belongs to. A record that counts
    already, for somebody else, takes no second start: the trigger fails then.

    Parameters
    ----------
    prefix
        Name of the record, e.g. ``"BL:scaler1"``.
    name
        Name of the device; the counters have names of their own.
    counters
        Channel number (1 to 32), or `Channel`, by counter name, in the order of the columns.
    monitor
        Name of the counter whose counts end a count where that is asked for (PS-61).
    seconds
        Name of the elapsed time in the data.
    options
        `critical` and `longest_count`; see `Counter`.

    Examples
    --------
    >>> from devices import Scaler
    >>> scaler = Scaler(
    ...     "BL:scaler1", name="scaler", counters={"I0": 2, "It": 3}, monitor="I0"
    ... )  # doctest: +SKIP
    >>> RE(ct(0.1, scaler))  # doctest: +SKIP
    """

    leads = True
    count = Component(EpicsSignal, ".CNT", kind="omitted")
    preset_time = Component(EpicsSignal, ".TP", auto_monitor=True, kind="omitted")
    clock_gate = Component(EpicsSignal, ".G1", auto_monitor=True, kind="omitted")
    elapsed = Component(EpicsSignalRO, ".T", kind="omitted")
    clock_frequency = Component(EpicsSignalRO, ".FREQ", auto_monitor=True, kind="omitted")

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        counters: Mapping[str, int | Channel],
        monitor: str | None = None,
        seconds: str = "seconds",
        **options: Any,  # noqa: ANN401 - those of Counter
    ) -> None:
        self.channels = checked_channels(name, counters)
        _check_monitor(name, monitor, self.channels)
        super().__init__(prefix, name=name, **options)
        self.counters = {
            counter: EpicsSignalRO(f"{prefix}.S{channel.number}", name=counter)
            for counter, channel in self.channels.items()
        }
        self.monitor = monitor
        self.monitor_signals = _gate_and_preset(prefix, name, self.channels, monitor)
        self._seconds = seconds
        self._samples: list[Sample] = []
        self._halted = finished(f"stopping {name}")

    @staticmethod
    def check_arguments(
        name: str,
        *,
        counters: Mapping[str, int | Channel] | None = None,
        monitor: str | None = None,
        **_: object,
    ) -> None:
        """Refuse what a scaler cannot have, without making one; a check of a beamline asks.

        Raises
        ------
        InvalidTargetError
            With what is allowed.
        """
        if counters is not None:
            _check_monitor(name, monitor, checked_channels(name, counters))

    # --- connection

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the record and its counters."""
        super().wait_for_connection(all_signals=all_signals, timeout=timeout)
        ends = time.monotonic() + timeout
        for signal in self.own_signals:
            signal.wait_for_connection(timeout=max(0.01, ends - time.monotonic()))

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        channel_access.retire(self.own_signals)
        for signal in self.own_signals:
            signal.destroy()
        super().destroy()

    @property
    def connected(self) -> bool:
        """Whether the record and all counters are connected."""
        return super().connected and all(signal.connected for signal in self.own_signals)

    @property
    def own_signals(self) -> list[EpicsSignalBase]:
        """Its counters, and what makes one of them the monitor."""
        return list(chain(self.counters.values(), self.monitor_signals.values()))

    # --- counting

    def prepare(self, value: CountPolicy) -> DeadlineStatus:
        """Set how long the following triggers count.

        Raises
        ------
        CountError
            It has no such counts: shorter than a tick of its clock, or without a monitor.
        """
        self.require_policy(value)
        return super().prepare(value)

    def require_policy(self, policy: CountPolicy) -> None:
        """Refuse a count time below a tick of the clock: the record would count without an end.

        Raises
        ------
        CountError
            With the shortest one.
        """
        if policy.seconds is None or not self.clock_frequency.connected:
            return
        frequency = channel_access.latest(self.clock_frequency).value
        complaint = below_a_tick(policy.seconds, frequency)
        if complaint:
            message = f"{self.name} {complaint}"
            raise CountError(message)

    def _count(self) -> CountStatus:
        self._samples = []
        policy = self._policy
        what = f"counting {self.name} {self._for_how_long()}"
        status = CountStatus(what, self._deadline(), self._give_up)
        presets = self._presets()
        halted = self._halted
        if halted.done:
            with status.starting():
                self._start(status, policy, presets)
        else:
            halted.add_callback(lambda _: self._start_late(status, policy, presets))
        return status

    def _start(
        self,
        status: CountStatus,
        policy: CountPolicy | None,
        presets: Sequence[tuple[EpicsSignalBase, float]],
    ) -> None:
        for signal, value in presets:
            present = channel_access.latest(signal).value
            is_time = signal is self.preset_time
            if not (is_alike(present, value) if is_time else present == value):
                channel_access.put(signal, value)
        read_and_put(
            self.count,
            1,
            lambda before: refuse_busy(status, before),
            lambda refusal: self._counted(status, policy, refusal),
        )

    def _start_late(
        self,
        status: CountStatus,
        policy: CountPolicy | None,
        presets: Sequence[tuple[EpicsSignalBase, float]],
    ) -> None:
        """Start behind the end of a count before; nothing, where this one was ended meanwhile."""
        if status.is_decided:
            return
        if status.is_cut:
            status.fail(CountError(f"{status.what} failed: it was ended before it began"))
            return
        with contextlib.suppress(DeviceError), status.starting():
            self._start(status, policy, presets)

    def _presets(self) -> list[tuple[EpicsSignalBase, float]]:
        """Give what ends the count: the clock, or the monitor and the clock not (PS-64)."""
        gates = self.monitor_signals
        if self._policy is not None and self._policy.counts is not None:
            counts = self._policy.counts
            return [(self.clock_gate, 0), (gates["preset"], counts), (gates["gate"], 1)]
        seconds = self.longest_count if self._policy is None else self.count_time
        monitor_is_off = [(gates["gate"], 0.0)] if gates else []
        return [*monitor_is_off, (self.preset_time, seconds), (self.clock_gate, 1)]

    def _counted(
        self, status: CountStatus, policy: CountPolicy | None, refusal: str | None
    ) -> None:
        """Ask what was counted; but not after a stop, whose completion this is then."""
        if status.is_decided:
            return
        if refusal is not None:
            status.fail(channel_access.failed_count(status.what, refusal))
            return
        preset = self.monitor_signals.get("preset", self.preset_time)
        signals = [self.preset_time, preset, self.elapsed, *self.counters.values()]
        try:
            channel_access.request(
                signals,
                lambda outcome: status.decide(lambda: self._judge(status, policy, outcome)),
            )
        except DeviceError as error:
            status.fail(error)

    def _judge(
        self, status: CountStatus, policy: CountPolicy | None, outcome: list[Sample] | str
    ) -> None:
        """Take what was counted, or raise what is wrong with it."""
        complaint = (
            outcome if isinstance(outcome, str) else self._complaint(status, policy, outcome)
        )
        if complaint is not None:
            raise channel_access.failed_count(status.what, complaint)
        self._samples = [sample for sample in outcome[2:] if isinstance(sample, Sample)]

    def _complaint(
        self, status: CountStatus, policy: CountPolicy | None, samples: list[Sample]
    ) -> str | None:
        """Say why this is not what was asked for; None where it is."""
        preset_time, preset_counts, elapsed = (sample.value for sample in samples[:3])
        if status.is_cut or policy is None:
            return None if elapsed >= 0 else f"it counted {elapsed:g} s"
        if policy.seconds is not None:
            return too_short(policy.seconds, preset_time, elapsed)
        counted = samples[3 + list(self.counters).index(self.monitor or "")].value
        return too_few(policy.counts or 0.0, preset_counts, counted, self.monitor or "")

    def _give_up(self) -> str | None:
        self._halt()
        if self._policy is None or self._policy.counts is None:
            return None
        return f"{self.monitor} counts too slowly, or not at all: is there beam?"

    def _halt(self) -> None:
        """End the count; the next one begins when the record has done so.

        It would take no start before, and what it counted for the old one would pass for the new.
        """
        halted = DeadlineStatus(f"stopping {self.name}", HALT_DEADLINE)
        with halted.starting():
            channel_access.put(self.count, 0, lambda _: halted.finish())
            self._halted = halted

    # --- what goes into the data

    @property
    def hints(self) -> dict[str, Any]:
        """The counters are what plots and tables show, the monitor last: it changes least."""
        return {"fields": sorted(self.counters, key=lambda name: name == self.monitor)}

    def _readings(self) -> "OrderedDict[str, Reading]":
        """Give what the last trigger counted; without one, what the record holds now."""
        signals = [self.elapsed, *self.counters.values()]
        elapsed, *counts = self._samples or channel_access.fetch(signals)
        readings = OrderedDict(
            (name, reading(channel.value(s.value, elapsed.value), s.timestamp, s.severity))
            for (name, channel), s in zip(self.channels.items(), counts, strict=True)
        )
        readings[self._seconds] = reading(elapsed.value, elapsed.timestamp, elapsed.severity)
        return readings

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe the counters and the elapsed time."""
        described = OrderedDict(
            (name, _key(self.counters[name], channel.units, 0 if channel.is_plain else 3))
            for name, channel in self.channels.items()
        )
        described[self._seconds] = _key(self.elapsed, "s", 3)
        return described

    def info(self) -> str:
        """Give a table for people."""
        counted = "no monitor" if self.monitor is None else f"monitor {self.monitor}"
        lines = [f"{self.name}: {self.prefix}, counts {self._for_how_long()}, {counted}"]
        width = max(map(len, self.channels))
        rows = self.channels.items()
        lines += [f"  {name:{width}}  {channel.units:8}  {channel}" for name, channel in rows]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show where it is and what it counts."""
        return f"Scaler({self.prefix!r}, name={self.name!r}, counters={list(self.counters)})"


def _gate_and_preset(
    prefix: str, name: str, channels: Mapping[str, Channel], monitor: str | None
) -> dict[str, EpicsSignal]:
    if monitor is None:
        return {}
    number = channels[monitor].number
    return {
        role: EpicsSignal(f"{prefix}.{field}{number}", name=f"{name}_{role}", auto_monitor=True)
        for role, field in (("gate", "G"), ("preset", "PR"))
    }


def _check_monitor(name: str, monitor: str | None, channels: Mapping[str, Channel]) -> None:
    if monitor is not None and monitor not in channels:
        message = f"the monitor of {name} is one of {', '.join(channels)}, not {monitor!r}"
        raise InvalidTargetError(message)


def _key(signal: EpicsSignalBase, units: str, precision: int) -> dict[str, Any]:
    return number_key(f"PV:{signal.pvname}", units, precision)
