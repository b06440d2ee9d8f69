"""bluesky's magics run on the session's engine."""

import threading

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ophyd.sim import SynAxis

from blueline.engine import Engine
from blueline.shell.magics import NAMES, register_magics
from planlib.context import NoSession


@pytest.fixture
def engine():
    made = Engine(NoSession(), quick=False)
    yield made
    made.close()


@pytest.fixture
def shell():
    made = InteractiveShell()
    made.history_manager.enabled = False
    yield made
    made.history_manager.end_session()


def test_mov_moves_on_the_engine_of_the_session(shell, engine):
    axis = SynAxis(name="axis")
    shell.user_ns["axis"] = axis
    moved = []
    engine.msg_hook = lambda message: moved.append(message.command)
    register_magics(shell, engine, {"axis": axis}, list)
    shell.run_line_magic("mov", "axis 3")
    assert axis.position == 3
    assert "set" in moved
    assert axis._ophyd_labels_ == {"motors"}


def test_all_of_them_are_there(shell, engine):
    register_magics(shell, engine, {}, list)
    assert set(NAMES) <= set(shell.magics_manager.magics["line"])


def test_the_engine_that_bluesky_makes_for_its_magics_does_not_go_on(shell, engine):
    register_magics(shell, engine, {}, list)
    shell.run_line_magic("wa", "")
    running = [thread.name for thread in threading.enumerate() if "RunEngine" in thread.name]
    assert len(running) <= 1


def test_labels_follow_what_scans_read(shell, engine):
    one, other = SynAxis(name="one"), SynAxis(name="other")
    one._ophyd_labels_ = {"of the beamline"}
    counters = ["other"]
    register_magics(shell, engine, {"one": one, "other": other}, lambda: counters)
    shell.run_line_magic("wa", "")
    assert other._ophyd_labels_ == {"detectors"}
    counters.clear()
    shell.run_line_magic("wa", "")
    assert other._ophyd_labels_ == {"motors"}
    assert one._ophyd_labels_ == {"of the beamline"}
