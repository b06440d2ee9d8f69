"""What a motor record reads: encoder, status bits, alarms, deadbands of monitors."""

import numpy as np
import pytest

from sim_ioc.motion.motor_status import Status
from tests.unit.sim_ioc.logged_motor import begin, run, settings, status

ENCODED = settings(encoder=True, encoder_resolution=1e-3)
NOISY = settings(encoder=True, encoder_noise=0.01)


async def to_five(motor):
    await motor.caput("VAL", 5.0)


def test_readback_comes_from_the_encoder_in_its_steps():
    async def scenario(motor):
        await motor.caput("VAL", 1.2345)

    values = run(scenario, settings=ENCODED).values
    assert (values["REP"], values["RMP"], values["RRBV"]) == (1234, 12345, 1234)
    assert (values["DRBV"], values["RBV"]) == (1.234, 1.234)


def test_readback_comes_from_the_steps_when_the_encoder_is_not_used():
    async def scenario(motor):
        await motor.caput("UEIP", "No")
        await motor.caput("VAL", 1.2345)

    values = run(scenario, settings=ENCODED).values
    assert (values["REP"], values["RRBV"], values["RBV"]) == (1234, 12345, 1.2345)


def test_encoder_that_is_absent_cannot_be_used():
    async def scenario(motor):
        await motor.caput("UEIP", "Yes")

    motor = run(scenario)
    assert (motor.values["UEIP"], motor.values["REP"]) == (0, 0)
    assert Status.ENCODER_PRESENT not in status(motor)


def test_encoder_step_can_be_calibrated():
    async def scenario(motor):
        await motor.caput("ERES", 0.01)
        await motor.caput("VAL", 1.23)

    values = run(scenario, settings=ENCODED).values
    assert (values["REP"], values["RBV"]) == (123, 1.23)


def test_noise_of_the_encoder_is_in_the_readback_and_not_in_the_motor_steps():
    async def scenario(motor):
        await motor.caput("RTRY", 0)
        await motor.caput("VAL", 1.0)
        for _ in range(400):
            await motor.caput("STUP", 1)
            readbacks.append(motor.values["RBV"])
            assert motor.values["RMP"] == 10000

    readbacks = []
    run(scenario, settings=NOISY)
    assert np.std(readbacks) == pytest.approx(0.01, rel=0.15)
    assert np.mean(readbacks) == pytest.approx(1.0, abs=0.002)


def test_status_bits_of_the_encoder_are_set_where_it_is_present():
    motor = run(to_five, settings=ENCODED)
    assert Status.ENCODER_PRESENT in status(motor)
    assert Status.ENCODER_AT_HOME not in status(motor)


def test_home_switch_is_where_the_settings_have_it():
    async def scenario(motor):
        assert (motor.values["ATHM"], motor.values["RBV"]) == (0, 0.0)
        await motor.caput("HVEL", 0.5)
        await motor.caput("HOMF", 1)
        assert (motor.values["ATHM"], motor.values["RBV"]) == (1, 3.0)
        assert status(motor) & (Status.AT_HOME | Status.HOMED) == Status.AT_HOME | Status.HOMED

    run(scenario, settings=settings(home=3.0))


def test_homing_brings_a_redefined_dial_back():
    async def scenario(motor):
        for name, value in (("FOFF", 1), ("SET", 1), ("VAL", 4.0), ("SET", 0), ("HOMR", 1)):
            await motor.caput(name, value)

    values = run(scenario).values
    assert (values["DRBV"], values["ATHM"], values["VAL"]) == (0.0, 1, 0.0)


def test_direction_of_travel_is_that_of_the_last_leg():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        await motor.caput("VAL", 5.0)
        await motor.caput("VAL", -5.0)

    motor = run(scenario)
    assert [value for _, value in motor.posted("TDIR")] == [1, 0, 1]
    assert Status.FORWARD in status(motor)


def test_velocity_is_shown_in_steps_per_second():
    async def scenario(motor):
        await begin(motor, "VAL", 5.0, 1.0)
        assert motor.values["RVEL"] == pytest.approx(20000, abs=1)

    run(scenario)


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0.0, ("NO_ALARM", "NO_ALARM")),
        (2.0, ("HIGH", "MINOR")),
        (4.0, ("HIHI", "MAJOR")),
        (-2.0, ("LOW", "MINOR")),
        (-4.0, ("LOLO", "INVALID")),
    ],
)
def test_levels_of_the_readback_alarm_with_their_severities(position, expected):
    async def scenario(motor):
        for name, value in (("HIHI", 4.0), ("HIGH", 2.0), ("LOW", -2.0), ("LOLO", -4.0)):
            await motor.caput(name, value)
        for name, severity in (("HHSV", 2), ("HSV", 1), ("LSV", 1), ("LLSV", 3)):
            await motor.caput(name, severity)
        await motor.caput("VAL", position)

    values, fields = (motor := run(scenario)).values, motor.fields
    assert tuple(fields[name].choices[values[name]] for name in ("STAT", "SEVR")) == expected


def test_levels_without_a_severity_alarm_nobody():
    async def scenario(motor):
        await motor.caput("HIHI", 1.0)
        await to_five(motor)

    assert run(scenario).values["SEVR"] == 0


def test_soft_limit_inside_the_target_alarms_as_a_switch_does():
    async def scenario(motor):
        await to_five(motor)
        await motor.caput("HLM", 4.0)

    values = run(scenario).values
    assert (values["STAT"], values["SEVR"]) == (4, 2)


def test_small_changes_are_kept_from_monitors_by_mdel():
    async def scenario(motor):
        await motor.caput("MDEL", 1.0)
        await to_five(motor)

    motor = run(scenario)
    shown = [value for _, value in motor.posted("RBV")]
    assert min(np.diff(shown)) > 1.0
    assert len(shown) <= 5
    assert motor.values["RBV"] == 5.0


def test_status_update_reads_once_and_returns_to_off():
    async def scenario(motor):
        await motor.caput("STUP", "ON")

    assert run(scenario).posted("STUP") == [("STUP", 2), ("STUP", 0)]
