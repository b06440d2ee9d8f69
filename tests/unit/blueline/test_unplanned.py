"""What moves without a plan is locked and watched until it ends."""

from types import SimpleNamespace

import pytest
from ophyd.sim import SynAxis
from ophyd.status import Status

from blueline.locks import DeviceLocks, LockedError
from blueline.unplanned import UnderWay, UnplannedMove, stop_all
from tests.unit.blueline.guard.heard import Heard
from tests.waiting import wait_until


@pytest.fixture
def session(tmp_path):
    return SimpleNamespace(device_locks=DeviceLocks(tmp_path), guard=Heard(), under_way=UnderWay())


@pytest.fixture
def theirs(tmp_path):
    locks = DeviceLocks(tmp_path)
    yield locks
    locks.close()


@pytest.fixture
def axes():
    return [SynAxis(name="x"), SynAxis(name="y")]


def test_each_axis_is_locked_until_its_own_status_is_done(session, theirs, axes):
    statuses = [Status(), Status()]
    moves = UnplannedMove.each(session, axes)
    for move, status in zip(moves, statuses, strict=True):
        move.ends_with(status)
        move.end_unless_awaited()
    assert set(theirs.lslock()) == {"x", "y"}
    statuses[0].set_finished()
    wait_until("x is free", lambda: set(theirs.lslock()) == {"y"})
    assert session.guard.words == ["busy", "x", "busy", "y", "idle"]
    statuses[1].set_exception(OSError("it was stopped"))
    wait_until("all is free", lambda: not theirs.lslock())
    assert session.guard.words[5:] == ["idle"]


def test_where_one_axis_is_refused_none_is_locked_or_watched(session, theirs, axes):
    theirs.lock("y")
    with pytest.raises(LockedError, match="y is locked by"):
        UnplannedMove.each(session, axes)
    assert set(theirs.lslock()) == {"y"}
    assert session.guard.words == ["busy", "x", "idle"]


def test_an_end_that_is_told_twice_ends_nothing_else(session, theirs, axes):
    first, second = UnplannedMove(session, axes[:1]), UnplannedMove(session, axes[:1])
    first.end()
    first.end()
    assert set(theirs.lslock()) == {"x"}
    assert session.guard.words.count("idle") == 1
    second.end()
    assert session.guard.words.count("idle") == 2


def test_a_session_without_a_guard_locks_all_the_same(session, theirs, axes):
    session.guard = None
    with UnplannedMove(session, axes):
        assert set(theirs.lslock()) == {"x", "y"}
    assert theirs.lslock() == {}


def test_an_axis_that_cannot_be_stopped_keeps_no_other_from_it():
    stopped = []

    class Axis:
        def __init__(self, why=None):
            self.why = why

        def stop(self):
            stopped.append(self)
            if self.why is not None:
                raise self.why

    axes = [Axis(OSError("broken")), Axis()]
    stop_all(axes)
    assert stopped == axes
