"""Buttons and switches of the record that have no target of their own."""

import pytest

from tests.unit.sim_ioc.logged_motor import begin, run, settings


def test_released_jog_takes_out_the_backlash():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        jog = await begin(motor, "JOGF", 1, 1.0)
        await motor.caput("JOGF", 0)
        await jog

    motor = run(scenario)
    readbacks = [value for _, value in motor.posted("RBV")]
    turned = readbacks.index(max(readbacks))
    assert min(readbacks[turned:]) == pytest.approx(1.5, abs=0.03)
    assert readbacks[-1] == motor.values["VAL"] == pytest.approx(2.0, abs=1e-4)
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]


def test_stopped_jog_stays_where_it_stopped():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        jog = await begin(motor, "JOGF", 1, 1.0)
        await motor.caput("STOP", 1)
        await jog

    motor = run(scenario)
    assert motor.values["RBV"] == pytest.approx(2.0, abs=1e-4)
    assert (motor.values["JOGF"], motor.values["DMOV"]) == (0, 1)


def test_jog_takes_a_new_velocity_at_once():
    async def scenario(motor):
        jog = await begin(motor, "JOGR", 1, 1.0)
        await motor.caput("JVEL", 0.5)
        await begin(motor, "JOGF", 0, 2.0)
        assert motor.axis.velocity == -0.5
        await motor.caput("JOGR", 0)
        await jog

    assert run(scenario).values["DMOV"] == 1


def test_other_jog_button_turns_a_jog_round():
    async def scenario(motor):
        first = await begin(motor, "JOGF", 1, 1.0)
        second = await begin(motor, "JOGR", 1, 1.0)
        assert (motor.values["JOGF"], motor.values["JOGR"]) == (0, 1)
        assert motor.axis.velocity == -2.0
        await motor.caput("JOGR", 0)
        await first
        await second

    run(scenario)


@pytest.mark.parametrize("direction", ["Pos", "Neg"])
def test_jog_goes_the_users_way(direction):
    async def scenario(motor):
        await motor.caput("DIR", direction)
        jog = await begin(motor, "JOGF", 1, 1.0)
        await motor.caput("JOGF", 0)
        await jog

    assert run(scenario).values["RBV"] == pytest.approx(2.0, abs=1e-4)


def test_sync_makes_the_readback_the_target():
    async def scenario(motor):
        await motor.caput("RTRY", 0)
        await motor.caput("VAL", 5.0)
        assert motor.values["RBV"] != 5.0
        await motor.caput("SYNC", 1)

    values = run(scenario, settings=settings(positioning_error=0.5)).values
    assert values["VAL"] == values["RBV"]
    assert (values["DIFF"], values["SYNC"]) == (0.0, 0)


@pytest.mark.parametrize(
    ("button", "field", "value"), [("SSET", "SET", 1), ("FOF", "FOFF", 1), ("VOF", "FOFF", 0)]
)
def test_buttons_turn_switches(button, field, value):
    async def scenario(motor):
        await motor.caput(field, 1 - value)
        await motor.caput(button, 1)

    assert run(scenario).values[field] == value


def test_set_can_be_ignored():
    async def scenario(motor):
        await motor.caput("SET", 1)
        await motor.caput("IGSET", 1)
        await motor.caput("VAL", 2.0)

    values = run(scenario).values
    assert (values["RBV"], values["OFF"]) == (2.0, 0.0)


def test_setting_a_position_shows_a_pulse_of_dmov_and_moves_nothing():
    async def scenario(motor):
        await motor.caput("SSET", 1)
        await motor.caput("VAL", 2.0)

    motor = run(scenario)
    assert motor.posted("DMOV", "MOVN") == [("DMOV", 0), ("DMOV", 1)]


def test_last_targets_and_what_is_in_progress_are_shown():
    async def scenario(motor):
        await motor.caput("VAL", 2.0)
        move = await begin(motor, "VAL", 5.0, 0.5)
        assert (motor.values["LVAL"], motor.values["MIP"]) == (5.0, 0x20)
        await motor.caput("STOP", 1)
        await move

    values = run(scenario).values
    assert (values["LVAL"], values["LRVL"], values["MIP"]) == (
        values["VAL"],
        values["RVAL"],
        0,
    )
