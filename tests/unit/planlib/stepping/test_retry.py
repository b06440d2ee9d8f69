"""Points that are done again, with devices that fail as they are told to."""

import asyncio
import threading
import time

import pytest
from bluesky.utils import FailedStatus, RunEngineInterrupted
from ophyd.sim import SynGauss
from ophyd.status import Status
from ophyd.utils import DisconnectedError

from planlib.errors import PlanError
from planlib.stepping import Hook, Hooks, Retry, StepScan, point_moves, retry, step_scan
from planlib.stepping.retry import ShortCountError
from planlib.trajectories import line
from tests.waiting import meanwhile, wait_until


def rows(documents):
    return [(doc["seq_num"], doc["data"]["x"]) for name, doc in documents if name == "event"]


ALL = [(1, 0.0), (2, 1.0), (3, 2.0)]


def scan(x, *counters, count_time=None, **retry):
    return step_scan(StepScan((x,), line([(0, 2)], 2), counters, count_time, retry=Retry(**retry)))


def timed(detector, monkeypatch, durations):
    """Let each count of a detector last so many seconds."""
    trigger, left = detector.trigger, list(durations)

    def slow():
        status = Status()
        seconds = left.pop(0) if len(left) > 1 else left[0]

        def end():
            trigger()
            status.set_finished()

        threading.Timer(seconds, end).start()
        return status

    monkeypatch.setattr(detector, "trigger", slow)
    return detector


def test_a_count_that_was_too_short_is_counted_again(
    engine, documents, x, timed_detector, monkeypatch, *, told
):
    counter = timed(timed_detector, monkeypatch, [0.05, 0.2])
    engine(scan(x, counter, count_time=0.2, short_counts=1))
    assert rows(documents) == ALL
    assert len(told) == 1
    assert "instead of 0.2 s; counting again (1 of 1)" in told[0]


def test_counts_that_stay_too_short_fail_the_scan_with_a_sentence(
    engine, documents, x, timed_detector, monkeypatch, *, told
):
    counter = timed(timed_detector, monkeypatch, [0.01])
    with pytest.raises(ShortCountError, match=r"timed counted 0.\d+ s instead of 0.2 s"):
        engine(scan(x, counter, count_time=0.2, short_counts=2))
    assert rows(documents) == []
    assert len(told) == 2


def test_a_count_that_was_too_short_passes_where_nothing_is_asked(
    engine, documents, x, timed_detector, monkeypatch
):
    counter = timed(timed_detector, monkeypatch, [0.01])
    engine(scan(x, counter, count_time=0.2))
    assert rows(documents) == ALL


def test_a_count_that_a_pause_has_repeated_is_judged_by_its_own_time(
    engine, documents, x, timed_detector, monkeypatch, *, told
):
    """The engine repeats a count, which the plan does not see: it began long ago."""
    begun = []
    counter = timed(timed_detector, monkeypatch, [0.2, 0.2, 0.02, 0.2])
    original = counter.trigger
    monkeypatch.setattr(counter, "trigger", lambda: begun.append(1) or original())

    def pause():
        wait_until("the second point counts", lambda: len(begun) == 2)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(scan(x, counter, count_time=0.2, short_counts=1))
    time.sleep(0.3)  # longer than a count
    engine.resume()
    assert rows(documents) == ALL
    assert len(begun) == 5
    assert "instead of 0.2 s; counting again (1 of 1)" in told[0]


def failing_once(device, method, monkeypatch, error, *, at):
    original, calls = getattr(device, method), []

    def call(*args, **kwargs):
        calls.append(method)
        if len(calls) == at:
            raise error
        return original(*args, **kwargs)

    monkeypatch.setattr(device, method, call)


@pytest.mark.parametrize("error", [ConnectionError("gone"), DisconnectedError("gone")])
@pytest.mark.parametrize(("owner", "method"), [("x", "set"), ("det", "trigger"), ("x", "read")])
def test_a_point_at_which_a_device_was_lost_is_done_again(
    engine, documents, x, detector, monkeypatch, *, told, error, owner, method
):
    device = {"x": x, "det": detector}[owner]
    failing_once(device, method, monkeypatch, error, at=2)
    engine(scan(x, detector, lost_connection=1))
    assert rows(documents) == ALL
    assert told[0].endswith(": gone; waiting up to 60 s for what was lost")


