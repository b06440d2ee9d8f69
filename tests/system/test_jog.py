"""Endless motions by plans (BL-56)."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus, RunEngineInterrupted

from devices import InvalidTargetError, Motor, MoveError
from planlib import PlanError, check, jog, jogging
from tests.another_client import read_pv, write_pv
from tests.unit.devices.soft_stage import soft
from tests.waiting import PATIENCE, meanwhile, wait_until

PV = "F:sample:x"


@pytest.fixture
def x(fast_ioc, connected):
    offset = read_pv(f"{PV}.OFF")
    motor = connected(Motor(PV, name="x"))
    motor.set(0.0).wait(PATIENCE)
    yield motor
    motor.stop()
    wait_until("the motor stands", lambda: not motor.moving)
    write_pv(f"{PV}.OFF", offset)


def positions_of(x):
    """Give the positions that are told from now on."""
    told = []
    x.subscribe(lambda value, **_: told.append(value), run=False)
    return told


# --- the motor itself


def test_the_same_way_a_jog_changes_its_velocity_without_a_stop(x):
    first = x.jog(1.0)
    wait_until("it is on its way", lambda: x.position > 0.2)
    stops = []
    x.done_moving.monitor.listen(lambda sample: stops.append(sample.value))
    assert x.jog(4.0) is first
    here = x.position
    wait_until("it goes on", lambda: x.position > here + 2)
    assert read_pv(f"{PV}.JVEL") == 4.0
    x.stop(success=True)
    first.wait(PATIENCE)
    assert stops[:1] == [1]


def test_a_velocity_that_the_record_would_change_is_refused(x):
    with pytest.raises(InvalidTargetError, match="x jogs at 0 to 20 mm/s, up or down, not at 100"):
        x.jog(100.0)
    assert not x.moving


def test_a_new_velocity_has_begun_when_the_record_has_it(x, monkeypatch):
    x.jogging.set(1.0)
    wait_until("it is on its way", lambda: x.jogging.has_begun)
    later = []
    with monkeypatch.context() as busy:  # the thread that tells the record is not there yet
        busy.setattr(x.jogging, "_in_thread", lambda action, _: later.append(action))
        x.jogging.set(4.0)
    assert not x.jogging.has_begun
    later[0]()
    assert x.jogging.has_begun
    assert read_pv(f"{PV}.JVEL") == 4.0
    x.jogging.set(0.0).wait(PATIENCE)


# --- the plan


def test_it_moves_for_so_long_and_stops(engine, x):
    engine(jog(x, 2.0, 0.5))
    assert x.position > 0.5
    assert not x.moving


def test_it_changes_its_velocity_on_the_way(engine, x):
    told = positions_of(x)
    engine(jog(x, 0.5, 0.4, then=[(-0.5, 0.8)]))
    assert max(told) > 0.3
    assert x.position < max(told)


def test_its_end_is_called_what_was_asked_for(engine, x):
    engine(jog(x, 2.0, 0.3, reset_position=7.0))
    assert x.position == pytest.approx(7.0, abs=1e-3)


def test_without_seconds_it_goes_on_until_the_plan_is_stopped(engine, x):
    def stop():
        wait_until("it is on its way", lambda: x.position > 1.0)
        engine.request_pause()

    with meanwhile(stop), pytest.raises(RunEngineInterrupted):
        engine(jog(x, 2.0))
    wait_until("it stands in the pause", lambda: not x.moving)
    engine.stop()
    assert not x.moving


def test_it_goes_on_after_a_pause(engine, x):
    def pause():
        wait_until("it is on its way", lambda: x.position > 0.5)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(jog(x, 0.3, 2.0, reset_position=50.0))
    wait_until("it stands in the pause", lambda: not x.moving)
    here = x.position
    told = positions_of(x)
    engine.resume()
    assert max(position for position in told if position < 40.0) > here + 0.3
    assert x.position == pytest.approx(50.0, abs=1e-3)


def test_a_limit_ends_it(engine, x):
    x.set(24.0).wait(PATIENCE)
    engine(jog(x, 0.5))
    assert x.position > 24.0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0,), "x cannot jog at 0"),
        (("fast",), "the velocity at which x jogs must be a finite number"),
        ((1, -1), "the time of a jog must be 0 s or more"),
        ((1, None, [(2, 1)]), "give the seconds of each velocity"),
        ((1, 1, [(2,)]), r"then takes a list such as \[\(velocity, seconds\)"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_it_moves(engine, x, arguments, sentence):
    with pytest.raises(PlanError, match=sentence):
        engine(jog(x, *arguments))
    assert not x.moving


def test_an_axis_without_endless_motion_is_refused(engine):
    with pytest.raises(PlanError, match="soft cannot jog"):
        engine(jog(soft("soft"), 1))


def test_a_velocity_too_high_fails_the_plan(engine, x):
    with pytest.raises(FailedStatus, match="not at 100"):
        engine(jog(x, 100.0, 1))
    assert x.position == 0.0


def test_a_dry_run_moves_nothing_and_knows_how_long_it_is(x):
    report = check(jog(x, 2.0, 3.0))
    assert not report.problems
    assert report.duration == pytest.approx(3.0, abs=0.5)
    assert x.position == 0.0


# --- while something else is done


def test_it_moves_while_a_scan_counts_and_stops_with_it(engine, documents, x, slow):
    engine(jogging(bp.count([slow, x], 5), x, 0.2))
    measured = [doc["data"]["x"] for name, doc in documents if name == "event"]
    assert measured == sorted(measured)
    assert measured[-1] > measured[0]
    assert not x.moving


def test_it_stops_where_the_plan_fails(engine, x):
    def failing():
        yield from bps.sleep(0.3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine(jogging(failing(), x, 1.0))
    assert x.position > 0.0
    assert not x.moving


def test_a_limit_fails_the_plan(engine, x):
    x.set(24.0).wait(PATIENCE)
    with pytest.raises(PlanError, match="x moves on no more: has it come to a limit"):
        engine(jogging(bp.count([], 100, delay=0.1), x, 0.5))


def test_a_plan_inside_changes_the_velocity(engine, x):
    def inside():
        yield from bps.sleep(0.2)
        yield from bps.abs_set(x.jogging, -3.0)
        yield from bps.sleep(1.0)

    engine(jogging(inside(), x, 1.0))
    assert x.position < 0.0


def test_it_goes_on_with_the_scan_after_a_pause(engine, documents, x, slow):
    def pause():
        wait_until("it is on its way", lambda: x.position > 0.1)
        engine.request_pause(defer=True)

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(jogging(bp.count([slow, x], 8), x, 0.2))
    wait_until("it stands in the pause", lambda: not x.moving)
    here = x.position
    engine.resume()
    assert x.position > here
    assert not x.moving
    assert documents[-1][1]["exit_status"] == "success"


def test_aborted_in_a_pause_it_is_over(engine, x):
    def pause():
        wait_until("it is on its way", lambda: x.position > 0.3)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(jogging(bp.count([], 100, delay=0.1), x, 1.0))
    engine.abort()
    assert not x.jogging.is_going
    wait_until("it stands", lambda: not x.moving)


def test_a_velocity_is_set_as_anything_else(engine, x):
    def plan():
        yield from bps.abs_set(x.jogging, 2.0)
        yield from bps.sleep(0.3)
        yield from bps.mv(x.jogging, 0)

    engine(plan())
    assert x.position > 0.2
    assert not x.moving


def test_a_stop_from_elsewhere_fails_it(engine, x):
    def stop():
        wait_until("it is on its way", lambda: x.position > 0.3)
        x.stop()

    with meanwhile(stop), pytest.raises(FailedStatus) as failure:
        engine(jog(x, 1.0))
    assert "it was stopped" in str(failure.value)
    assert isinstance(failure.value.args[0].exception(), MoveError)
