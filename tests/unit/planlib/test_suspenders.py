import threading
import time

import pytest
from bluesky.utils import Msg, RunEngineInterrupted
from ophyd import Signal

from planlib.errors import PlanError
from planlib.stepping import Pace, StepScan, step_scan
from planlib.suspenders import Guard
from planlib.trajectories import still
from tests.waiting import meanwhile, wait_until


class LinkedSignal(Signal):
    """A signal whose connection and alarm a test can spoil, as a control system does."""

    def spoil(self, **metadata):
        self._metadata.update(**metadata)
        self._run_subs(sub_type=self.SUB_META, **self._metadata)


@pytest.fixture
def ring():
    return LinkedSignal(name="ring", value=200.0)


@pytest.fixture
def told():
    return []


@pytest.fixture
def guard(engine, ring, told):
    made = Guard(ring, low=50.0, resume_low=90.0, tell=told.append)
    engine.install_suspender(made)
    yield made
    engine.clear_suspenders()


class Run:
    """A slow count of a few points, of which a test sees how far it is."""

    def __init__(self, engine, documents, detector):
        self.engine, self.documents, self.detector = engine, documents, detector

    @property
    def points(self):
        return [doc["seq_num"] for name, doc in self.documents if name == "event"]

    def is_under_way(self):
        return len(self.points) > 2

    def plan(self):
        return step_scan(StepScan((), still(10), [self.detector], pace=Pace(sleep=0.05)))

    def pause_after(self, trouble=lambda: None):
        def pause():
            wait_until("it runs", self.is_under_way)
            trouble()
            self.engine.request_pause()

        with meanwhile(pause), pytest.raises(RunEngineInterrupted):
            self.engine(self.plan())


@pytest.fixture
def run(engine, documents, plain_detector):
    return Run(engine, documents, plain_detector)


def stays(condition, seconds=0.3):
    """Say whether something holds all the time."""
    ends = time.monotonic() + seconds
    while condition():
        if time.monotonic() > ends:
            return True
        time.sleep(0.005)
    return False


@pytest.mark.parametrize(
    ("spoil", "mend", "sentence"),
    [
        pytest.param(
            lambda ring: ring.put(0.0),
            lambda ring: ring.put(200.0),
            "ring is 0, below 50",
            id="low",
        ),
        pytest.param(
            lambda ring: ring.put(float("nan")),
            lambda ring: ring.put(200.0),
            "ring is nan, which is no number",
            id="nan",
        ),
        pytest.param(
            lambda ring: ring.spoil(connected=False),
            lambda ring: (ring.spoil(connected=True), ring.put(200.0)),
            "ring is not connected",
            id="lost",
        ),
        pytest.param(
            lambda ring: ring.spoil(severity=3),
            lambda ring: ring.spoil(severity=0),
            "ring has no valid value: its alarm is INVALID",
            id="invalid",
        ),
    ],
)
def test_a_bad_guard_suspends_and_a_good_one_resumes(
    run, guard, ring, told, *, spoil, mend, sentence
):
    def trouble():
        wait_until("it runs", run.is_under_way)
        spoil(ring)
        wait_until("it is suspended", lambda: told)
        held = len(run.points)
        assert stays(lambda: len(run.points) <= held + 1)
        mend(ring)

    with meanwhile(trouble):
        run.engine(run.plan())
    assert told[0] == f"suspended: {sentence}"
    assert run.points == list(range(1, 11))


def test_a_signal_that_came_back_without_a_value_is_not_good(engine, guard, ring):
    ring.spoil(connected=False)
    ring.spoil(connected=True)
    assert guard.complaint() == "ring has told no value"
    assert guard.get_futures()[0]


def test_the_value_must_reach_the_resume_limit(guard, ring):
    ring.put(0.0)
    ring.put(70.0)
    assert guard.get_futures()[1] == "ring is 70, below 90"
    ring.put(95.0)
    wait_until("it is good", lambda: not guard.tripped)


@pytest.mark.parametrize("spoil", [{"connected": False}, {"severity": 3}], ids=["lost", "invalid"])
def test_no_plan_starts_while_the_guard_is_dead(engine, guard, ring, spoil):
    ring.spoil(**spoil)
    started = threading.Event()

    def plan():
        yield Msg("null")
        started.set()

    def mend():
        assert not started.wait(0.3)
        ring.spoil(connected=True, severity=0)
        ring.put(200.0)

    with meanwhile(mend):
        engine(plan())
    assert started.is_set()


