"""Counters of a scaler, counted together and read together."""

# ophyd annotates its statuses and readings more narrowly than bluesky's protocols, which we follow
# pyright: reportIncompatibleMethodOverride=false

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from ophyd import Component, Device, EpicsSignal, EpicsSignalRO

from devices import channel_access
from devices.channel_access import Sample
from devices.errors import CountError, DeviceError, InvalidTargetError
from devices.status import DeadlineStatus, finished
from reduction.counting import CountPolicy

#: A count may take its time times this...
COUNT_MARGIN = 2.0
#: ...plus this many seconds (reliability H15).
COUNT_GRACE = 5.0
#: A count shorter than this fraction of what was asked for is not one (ES-14).
SHORTEST_FRACTION = 0.8
#: How far the preset may be from what was asked for: a part of it, and a tick of a slow clock in s.
PRESET_TOLERANCE = 0.01
LONGEST_TICK = 1e-4
CHANNELS = 32


class Scaler(Device):
    """A scaler record whose channels are counters with names.

    One trigger counts all of them; when it is done they have been read together, after the end of
    the count, so that no counter can be older than the count it belongs to.

    Parameters
    ----------
    prefix
        Name of the record, e.g. ``"BL:scaler1"``.
    name
        Name of the device; the counters have names of their own.
    counters
        Channel number (1 to 32) by counter name, in the order of the columns.
    seconds
        Name of the elapsed time in the data.

    Examples
    --------
    >>> from devices import Scaler
    >>> scaler = Scaler("BL:scaler1", name="scaler", counters={"I0": 2, "It": 3})  # doctest: +SKIP
    >>> RE(ct(0.1, scaler))  # doctest: +SKIP
    """

    count = Component(EpicsSignal, ".CNT", kind="omitted")
    preset_time = Component(EpicsSignal, ".TP", auto_monitor=True, kind="omitted")
    elapsed = Component(EpicsSignalRO, ".T", kind="omitted")

    def __init__(
        self,
        prefix: str,
        *,
        name: str,
        counters: Mapping[str, int],
        seconds: str = "seconds",
        **kwargs: Any,  # noqa: ANN401 - what ophyd's Device takes
    ) -> None:
        _check_counters(name, counters)
        super().__init__(prefix, name=name, **kwargs)
        self.counters = {
            counter: EpicsSignalRO(f"{prefix}.S{channel}", name=counter)
            for counter, channel in counters.items()
        }
        self._seconds = seconds
        self._seconds_asked = 1.0
        self._samples: list[Sample] = []

    def wait_for_connection(self, all_signals: bool = False, timeout: float = 2.0) -> None:
        """Wait for the record and its counters."""
        super().wait_for_connection(all_signals=all_signals, timeout=timeout)
        ends = time.monotonic() + timeout
        for signal in self.counters.values():
            signal.wait_for_connection(timeout=max(0.01, ends - time.monotonic()))

    def destroy(self) -> None:
        """Give up the channels."""
        channel_access.retire(walk.item for walk in self.walk_signals())
        channel_access.retire(self.counters.values())
        for signal in self.counters.values():
            signal.destroy()
        super().destroy()

    @property
    def connected(self) -> bool:
        """Whether the record and all counters are connected."""
        return super().connected and all(s.connected for s in self.counters.values())

    @property
    def count_time(self) -> float:
        """Seconds that the next trigger counts."""
        return self._seconds_asked

    @property
    def hints(self) -> dict[str, Any]:
        """The counters are what plots and tables show."""
        return {"fields": list(self.counters)}

    def prepare(self, value: CountPolicy) -> DeadlineStatus:
        """Set how long the following triggers count.

        Raises
        ------
        CountError
            Counts on a monitor were asked for.
        """
        if value.seconds is None:
            message = f"{self.name} cannot count to {value}: it has no monitor counter"
            raise CountError(message)
        self._seconds_asked = value.seconds
        return finished(f"preparing {self.name}")

    def trigger(self) -> DeadlineStatus:
        """Count; done when the counters have been read after the end of the count."""
        self._samples = []
        seconds = self._seconds_asked
        status = DeadlineStatus(
            f"counting {self.name} for {seconds:g} s",
            COUNT_MARGIN * seconds + COUNT_GRACE,
            self.stop,
        )
        with status.starting():
            if not _is_alike(channel_access.latest(self.preset_time).value, seconds):
                channel_access.put(self.preset_time, seconds)
            channel_access.put(
                self.count, 1, lambda refusal: self._counted(status, seconds, refusal)
            )
        return status

    def _counted(self, status: DeadlineStatus, seconds: float, refusal: str | None) -> None:
        if refusal is not None:
            status.fail(CountError(f"{status.what} failed: {refusal}"))
            return
        signals = [self.preset_time, self.elapsed, *self.counters.values()]
        try:
            channel_access.request(signals, lambda outcome: self._judge(status, seconds, outcome))
        except DeviceError as error:
            status.fail(error)

    def _judge(self, status: DeadlineStatus, asked: float, outcome: list[Sample] | str) -> None:
        if isinstance(outcome, str):
            status.fail(CountError(f"{status.what} failed: {outcome}"))
            return
        preset, *samples = outcome
        complaint = _complaint(asked, preset.value, samples[0].value)
        if complaint is not None:
            status.fail(CountError(f"{status.what} failed: {complaint}"))
            return
        self._samples = samples
        status.finish()

    def stop(self, *, success: bool = False) -> None:
        """End a count under way."""
        channel_access.put(self.count, 0)

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """Give what the last trigger counted; without one, what the record holds now."""
        signals = [self.elapsed, *self.counters.values()]
        samples = self._samples or channel_access.fetch(signals)
        names = [*self.counters, self._seconds]
        return OrderedDict(
            (name, {"value": sample.value, "timestamp": sample.timestamp})
            for name, sample in zip(names, [*samples[1:], samples[0]], strict=True)
        )

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """Describe the counters and the elapsed time."""
        described = OrderedDict(
            (counter, _key(signal.pvname, "counts", 0)) for counter, signal in self.counters.items()
        )
        described[self._seconds] = _key(self.elapsed.pvname, "s", 3)
        return described


def _complaint(asked: float, preset: float, seconds: float) -> str | None:
    if not seconds >= SHORTEST_FRACTION * asked:
        return f"it counted {seconds:g} s only"
    if not _is_alike(preset, asked):
        return f"its count time was {preset:g} s, refused by the scaler or changed by others"
    return None


def _is_alike(preset: float, seconds: float) -> bool:
    """Tell whether a preset is the one asked for, but for the ticks of the scaler's clock."""
    return abs(preset - seconds) <= max(PRESET_TOLERANCE * seconds, min(LONGEST_TICK, seconds))


def _key(pvname: str, units: str, precision: int) -> dict[str, Any]:
    return {
        "source": f"PV:{pvname}",
        "dtype": "number",
        "shape": [],
        "units": units,
        "precision": precision,
    }


def _check_counters(name: str, counters: Mapping[str, int]) -> None:
    wrong = {c: n for c, n in counters.items() if not 1 <= n <= CHANNELS}
    if not counters or wrong:
        message = f"{name} needs counters on channels 1 to {CHANNELS}, not {wrong or counters}"
        raise InvalidTargetError(message)
