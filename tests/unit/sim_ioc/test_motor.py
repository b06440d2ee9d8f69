"""The motor record without a network: order of events, algebra, limits, stopping."""

import asyncio
import time

import pytest

from sim_ioc.clock import Clock
from sim_ioc.errors import PutRefusedError
from sim_ioc.fields import checked
from sim_ioc.motor import Motor
from sim_ioc.motor_fields import MotorSettings

SETTINGS = MotorSettings("test axis", "mm", -10.0, 10.0, 0.0, 2.0, seconds_to_velocity=0.2)


class LoggedMotor(Motor):
    """Keep what is posted, as a client that monitors everything would."""

    def __init__(self, settings: MotorSettings = SETTINGS, factor: float = 20.0, **options):
        self.log = []
        super().__init__("m", settings, Clock(factor, **options))

    async def post(self, timestamp=None, /, **values):
        stamp = time.time() if timestamp is None else timestamp
        self.log += [(name, value, stamp) for name, value in values.items()]
        await super().post(stamp, **values)

    async def caput(self, name, value):
        field = self.fields[name]
        await self.put(field, checked(field, value))

    def posted(self, *names):
        return [(name, value) for name, value, _ in self.log if name in names]


def run(scenario, **options):
    """Run a coroutine function on a fresh motor; return the motor."""

    async def main():
        motor = LoggedMotor(**options)
        async with asyncio.timeout(10):
            await scenario(motor)
        return motor

    return asyncio.run(main())


async def to_five(motor):
    await motor.caput("VAL", 5.0)


@pytest.mark.parametrize("instant", [False, True])
def test_events_of_a_move_come_in_the_order_of_the_record(instant):
    motor = run(to_five, instant=instant)
    events = motor.posted("VAL", "DMOV", "MOVN", "RBV")
    assert events[:3] == [("VAL", 5.0), ("DMOV", 0), ("MOVN", 1)]
    assert events[-3:] == [("RBV", 5.0), ("MOVN", 0), ("DMOV", 1)]
    last_readback, done = [stamp for name, _, stamp in motor.log if name in {"RBV", "DMOV"}][-2:]
    assert last_readback == done


def test_move_takes_the_time_of_the_trapezoid():
    started = time.monotonic()
    run(to_five, factor=10.0)
    # a busy machine may be late, never early
    assert 0.99 * 0.27 < time.monotonic() - started < 0.27 + 0.5


def test_instant_move_takes_no_time():
    started = time.monotonic()
    run(to_five, instant=True, factor=1e-3)
    assert time.monotonic() - started < 1.0


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
    assert motor.posted("DMOV") == []


def test_next_good_target_clears_the_violation():
    async def scenario(motor):
        await motor.caput("VAL", 10.5)
        await motor.caput("VAL", 1.0)

    assert run(scenario).values["LVIO"] == 0


def test_equal_limits_mean_no_limits():
    async def scenario(motor):
        await motor.caput("DHLM", 0.0)
        await motor.caput("DLLM", 0.0)
        await motor.caput("VAL", 50.0)

    assert run(scenario, factor=1000).values["RBV"] == 50.0


def test_stop_ends_short_and_makes_that_the_target():
    async def scenario(motor):
        move = asyncio.create_task(motor.caput("VAL", 8.0))
        await asyncio.sleep(0.1)
        await motor.caput("STOP", 1)
        await move

    motor = run(scenario, factor=10.0)
    assert 0.5 < motor.values["RBV"] < 7.0
    assert motor.values["VAL"] == motor.values["RBV"]
    assert (motor.values["DMOV"], motor.values["STOP"], motor.values["MISS"]) == (1, 0, 0)


def test_new_target_redirects_and_both_puts_end_there():
    async def scenario(motor):
        first = asyncio.create_task(motor.caput("VAL", 8.0))
        await asyncio.sleep(0.1)
        await motor.caput("VAL", -1.0)
        await first

    motor = run(scenario, factor=10.0)
    assert motor.values["RBV"] == -1.0
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]


def test_pause_keeps_the_target_and_go_resumes():
    async def scenario(motor):
        move = asyncio.create_task(motor.caput("VAL", 8.0))
        await asyncio.sleep(0.1)
        await motor.caput("SPMG", "Pause")
        await move
        assert motor.values["VAL"] == 8.0
        assert motor.values["RBV"] < 7.0
        await motor.caput("SPMG", "Go")

    assert run(scenario, factor=10.0).values["RBV"] == 8.0


def test_backlash_ends_every_move_in_its_direction():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)
        await motor.caput("BDST", 0.5)
        motor.log.clear()
        await motor.caput("VAL", 2.0)

    readbacks = [value for _, value in run(scenario, factor=4.0).posted("RBV")]
    assert min(readbacks) < 1.9
    assert readbacks[-1] == 2.0


def test_backlash_beyond_a_limit_is_refused():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        await motor.caput("VAL", -9.8)

    assert run(scenario).values["LVIO"] == 1


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
        jog = asyncio.create_task(motor.caput("JOGR", 1))
        await asyncio.sleep(0.1)
        await motor.caput("JOGR", 0)
        await jog

    values = run(scenario, factor=10.0).values
    assert -5.0 < values["RBV"] < -0.5
    assert (values["VAL"], values["JOGR"], values["DMOV"]) == (values["RBV"], 0, 1)


def test_jog_ends_at_the_soft_limit():
    async def scenario(motor):
        await motor.caput("JOGF", 1)

    assert run(scenario, factor=100.0).values["RBV"] == 10.0


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
        move = asyncio.create_task(motor.caput("VAL", 5.0))
        await asyncio.sleep(0.05)
        await motor.caput("SET", 1)
        try:
            with pytest.raises(PutRefusedError, match="is moving"):
                await motor.caput("VAL", 0.0)
        finally:
            await motor.caput("SET", 0)
            await move

    run(scenario, factor=10.0)


def test_absurd_distance_is_refused():
    async def scenario(motor):
        await motor.caput("DHLM", 0)
        await motor.caput("DLLM", 0)
        await motor.caput("VAL", 1e11)

    with pytest.raises(PutRefusedError, match="count that far"):
        run(scenario)


def test_status_bits_say_done_and_homed():
    done, moving, homed = 1 << 1, 1 << 10, 1 << 14
    bits = int(run(to_five).values["MSTA"])
    assert bits & done
    assert not bits & moving
    assert not bits & homed


def test_idle_motor_has_no_task():
    async def main():
        motor = LoggedMotor()
        await motor.caput("VAL", 1.0)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(main()) == set()
