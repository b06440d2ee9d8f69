"""The motor record without a network: order of events, moving, stopping, jogging, homing."""

import asyncio

import pytest

from sim_ioc.motion.motor_fields import MOST_STEPS
from sim_ioc.motion.motor_status import Status
from tests.unit.sim_ioc.logged_motor import WITHOUT_SWITCHES, begin, run, status
from tests.unit.sim_ioc.virtual_time import now


async def to_five(motor):
    await motor.caput("VAL", 5.0)


@pytest.mark.parametrize("instant", [False, True])
def test_events_of_a_move_come_in_the_order_of_the_record(instant):
    motor = run(to_five, instant=instant)
    events = motor.posted("VAL", "DMOV", "MOVN", "RBV")
    assert events[:3] == [("DMOV", 0), ("VAL", 5.0), ("MOVN", 1)]
    assert events[-3:] == [("RBV", 5.0), ("MOVN", 0), ("DMOV", 1)]
    last_readback, done = [stamp for name, _, stamp in motor.log if name in {"RBV", "DMOV"}][-2:]
    assert last_readback == done


@pytest.mark.parametrize(
    ("options", "seconds"), [({}, 2.7), ({"factor": 10.0}, 0.27), ({"instant": True}, 0.0)]
)
def test_move_takes_the_time_of_the_trapezoid(options, seconds):
    async def scenario(motor):
        await to_five(motor)
        assert now() == pytest.approx(seconds, abs=1e-6)

    run(scenario, **options)


def test_moving_axis_reports_twenty_times_a_second_on_its_trapezoid():
    readbacks = [value for _, value in run(to_five).posted("RBV")]
    # 0.2 s to 2 mm/s, then 0.1 mm every 50 ms
    assert readbacks[:6] == pytest.approx([0.0125, 0.05, 0.1125, 0.2, 0.3, 0.4], abs=1e-4)
    assert len(readbacks) == pytest.approx(2.7 * 20, abs=2)


def test_move_to_where_it_stands_still_shows_a_pulse_of_dmov():
    async def scenario(motor):
        await motor.caput("VAL", 0.0)

    assert run(scenario).posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]


def test_target_beyond_the_limit_moves_nothing_and_says_so():
    async def scenario(motor):
        await motor.caput("VAL", 10.5)

    motor = run(scenario)
    assert motor.values["LVIO"] == 1
    assert motor.values["VAL"] == 0.0
    assert motor.posted("DMOV", "MOVN") == [("DMOV", 0), ("DMOV", 1)]


def test_next_good_target_clears_the_violation():
    async def scenario(motor):
        await motor.caput("VAL", 10.5)
        await motor.caput("VAL", 1.0)

    assert run(scenario).values["LVIO"] == 0


def test_stop_ends_short_and_makes_that_the_target():
    async def scenario(motor):
        move = await begin(motor, "VAL", 8.0, 1.0)
        await motor.caput("STOP", 1)
        await move

    motor = run(scenario)
    # 1.8 mm after a second, and 0.2 mm to brake
    assert motor.values["RBV"] == pytest.approx(2.0, abs=1e-4)
    assert motor.values["VAL"] == motor.values["RBV"]
    assert (motor.values["DMOV"], motor.values["STOP"], motor.values["MISS"]) == (1, 0, 0)


def test_new_target_redirects_and_both_puts_end_there():
    async def scenario(motor):
        first = await begin(motor, "VAL", 8.0, 1.0)
        await motor.caput("VAL", -1.0)
        await first

    motor = run(scenario)
    assert motor.values["RBV"] == -1.0
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]


def test_pause_keeps_the_target_and_go_resumes():
    async def scenario(motor):
        await pause_on_the_way_to_eight(motor)
        assert motor.values["VAL"] == 8.0
        assert motor.values["RBV"] == pytest.approx(2.0, abs=1e-4)
        await motor.caput("SPMG", "Go")

    assert run(scenario).values["RBV"] == 8.0


async def pause_on_the_way_to_eight(motor):
    move = await begin(motor, "VAL", 8.0, 1.0)
    await motor.caput("SPMG", "Pause")
    await move


def test_stop_while_paused_makes_the_position_the_target():
    async def scenario(motor):
        await pause_on_the_way_to_eight(motor)
        await motor.caput("STOP", 1)
        await motor.caput("SPMG", "Go")

    values = run(scenario).values
    assert values["VAL"] == values["RBV"] == pytest.approx(2.0, abs=1e-4)
    assert values["DIFF"] == 0.0


def test_stopped_switch_keeps_the_axis_where_it_is():
    async def scenario(motor):
        await motor.caput("SPMG", "Stop")
        for name in ("VAL", "JOGF", "HOMF"):
            await motor.caput(name, 1)

    motor = run(scenario)
    assert motor.posted("DMOV") == []
    assert (motor.values["RBV"], motor.values["JOGF"], motor.values["HOMF"]) == (0.0, 0, 0)