def test_good_must_last_for_the_sleep_time(engine, ring):
    made = Guard(ring, low=50.0, sleep=0.3)
    engine.install_suspender(made)
    ring.put(0.0)
    ring.put(200.0)
    assert made.tripped
    ring.put(0.0)
    ring.put(200.0)
    assert stays(lambda: made.tripped, 0.2)
    wait_until("it was good for long enough", lambda: not made.tripped)
    engine.clear_suspenders()


def test_a_pause_does_not_end_a_suspension(engine, run, guard, ring, told):
    """bluesky takes the interrupted wait for answered, and goes on without beam."""

    def lose_beam():
        ring.put(0.0)
        wait_until("it is suspended", lambda: told)

    run.pause_after(lose_beam)
    held = len(run.points)

    def mend():
        assert stays(lambda: len(run.points) == held)
        ring.put(200.0)

    with meanwhile(mend):
        engine.resume()
    assert len(run.points) == 10


def test_a_guard_that_turns_bad_during_a_pause_holds_the_plan(engine, run, guard, ring):
    run.pause_after()
    ring.put(0.0)
    held = len(run.points)
    wait_until("the guard holds it", lambda: guard._is_suspending)

    def mend():
        assert stays(lambda: len(run.points) == held)
        ring.put(200.0)

    with meanwhile(mend):
        engine.resume()
    assert len(run.points) == 10


def test_a_second_guard_does_not_end_the_suspension_of_the_first(engine, run, guard, ring, told):
    shutter = LinkedSignal(name="shutter", value=1)
    other = []
    engine.install_suspender(Guard(shutter, is_good=bool, tell=other.append))

    def trouble():
        wait_until("it runs", run.is_under_way)
        ring.put(0.0)
        wait_until("the first suspends", lambda: told)
        shutter.put(0)
        wait_until("the second suspends", lambda: other)
        held = len(run.points)
        shutter.put(1)
        assert stays(lambda: len(run.points) == held)
        ring.put(200.0)

    with meanwhile(trouble):
        engine(run.plan())
    assert other[0] == "suspended: shutter is 0, which is not good"
    assert len(run.points) == 10


def test_what_is_to_be_done_before_and_after_is_done(engine, run, ring):
    done = []

    def note(word):
        def plan():
            done.append(word)
            yield Msg("null")

        return plan

    def trouble():
        wait_until("it runs", run.is_under_way)
        ring.put(0.0)
        wait_until("it was closed", lambda: done)
        ring.put(200.0)

    engine.install_suspender(Guard(ring, low=50.0, pre_plan=note("close"), post_plan=note("open")))
    with meanwhile(trouble):
        engine(run.plan())
    assert done == ["close", "open"]
    engine.clear_suspenders()


def test_an_aborted_suspension_does_not_disarm_the_guard(engine, run, guard, ring, told):
    def lose_beam():
        ring.put(0.0)
        wait_until("it is suspended", lambda: told)

    run.pause_after(lose_beam)
    engine.abort()
    ring.put(200.0)
    wait_until("it is good", lambda: not guard.tripped)
    told.clear()
    run.documents.clear()

    def again():
        wait_until("it runs", run.is_under_way)
        lose_beam()
        ring.put(200.0)

    with meanwhile(again):
        engine(run.plan())
    assert told[0] == "suspended: ring is 0, below 50"


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        pytest.param({}, "needs a limit", id="none"),
        pytest.param({"low": 5, "high": 1}, "in this order", id="crossed"),
        pytest.param({"low": float("nan")}, "in this order", id="nan"),
        pytest.param({"low": 5, "resume_low": 1}, "in this order", id="resume-below"),
        pytest.param({"low": 5, "sleep": -1}, "must be 0 s or more", id="sleep"),
    ],
)
def test_a_guard_that_cannot_be_meant_is_refused(ring, limits, sentence):
    with pytest.raises(PlanError, match=sentence):
        Guard(ring, **limits)


def test_a_value_of_which_nobody_can_tell_is_bad(ring):
    guard = Guard(ring, is_good=lambda value: value / 0 > 1)
    assert "nobody can tell whether it is good" in guard._complaint_about(1.0)


def test_a_signal_of_ophyd_async_is_refused(engine):
    from ophyd_async.core import soft_signal_rw

    with pytest.raises(PlanError, match="current cannot be guarded: a signal of ophyd is needed"):
        Guard(soft_signal_rw(float, 0.0, name="current"), low=50.0)
