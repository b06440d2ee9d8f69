"""Plans wait for axes that are under way without one."""

import bluesky.plan_stubs as bps
import pytest
from bluesky.utils import RunEngineInterrupted
from ophyd.sim import SynAxis
from ophyd.status import Status

from blueline.engine import Engine
from blueline.errors import BluelineError
from blueline.shell.under_way import AfterMoves
from planlib.context import NoSession
from tests.waiting import meanwhile, wait_until


@pytest.fixture
def axes():
    return {name: SynAxis(name=name, egu="mm") for name in ("x", "y")}


@pytest.fixture
def engine():
    made = Engine(NoSession(), quick=False)
    yield made
    made.close()


@pytest.fixture
def told():
    return []


@pytest.fixture
def move_of_x(engine, axes, told):
    status = Status()
    engine.preprocessors.append(AfterMoves({"x": status}, lambda: axes, told.append))
    yield status
    if not status.done:
        status.set_finished()


def run_of(motors):
    yield from bps.open_run(md={"motors": motors})
    yield from bps.close_run()


def starts_of(engine):
    found = []
    engine.subscribe(lambda _name, document: found.append(document), "start")
    return found


def ends_when(told, end):
    def watch():
        wait_until("it is waited for", lambda: told)
        end()

    return watch


def test_a_run_that_moves_the_axis_begins_when_that_has_arrived(engine, move_of_x, told):
    starts = starts_of(engine)

    def end():
        assert not starts
        move_of_x.set_finished()

    with meanwhile(ends_when(told, end)):
        engine(run_of(["x"]))
    assert len(starts) == 1
    assert told == ["waiting for x, which moves to 0 mm; Ctrl-C ends that"]


def test_a_move_without_a_run_waits_as_well(engine, move_of_x, told, axes):
    with meanwhile(ends_when(told, move_of_x.set_finished)):
        engine(bps.mv(axes["x"], 3))
    assert axes["x"].position == 3


def test_what_moves_another_axis_does_not_wait(engine, move_of_x, told):
    starts = starts_of(engine)
    engine(run_of(["y"]))
    assert not move_of_x.done
    assert len(starts) == 1
    assert not told


def test_nothing_begins_where_the_axis_does_not_arrive(engine, move_of_x, told):
    starts = starts_of(engine)
    fail = ends_when(told, lambda: move_of_x.set_exception(OSError("it was stopped")))
    with pytest.raises(BluelineError, match="x has not arrived where mmv sent it"):
        with meanwhile(fail):
            engine(run_of(["x"]))
    assert not starts


def test_a_move_that_has_ended_is_not_waited_for(engine, move_of_x, told):
    move_of_x.set_finished()
    wait_until("it has ended", lambda: move_of_x.done)
    engine(run_of(["x"]))
    assert not told


def test_ctrl_c_ends_the_wait_before_the_run_at_once(engine, move_of_x, told):
    starts = starts_of(engine)
    with (
        meanwhile(ends_when(told, lambda: engine.request_pause(defer=True))),
        pytest.raises(RunEngineInterrupted),
    ):
        engine(run_of(["x"]))
    assert not starts
    assert not move_of_x.done
    engine.abort()


def test_a_shutter_under_way_is_waited_for_where_a_plan_sets_it(engine, told):
    status, shutter = Status(), SynAxis(name="shutter")
    engine.preprocessors.append(AfterMoves({"shutter": status}, dict, told.append))
    with meanwhile(ends_when(told, status.set_finished)):
        engine(bps.mv(shutter, 1))
    assert told == ["waiting for shutter; Ctrl-C ends that"]
