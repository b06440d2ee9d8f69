"""A heated sample: against the step response on paper, and regulated."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.thermal import Gains, Plant, PlantConstants, Regulator, State, ramped, relax

CONSTANTS = PlantConstants(capacity=20.0, conductance=0.2, delay=3.0, sensor_lag=5.0, ambient=22.0)
TAU = 100.0


def heated(power=10.0):
    plant = Plant(CONSTANTS)
    plant.heat(power)
    return plant


def response(time):
    """Return the reading after a step of 10 W: two lags in a row behind a dead time.

    Ogata, Modern Control Engineering, 5th ed., section 5.3, for distinct real poles.
    """
    since = max(time - 3.0, 0.0)
    fast, slow = math.exp(-since / 5.0), math.exp(-since / TAU)
    return 22.0 + 50.0 * (1 - (TAU * slow - 5.0 * fast) / (TAU - 5.0))


@pytest.mark.parametrize("time", [0.0, 2.9, 3.0, 4.0, 10.0, 60.0, 103.0, 1000.0])
def test_reading_follows_the_analytic_step_response(time):
    assert heated().advance(time).reading == pytest.approx(response(time), abs=1e-9)


def test_steps_of_any_length_lead_to_the_same_place():
    coarse, fine = heated(), heated()
    coarse.advance(77.0)
    for step in range(1, 771):
        fine.advance(step / 10)
    assert fine.state.reading == pytest.approx(coarse.state.reading, abs=1e-9)
    assert fine.state.temperature == pytest.approx(coarse.state.temperature, abs=1e-9)


def test_nothing_is_felt_before_the_dead_time_is_over():
    assert heated().advance(2.99).temperature == 22.0


def test_powers_on_the_way_arrive_in_their_order():
    plant = heated(10.0)
    plant.advance(1.0)
    plant.heat(0.0)
    assert plant.advance(1e4).temperature == pytest.approx(22.0, abs=1e-6)
    plant = heated(10.0)
    plant.advance(1.0)
    plant.heat(0.0)
    warm = 22.0 + 50.0 * (1 - math.exp(-1 / TAU))
    assert plant.advance(4.0).temperature == pytest.approx(warm, abs=1e-9)


def test_equal_time_constants_are_no_special_case_for_the_user():
    alike = PlantConstants(capacity=20.0, conductance=0.2, delay=0.0, sensor_lag=TAU)
    nearly = PlantConstants(capacity=20.0, conductance=0.2, delay=0.0, sensor_lag=TAU * (1 + 1e-5))
    cold = State(22.0, 22.0)
    assert relax(alike, 70.0, 10.0, cold).reading == pytest.approx(
        relax(nearly, 70.0, 10.0, cold).reading, abs=1e-3
    )


def test_sensor_without_lag_reads_the_temperature():
    quick = PlantConstants(sensor_lag=0.0)
    state = relax(quick, 10.0, 10.0, State(22.0, 22.0))
    assert state.reading == state.temperature > 22.0


def test_plant_that_rests_says_so():
    plant = heated()
    assert not plant.is_at_rest(1e-3)
    plant.advance(1e5)
    assert plant.is_at_rest(1e-3)
    plant.rest(4.0)
    assert plant.state == State(42.0, 42.0)


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 1e4)), max_size=8))
def test_temperature_stays_between_ambient_and_what_the_greatest_power_gives(steps):
    plant, time = Plant(CONSTANTS), 0.0
    for power, seconds in steps:
        plant.heat(power)
        time += seconds
        state = plant.advance(time)
        assert 22.0 - 1e-6 <= state.temperature <= CONSTANTS.final(500.0) + 1e-6
        assert 22.0 - 1e-6 <= state.reading <= CONSTANTS.final(500.0) + 1e-6


def test_proportional_gain_multiplies_the_error():
    regulator = Regulator(Gains(5.0, 0.0, 0.0))
    assert regulator.output(30.0, 22.0, 0.5) == pytest.approx(40.0)


def test_integral_grows_with_the_error_and_the_time():
    regulator = Regulator(Gains(2.0, 0.1, 0.0))
    outputs = [regulator.output(25.0, 22.0, 0.5) for _ in range(4)]
    assert outputs == pytest.approx([6.0 + 0.3 * step for step in range(1, 5)])


def test_derivative_brakes_a_rising_reading():
    regulator = Regulator(Gains(2.0, 0.0, 4.0))
    regulator.output(30.0, 22.0, 0.5)
    assert regulator.output(30.0, 22.5, 0.5) == pytest.approx(2.0 * (7.5 - 4.0 * 1.0))


def test_integral_does_not_wind_up_while_the_output_is_at_its_end():
    regulator = Regulator(Gains(50.0, 0.5, 0.0))
    for _ in range(1000):
        assert regulator.output(300.0, 22.0, 0.5) == 100.0
    assert regulator.integral <= 100.0
    assert regulator.output(300.0, 305.0, 0.5) == 0.0


def test_regulator_takes_over_without_a_jump():
    regulator = Regulator(Gains(8.0, 0.02, 2.0))
    regulator.take_over(35.0, 50.0, 50.0)
    assert regulator.output(50.0, 50.0, 0.5) == pytest.approx(35.0)


@pytest.mark.parametrize(
    ("setpoint", "target", "rate", "then"),
    [(20, 30, 2, 21), (30, 20, 2, 29), (29.5, 30, 2, 30), (20, 300, 0, 300)],
    ids=["up", "down", "arrives", "no ramp"],
)
def test_setpoint_ramps(setpoint, target, rate, then):
    assert ramped(setpoint, target, rate, 0.5) == then
