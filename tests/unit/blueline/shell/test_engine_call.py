"""Ctrl-C while the prompt moves axes, also where the move is just over."""

import os
import signal
import threading
import time

import pytest
from bluesky.utils import Msg

from blueline.engine import Engine
from blueline.shell.engine_call import InterruptedMoveError, run_moves
from planlib.context import NoSession
from tests.waiting import wait_until


def press():
    """Press Ctrl-C, and see to it that the handler has been called."""
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)


@pytest.fixture
def made(engines):
    return lambda **kwargs: engines(Engine(NoSession(), **kwargs))


def test_a_move_that_nobody_interrupts_gives_what_the_engine_gives(made):
    assert run_moves(made(), [Msg("null")], []) == ()


def test_ctrl_c_in_a_move_interrupts_it(made):
    engine = made()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(InterruptedMoveError):
        run_moves(engine, [Msg("checkpoint"), Msg("sleep", None, 20)], [])
    assert engine.state == "idle"


def test_ctrl_c_while_the_prompt_is_awaited_is_told_of(made):
    """The consumers are given time to draw what they have when a plan is over."""
    with pytest.raises(InterruptedMoveError, match="the move was interrupted"):
        run_moves(made(before_prompt=press), [Msg("null")], [])


def test_ctrl_c_that_came_too_late_interrupts_nothing_that_comes_later(made):
    presses = [press]
    engine = made(before_prompt=lambda: presses and presses.pop()())
    with pytest.raises(InterruptedMoveError):
        run_moves(engine, [Msg("null")], [])
    wait_until("nobody asks the engine", lambda: not of_ctrl_c())
    assert run_moves(engine, [Msg("sleep", None, 0.2)], []) == ()


def of_ctrl_c():
    return [thread for thread in threading.enumerate() if thread.name == "Ctrl-C"]