#: Messages after the failure at which a guard may trip: at once, and while people wait.
@pytest.fixture(params=range(0, 12, 2))
def lost(request, engine, detector, monkeypatch):
    """Lose a detector once, and what a guard watches along with it."""
    failed, asked, after = [], [], []
    failing_once(detector, "trigger", monkeypatch, ConnectionError("gone"), at=2)
    trigger = detector.trigger

    def fail():
        try:
            return trigger()
        except ConnectionError:
            failed.append(True)
            raise

    def look(message):
        after.extend([message.command] * bool(failed))
        if len(after) > request.param and not asked:
            asked.append(message.command)
            released = asyncio.Event()
            engine.request_suspend(released.wait)
            engine.loop.call_later(0.05, released.set)

    monkeypatch.setattr(detector, "trigger", fail)
    engine.msg_hook = look
    return asked


def test_a_point_at_which_a_device_was_lost_is_done_again_where_a_guard_suspends_it_as_well(
    engine, documents, x, detector, lost, told
):
    """H18, H4."""
    engine(scan(x, detector, lost_connection=1))
    assert lost
    assert rows(documents) == ALL
    assert told[0].endswith(": gone; waiting up to 60 s for what was lost")


def test_a_point_with_hooks_is_done_again_where_a_guard_suspends_it_as_well(
    engine, documents, x, detector, lost, told
):
    hooks = Hooks(pre_operation=Hook(lambda: None))
    again = Retry(lost_connection=1)
    engine(step_scan(StepScan((x,), line([(0, 2)], 2), (detector,), hooks=hooks, retry=again)))
    assert lost
    assert rows(documents) == ALL


def test_a_scan_that_fails_while_a_guard_suspends_it_is_cleaned_up(
    engine, documents, x, detector, lost
):
    """U10, H18."""
    hooks = Hooks(pre_operation=Hook(lambda: None))
    scan = StepScan((x,), line([(1, 2)], 2), (detector,), hooks=hooks, after="return")
    with pytest.raises(ConnectionError, match="gone") as caught:
        engine(step_scan(scan))
    assert lost
    assert not getattr(caught.value, "__notes__", ())
    assert x.position == 0


def test_a_device_that_is_lost_too_often_fails_the_scan(
    engine, documents, x, detector, monkeypatch, told
):
    monkeypatch.setattr(detector, "trigger", gone)
    with pytest.raises(ConnectionError, match="gone") as caught:
        engine(scan(x, detector, lost_connection=2))
    assert "it was tried 2 times more" in caught.value.__notes__
    assert rows(documents) == []


def gone():
    raise ConnectionError("gone")


def test_a_device_that_stays_lost_is_waited_for_no_longer_than_that(
    engine, documents, x, detector, monkeypatch, told
):
    failing_once(detector, "trigger", monkeypatch, ConnectionError("gone"), at=2)
    monkeypatch.setattr(type(detector), "connected", False, raising=False)
    with pytest.raises(PlanError, match=r"det did not come back within 0.3 s"):
        engine(scan(x, detector, lost_connection=2, patience=0.3))
    assert rows(documents) == ALL[:1]


def test_a_failure_that_is_no_lost_connection_fails_at_once(
    engine, documents, x, detector, monkeypatch, told
):
    failing_once(detector, "read", monkeypatch, RuntimeError("broken"), at=2)
    with pytest.raises(RuntimeError, match="broken"):
        engine(scan(x, detector, lost_connection=5, short_counts=5))
    assert rows(documents) == ALL[:1]
    assert told == []


def test_a_point_that_was_recorded_is_not_done_again(engine, documents, x, detector, told):
    from planlib.stepping import Hooks

    def lost():
        raise ConnectionError("gone")

    hooks = Hooks(post_point=lost)
    plan = step_scan(
        StepScan((x,), line([(0, 2)], 2), [detector], hooks=hooks, retry=Retry(lost_connection=3))
    )
    with pytest.raises(Exception, match="gone"):
        engine(plan)
    assert rows(documents) == ALL[:1]


