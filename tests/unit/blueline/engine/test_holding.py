"""A plan that is started while a guard is bad shows what it needs, and then waits (H18)."""

import threading

import pytest
from bluesky.utils import Msg, RunEngineInterrupted
from ophyd import Signal

from planlib import ascan
from planlib.errors import PlanError
from planlib.suspenders import Guard
from tests.waiting import meanwhile, wait_until


@pytest.fixture
def ring():
    return Signal(name="ring", value=10.0)


@pytest.fixture
def guarded(ours, ring):
    ours.install_suspender(Guard(ring, low=50.0, tell=ours.tell))
    yield ours
    ours.clear_suspenders()


def test_a_plan_that_cannot_work_is_refused_while_its_guard_is_bad(guarded, x):
    def refused():
        yield Msg("null", x)
        message = "x is not connected"
        raise PlanError(message)

    with pytest.raises(PlanError, match="x is not connected"):
        guarded(refused())
    assert guarded.state == "idle"


def test_a_plan_waits_before_it_does_anything_and_says_since_when_and_for_what(
    guarded, session, ring, x
):
    def is_told():
        return any(
            said.startswith("waiting since ") and "ring is 10, below 50" in said
            for said in session.sentences
        )

    def beam_comes():
        wait_until("it is told", is_told)
        wait_until("it is shown", lambda: guarded.standstill.said.startswith("waiting since"))
        assert x.position == 0
        ring.put(200.0)

    with meanwhile(beam_comes):
        guarded(ascan(x, 1, 2, 2, None))
    assert x.position == 2
    assert guarded.standstill.said == ""
    assert "ring is good again: the plan begins" in session.sentences


def test_a_plan_that_waits_can_be_paused_and_ended(guarded, x):
    def press():
        wait_until("it waits", lambda: bool(guarded.standstill.said))
        guarded.request_pause(defer=True)

    pressing = threading.Thread(target=press)
    pressing.start()
    with pytest.raises(RunEngineInterrupted):
        guarded(ascan(x, 1, 2, 2, None))
    pressing.join()
    guarded.abort()
    assert guarded.state == "idle"
    assert x.position == 0


def test_a_plan_that_has_waited_can_be_suspended_as_any_other(guarded, session, ring, x):
    seen = []
    guarded.subscribe(lambda *_: seen.append(True), "event")
    statuses = []
    guarded.subscribe(lambda _, doc: statuses.append(doc["exit_status"]), "stop")

    def beam_comes_and_goes_and_comes():
        wait_until("it waits", lambda: bool(guarded.standstill.said))
        ring.put(200.0)
        wait_until("it runs", lambda: len(seen) > 2)
        ring.put(10.0)
        wait_until("it is told", lambda: "suspended: ring is 10, below 50" in session.sentences)
        ring.put(200.0)

    with meanwhile(beam_comes_and_goes_and_comes):
        guarded(ascan(x, 1, 2, 20, None))
    assert (len(seen), statuses) == (21, ["success"])


def test_a_pause_right_after_the_wait_repeats_what_was_done_since(guarded, ring, x):
    def pausing():
        yield Msg("checkpoint")
        yield Msg("set", x, 3.0, group="g")
        yield Msg("wait", None, group="g")
        if not guarded.was_paused:
            guarded.was_paused = True
            yield Msg("pause")

    def beam_comes():
        wait_until("it waits", lambda: bool(guarded.standstill.said))
        ring.put(200.0)

    guarded.was_paused = False
    with meanwhile(beam_comes), pytest.raises(RunEngineInterrupted):
        guarded(pausing())
    x.set(0.0)
    guarded.resume()
    assert x.position == 3


def test_a_guard_that_goes_bad_while_the_plan_runs_suspends_it_as_before(guarded, session, ring, x):
    ring.put(200.0)
    seen = []

    def points(name, _):
        if name == "event":
            seen.append(name)

    guarded.subscribe(points)

    def beam_goes_and_comes():
        wait_until("it runs", lambda: len(seen) > 2)
        ring.put(10.0)
        wait_until("it is told", lambda: "suspended: ring is 10, below 50" in session.sentences)
        ring.put(200.0)

    with meanwhile(beam_goes_and_comes):
        guarded(ascan(x, 1, 2, 20, None))
    assert "ring is good again" in session.sentences
    assert len(seen) == 21
