"""An axis that is on its way back after a relative scan, and is stopped there."""

import asyncio
import threading

import pytest
from bluesky.utils import RunEngineInterrupted
from ophyd.status import Status

from planlib import dscan
from tests.unit.planlib.conftest import Axis
from tests.waiting import meanwhile, wait_until

HOME, ELSEWHERE = 5.0, 40.0


class HeldAxis(Axis):
    """Goes half of the way once, and stays there until it is stopped; else is there at once."""

    will_be_held = False

    def __init__(self):
        super().__init__(name="x")
        self.is_held, self.is_stopped = threading.Event(), threading.Event()
        self._way = None

    def set(self, value):
        if not self.will_be_held:
            return super().set(value)
        self.will_be_held = False
        super().set((self.setpoint.get() + value) / 2)
        self._way = Status()
        self.is_held.set()
        return self._way

    def stop(self, *, success=False):
        if self._way is not None and not self._way.done:
            self._way.set_finished()
            self.is_stopped.set()


@pytest.fixture
def axis():
    made = HeldAxis()
    made.set(HOME).wait()
    return made


@pytest.fixture
def run(either_engine, axis, detector):
    """Scan around home, with an axis that is held when the run is over."""

    def hold(name, _):
        axis.will_be_held = axis.will_be_held or name == "stop"

    return lambda: either_engine(dscan(axis, -1, 1, 2, None, detector), hold)


@pytest.fixture(params=[None, ELSEWHERE], ids=["left alone", "moved by hand"])
def by_hand(request, axis):
    return lambda: None if request.param is None else axis.set(request.param).wait()


def test_it_comes_home_after_a_suspension(either_engine, emitted, axis, run, by_hand):
    released = asyncio.Event()

    def suspend():
        wait_until("it is on its way", axis.is_held.is_set)
        either_engine.request_suspend(released.wait)
        wait_until("it is stopped", axis.is_stopped.is_set)
        by_hand()
        either_engine.loop.call_soon_threadsafe(released.set)

    with meanwhile(suspend):
        run()
    assert axis.setpoint.get() == HOME
    assert emitted[-1][1]["exit_status"] == "success"


def test_it_comes_home_after_a_pause(either_engine, emitted, axis, run, by_hand):
    def pause():
        wait_until("it is on its way", axis.is_held.is_set)
        either_engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        run()
    assert axis.setpoint.get() != HOME
    by_hand()
    either_engine.resume()
    assert axis.setpoint.get() == HOME
    assert emitted[-1][1]["exit_status"] == "success"