def test_a_count_that_fails_with_a_status_is_not_lost_while_all_are_there(
    engine, x, detector, monkeypatch, told
):
    def failed():
        status = Status()
        status.set_exception(RuntimeError("broken"))
        return status

    monkeypatch.setattr(detector, "trigger", failed)
    with pytest.raises(FailedStatus):
        engine(scan(x, detector, lost_connection=5))
    assert told == []


# --- what has not ended when a device was lost


class Joining(SynGauss):
    """Exposes for `seconds` whatever it is told, and takes a trigger meanwhile for the same one.

    So does a camera of ophyd's ``SingleTrigger`` while it acquires.
    """

    seconds = 0.1

    def __init__(self, *args, **kwargs):
        self.begun, self.status = [], None
        super().__init__(*args, **kwargs)  # which triggers it
        wait_until("it has exposed", lambda: self.status.done)
        self.begun.clear()

    def trigger(self):
        if self.status is None or self.status.done:
            self.begun.append(time.monotonic())
            self.status = status = Status()
            threading.Timer(self.seconds, status.set_finished).start()
        return self.status


@pytest.fixture
def joining(x, monkeypatch):
    monkeypatch.setattr(retry, "AFTERMATH", 0.1)
    made = Joining("joining", x, "x", center=0, Imax=1000, sigma=1)
    yield made
    wait_until("it has ended", lambda: made.status.done)


def test_an_exposure_from_before_a_loss_is_not_taken_for_that_of_the_point(
    engine, documents, x, joining, detector, *, monkeypatch, told
):
    joining.seconds = 0.5
    failing_once(detector, "trigger", monkeypatch, ConnectionError("gone"), at=2)
    engine(scan(x, joining, detector, lost_connection=1))
    assert rows(documents) == ALL
    assert len(joining.begun) == 4


def test_an_exposure_from_before_a_loss_that_does_not_end_fails_the_scan(
    engine, documents, x, joining, detector, *, monkeypatch, told
):
    joining.seconds = 1.5
    failing_once(detector, "trigger", monkeypatch, ConnectionError("gone"), at=1)
    with pytest.raises(PlanError, match="joining still counts, and cannot be begun again"):
        engine(scan(x, joining, detector, lost_connection=1, patience=0.3))
    assert rows(documents) == []


def test_a_count_that_was_lost_is_over_when_its_time_is(
    engine, documents, x, timed_detector, detector, *, monkeypatch, told
):
    """A stock scaler whose IOC has died never says so."""
    monkeypatch.setattr(retry, "AFTERMATH", 0.1)
    monkeypatch.setattr(retry, "READOUT", 0.1)
    original, statuses = timed_detector.trigger, [Status()]
    monkeypatch.setattr(
        timed_detector, "trigger", lambda: statuses.pop() if statuses else original()
    )
    lost_for(timed_detector, 0.3, monkeypatch)
    failing_once(detector, "trigger", monkeypatch, ConnectionError("gone"), at=1)
    engine(scan(x, timed_detector, detector, count_time=0.2, lost_connection=1, patience=5))
    assert rows(documents) == ALL


def lost_for(device, seconds, monkeypatch):
    """Have a device say that it is not connected, from its first trigger on for so long."""
    since = []
    trigger = device.trigger
    monkeypatch.setattr(device, "trigger", lambda: since.append(time.monotonic()) or trigger())
    connected = property(lambda _: not since or time.monotonic() > since[0] + seconds)
    monkeypatch.setattr(type(device), "connected", connected, raising=False)


def test_a_move_that_never_ends_does_not_hold_up_the_point_that_begins_anew(
    engine, documents, x, y, detector, *, monkeypatch, told
):
    """The engine keeps it in its group where a wait has ended too late."""
    monkeypatch.setattr(retry, "AFTERMATH", 0.1)
    monkeypatch.setattr(point_moves, "LONGEST_MOVE", 1.0)
    answers = {2: Status()}
    original = x.set
    monkeypatch.setattr(
        x, "set", lambda value: answers.pop(len(x.targets) + 1, None) or original(value)
    )
    failing_once(y, "set", monkeypatch, ConnectionError("gone"), at=2)
    both = line([(0, 2), (0, 2)], 2)
    again = Retry(lost_connection=1)
    engine(step_scan(StepScan((x, y), both, [detector], retry=again)))
    assert rows(documents) == ALL
