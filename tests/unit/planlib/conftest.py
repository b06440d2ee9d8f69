"""Devices of the plan tests: ophyd's simulated ones, with what plans ask of a device."""

from typing import Any

import pytest
from ophyd import Component, Signal
from ophyd.sim import SynAxis, SynGauss
from ophyd.status import Status
from ophyd.utils import LimitError

from reduction.counting import CountPolicy


class Axis(SynAxis):
    """An axis with limits of -100 to 100 which says when it was told to move."""

    def __init__(self, *, offset: float = 0.0, **kwargs: Any) -> None:
        super().__init__(readback_func=lambda position: position + offset, **kwargs)
        self.targets: list[float] = []

    def set(self, value: float) -> Any:
        self.targets.append(value)
        return super().set(value)

    def check_value(self, position: float) -> None:
        if not -100 <= position <= 100:
            raise LimitError(f"{self.name} cannot go to {position:g}: its limits are -100 to 100")

    def locate(self) -> dict[str, float]:
        return {"setpoint": self.setpoint.get(), "readback": self.readback.get()}


class TimedDetector(SynGauss):
    """A detector whose count time is a signal of its own."""

    count_time = Component(Signal, value=1.0, kind="config")


class PreparedDetector(SynGauss):
    """A detector that is prepared with a count policy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies: list[CountPolicy] = []

    @property
    def count_time(self) -> float:
        return self.policies[-1].seconds if self.policies else 1.0

    def prepare(self, value: CountPolicy) -> Status:
        self.policies.append(value)
        status = Status()
        status.set_finished()
        return status


@pytest.fixture
def make_axis():
    return Axis


@pytest.fixture
def x():
    return Axis(name="x")


@pytest.fixture
def triggered_axis():
    """An axis that takes its readback when it is triggered."""

    class TriggeredAxis(Axis):
        def trigger(self) -> Status:
            return super().trigger()

    return TriggeredAxis(name="triggered")


@pytest.fixture
def y():
    return Axis(name="y")


def _gauss(kind: type[SynGauss], name: str, axis: Axis) -> Any:
    return kind(name, axis, axis.name, center=0, Imax=1000, sigma=1)


@pytest.fixture
def detector(x):
    """It is prepared for a count time."""
    return _gauss(PreparedDetector, "det", x)


@pytest.fixture
def make_detector(x):
    return lambda name: _gauss(PreparedDetector, name, x)


@pytest.fixture
def timed_detector(x):
    return _gauss(TimedDetector, "timed", x)


@pytest.fixture
def plain_detector(x):
    """Its count time cannot be set."""
    return _gauss(SynGauss, "plain", x)


@pytest.fixture
def result(engine):
    """Run a plan and give what it returns."""

    def run(plan):
        found = []

        def outer():
            found.append((yield from plan))

        engine(outer())
        return found[0]

    return run
