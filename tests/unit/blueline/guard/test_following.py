"""What a guard hears of an engine."""

import threading

import pytest
from bluesky import RunEngine
from bluesky.utils import Msg, RunEngineInterrupted

from blueline.engine import Engine
from blueline.guard.following import follow
from devices import SoftAxis
from planlib.context import NoSession
from tests.unit.blueline.guard.heard import Heard
from tests.waiting import PATIENCE, meanwhile


@pytest.fixture(params=["ours", "quick", "bluesky"])
def engine(request, engines):
    if request.param == "bluesky":
        return engines(RunEngine())
    return engines(Engine(NoSession(), quick=request.param == "quick"))


@pytest.fixture
def heard(engine):
    made = Heard()
    follow(engine, made)
    return made


@pytest.fixture
def axis():
    class Stage:
        a = 0.0

    return SoftAxis(Stage(), "a", name="a", limits=(-9, 9))


def move(axis):
    yield Msg("set", axis, 1.0, group="g")
    yield Msg("wait", None, group="g")


def test_a_move_lies_between_a_beginning_and_an_end(engine, heard, axis):
    engine(move(axis))
    assert heard.words == ["busy", "a", "idle"]


def test_a_paused_plan_has_not_ended(engine, heard, axis):
    def plan():
        yield Msg("checkpoint")
        yield from move(axis)
        yield Msg("pause")
        yield from move(axis)

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert heard.words == ["busy", "a"]
    engine.resume()
    assert heard.words[0] == "busy"
    assert heard.words.count("idle") == 1
    assert heard.words[-1] == "idle"


def test_a_plan_that_fails_has_ended(engine, heard):
    def plan():
        yield Msg("null")
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        engine(plan())
    assert heard.words == ["busy", "idle"]


def test_who_heard_the_states_before_still_does(engine, axis):
    states = []
    engine.state_hook = lambda new, old: states.append(str(new))
    follow(engine, Heard())
    engine(move(axis))
    assert states == ["running", "idle"]


def test_who_takes_the_place_later_takes_nothing_away(engine, heard, axis):
    states = []
    engine.state_hook = lambda new, old: states.append(str(new))
    engine(move(axis))
    assert states == ["running", "idle"]
    assert heard.words == ["busy", "a", "idle"]


def test_one_who_passes_on_what_he_hears_makes_no_circle(engine, heard, axis):
    ours = engine.state_hook
    passed_on = []

    def theirs(new, old):
        passed_on.append(str(new))
        ours(new, old)

    engine.state_hook = theirs
    engine(move(axis))
    assert passed_on == ["running", "idle"]
    assert heard.words == ["busy", "a", "idle"]


def test_a_plan_that_ends_while_another_thread_still_tells_of_its_abort_has_ended(engine, heard):
    telling, ended = threading.Event(), threading.Event()

    def theirs(new, _):
        if str(new) == "aborting":
            telling.set()
            ended.wait(PATIENCE)

    engine.state_hook = theirs
    engine.preprocessors[-1]()  # as before a plan
    engine.state_hook("running", "idle")
    with meanwhile(lambda: engine.state_hook("aborting", "running")):
        telling.wait(PATIENCE)
        engine.state_hook("idle", "aborting")
        ended.set()
    assert heard.words == ["busy", "idle"]


def test_what_a_suspension_sets_is_heard(engine, heard, axis):
    import asyncio

    def plan():
        yield Msg("checkpoint")
        yield Msg("sleep", None, 0.3)

    def suspend():
        released = asyncio.Event()
        engine.loop.call_later(0.1, released.set)
        engine.request_suspend(released.wait, pre_plan=lambda: move(axis))

    engine.loop.call_later(0.05, suspend)
    engine(plan())
    assert heard.words == ["busy", "a", "idle"]
