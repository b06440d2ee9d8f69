"""What is set up on a motor record: the algebra of coordinates and limits, speeds, refusals."""

import pytest

from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.logged_motor import WITHOUT_SWITCHES, begin, run


def test_equal_limits_mean_no_limits():
    async def scenario(motor):
        await motor.caput("DHLM", 0.0)
        await motor.caput("DLLM", 0.0)
        await motor.caput("VAL", 50.0)

    assert run(scenario, settings=WITHOUT_SWITCHES).values["RBV"] == 50.0


def test_setting_the_user_position_changes_the_offset_and_moves_nothing():
    async def scenario(motor):
        await motor.caput("VAL", 3.0)
        await motor.caput("SET", "Set")
        await motor.caput("VAL", 10.0)
        await motor.caput("SET", "Use")

    values = run(scenario).values
    assert (values["VAL"], values["RBV"], values["DVAL"], values["OFF"]) == (10.0, 10.0, 3.0, 7.0)
    assert (values["LLM"], values["HLM"], values["DLLM"], values["DHLM"]) == (-3, 17, -10, 10)


def test_setting_with_a_frozen_offset_changes_the_dial():
    async def scenario(motor):
        await motor.caput("FOFF", "Frozen")
        await motor.caput("SET", "Set")
        await motor.caput("VAL", 4.0)

    motor = run(scenario)
    assert (motor.values["DRBV"], motor.values["OFF"]) == (4.0, 0.0)
    assert motor.axis.position == 0.0


def test_setting_the_dial_keeps_the_user_position():
    async def scenario(motor):
        await motor.caput("VAL", 3.0)
        await motor.caput("SET", "Set")
        await motor.caput("DVAL", 1.0)

    values = run(scenario).values
    assert (values["RBV"], values["DRBV"], values["OFF"]) == (3.0, 1.0, 2.0)


def test_turning_the_direction_keeps_the_user_position():
    async def scenario(motor):
        await motor.caput("VAL", 3.0)
        await motor.caput("DIR", "Neg")

    values = run(scenario).values
    assert (values["VAL"], values["RBV"], values["OFF"]) == (3.0, 3.0, 6.0)
    assert (values["LLM"], values["HLM"]) == (-4.0, 16.0)


def test_offset_shifts_user_coordinates_and_limits():
    async def scenario(motor):
        await motor.caput("OFF", 2.5)

    values = run(scenario).values
    assert (values["VAL"], values["RBV"], values["HLM"]) == (2.5, 2.5, 12.5)


def test_speed_stays_within_the_highest():
    async def scenario(motor):
        await motor.caput("VELO", 1e6)

    assert run(scenario).values["VELO"] == 20.0


@pytest.mark.parametrize(
    ("name", "value"), [("VELO", 0), ("MRES", 0), ("PREC", 99), ("EGU", "furlongs"), ("RDBD", -1)]
)
def test_settings_that_make_no_sense_are_refused(name, value):
    with pytest.raises(PutRefusedError, match=name):
        run(lambda motor: motor.caput(name, value))


def test_position_cannot_be_set_while_moving():
    async def scenario(motor):
        move = await begin(motor, "VAL", 5.0, 0.5)
        await motor.caput("SET", 1)
        with pytest.raises(PutRefusedError, match="is moving"):
            await motor.caput("VAL", 0.0)
        await move

    assert run(scenario).values["RBV"] == 5.0


def test_absurd_distance_is_refused():
    async def scenario(motor):
        await motor.caput("DHLM", 0)
        await motor.caput("DLLM", 0)
        await motor.caput("VAL", 1e11)

    with pytest.raises(PutRefusedError, match="counts up to"):
        run(scenario)


def test_limits_typed_in_user_coordinates_read_back_as_typed():
    async def scenario(motor):
        await motor.caput("OFF", 2.5)
        await motor.caput("DIR", "Neg")
        await motor.caput("LLM", -1.0)
        await motor.caput("HLM", 0.0)

    values = run(scenario).values
    assert (values["LLM"], values["HLM"]) == (-1.0, 0.0)


