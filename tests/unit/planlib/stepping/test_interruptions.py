"""What happens between a pause and a resume."""

import asyncio
import re
import threading
import time

import pytest
from bluesky.utils import Msg, RunEngineInterrupted
from ophyd import Component, PseudoPositioner, PseudoSingle, SoftPositioner
from ophyd.pseudopos import pseudo_position_argument, real_position_argument
from ophyd.sim import SynGauss
from ophyd.status import Status

from planlib.context import NoSession
from planlib.control import ScanControl
from planlib.errors import PlanError
from planlib.stepping import Hooks, Pace, StepScan, interruptions, step_scan
from planlib.stepping.interruptions import Interruptions
from planlib.trajectories import grid, line, still
from reduction.counting import CountPolicy
from tests.waiting import meanwhile, wait_until


class SlowDetector(SynGauss):
    """Counts until it is stopped, or for its time; knows how it ended."""

    def __init__(self, *args, **kwargs):
        self.ends: list[str] = []
        self.seconds = 0.0
        self.is_counting, self._end = threading.Event(), threading.Event()
        super().__init__(*args, **kwargs)  # which triggers it
        wait_until("it has counted", lambda: self.ends)
        self.ends.clear()

    @property
    def count_time(self):
        return self.seconds

    def prepare(self, value: CountPolicy):
        self.seconds = value.seconds
        status = Status()
        status.set_finished()
        return status

    def trigger(self):
        status, end = Status(), threading.Event()
        self._end = end

        def count():
            self.is_counting.set()
            self.ends.append("stopped" if end.wait(self.seconds) else "counted")
            self.is_counting.clear()
            super(SlowDetector, self).trigger()
            status.set_finished()

        threading.Thread(target=count, daemon=True).start()
        return status

    def stop(self, *, success=False):
        self._end.set()


@pytest.fixture
def slow(x):
    return SlowDetector("slow", x, "x", center=0, Imax=1000, sigma=1)


def rows(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def pause_in_count(engine, slow, documents, plan, number):
    def pause():
        wait_until("enough points are taken", lambda: len(rows(documents)) >= number)
        wait_until("it counts", slow.is_counting.is_set)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(plan)


def test_a_slow_axis_that_is_moved_during_a_pause_is_sent_back(engine, documents, x, y, slow):
    """bluesky repeats the messages of the point alone, which do not set it: a wrong point."""
    scan = StepScan((x, y), grid([(0, 2, 2), (5, 6, 1)]), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    y.set(40).wait()
    engine.resume()
    assert [(row["x"], row["y"]) for row in rows(documents)] == [
        (0, 5),
        (1, 5),
        (2, 5),
        (0, 6),
        (1, 6),
        (2, 6),
    ]


def test_an_axis_that_the_scan_has_not_moved_yet_is_left_to_who_moves_it(
    engine, documents, x, slow
):
    """Nobody has locked it for the scan so far: to send it back would be a move of its own."""
    pauses = iter([True])

    def pause():
        if next(pauses, False):
            yield Msg("pause", None, defer=False)

    hooks = Hooks(pre_scan=pause)
    scan = StepScan((x,), line([(1, 2)], 1), [slow], 0.01, hooks=hooks)
    with pytest.raises(RunEngineInterrupted):
        engine(step_scan(scan))
    x.set(40).wait()
    engine.resume()
    assert x.targets == [40, 1, 2]
    assert [row["x"] for row in rows(documents)] == [1, 2]


def test_the_real_axes_behind_an_axis_that_has_moved_are_sent_back(engine, documents, slow):
    pair = Turned("", name="pair")
    scan = StepScan((pair.turn,), line([(1, 2)], 1), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    pair.real.set(40).wait()
    engine.resume()
    assert pair.real.position == 4


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


class Turned(PseudoPositioner):
    """Its real axis goes twice as far."""

    turn = Component(PseudoSingle)
    real = Component(SoftPositioner, limits=(-50, 50), init_pos=0.0)

    @pseudo_position_argument
    def forward(self, pseudo):
        return self.RealPosition(real=2 * pseudo.turn)

    @real_position_argument
    def inverse(self, real):
        return self.PseudoPosition(turn=real.real / 2)


def test_a_count_that_was_under_way_ends_with_the_pause(engine, documents, x, slow):
    scan = StepScan((x,), line([(0, 2)], 2), [slow], 0.3)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    wait_until("it has ended", lambda: not slow.is_counting.is_set())
    engine.resume()
    assert slow.ends == ["counted", "stopped", "counted", "counted"]
    assert len(rows(documents)) == 3


def test_an_axis_that_cannot_be_sent_back_leaves_the_scan_paused(
    engine, documents, x, y, slow, monkeypatch
):
    scan = StepScan((x, y), grid([(0, 2, 2), (5, 6, 1)]), [slow], 0.2)
    pause_in_count(engine, slow, documents, step_scan(scan), 1)
    y.set(40).wait()
    with monkeypatch.context() as broken:
        broken.setattr(y, "set", failing_move)
        with pytest.raises(
            PlanError, match="y was moved and cannot be sent back to 5, the scan does"
        ):
            engine.resume()
    assert engine.state == "paused"
    engine.resume()
    assert [row["y"] for row in rows(documents)] == [5, 5, 5, 6, 6, 6]


def failing_move(_):
    status = Status()
    status.set_exception(RuntimeError("it is blocked"))
    return status


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
    monkeypatch.setattr(interruptions, "TELL_AFTER", 0.02)
    pause_in_count(engine, joining, documents, one_point(x, joining, 0.3), 1)
    engine.resume()
    assert session.told == ["waiting for joining to end the count from before the pause"]


def test_a_long_wait_for_an_axis_to_stand_is_told(engine, documents, session, x, slow, monkeypatch):
    monkeypatch.setattr(interruptions, "TELL_AFTER", 0.02)
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
