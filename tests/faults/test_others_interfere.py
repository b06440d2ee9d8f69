"""H10, K2: another client stops, redirects or confines what we move, or moves what we scan."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus
from ophyd import EpicsMotor

from devices import CountError, MoveError, OutOfLimitsError
from planlib import ascan
from planlib.stepping import Hooks
from planlib.stepping.undisturbed import MovedElsewhereError
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, meanwhile, wait_until

ELSEWHERE = r"moving x to 20 mm failed: it was stopped or redirected elsewhere: it stands at "


@pytest.fixture
def interfere(x):
    """Write a PV once the motor is on its way."""

    def write(name, value):
        wait_until("the motor is on its way", lambda: x.position > 0.5)
        write_pv(f"X:sample:x{name}", value)

    return write


def test_a_move_that_another_client_stopped_fails_and_says_where_it_stands(interfere, x):
    status = x.set(20.0)
    interfere(".STOP", 1)
    with pytest.raises(MoveError, match=ELSEWHERE) as failed:
        status.wait(PATIENCE)
    assert f"it stands at {x.position:g} mm" in str(failed.value)
    assert 0.5 < x.position < 20.0


def test_a_run_whose_motor_another_client_stopped_fails_without_the_point(
    interfere, engine, documents, x
):
    with meanwhile(lambda: interfere(".STOP", 1)), pytest.raises(FailedStatus):
        engine(bp.list_scan([], x, [20.0]))
    (stop,) = [doc for name, doc in documents if name == "stop"]
    assert stop["exit_status"] == "fail"
    assert "stopped or redirected elsewhere" in stop["reason"]
    assert [doc for name, doc in documents if name == "event"] == []


def test_a_move_that_another_client_redirected_fails_and_says_where_to(interfere, x):
    status = x.set(20.0)
    interfere("", 2.0)
    with pytest.raises(MoveError, match=ELSEWHERE + "2 mm and is set to 2 mm"):
        status.wait(PATIENCE)


def test_a_move_that_another_client_paused_fails_and_says_how_far_it_is(interfere, x):
    status = x.set(20.0)
    interfere(".SPMG", 1)
    with pytest.raises(MoveError, match=r"it stands at .* mm, more than 0\.0001\d* mm away"):
        status.wait(PATIENCE)


def test_a_second_move_to_the_same_place_by_another_client_does_no_harm(interfere, x):
    status = x.set(2.0)
    interfere("", 2.0)
    status.wait(PATIENCE)
    assert x.position == 2.0


def test_limits_narrowed_during_a_scan_fail_it_before_the_motor_goes_beyond(engine, documents, x):
    def narrow():
        wait_until("the first point is taken", lambda: any(n == "event" for n, _ in documents))
        write_pv("X:sample:x.HLM", 1.0)

    with meanwhile(narrow), pytest.raises(OutOfLimitsError, match="its limits are -25 to 1 mm"):
        engine(bp.list_scan([], x, [0.1, 0.9, 1.2]))
    assert read_pv("X:sample:x") == 0.9


def test_a_count_that_another_client_cut_short_fails(devices):
    scaler = devices["scaler"]
    scaler.prepare(CountPolicy(seconds=20.0))
    status = scaler.trigger()
    wait_until("it counts", lambda: read_pv("X:scaler1.CNT"))
    write_pv("X:scaler1.CNT", 0)
    with pytest.raises(CountError, match=r"counting scaler for 20 s failed: it counted .* s only"):
        status.wait(PATIENCE)


@pytest.mark.parametrize("kind", ["ours", "stock"])
def test_a_point_is_not_recorded_whose_axis_another_client_moved_while_it_was_counted(
    engine, documents, devices, kind
):
    axis = devices["x"] if kind == "ours" else EpicsMotor("X:sample:x", name="x")
    axis.wait_for_connection(timeout=PATIENCE)

    def move_it():
        wait_until("two points are taken", lambda: len(events_of(documents)) == 2)
        wait_until("it counts", lambda: read_pv("X:scaler1.CNT"))
        write_pv("X:sample:x", 0.45)

    said = "x was moved elsewhere .* it was sent to 0.2 and is set to 0.45"
    with meanwhile(move_it), pytest.raises(MovedElsewhereError, match=said):
        engine(ascan(axis, 0, 0.4, 4, 0.5, devices["scaler"]))
    positions = [doc["data"]["x"] for doc in events_of(documents)]
    assert positions == pytest.approx([0, 0.1], abs=1e-3)
    assert documents[-1][1]["exit_status"] == "fail"
    axis.destroy()


def test_a_hook_may_move_the_axis_of_a_scan_at_each_point(engine, documents, x, devices):
    def nudge():
        yield from bps.mvr(x, 0.05)

    engine(ascan(x, 0, 0.2, 2, 0.01, devices["scaler"], hooks=Hooks(pre_operation=nudge)))
    positions = [doc["data"]["x"] for doc in events_of(documents)]
    assert positions == pytest.approx([0.05, 0.15, 0.25], abs=1e-3)


def events_of(documents):
    return [doc for name, doc in documents if name == "event"]
