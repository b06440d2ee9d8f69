"""What is told of a plan that stands still."""

import asyncio
import contextlib
import re
import threading

import pytest
from bluesky.utils import Msg

from planlib import loopscan
from tests.waiting import PATIENCE, wait_until


class Beam:
    """Is lost until it is back."""

    def __init__(self):
        self.is_back, self.waiting = False, 0

    async def until_good(self):
        self.waiting += 1
        while not self.is_back:  # noqa: ASYNC110 - another thread brings it back
            await asyncio.sleep(0.01)
        self.waiting -= 1


@pytest.fixture
def beam(ours):
    made = Beam()
    yield made
    made.is_back = True
    wait_until("nobody waits for it", lambda: not made.waiting)


@pytest.fixture
def scanning(ours, detector):
    """A scan that goes on until somebody ends it, in a thread of its own."""
    points = []
    ours.context_managers = []  # bluesky's wants the main thread
    ours.subscribe(lambda _, doc: points.append(doc["seq_num"]), "event")
    plan = loopscan(10_000, None, detector, sleep=0.005)
    thread = threading.Thread(target=run, args=(ours, plan))
    thread.start()
    wait_until("it has measured something", lambda: points)
    yield points
    if ours.state != "idle":
        ours.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def run(engine, plan):
    try:
        engine(plan)
    except Exception:  # noqa: S110 - a pause ends the call
        pass


def suspend(engine, beam):
    engine.request_suspend(beam.until_good, justification="the beam is lost")
    wait_until("it is suspended", lambda: engine.standstill.said and beam.waiting)


def test_it_is_told_since_when_a_plan_is_suspended_and_why(ours, scanning, beam):
    suspend(ours, beam)
    said = ours.standstill.said
    assert re.fullmatch(r"suspended since \d\d:\d\d:\d\d: the beam is lost", said)
    beam.is_back = True
    wait_until("it goes on", lambda: not ours.standstill.said)
    seen = len(scanning)
    wait_until("it measures again", lambda: len(scanning) > seen)


def test_it_is_told_since_when_a_plan_is_paused(ours, scanning):
    ours.request_pause(defer=False)
    wait_until("it is paused", lambda: ours.state == "paused")
    assert re.fullmatch(r"paused since \d\d:\d\d:\d\d", ours.standstill.said)
    resumed = threading.Thread(target=run, args=(lambda _: ours.resume(), None))
    resumed.start()
    wait_until("it goes on", lambda: not ours.standstill.said)
    ours.stop()
    resumed.join(PATIENCE)


def test_a_pause_of_a_suspended_plan_is_told_first(ours, scanning, beam):
    suspend(ours, beam)
    ours.request_pause(defer=False)
    wait_until("it is paused", lambda: ours.state == "paused")
    assert ours.standstill.said.startswith("paused since")


def test_a_plan_that_was_ended_while_it_was_suspended_stands_still_no_more(ours, scanning, beam):
    suspend(ours, beam)
    ours.stop()
    wait_until("it has ended", lambda: ours.state == "idle")
    assert not ours.standstill.said


def broken():
    yield Msg("null")
    message = "the shutter is stuck"
    raise OSError(message)


@pytest.mark.parametrize("when", ["pre_plan", "post_plan"])
def test_a_suspension_whose_own_plan_fails_is_told_no_more(ours, when):
    said = []

    def plan():
        yield Msg("checkpoint")
        with contextlib.suppress(OSError):
            yield Msg("sleep", None, PATIENCE)
        said.append(ours.standstill.said)
        yield Msg("null")

    async def at_once():
        pass

    def suspend():
        ours.request_suspend(at_once, justification="the beam is lost", **{when: broken})

    ours.loop.call_soon_threadsafe(ours.loop.call_later, 0.05, suspend)
    ours(plan())
    assert said == [""]
