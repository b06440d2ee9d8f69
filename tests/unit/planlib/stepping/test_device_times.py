from types import SimpleNamespace

import pytest
from bluesky.utils import Msg
from ophyd.status import Status

from planlib.stepping.device_times import DeviceTimes
from tests.set_clock import SetClock

X = SimpleNamespace(name="x")
DET = SimpleNamespace(name="det")


class Done:
    """A status that is done when the test says so."""

    def __init__(self):
        self._callbacks = []

    def add_callback(self, callback):
        self._callbacks.append(callback)

    def finish(self):
        for callback in self._callbacks:
            callback(self)


@pytest.fixture
def clock():
    return SetClock(0.0)


@pytest.fixture
def times(clock):
    return DeviceTimes(clock)


def spent(times, device, what):
    found = times.devices[device][what]
    return found.number, found.total, found.longest


def test_a_reading_takes_as_long_as_its_message(times):
    for seconds in (0.1, 0.3):
        times.note(Msg("read", DET), {}, seconds)
    assert spent(times, "det", "read") == (2, pytest.approx(0.4), 0.3)


def test_a_move_takes_from_the_request_until_the_axis_is_there(times, clock):
    moved = Done()
    clock.now = 1.0
    times.note(Msg("set", X, 5, group="go"), moved, 0.25)
    clock.now = 3.0
    moved.finish()
    clock.now = 4.0
    times.note(Msg("wait", None, group="go"), None, 3.0)
    assert spent(times, "x", "set") == (1, pytest.approx(2.25), pytest.approx(2.25))


def test_each_device_of_a_group_was_waited_for_until_it_was_done(times, clock):
    moved, counted, early = Done(), Done(), Done()
    for device, status in ((X, moved), (DET, counted), (SimpleNamespace(name="shutter"), early)):
        times.note(Msg("trigger", device, group="all"), status, 0.0)
    clock.now = 0.5
    early.finish()
    clock.now = 1.0  # the wait begins
    clock.now = 1.5
    moved.finish()
    clock.now = 3.0
    counted.finish()
    times.note(Msg("wait", None, "all"), None, 2.0)
    assert spent(times, "x", "wait")[1] == pytest.approx(0.5)
    assert spent(times, "det", "wait")[1] == pytest.approx(2.0)
    assert spent(times, "shutter", "wait")[1] == 0


def test_what_is_not_done_when_the_wait_ends_has_taken_until_then(times, clock):
    times.note(Msg("set", X, 5, group="go"), Done(), 0.0)
    clock.now = 2.0
    times.note(Msg("wait", None, group="go"), None, 2.0)
    assert spent(times, "x", "set")[1] == spent(times, "x", "wait")[1] == pytest.approx(2.0)


def test_what_nobody_waits_for_is_counted_in_the_end(times, clock):
    status = Done()
    times.note(Msg("set", X, 5), status, 0.0)
    clock.now = 0.5
    status.finish()
    clock.now = 9.0
    times.close()
    assert spent(times, "x", "set") == (1, 0.5, 0.5)


def test_requests_that_nobody_waits_for_do_not_pile_up(times, clock):
    for _ in range(1000):
        status = Done()
        times.note(Msg("set", X, 5), status, 0.0)
        status.finish()
    assert sum(map(len, times._groups.values())) <= 100
    times.close()
    assert spent(times, "x", "set")[0] == 1000


def test_messages_are_counted_whoever_they_are_for(times):
    times.note(Msg("read", X), {}, 0.1)
    times.note(Msg("read", DET), {}, 0.2)
    times.note(Msg("save"), None, 0.3)
    assert {what: each.number for what, each in times.messages.items()} == {"read": 2, "save": 1}
    assert list(times.devices) == ["x", "det"]


def test_what_is_no_device_is_in_no_row(times):
    times.note(Msg("null", SimpleNamespace(name="interruptions")), None, 0.1)
    assert times.devices == {}
    assert times.messages["null"].number == 1


def test_a_status_of_ophyd_that_is_done_already_is_done(times, clock):
    status = Status()
    status.set_finished()
    status.wait(5)
    times.note(Msg("stage", X, group="s"), status, 0.0)
    times.note(Msg("wait", None, group="s"), None, 0.0)
    assert spent(times, "x", "stage")[0] == 1
