"""Motors under stock bluesky: its engine, its plans, its pause."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import FailedStatus, RunEngineInterrupted

from devices import Motor, OutOfLimitsError
from devices.channel_access import fetch
from tests.another_client import write_pv
from tests.waiting import PATIENCE, meanwhile, wait_until


@pytest.fixture
def motors(instant_ioc, connected):
    made = [connected(Motor(f"I:sample:{name}", name=name)) for name in "xy"]
    for motor in made:
        motor.set(0.0).wait(PATIENCE)
    return made


@pytest.fixture
def x(motors):
    return motors[0]


@pytest.fixture
def slow(fast_ioc, connected):
    """A motor that needs half a second from 0 to 20 mm."""
    motor = connected(Motor("F:sample:x", name="x"))
    motor.set(0.0).wait(PATIENCE)
    yield motor
    motor.stop()
    wait_until("the motor stands", lambda: not motor.moving)


def data(documents):
    return [doc["data"] for name, doc in documents if name == "event"]


def stop_document(documents):
    ((_, doc),) = [pair for pair in documents if pair[0] == "stop"]
    return doc


def test_mv_moves(engine, x):
    engine(bps.mv(x, 1.5))
    assert x.position == 1.5


def test_mv_moves_several_motors_at_the_same_time(engine, fast_ioc, connected):
    motors = [connected(Motor(f"F:sample:{name}", name=name)) for name in "xy"]
    for motor in motors:
        motor.set(0.0).wait(PATIENCE)
    engine(bps.mv(motors[0], 5.0, motors[1], 5.0))
    begun = [fetch([motor.user_setpoint])[0].timestamp for motor in motors]
    ended = [fetch([motor.user_readback])[0].timestamp for motor in motors]
    assert max(begun) < min(ended)


def test_mvr_moves_by_a_distance(engine, x):
    engine(bps.mv(x, 1.5))
    engine(bps.mvr(x, 0.25))
    assert x.position == 1.75


def test_rd_gives_the_position_to_the_plan(engine, x):
    x.set(1.25).wait(PATIENCE)
    given = []

    def plan():
        given.append((yield from bps.rd(x)))

    engine(plan())
    assert given == [1.25]


def test_scan_records_readback_and_setpoint_of_each_point(engine, documents, x):
    engine(bp.scan([], x, -1, 1, 5))
    wanted = [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert [(d["x"], d["x_setpoint"]) for d in data(documents)] == [(p, p) for p in wanted]
    assert stop_document(documents)["exit_status"] == "success"


def test_scan_hints_at_the_motor_as_its_dimension(engine, documents, x):
    engine(bp.scan([], x, -1, 1, 3))
    start = next(doc for name, doc in documents if name == "start")
    assert start["hints"]["dimensions"] == [(["x"], "primary")]


def test_rel_scan_returns_to_where_the_motor_was_set(engine, documents, x):
    engine(bps.mv(x, 2.0))
    engine(bp.rel_scan([], x, -1, 1, 3))
    assert [d["x"] for d in data(documents)] == [1.0, 2.0, 3.0]
    assert x.position == 2.0


def test_grid_scan_visits_every_point(engine, documents, motors):
    x, y = motors
    engine(bp.grid_scan([], y, 0, 1, 2, x, 0, 2, 3))
    visited = [(d["y"], d["x"]) for d in data(documents)]
    assert visited == [(j, i) for j in (0.0, 1.0) for i in (0.0, 1.0, 2.0)]


def test_list_scan_visits_its_points_in_their_order(engine, documents, x):
    engine(bp.list_scan([], x, [3, 1, 2]))
    assert [d["x"] for d in data(documents)] == [3.0, 1.0, 2.0]


def test_count_reads_a_motor_as_a_detector(engine, documents, x):
    x.set(1.5).wait(PATIENCE)
    engine(bp.count([x], 3))
    assert [d["x"] for d in data(documents)] == [1.5, 1.5, 1.5]


def test_a_readback_can_be_monitored_during_a_run(engine, documents, slow):
    @bpp.monitor_during_decorator([slow.user_readback])
    @bpp.run_decorator()
    def plan():
        yield from bps.mv(slow, 20.0)

    engine(plan())
    positions = [d["x"] for d in data(documents)]
    assert len(positions) > 3
    assert positions == sorted(positions)


def test_mv_beyond_the_limit_raises_and_nothing_moves(engine, x):
    with pytest.raises(OutOfLimitsError, match="x cannot go to 99 mm"):
        engine(bps.mv(x, 99))
    assert x.position == 0.0


def test_a_scan_that_runs_into_a_limit_fails_with_the_sentence_as_its_reason(engine, documents, x):
    with pytest.raises(OutOfLimitsError):
        engine(bp.scan([], x, 24, 26, 3))
    stop = stop_document(documents)
    assert stop["exit_status"] == "fail"
    assert "x cannot go to 26 mm: its limits are -25 to 25 mm" in stop["reason"]


def test_a_failed_move_fails_the_run_with_the_sentence_as_its_reason(engine, documents, slow):
    with meanwhile(lambda: stop_under_way(slow)), pytest.raises(FailedStatus):
        engine(bp.list_scan([], slow, [20.0]))
    stop = stop_document(documents)
    assert stop["exit_status"] == "fail"
    assert "moving x to 20 mm failed: it was stopped at" in stop["reason"]
    assert data(documents) == []


def stop_under_way(motor):
    wait_until("the motor is on its way", lambda: motor.position > 1.0)
    motor.stop()


def pause_under_way(engine, motor):
    wait_until("the motor is on its way", lambda: motor.position > 1.0)
    engine.request_pause()


@pytest.fixture
def moves(engine):
    """The statuses that the engine has waited for."""
    seen = []
    engine.waiting_hook = lambda statuses: seen.extend(statuses or [])
    return seen


@pytest.fixture
def paused(engine, documents, moves, slow):
    """The engine, paused while the motor went to 20 mm."""
    with meanwhile(lambda: pause_under_way(engine, slow)), pytest.raises(RunEngineInterrupted):
        engine(bp.list_scan([], slow, [20.0]))
    yield engine
    if engine.state != "idle":
        engine.halt()


def test_a_pause_in_mid_move_stops_the_motor(paused, slow):
    wait_until("the motor stands", lambda: not slow.moving)
    assert slow.position < 20.0


def test_a_paused_move_arrives_when_it_is_resumed(paused, documents, moves, slow):
    wait_until("the motor has been stopped", lambda: all(move.done for move in moves))
    paused.resume()
    assert [(d["x"], d["x_setpoint"]) for d in data(documents)] == [(20.0, 20.0)]
    assert stop_document(documents)["exit_status"] == "success"


def test_an_aborted_scan_leaves_the_motor_standing(paused, documents, slow):
    paused.abort("enough")
    wait_until("the motor stands", lambda: not slow.moving)
    assert slow.position < 20.0
    assert stop_document(documents)["exit_status"] == "abort"


def test_a_paused_move_arrives_when_it_is_resumed_at_once(paused, documents, slow):
    paused.resume()
    assert [(d["x"], d["x_setpoint"]) for d in data(documents)] == [(20.0, 20.0)]
    assert stop_document(documents)["exit_status"] == "success"


@pytest.fixture
def coarse_readback(x):
    """The readback is 30 µm away from where the axis is sent."""
    write_pv("I:sample:x:fault:coarse", 0.06)
    yield
    write_pv("I:sample:x:fault:coarse", 0.0)


def test_a_hundred_relative_scans_leave_the_set_position_where_it_was(
    engine, connected, x, coarse_readback
):
    motor = connected(Motor("I:sample:x", name="x", tolerance=0.05))
    engine(bps.mv(motor, 1.03))
    assert motor.position != motor.target == 1.03
    for _ in range(100):
        engine(bp.rel_scan([], motor, -0.1, 0.1, 2))
    assert motor.target == 1.03
