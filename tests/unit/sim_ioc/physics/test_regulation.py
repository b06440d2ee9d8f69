"""A controller with its plant: settling, ramps, manual output, time that is skipped."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_ioc.physics.regulation import Demand, Regulation
from sim_ioc.physics.thermal import Gains, PlantConstants

PLANT = PlantConstants()


def regulation(**demand):
    demanded = Demand(**({"is_regulated": True, "target": PLANT.ambient} | demand))
    return Regulation(PLANT, Gains(), demanded)


def readings(controller, seconds):
    """Return the reading after each second."""
    start = controller.plant.time
    seen = []
    for second in range(1, seconds + 1):
        controller.advance(start + second)
        seen.append(controller.reading)
    return seen


def test_regulation_reaches_its_setpoint_and_stays():
    seen = readings(regulation(target=80.0), 600)
    assert seen[-300:] == pytest.approx([80.0] * 300, abs=0.05)


def test_regulation_overshoots_little():
    assert max(readings(regulation(target=80.0), 600)) < 80.0 + 3.0


def test_ramp_is_followed_at_its_rate():
    controller = regulation(target=82.0, ramp=0.1)
    controller.change(Demand(is_regulated=True, target=82.0, ramp=0.1))
    controller.setpoint = PLANT.ambient
    seen = readings(controller, 700)
    # a loop with one integrator lags behind a ramp, by a constant
    assert seen[400] - seen[300] == pytest.approx(10.0, abs=0.2)
    assert seen[-1] == pytest.approx(82.0, abs=0.1)


def test_power_beyond_the_heater_is_not_to_be_had():
    controller = regulation(target=290.0, heater=10.0)
    readings(controller, 3000)
    assert controller.output == 100.0
    assert controller.reading == pytest.approx(PLANT.final(10.0), abs=0.1)


def test_manual_output_leads_where_the_step_response_does():
    controller = regulation(is_regulated=False, manual_output=20.0)
    controller.change(controller.demand)
    readings(controller, 3000)
    assert controller.reading == pytest.approx(PLANT.final(10.0), abs=1e-3)
    assert controller.is_settled(1e-3)


def test_regulator_takes_over_from_manual_without_a_jump():
    controller = regulation(is_regulated=False, manual_output=20.0)
    controller.change(controller.demand)
    readings(controller, 3000)
    controller.change(Demand(is_regulated=True, target=controller.reading, ramp=1.0))
    seen = readings(controller, 300)
    assert max(abs(later - earlier) for earlier, later in itertools.pairwise(seen)) < 0.05


def test_arrival_is_told_only_after_the_reading_has_stayed():
    controller = regulation(target=40.0)
    arrived = None
    for second in range(1, 400):
        controller.advance(second)
        if controller.is_in_position(20.0) and arrived is None:
            arrived = second
    assert arrived is not None
    controller = regulation(target=40.0)
    assert readings(controller, arrived)[-20:] == pytest.approx([40.0] * 20, abs=0.1)


def test_new_target_is_not_arrived_at():
    controller = regulation()
    controller.advance(100.0)
    assert controller.is_in_position(5.0)
    controller.change(Demand(is_regulated=True, target=90.0))
    assert not controller.is_in_position(5.0)


def test_instant_controller_is_where_its_demand_leads():
    controller = regulation(target=100.0)
    controller.settle()
    assert controller.reading == pytest.approx(100.0)
    assert controller.is_in_position(1e6)
    assert readings(controller, 100)[-1] == pytest.approx(100.0, abs=0.01)


def ramping(rate):
    """Return a controller that goes to 290 °C, so many K/s."""
    controller = regulation(target=290.0, ramp=rate)
    controller.setpoint = PLANT.ambient
    return controller


def test_no_time_is_skipped_however_much_passes_between_two_looks():
    controller = regulation(target=50.0)
    controller.advance(1e9)
    assert controller.plant.time == pytest.approx(1e9)
    assert controller.reading == pytest.approx(50.0, abs=0.01)


def test_ramp_is_right_however_much_time_passes_between_two_looks():
    controller = ramping(1e-3)
    for look in (100e3, 200e3):
        controller.advance(look)
        assert controller.setpoint == pytest.approx(PLANT.ambient + 1e-3 * look)
        # the heater ends at 355 °C; with the lag of a loop with one integrator
        assert controller.reading == pytest.approx(controller.setpoint, abs=0.1)
    controller.advance(300e3)
    assert controller.reading == pytest.approx(290.0, abs=0.01)


def test_seldom_looks_and_frequent_ones_lead_to_the_same():
    seldom, often = ramping(2e-3), ramping(2e-3)
    seldom.advance(60e3)
    for look in range(1, 61):
        often.advance(look * 1e3)
    assert seldom.reading == pytest.approx(often.reading, abs=1e-3)


def test_without_regulation_the_plant_is_exact_however_much_time_passes():
    controller = regulation(is_regulated=False, manual_output=20.0)
    controller.change(controller.demand)
    controller.advance(50e3)
    assert controller.reading == pytest.approx(PLANT.final(10.0))


@settings(max_examples=30)
@given(st.floats(0, 300), st.floats(0, 100), st.floats(0, 2), st.floats(0, 50), st.floats(0.1, 1e3))
def test_any_gains_keep_output_and_temperature_in_bounds(target, p, i, d, capacity):
    constants = PlantConstants(capacity=capacity)
    controller = Regulation(constants, Gains(p, i, d), Demand(is_regulated=True, target=target))
    for second in range(1, 100):
        controller.advance(second)
        assert 0.0 <= controller.output <= 100.0
        assert constants.ambient - 1e-6 <= controller.reading <= constants.final(50.0) + 1e-6
