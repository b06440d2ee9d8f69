"""What an axis is asked to do by itself is locked and watched as what a plan moves (K1)."""

import threading
from types import SimpleNamespace

import bluesky.plan_stubs as bps
import pytest
from bluesky import RunEngine
from ophyd import Device

from blueline.keeping import SessionKeeper
from blueline.locks import BeamlineLock, DeviceLocks, LockedError
from blueline.locks.moving import LockMoved
from blueline.unplanned import UnderWay
from devices import PositionSet, PseudoAxis, SoftAxis
from tests.unit.blueline.test_unplanned import Heard
from tests.waiting import PATIENCE, wait_until


class Stage:
    """Goes somewhere when it is let."""

    def __init__(self):
        self.x = 0.0
        self.may_go = threading.Event()
        self.may_go.set()

    def go(self, target):
        assert self.may_go.wait(PATIENCE)
        self.x = target

    def axis(self, name):
        return SoftAxis(self, "x", name=name, move="go", stop="stop")

    def stop(self):
        self.may_go.set()


class Double:
    """Twice the position of x."""

    def forward(self, pseudo):
        return {"x": pseudo / 2}

    def inverse(self, reals):
        return reals["x"] * 2


@pytest.fixture
def session(tmp_path, engines):
    engine = engines(RunEngine({}))
    locks = DeviceLocks(tmp_path / "devices")
    beamline = BeamlineLock(tmp_path, "mine")
    parts = {"lock": beamline, "device_locks": locks, "guard": Heard(), "under_way": UnderWay()}
    yield SimpleNamespace(RE=engine, **parts)
    locks.close()
    beamline.release()


@pytest.fixture
def theirs(tmp_path):
    """The locks of somebody else."""
    locks, beamline = DeviceLocks(tmp_path / "devices"), BeamlineLock(tmp_path, "mine")
    yield SimpleNamespace(devices=locks, beamline=beamline)
    locks.close()
    beamline.release()


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def keeper(session):
    return SessionKeeper(session)


@pytest.fixture
def x(keeper, stage):
    axis = stage.axis("x")
    keeper.keep([axis])
    return axis


def test_an_axis_that_is_set_is_locked_and_watched_until_it_stands(x, stage, theirs, session):
    stage.may_go.clear()
    moving = x.set(3)
    assert set(theirs.devices.lslock()) == {"x"}
    assert session.guard.words == ["busy", "x"]
    stage.may_go.set()
    moving.wait(PATIENCE)
    wait_until("it is free again", lambda: not theirs.devices.lslock())
    assert session.guard.words == ["busy", "x", "idle"]


def test_an_axis_that_another_process_has_locked_stays_where_it_is(x, theirs, session):
    theirs.devices.lock("x")
    with pytest.raises(LockedError, match="x is locked by"):
        x.set(3)
    assert x.position == 0
    assert not x.moving
    assert session.guard.words == []
    theirs.devices.unlock()
    x.set(3).wait(PATIENCE)
    assert x.position == 3


def test_nothing_moves_where_somebody_else_has_the_beamline(x, theirs):
    theirs.beamline.acquire()
    with pytest.raises(LockedError, match=r"beamline mine is used by .* or only look on here"):
        x.set(3)
    assert x.position == 0


def test_none_of_several_axes_begins_where_another_process_has_one(keeper, theirs):
    first, second = Stage(), Stage()
    axes = {"x": first.axis("x"), "y": second.axis("y")}
    both = PositionSet("both", axes)
    keeper.keep([both])
    theirs.devices.lock("y")
    first.may_go.clear()  # what begins is seen by its lock
    with pytest.raises(LockedError, match="y is locked by"):
        both.set({"x": 1, "y": 1})
    assert set(theirs.devices.lslock()) == {"y"}
    assert not axes["x"].moving


def test_the_axes_behind_what_is_kept_are_kept_too(keeper, stage, theirs):
    x = stage.axis("x")
    double = PseudoAxis(name="double", reals={"x": x}, formula=Double(), egu="mm")
    keeper.keep([double])
    theirs.devices.lock("x")
    with pytest.raises(LockedError, match="x is locked by"):
        double.set(2)
    assert stage.x == 0


def test_what_a_plan_moves_is_left_to_what_watches_plans(x, session):
    session.RE.preprocessors.append(LockMoved(session.device_locks))
    session.RE(bps.mv(x, 2))
    assert x.position == 2
    assert session.guard.words == []


class Shooter(Device):
    """A detector that moves an axis when it is triggered."""

    axis = None

    def trigger(self):
        return self.axis.set(5)


def test_an_axis_that_a_device_moves_in_a_plan_is_locked_and_watched(x, session, theirs):
    session.RE.preprocessors.append(LockMoved(session.device_locks))
    shooter = Shooter("", name="shooter")
    shooter.axis = x
    session.RE(bps.trigger(shooter, wait=True))
    assert x.position == 5
    assert session.guard.words == ["busy", "x", "idle"]
    theirs.devices.lock("x")
    with pytest.raises(LockedError, match="x is locked by"):
        session.RE(bps.trigger(shooter, wait=True))


def test_an_axis_that_is_behind_a_soft_one_is_locked_in_a_plan(keeper, x, session, theirs):
    soft = SoftAxis(x, name="soft")
    keeper.keep([soft])
    session.RE.preprocessors.append(LockMoved(session.device_locks))
    theirs.devices.lock("x")
    with pytest.raises(LockedError, match="x is locked by"):
        session.RE(bps.mv(soft, 2))
    assert x.position == 0


def test_what_is_kept_no_more_asks_nobody(x, keeper, theirs):
    theirs.devices.lock("x")
    keeper.close()
    x.set(3).wait(PATIENCE)
    assert x.position == 3
