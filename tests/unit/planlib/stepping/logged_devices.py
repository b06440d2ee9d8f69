"""Devices that write down what is done with them, for tests of the order of events."""

import threading
from typing import Any

from ophyd import Component, Device, Signal
from ophyd.sim import SynAxis
from ophyd.status import Status

from reduction.counting import CountPolicy
from tests.waiting import wait_until

Log = list[str]


class LoggedAxis(SynAxis):
    """Moves at once."""

    def __init__(self, log: Log, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.written = log

    def set(self, value: float) -> Any:
        self.written.append(f"{self.name} to {value:g}")
        return super().set(value)

    def locate(self) -> dict[str, float]:
        return {"setpoint": self.setpoint.get(), "readback": self.readback.get()}

    def stage(self) -> Any:
        self.written.append(f"{self.name} staged")
        return super().stage()

    def unstage(self) -> Any:
        self.written.append(f"{self.name} unstaged")
        return super().unstage()

    def read(self) -> Any:
        self.written.append(f"{self.name} read")
        return super().read()


class LoggedDetector(Device):
    """Counts until `seconds` are over, each time something else: 1, 2, 3 and so on.

    Where it waits for a word, it counts until that is written down, once for each count.
    """

    value = Component(Signal, value=0.0, kind="hinted")
    count_time = 1.0
    seconds = 0.005

    def __init__(self, log: Log, name: str) -> None:
        super().__init__(name=name)
        self.value.name = name
        self.written = log
        self.counts = 0
        self.failing_at: int | None = None
        self.waits_for: str | None = None

    def prepare(self, value: CountPolicy) -> Status:
        self.written.append(f"{self.name} for {value.seconds:g} s")
        status = Status()
        status.set_finished()
        return status

    def trigger(self) -> Status:
        self.counts += 1
        self.written.append(f"{self.name} counts")
        status = Status()
        threading.Timer(self.seconds, self._end, [status, self.counts]).start()
        return status

    def read(self) -> Any:
        self.written.append(f"{self.name} read")
        return super().read()

    def _end(self, status: Status, count: int) -> None:
        if self.waits_for is not None:
            wait_until(self.waits_for, lambda: self.written.count(self.waits_for) >= count)
        if self.failing_at == count:
            status.set_exception(RuntimeError(f"{self.name} has failed"))
            return
        self.written.append(f"{self.name} has counted")
        self.value.put(float(count))
        status.set_finished()


class Late:
    """What it is set to is decided by a test, maybe when nobody waits for it any more."""

    name = "late"
    parent = None

    def __init__(self, status: Status) -> None:
        self._status = status

    def set(self, _: object) -> Status:
        return self._status
