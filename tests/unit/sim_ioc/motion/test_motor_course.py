"""The course of an axis: torque, and the faults that hinder it."""

import asyncio

import pytest

from sim_ioc.faults import MOTOR_FAULTS
from sim_ioc.motion.motor_status import Status
from tests.unit.sim_ioc.logged_motor import begin, run, settings, status
from tests.unit.sim_ioc.virtual_time import now

both_paces = pytest.mark.parametrize("instant", [False, True])


def severity(motor):
    names = ("STAT", "SEVR")
    return tuple(motor.fields[name].choices[motor.values[name]] for name in names)


@both_paces
def test_nothing_moves_without_torque_and_the_record_says_so(instant):
    async def scenario(motor):
        await motor.caput("CNEN", "Disable")
        await motor.caput("VAL", 5.0)

    motor = run(scenario, instant=instant)
    assert (motor.values["RBV"], motor.values["VAL"], motor.values["MISS"]) == (0.0, 5.0, 1)
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]
    assert Status.PROBLEM in status(motor)
    assert Status.POSITION_KEPT not in status(motor)
    assert severity(motor) == ("STATE", "MAJOR")


def test_axis_that_loses_its_torque_stands_at_once():
    async def scenario(motor):
        move = await begin(motor, "VAL", 5.0, 1.1)
        await motor.caput("CNEN", "Disable")
        await move
        assert now() == pytest.approx(1.1, abs=1e-3)

    motor = run(scenario)
    assert motor.values["RBV"] == pytest.approx(2.0)
    assert (motor.values["MISS"], motor.values["VAL"]) == (1, 5.0)


def test_torque_that_is_back_lets_the_axis_move_and_ends_the_alarm():
    async def scenario(motor):
        await motor.caput("CNEN", 0)
        await motor.caput("VAL", 5.0)
        await motor.caput("CNEN", 1)
        assert severity(motor) == ("NO_ALARM", "NO_ALARM")
        await motor.caput("VAL", 5.0)

    values = run(scenario).values
    assert (values["RBV"], values["MISS"]) == (5.0, 0)


@both_paces
def test_stalled_axis_stands_after_a_part_of_its_way(instant):
    async def scenario(motor):
        await motor.fail("stall", 0.6)
        await motor.caput("VAL", 5.0)

    values = run(scenario, instant=instant).values
    assert (values["RBV"], values["VAL"], values["DMOV"], values["MISS"]) == (3.0, 5.0, 1, 1)
    assert values["SEVR"] == 0


def test_stall_is_seen_where_there_is_an_encoder():
    async def scenario(motor):
        await motor.fail("stall", 0.6)
        await motor.caput("VAL", 5.0)

    motor = run(scenario, settings=settings(encoder=True))
    assert Status.STALLED in status(motor)
    assert severity(motor) == ("STATE", "MAJOR")


def test_next_move_without_the_fault_arrives():
    async def scenario(motor):
        await motor.fail("stall", 0.6)
        await motor.caput("VAL", 5.0)
        await motor.fail("stall", 0.0)
        await motor.caput("VAL", 5.0)

    values = run(scenario).values
    assert (values["RBV"], values["MISS"]) == (5.0, 0)


def test_lying_axis_that_stalled_reports_its_target():
    async def scenario(motor):
        await motor.fail("stall", 0.6)
        await motor.fail("lie", 1)
        await motor.caput("VAL", 5.0)
        assert (motor.values["RBV"], motor.values["DIFF"], motor.values["MISS"]) == (5.0, 0.0, 0)
        assert motor.axis.position == pytest.approx(3.0)
        await motor.fail("lie", 0)
        assert motor.values["RBV"] == 3.0

    run(scenario)


@both_paces
def test_endless_move_stands_but_is_never_done(instant):
    async def scenario(motor):
        await motor.fail("endless", 1)
        move = await begin(motor, "VAL", 5.0, 100.0)
        assert not move.done()
        values = motor.values
        assert (values["RBV"], values["MOVN"], values["DMOV"]) == (5.0, 0, 0)
        stop = await begin(motor, "STOP", 1, 100.0)
        assert not stop.done()
        await motor.fail("endless", 0)
        await asyncio.gather(move, stop)
        assert values["DMOV"] == 1

    run(scenario, instant=instant)


@both_paces
def test_endless_move_can_be_redirected(instant):
    async def scenario(motor):
        await motor.fail("endless", 1)
        first = await begin(motor, "VAL", 5.0, 100.0)
        second = await begin(motor, "VAL", -5.0, 100.0)
        assert (motor.values["RBV"], motor.values["DMOV"]) == (-5.0, 0)
        await motor.fail("endless", 0)
        await asyncio.gather(first, second)

    run(scenario, instant=instant)


def test_noise_is_in_the_readback_only():
    async def scenario(motor):
        await motor.caput("RTRY", 0)
        await motor.fail("noise", 0.1)
        await motor.caput("VAL", 5.0)

    motor = run(scenario)
    assert 0 < abs(motor.values["RBV"] - 5.0) < 0.6
    assert (motor.axis.position, motor.values["VAL"], motor.values["RMP"]) == (5.0, 5.0, 50000)


def test_coarse_readback_never_reaches_the_target():
    async def scenario(motor):
        await motor.fail("coarse", 0.25)
        await motor.caput("VAL", 5.1)

    values = run(scenario).values
    assert (values["RBV"], values["VAL"], values["MISS"], values["DMOV"]) == (5.0, 5.1, 1, 1)


@both_paces
def test_controller_that_does_not_answer_moves_nothing_and_alarms(instant):
    async def scenario(motor):
        await motor.fail("comm_error", 1)
        await motor.caput("VAL", 5.0)

    motor = run(scenario, instant=instant)
    assert (motor.values["RBV"], motor.values["MISS"], motor.values["DMOV"]) == (0.0, 1, 1)
    assert Status.NO_ANSWER in status(motor)
    assert severity(motor) == ("COMM", "INVALID")


def test_readback_freezes_while_the_controller_does_not_answer_in_mid_move():
    async def scenario(motor):
        move = await begin(motor, "VAL", 5.0, 1.1)
        await motor.fail("comm_error", 1)
        before = motor.values["RBV"]
        await move
        assert motor.values["RBV"] == before
        assert motor.axis.position == 5.0
        await motor.fail("comm_error", 0)
        assert (motor.values["RBV"], motor.values["SEVR"]) == (5.0, 0)

    run(scenario)


@both_paces
def test_faults_that_are_off_change_nothing(instant):
    async def plain(motor):
        for name, value in (("VAL", 5.0), ("VAL", 50.0), ("BDST", 0.5), ("VAL", 1.0), ("HOMF", 1)):
            await motor.caput(name, value)

    async def with_faults(motor):
        motor.make_faults()
        await plain(motor)

    def events(scenario):
        motor = run(scenario, instant=instant)
        return [(name, value) for name, value, _ in motor.log]

    assert events(with_faults) == events(plain)


def test_every_fault_that_is_put_off_again_leaves_a_record_that_moves():
    async def scenario(motor):
        for name, field in MOTOR_FAULTS.items():
            await motor.fail(name, 1)
            await motor.fail(name, field.default)
        await motor.caput("VAL", 3.0)

    values = run(scenario).values
    assert (values["RBV"], values["DMOV"], values["SEVR"], values["MSTA"]) == (3.0, 1, 0, 0x823)