@pytest.mark.parametrize(("low", "high"), [("LLM", "HLM"), ("DLLM", "DHLM")])
def test_limits_both_zero_read_back_as_typed_and_limit_nothing(low, high):
    async def scenario(motor):
        await motor.caput("OFF", 2.5)
        await motor.caput(low, 0.0)
        await motor.caput(high, 0.0)
        await motor.caput("VAL", 50.0)

    values = run(scenario, instant=True, settings=WITHOUT_SWITCHES).values
    assert (values[low], values[high], values["RBV"]) == (0.0, 0.0, 50.0)


def test_limit_inside_the_target_is_a_violation_at_once():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)
        await motor.caput("HLM", 4.0)

    assert run(scenario, instant=True).values["LVIO"] == 1


def test_jog_acceleration_is_no_speed():
    async def scenario(motor):
        await motor.caput("VBAS", 1.0)
        await motor.caput("JAR", 0.5)

    assert run(scenario).values["JAR"] == 0.5


def test_step_too_fine_to_count_where_it_stands_is_refused():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)
        await motor.caput("MRES", 1e-9)

    with pytest.raises(PutRefusedError, match="at least"):
        run(scenario, instant=True)


@pytest.mark.parametrize("name", ["VAL", "DVAL"])
@pytest.mark.parametrize("frozen", ["Variable", "Frozen"])
def test_position_is_never_set_beyond_what_can_be_counted(name, frozen):
    async def scenario(motor):
        await motor.caput("FOFF", frozen)
        await motor.caput("SET", "Set")
        await motor.caput(name, 1e11)

    if (name, frozen) == ("VAL", "Variable"):
        assert run(scenario).values["RBV"] == 1e11
    else:
        with pytest.raises(PutRefusedError, match="counts up to"):
            run(scenario)


def test_limits_are_shown_in_steps_which_a_negative_step_exchanges():
    async def scenario(motor):
        assert (motor.values["RLLM"], motor.values["RHLM"]) == pytest.approx((-1e5, 1e5))
        await motor.caput("DHLM", 5.0)
        await motor.caput("MRES", -1e-3)

    values = run(scenario).values
    assert (values["RLLM"], values["RHLM"]) == pytest.approx((-5e3, 1e4))


def test_position_of_the_axis_belongs_to_a_user_position_whatever_was_redefined():
    async def scenario(motor):
        for name, value in (("DIR", 1), ("OFF", 2.5), ("FOFF", 1), ("SET", 1), ("DVAL", 7.0)):
            await motor.caput(name, value)
        await motor.caput("SET", 0)
        await motor.caput("VAL", -1.25)
        assert motor.axis.position == pytest.approx(motor.axis_position(-1.25))

    run(scenario)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("FRAC", 9.0, 1.5), ("FRAC", 0.0, 0.1), ("NTMF", 0, 2), ("PCOF", 3.0, 1.0), ("ICOF", -1, 0.0)],
)
def test_settings_are_kept_within_what_the_record_takes(name, value, kept):
    async def scenario(motor):
        await motor.caput(name, value)

    assert run(scenario).values[name] == kept


def test_target_beyond_the_limits_may_be_left_towards_them():
    async def scenario(motor):
        await motor.caput("VAL", 8.0)
        await motor.caput("HLM", 2.0)
        await motor.caput("VAL", 9.0)
        assert (motor.values["LVIO"], motor.values["VAL"]) == (1, 8.0)
        await motor.caput("VAL", 5.0)
        assert (motor.values["LVIO"], motor.values["RBV"]) == (0, 5.0)

    run(scenario)


def test_limits_that_are_swapped_allow_nothing():
    async def scenario(motor):
        await motor.caput("DLLM", 20.0)
        await motor.caput("VAL", 1.0)

    values = run(scenario).values
    assert (values["LVIO"], values["RBV"]) == (1, 0.0)
