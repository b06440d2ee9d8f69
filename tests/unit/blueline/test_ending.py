"""A plan that is ended from without is cleaned up, and waited for."""

import threading

import pytest
from bluesky.utils import Msg, RunEngineInterrupted

from blueline.ending import end_plan
from blueline.engine import Engine
from planlib.context import NoSession
from tests.unit.blueline.interrupted_plans import in_thread, sleeping, stop_documents
from tests.waiting import meanwhile, wait_until


@pytest.fixture
def engine(engines):
    return engines(Engine(NoSession()))


@pytest.fixture
def stops(engine):
    return stop_documents(engine)


def test_an_idle_engine_is_left_alone(engine):
    assert end_plan(engine, "why")


def test_a_running_plan_is_aborted_and_waited_for(engine, stops):
    running = in_thread(engine, sleeping())
    wait_until("it runs", lambda: engine.state == "running")
    assert end_plan(engine, "why")
    running.join(5)
    assert [stop["exit_status"] for stop in stops] == ["abort"]
    assert stops[0]["reason"] == "why"


def test_a_paused_plan_is_aborted_from_another_thread(engine, stops):
    def plan():
        yield Msg("open_run")
        yield Msg("checkpoint")
        yield Msg("pause")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    ending = threading.Thread(target=end_plan, args=(engine, "why"))
    ending.start()
    ending.join(5)
    assert engine.state == "idle"
    assert [stop["exit_status"] for stop in stops] == ["abort"]


def test_a_clean_up_that_takes_too_long_is_cut_off(engine, stops):
    def plan():
        try:
            yield from sleeping()
        finally:
            yield Msg("sleep", None, 30)

    running = in_thread(engine, plan())
    wait_until("it runs", lambda: engine.state == "running")
    assert end_plan(engine, "why", 0.2)
    running.join(5)
    assert [stop["exit_status"] for stop in stops] == ["abort"]


def test_two_who_end_a_plan_at_a_time_leave_the_engine_what_ctrl_c_does(engine):
    released = threading.Event()

    def plan():
        yield Msg("checkpoint")
        try:
            try:
                yield Msg("pause")
            finally:
                yield Msg("sleep", None, 30)
        finally:
            while not released.is_set():
                yield Msg("sleep", None, 0.01)

    before = list(engine.context_managers)
    assert before
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    impatient = threading.Thread(target=end_plan, args=(engine, "why", 0.1))
    impatient.start()
    wait_until("it has begun", lambda: not engine.context_managers)
    with meanwhile(lambda: end_plan(engine, "why", 30)):
        impatient.join()
        released.set()
    assert engine.state == "idle"
    assert engine.context_managers == before