def test_target_given_while_stopped_is_gone_to_later():
    async def scenario(motor):
        await motor.caput("SPMG", "Stop")
        await motor.caput("VAL", 2.0)
        assert (motor.values["DIFF"], motor.values["RDIF"]) == (2.0, 20000)
        await motor.caput("SPMG", "Go")

    assert run(scenario).values["RBV"] == 2.0


def test_start_of_a_move_shows_at_once_in_difference_and_status():
    async def scenario(motor):
        await begin(motor, "VAL", 5.0, 0.0)
        assert motor.values["DIFF"] == pytest.approx(5.0, abs=1e-3)
        assert Status.MOVING in status(motor)

    run(scenario)


def test_one_move_is_allowed_by_the_switch_on_move():
    async def scenario(motor):
        await motor.caput("SPMG", "Move")
        await motor.caput("VAL", 1.0)
        await motor.caput("VAL", 2.0)

    values = run(scenario).values
    assert (values["RBV"], values["VAL"], values["SPMG"]) == (1.0, 2.0, 1)


def test_backlash_ends_every_move_in_its_direction():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)
        await motor.caput("BDST", 0.5)
        motor.log.clear()
        await motor.caput("VAL", 2.0)

    readbacks = [value for _, value in run(scenario).posted("RBV")]
    assert min(readbacks) == pytest.approx(1.5, abs=0.03)
    assert readbacks[-1] == 2.0


def test_backlash_beyond_a_limit_is_refused():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        await motor.caput("VAL", -9.8)

    assert run(scenario).values["LVIO"] == 1


def test_tweak_relative_and_raw_moves_add_up():
    async def scenario(motor):
        await motor.caput("TWV", 0.25)
        await motor.caput("TWF", 1)
        await motor.caput("RLV", 2.0)
        await motor.caput("TWR", 1)
        await motor.caput("RVAL", motor.values["RVAL"] + 10000)

    values = run(scenario).values
    assert values["RBV"] == pytest.approx(3.0)
    assert (values["TWF"], values["TWR"], values["RLV"]) == (0, 0, 0)


def test_home_ends_at_dial_zero():
    async def scenario(motor):
        await motor.caput("OFF", 2.5)
        await motor.caput("VAL", 5.0)
        await motor.caput("HOMF", 1)

    values = run(scenario).values
    assert (values["DRBV"], values["VAL"], values["ATHM"], values["HOMF"]) == (0.0, 2.5, 1, 0)


def test_jog_runs_until_released():
    async def scenario(motor):
        jog = await begin(motor, "JOGR", 1, 1.0)
        await motor.caput("JOGR", 0)
        await jog

    values = run(scenario).values
    assert values["RBV"] == pytest.approx(-2.0, abs=1e-4)
    assert (values["VAL"], values["JOGR"], values["DMOV"]) == (values["RBV"], 0, 1)


def test_jog_brakes_a_second_before_the_soft_limit_and_says_so():
    async def scenario(motor):
        await motor.caput("JOGF", 1)

    values = run(scenario).values
    # 2 mm/s, which 10 mm/s2 brake within 0.2 mm
    assert values["RBV"] == pytest.approx(10.0 - 2.0 + 0.2)
    assert (values["LVIO"], values["VAL"], values["JOGF"]) == (1, values["RBV"], 0)


def test_jog_within_a_second_of_the_soft_limit_is_refused():
    async def scenario(motor):
        await motor.caput("VAL", 9.0)
        motor.log.clear()
        await motor.caput("JOGF", 1)

    motor = run(scenario)
    assert motor.posted("MOVN") == []
    assert (motor.values["LVIO"], motor.values["JOGF"]) == (1, 0)


@pytest.mark.parametrize("instant", [False, True])
def test_jog_without_limits_ends_before_the_steps_overflow(instant):
    async def scenario(motor):
        for name, value in (("DHLM", 0), ("DLLM", 0), ("VMAX", 0), ("JVEL", 1e12), ("JAR", 1e12)):
            await motor.caput(name, value)
        await motor.caput("JOGF", 1)

    motor = run(scenario, instant=instant, settings=WITHOUT_SWITCHES)
    assert motor.values["RRBV"] == MOST_STEPS
    assert motor.values["DMOV"] == 1


def test_status_bits_say_where_it_is_and_whether_it_was_homed():
    async def scenario(motor):
        await begin(motor, "VAL", 5.0, 1.0)
        assert status(motor) & ~always == Status.MOVING | Status.FORWARD
        await asyncio.sleep(3.0)
        assert status(motor) & ~always == Status.DONE | Status.FORWARD
        await motor.caput("HOMR", 1)
        assert status(motor) & ~always == Status.DONE | Status.AT_HOME | Status.HOMED
        await motor.caput("VAL", 1.0)
        assert status(motor) & ~always == Status.DONE | Status.FORWARD | Status.HOMED

    always = Status.GAIN_SUPPORT | Status.POSITION_KEPT
    run(scenario)


def test_idle_motor_has_no_task():
    async def scenario(motor):
        await motor.caput("VAL", 1.0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario)
