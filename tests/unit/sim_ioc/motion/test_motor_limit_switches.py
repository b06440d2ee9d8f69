"""Limit switches: they stop the axis, say so, and let it out again."""

import pytest

from sim_ioc.motion.motor_settings import MotorSettings
from sim_ioc.motion.motor_status import Status
from tests.unit.sim_ioc.logged_motor import BETWEEN_SWITCHES, SETTINGS, begin, run, status
from tests.unit.sim_ioc.virtual_time import now


def run_between(scenario, **options):
    return run(scenario, settings=BETWEEN_SWITCHES, **options)


def put(*puts):
    """Return a scenario of puts, one after the other."""

    async def scenario(motor):
        for name, value in puts:
            await motor.caput(name, value)

    return scenario


@pytest.mark.parametrize("instant", [False, True])
@pytest.mark.parametrize(("target", "switch", "end"), [(50, "HLS", 11.0), (-50, "LLS", -10.5)])
def test_axis_stops_at_its_switch_and_that_is_the_target(target, switch, end, instant):
    values = run_between(put(("VAL", target)), instant=instant).values
    assert (values["RBV"], values["VAL"], values[switch]) == (end, end, 1)
    assert (values["DMOV"], values["MISS"], values["MOVN"]) == (1, 0, 0)


def test_axis_stops_at_the_switch_at_once_and_not_before():
    async def scenario(motor):
        await motor.caput("VAL", 50.0)
        # 0.2 s to 2 mm/s over 0.2 mm, and 10.8 mm at it
        assert now() == pytest.approx(0.2 + 10.8 / 2.0)

    run_between(scenario)


@pytest.mark.parametrize(("button", "end"), [("JOGF", 11.0), ("JOGR", -10.5)])
def test_jog_ends_at_the_switch(button, end):
    values = run_between(put((button, 1))).values
    assert (values["RBV"], values[button], values["LVIO"]) == (end, 0, 0)


def test_homing_ends_at_the_switch_when_it_comes_first():
    hidden = BETWEEN_SWITCHES.model_copy(update={"home": 30.0})
    motor = run(put(("HOMF", 1)), settings=hidden)
    assert (motor.values["RBV"], motor.values["HOMF"], motor.values["ATHM"]) == (11.0, 0, 0)
    assert Status.HOMED not in status(motor)


def test_axis_at_its_switch_goes_no_further():
    async def scenario(motor):
        await motor.caput("VAL", 50.0)
        motor.log.clear()
        await motor.caput("VAL", 12.0)

    motor = run_between(scenario)
    assert {value for _, value in motor.posted("RBV")} == {11.0}
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]
    assert motor.values["VAL"] == 11.0


def test_axis_comes_out_of_its_switch():
    values = run_between(put(("VAL", 50), ("VAL", 5))).values
    assert (values["RBV"], values["HLS"], values["SEVR"]) == (5.0, 0, 0)


@pytest.mark.parametrize("button", ["JOGF", "HOMF"])
def test_button_towards_the_closed_switch_does_nothing(button):
    async def scenario(motor):
        await motor.caput("VAL", 50)
        motor.log.clear()
        await motor.caput(button, 1)

    motor = run_between(scenario)
    assert (motor.posted("DMOV"), motor.values[button]) == ([], 0)


def test_alarm_at_the_switch_is_high_or_low_with_the_severity_of_hlsv():
    async def scenario(motor):
        await motor.caput("VAL", 50)
        assert alarm(motor) == ("HIGH", "MAJOR")
        await motor.caput("VAL", -50)
        assert alarm(motor) == ("LOW", "MAJOR")
        await motor.caput("HLSV", "MINOR")
        assert alarm(motor) == ("LOW", "MINOR")
        await motor.caput("HLSV", "NO_ALARM")
        assert alarm(motor) == ("NO_ALARM", "NO_ALARM")

    run_between(scenario)


def alarm(motor):
    names = ("STAT", "SEVR")
    return tuple(motor.fields[name].choices[motor.values[name]] for name in names)


def test_alarm_is_there_before_the_move_is_done():
    motor = run_between(put(("VAL", 50)))
    names = [name for name, _ in motor.posted("SEVR", "DMOV")]
    assert names == ["DMOV", "SEVR", "DMOV"]


def test_switches_are_the_users_in_hls_and_those_of_the_steps_in_msta():
    motor = run_between(put(("DIR", "Neg"), ("VAL", -50)))
    assert motor.values["DRBV"] == 11.0
    assert (motor.values["HLS"], motor.values["LLS"]) == (0, 1)
    assert (motor.values["RHLS"], motor.values["RLLS"]) == (1, 0)
    assert Status.PLUS_LIMIT in status(motor)
    assert Status.MINUS_LIMIT not in status(motor)


def test_negative_step_exchanges_the_switches_of_the_steps():
    motor = run_between(put(("MRES", -1e-4), ("VAL", 50)))
    assert (motor.values["HLS"], motor.values["RHLS"], motor.values["RLLS"]) == (1, 0, 1)
    assert motor.values["TDIR"] == 0


def test_backlash_is_not_taken_out_at_a_switch():
    values = run_between(put(("BDST", 0.5), ("VAL", 5), ("VAL", -50))).values
    assert (values["RBV"], values["LLS"]) == (-10.5, 1)


def test_overshoot_of_a_redirected_move_ends_at_the_switch():
    async def scenario(motor):
        await motor.caput("ACCL", 2.0)
        await motor.caput("VAL", 7.2)
        move = await begin(motor, "VAL", 20.0, 1.99)
        await motor.caput("VAL", 9.0)
        await move

    values = run_between(scenario).values
    assert (values["RBV"], values["HLS"]) == (11.0, 1)


def test_switches_stay_where_they_are_when_the_dial_is_redefined():
    values = run_between(
        put(("FOFF", 1), ("SET", 1), ("VAL", 100), ("SET", 0), ("VAL", 200))
    ).values
    assert (values["DRBV"], values["HLS"]) == (111.0, 1)


def test_switches_are_beyond_the_soft_limits_unless_told():
    assert SETTINGS.switches == (-11.0, 11.0)


@pytest.mark.parametrize(
    "wrong", [{"low_switch": 5.0}, {"high_switch": -20.0}, {"position": 30.0}, {"low": 20.0}]
)
def test_settings_that_contradict_each_other_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MotorSettings(**({"name": "m"} | wrong))


@pytest.mark.parametrize("instant", [False, True])
def test_closing_switch_stops_an_axis_that_goes_towards_it(instant):
    async def scenario(motor):
        if instant:
            await motor.fail("limit_switch", 2)
            await motor.caput("VAL", 5.0)
        else:
            move = await begin(motor, "VAL", 5.0, 1.1)
            await motor.fail("limit_switch", 2)
            await move
        assert (motor.values["HLS"], motor.values["DMOV"]) == (1, 1)
        assert motor.values["VAL"] == motor.values["RBV"] == (0.0 if instant else 2.0)
        await motor.caput("VAL", -1.0)
        assert (motor.values["RBV"], motor.values["HLS"]) == (-1.0, 1)
        await motor.fail("limit_switch", 0)
        assert (motor.values["HLS"], motor.values["SEVR"]) == (0, 0)

    run(scenario, instant=instant)
