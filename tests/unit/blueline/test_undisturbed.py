"""Ctrl-C does not disturb what tells how a plan has ended."""

import os
import signal

import pytest
from bluesky.utils import Msg, RunEngineInterrupted

from blueline.engine import Engine
from blueline.signals import Interrupts
from planlib.context import NoSession


@pytest.fixture
def engine(engines):
    return engines(Engine(NoSession()))


@pytest.fixture
def interrupts(engine):
    made = Interrupts(engine, print, has_prompt=lambda: True)
    yield made
    made.close()


@pytest.fixture
def last_things(engine, interrupts):
    """Press Ctrl-C three times in what an engine does before the prompt comes."""
    done = []

    def press_and_finish():
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
        done.append(True)

    engine.undisturbed = interrupts.undisturbed
    engine._before_prompt = press_and_finish
    return done


def test_ctrl_c_between_the_end_of_a_plan_and_the_prompt_is_heard_when_all_is_told(
    engine, last_things
):
    with pytest.raises(KeyboardInterrupt):
        engine([Msg("null")])
    assert last_things == [True]


def test_ctrl_c_does_not_disturb_the_end_of_a_plan_that_is_stopped(engine, last_things):
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("pause")])
    engine.stop()
    assert engine.state == "idle"
    assert last_things == [True, True]
