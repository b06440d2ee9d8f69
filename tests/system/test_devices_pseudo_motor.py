"""Axes by formulas over real motors: chains in one go, dials, stops, redefinitions."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest

from devices import MonochromatorEnergy, Motor, MoveError, OutOfLimitsError
from devices.axes.modulo_axis import ModuloAxis
from devices.axes.pseudo_motor import PseudoMotor
from devices.axes.slit import Slit
from devices.channel_access import fetch
from planlib.stepping import StepScan, step_scan
from planlib.trajectories import line
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until


def motors(prefix, connected, *names):
    made = {name: connected(Motor(f"{prefix}sample:{name}", name=name)) for name in names}
    for motor in made.values():
        motor.set(0.0).wait(PATIENCE)
    return made


@pytest.fixture
def xy(instant_ioc, connected):
    """Two motors that move in no time."""
    return motors("I:", connected, "x", "y")


@pytest.fixture
def slow_xy(fast_ioc, connected):
    """Two motors that take their time."""
    made = motors("F:", connected, "x", "y")
    yield made
    for motor in made.values():
        motor.stop()
    wait_until("the axes stand", lambda: not any(motor.moving for motor in made.values()))


@pytest.fixture
def off_dial(xy):
    """A motor that counts down where its dial counts up, from 5 on."""
    write_pv("I:sample:x.DIR", 1)
    write_pv("I:sample:x.OFF", 5.0)
    wait_until("the motor knows", lambda: xy["x"].dial_position == 5.0 - xy["x"].position)
    yield xy["x"]
    write_pv("I:sample:x.DIR", 0)
    write_pv("I:sample:x.OFF", 0.0)
    wait_until("the motor knows", lambda: xy["x"].dial_position == xy["x"].position)


def chain(motors):
    """Make energy over bragg and y, bragg over x: bragg = x/2, energy = bragg − 1."""
    bragg = PseudoMotor(
        name="bragg",
        reals={"x": motors["x"]},
        forward={"x": "2 * T[bragg]"},
        inverse="A[x] / 2",
        egu="mm",
    )
    return PseudoMotor(
        name="energy",
        reals={"bragg": bragg, "y": motors["y"]},
        forward={"bragg": "T[energy] + 1", "y": "3 * T[bragg]"},
        inverse="A[bragg] - 1",
        egu="mm",
    )


def where(motors):
    return {name: motor.position for name, motor in motors.items()}


# --- chains


def test_a_chain_sends_the_motors_at_its_bottom(xy):
    energy = chain(xy)
    energy.set(1.0).wait(PATIENCE)
    assert where(xy) == {"x": 4.0, "y": 6.0}
    assert energy.locate() == {"setpoint": 1.0, "readback": 1.0}


def test_a_chain_moves_in_one_go(slow_xy):
    chain(slow_xy).set(2.0).wait(PATIENCE)
    begun = fetch([motor.user_setpoint for motor in slow_xy.values()])
    ended = fetch([motor.user_readback for motor in slow_xy.values()])
    assert max(s.timestamp for s in begun) < min(s.timestamp for s in ended)


def test_one_motor_that_somebody_stops_stops_the_others_of_a_chain(slow_xy):
    energy = chain(slow_xy)
    status = energy.set(7.0)
    wait_until("both are on their way", lambda: min(where(slow_xy).values()) > 0.5)
    write_pv("F:sample:y.STOP", 1)
    with pytest.raises(MoveError, match="y to 24 mm failed: it was stopped"):
        status.wait(PATIENCE)
    assert not energy.moving
    assert where(slow_xy)["x"] < 16.0
    assert energy.target == pytest.approx(energy.position, abs=1e-6)


def test_a_scan_records_the_whole_chain(engine, documents, xy):
    engine(bp.scan([], chain(xy), 0, 1, 2))
    data = [doc["data"] for name, doc in documents if name == "event"]
    shown = [(d["energy"], d["bragg"], d["x"], d["y"]) for d in data]
    assert shown == [(0.0, 1.0, 2.0, 3.0), (1.0, 2.0, 4.0, 6.0)]


# --- targets, dials and steps


def test_the_target_of_a_motor_under_way_is_where_it_goes(slow_xy):
    follower = PseudoMotor(
        name="follower",
        reals={"y": slow_xy["y"]},
        forward={"y": "T[follower] + T[x]"},
        inverse="A[y] - A[x]",
        egu="mm",
        axes={"x": slow_xy["x"]},
    )
    status = slow_xy["x"].set(5.0)
    wait_until("x is on its way", lambda: slow_xy["x"].moving)
    follower.set(1.0).wait(PATIENCE)
    status.wait(PATIENCE)
    assert slow_xy["y"].position == 6.0


def test_formulas_may_use_dials_and_steps(off_dial, xy):
    off_dial.set(2.0).wait(PATIENCE)
    step = off_dial.resolution.get()
    reader = PseudoMotor(
        name="reader",
        reals={"y": xy["y"]},
        forward={"y": "TD[x] + T[reader]"},
        inverse="AD[x] + 1000 * AR[x]",
        egu="mm",
        axes={"x": off_dial},
    )
    assert reader.position == pytest.approx(3.0 + 1000 * 3.0 / step)
    reader.set(1.0).wait(PATIENCE)
    assert xy["y"].position == 4.0


def test_the_dial_of_a_pseudo_axis_is_that_of_its_motors(off_dial):
    half = PseudoMotor(
        name="half",
        reals={"x": off_dial},
        forward={"x": "2 * T[half]"},
        inverse="A[x] / 2",
        egu="mm",
    )
    half.set(1.0).wait(PATIENCE)
    assert half.position == 1.0
    assert half.dial_position == 1.5
    assert half.raw_position == pytest.approx(1.5 / off_dial.resolution.get())


def test_redefining_a_pseudo_axis_redefines_its_motors_and_moves_nothing(xy):
    axis = PseudoMotor(
        name="double",
        reals=xy,
        forward={"x": "T[double] / 2", "y": "T[double] / 4"},
        inverse="2 * A[x]",
        egu="mm",
    )
    dials = [motor.dial_position for motor in xy.values()]
    try:
        axis.set_position(4.0)
        assert where(xy) == {"x": 2.0, "y": 1.0}
        assert axis.locate() == {"setpoint": 4.0, "readback": 4.0}
        assert [motor.dial_position for motor in xy.values()] == dials
    finally:
        axis.set_position(0.0)


# --- the monochromator


def test_a_limit_on_the_translation_refuses_an_energy_scan_before_it_starts(
    engine, documents, instant_ioc, connected
):
    names = ("bragg", "gap", "translation")
    axes = {name: connected(Motor(f"I:mono:{name}", name=name)) for name in names}
    energy = MonochromatorEnergy(name="energy", **axes)
    energy.set(9000.0).wait(PATIENCE)
    before = read_pv("I:mono:translation.HLM")
    write_pv("I:mono:translation.HLM", 60.0)
    try:
        wait_until("the motor knows", lambda: axes["translation"].limits[1] == 60.0)
        expected = (
            r"energy cannot go to 9600 eV: translation would have to go to 60\.69\d+ mm, and its "
            r"limits are \S+ to 60 mm"
        )
        with pytest.raises(OutOfLimitsError, match=expected):
            engine(step_scan(StepScan([energy], line([(9000.0, 9600.0)], 2), [])))
        assert documents == []
        assert energy.position == pytest.approx(9000.0, abs=1e-2)
    finally:
        write_pv("I:mono:translation.HLM", before)
        wait_until("the motor knows", lambda: axes["translation"].limits[1] == before)


# --- the other axes over real motors


def test_a_slit_moves_gap_and_center_together(engine, slow_xy):
    slit = Slit(name="slit", low=slow_xy["x"], high=slow_xy["y"])
    engine(bps.mv(slit.gap, 4.0, slit.center, 1.0))
    assert where(slow_xy) == {"x": -1.0, "y": 3.0}
    engine(bps.mv(slit.gap, 2.0))
    assert where(slow_xy) == {"x": 0.0, "y": 2.0}


def test_a_relative_scan_of_a_gap_returns_both_blades(engine, xy):
    slit = Slit(name="slit", low=xy["x"], high=xy["y"])
    slit.set({"gap": 4.0, "center": 1.0}).wait(PATIENCE)
    engine(bp.rel_scan([], slit.gap, -1, 1, 3))
    assert where(xy) == {"x": -1.0, "y": 3.0}


def test_a_rotation_turns_the_short_way(instant_ioc, connected):
    theta = connected(Motor("I:sample:theta", name="theta"))
    theta.set(0.0).wait(PATIENCE)
    phi = ModuloAxis(name="phi", axis=theta)
    phi.set(350.0).wait(PATIENCE)
    assert theta.position == -10.0
    assert phi.position == 350.0
    theta.set(0.0).wait(PATIENCE)
