"""What happens between a pause and a resume."""

import asyncio
import re
import time

import pytest
from bluesky.utils import RunEngineInterrupted

from planlib.context import NoSession
from planlib.control import ScanControl
from planlib.errors import PlanError
from planlib.stepping import Pace, StepScan, interruptions, long_waits, step_scan
from planlib.stepping.interruptions import Interruptions
from planlib.trajectories import line, still
from tests.unit.planlib.stepping.slow_detectors import SlowDetector, pause_in_count, rows
from tests.waiting import meanwhile, wait_until


@pytest.fixture
def slow(x):
    return SlowDetector("slow", x, "x", center=0, Imax=1000, sigma=1)


def test_an_axis_that_does_not_answer_ends_no_scan_that_pauses(
    engine, documents, session, x, slow, monkeypatch
):
    """The engine takes what is raised then for the end of all, without any clean-up."""

    def silent():
        raise TimeoutError("no answer")

    def locate():
        return silent() if engine.state == "pausing" else original()

    original = x.locate
    monkeypatch.setattr(x, "locate", locate)
    scan = StepScan((x,), line([(1, 2)], 1), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    assert engine.state == "paused"
    assert session.told == [
        "x does not tell where it is set to, and is not sent back after the pause: no answer"
    ]
    engine.resume()
    assert [row["x"] for row in rows(documents)] == [1, 2]


def test_a_count_that_cannot_be_ended_ends_no_scan_that_pauses(
    engine, documents, session, x, slow, monkeypatch
):
    def stop(*, success=False):
        raise RuntimeError("stuck")

    monkeypatch.setattr(slow, "stop", stop)
    scan = StepScan((x,), line([(1, 2)], 1), [slow], 0.3)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    assert session.told == ["slow cannot be stopped: stuck"]
    engine.resume()
    assert [row["x"] for row in rows(documents)] == [1, 2]


def test_a_count_that_was_under_way_ends_with_the_pause(engine, documents, x, slow):
    scan = StepScan((x,), line([(0, 2)], 2), [slow], 0.3)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    wait_until("it has ended", lambda: not slow.is_counting.is_set())
    engine.resume()
    assert slow.ends == ["counted", "stopped", "counted", "counted"]
    assert len(rows(documents)) == 3


# --- what a pause took


def accounts(session):
    return [sentence for sentence in session.heard if "dead time" in sentence]


def test_a_pause_is_told_and_is_not_counted_as_counting(engine, documents, session, x, slow):
    scan = StepScan((x,), line([(0, 1)], 1), [slow], 0.3)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    time.sleep(0.5)
    engine.resume()
    (account,) = accounts(session)
    counting, paused = re.search(r"counting ([\d.]+) s.*, paused ([\d.]+) s", account).groups()
    assert 0.5 <= float(paused) < 0.8
    assert 0.6 <= float(counting) < 1.0  # two counts, and what was counted before the pause


def test_a_pause_that_ends_in_an_abort_ends_with_it(engine, documents, session, x, slow):
    scan = StepScan((x,), line([(0, 1)], 1), [slow], 0.3)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    time.sleep(0.5)
    engine.abort()
    (account,) = accounts(session)
    assert 0.5 <= float(re.search(r", paused ([\d.]+) s", account)[1]) < 0.8


def test_a_scan_without_a_pause_tells_of_none(engine, session, x, slow):
    engine(step_scan(StepScan((x,), line([(0, 1)], 1), [slow], 0.01)))
    assert "paused" not in accounts(session)[0]


# --- stopping and skipping from another thread


@pytest.fixture
def session(engine):
    class Session(NoSession):
        def __init__(self):
            super().__init__(control=ScanControl())
            self.told, self.heard = [], []

        def tell(self, sentence):
            self.heard.append(sentence)
            if "about" not in sentence and "dead time" not in sentence:  # what every scan says
                self.told.append(sentence)

    made = Session()

    async def answer(_):
        return made

    engine.register_command("session_context", answer)
    return made


def test_a_scan_that_is_to_stop_ends_well_after_its_point(engine, documents, session, x, slow):
    def stop():
        wait_until("a point is taken", lambda: rows(documents))
        wait_until("it counts", slow.is_counting.is_set)
        session.control.stop_after_point("the sample has melted")

    with meanwhile(stop):
        engine(step_scan(StepScan((x,), line([(0, 9)], 9), [slow], 0.1)))
    assert documents[-1][1]["exit_status"] == "success"
    assert len(rows(documents)) < 9
    assert slow.ends[-1] == "counted"
    assert session.told[-1].endswith(": the sample has melted")


def test_an_endless_scan_ends_when_it_is_stopped(engine, documents, session, slow):
    def stop():
        wait_until("some points are taken", lambda: len(rows(documents)) >= 3)
        session.control.stop_after_point()

    with meanwhile(stop):
        engine(step_scan(StepScan((), still(1), [slow], 0.01, endless=True)))
    assert documents[-1][1]["exit_status"] == "success"


def test_a_wish_to_stop_from_before_the_scan_is_forgotten(engine, documents, session, x, slow):
    session.control.stop_after_point()
    engine(step_scan(StepScan((x,), line([(0, 2)], 2), [slow], 0.01)))
    assert len(rows(documents)) == 3


def test_a_count_that_is_skipped_ends_early_and_its_point_is_kept(
    engine, documents, session, x, slow
):
    def skip():
        wait_until("it counts", slow.is_counting.is_set)
        session.control.skip()
        wait_until("the point is taken", lambda: rows(documents))
        session.control.stop_after_point()
        session.control.skip()

    with meanwhile(skip):
        engine(step_scan(StepScan((x,), line([(0, 2)], 2), [slow], 20.0)))
    assert slow.ends[0] == "stopped"
    assert documents[-1][1]["exit_status"] == "success"


def test_a_skip_while_nothing_counts_is_told_and_skips_nothing(engine, documents, session, x, slow):
    def skip():
        wait_until("it sleeps", lambda: len(rows(documents)) == 1)
        session.control.skip()

    scan = StepScan((x,), line([(0, 2)], 2), [slow], 0.05, pace=Pace(sleep=0.3))
    with meanwhile(skip):
        engine(step_scan(scan))
    assert session.told == ["nothing counts at the moment: there is nothing to skip"]
    assert slow.ends == ["counted"] * 3


def test_nothing_is_cut_while_nothing_counts(x):
    assert not Interruptions([x]).cut()


# --- counters that cannot be ended, or only by a coroutine


class JoiningDetector(SlowDetector):
    """Counts on when it is stopped, and takes a trigger meanwhile for one of the same count.

    So does ophyd's EpicsScaler: its ``stop`` ends nothing, and to begin again does nothing.
    """

    def __init__(self, *args, **kwargs):
        self.begun, self.status = [], None
        super().__init__(*args, **kwargs)
        self.begun.clear()

    def trigger(self):
        if self.status is None or self.status.done:
            self.begun.append(time.monotonic())
            self.status = super().trigger()
        return self.status

    def stop(self, *, success=False):
        """End nothing."""


@pytest.fixture
def joining(x):
    return JoiningDetector("joining", x, "x", center=0, Imax=1000, sigma=1)


def one_point(x, counter, seconds):
    return step_scan(StepScan((x,), line([(0, 1)], 1), [counter], seconds))


def test_a_count_that_cannot_be_ended_is_not_taken_for_the_repeated_one(
    engine, documents, x, joining
):
    pause_in_count(engine, joining, documents, one_point(x, joining, 0.3), 1)
    engine.resume()
    assert len(rows(documents)) == 2
    assert len(joining.begun) == 3


def test_a_repeated_count_that_is_interrupted_is_not_taken_for_the_next_one(
    engine, documents, x, joining
):
    pause_in_count(engine, joining, documents, one_point(x, joining, 0.3), 1)

    def pause():
        wait_until("it counts again", lambda: len(joining.begun) == 3)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine.resume()
    engine.resume()
    assert len(rows(documents)) == 2
    assert len(joining.begun) == 4


def test_a_count_that_does_not_end_leaves_the_scan_paused(
    engine, documents, x, joining, monkeypatch
):
    pause_in_count(engine, joining, documents, one_point(x, joining, 0.5), 1)
    with monkeypatch.context() as impatient:
        impatient.setattr(interruptions, "COUNT_MARGIN", -0.45)
        with pytest.raises(PlanError, match="for joining to end the count from before the pause"):
            engine.resume()
    assert engine.state == "paused"
    engine.resume()
    assert len(rows(documents)) == 2
    assert len(joining.begun) == 3


def test_a_long_wait_for_a_count_is_told(engine, documents, session, x, joining, *, monkeypatch):
    monkeypatch.setattr(long_waits, "TELL_AFTER", 0.02)
    pause_in_count(engine, joining, documents, one_point(x, joining, 0.3), 1)
    engine.resume()
    assert session.told == ["waiting for joining to end the count from before the pause"]


def test_a_long_wait_for_an_axis_to_stand_is_told(engine, documents, session, x, slow, monkeypatch):
    monkeypatch.setattr(long_waits, "TELL_AFTER", 0.02)
    pause_in_count(engine, slow, documents, one_point(x, slow, 0.2), 1)
    x.moving = True

    def stand():
        wait_until("it is told", lambda: session.told)
        x.moving = False

    with meanwhile(stand):
        engine.resume()
    assert session.told == ["waiting for x to stand"]


class AsyncDetector(SlowDetector):
    """Is stopped by a coroutine, as those of ophyd-async."""

    async def stop(self, success=False):
        await asyncio.sleep(0)
        self._end.set()


def skipped(session, counter):
    def skip():
        wait_until("it counts", counter.is_counting.is_set)
        session.control.skip()

    return meanwhile(skip)


def test_a_count_that_a_coroutine_ends_can_be_skipped(engine, documents, session, x):
    counter = AsyncDetector("slow", x, "x", center=0, Imax=1000, sigma=1)
    with skipped(session, counter):
        engine(one_point(x, counter, 0.5))
    assert counter.ends == ["stopped", "counted"]
    assert len(rows(documents)) == 2


def test_a_failed_point_ends_a_count_that_a_coroutine_ends(engine, x, detector, monkeypatch):
    counter = AsyncDetector("slow", x, "x", center=0, Imax=1000, sigma=1)

    def broken():
        raise RuntimeError("broken")

    monkeypatch.setattr(detector, "trigger", broken)
    scan = StepScan((x,), line([(0, 1)], 1), [counter, detector])
    counter.seconds = 20.0
    with pytest.raises(RuntimeError, match="broken"):
        engine(step_scan(scan))
    wait_until("it has ended", lambda: counter.ends)
    assert counter.ends == ["stopped"]


def test_a_count_that_nothing_can_end_is_not_skipped(engine, documents, session, x):
    class Unstoppable(SlowDetector):
        """Has no stop."""

        @property
        def stop(self):
            raise AttributeError

    counter = Unstoppable("slow", x, "x", center=0, Imax=1000, sigma=1)
    with skipped(session, counter):
        engine(one_point(x, counter, 0.3))
    assert session.told == ["what counts cannot be stopped: there is nothing to skip"]
    assert counter.ends == ["counted", "counted"]
