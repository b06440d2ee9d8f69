"""How a target is gone to: backlash, parts of the way, retries, settling."""

import numpy as np
import pytest

from tests.unit.sim_ioc.logged_motor import begin, run, settings
from tests.unit.sim_ioc.virtual_time import now

ERRONEOUS = settings(positioning_error=2e-4)
HOPELESS = settings(positioning_error=0.5)
ENCODED = settings(encoder=True, positioning_error=0.05)


def targets(motor, target):
    return [leg.target for leg in motor.moves.plan(target)]


def test_move_with_the_backlash_is_direct():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        assert targets(motor, 5.0) == [5.0]

    run(scenario)


def test_move_against_the_backlash_overshoots_first():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)
        await motor.caput("BDST", 0.5)
        assert targets(motor, 0.0) == [-0.5, 0.0]
        await motor.caput("BDST", -0.5)
        assert targets(motor, 8.0) == [8.5, 8.0]

    run(scenario)


def test_backlash_at_another_velocity_is_a_leg_of_its_own():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        await motor.caput("BVEL", 0.1)
        assert [leg.dynamics.speed for leg in motor.moves.plan(5.0)] == [2.0, 0.1]
        assert targets(motor, 5.0) == [4.5, 5.0]
        await motor.caput("VAL", 5.0)
        # 2.5 mm there, 0.5 mm at the slow velocity, each with its time to velocity
        assert now() == pytest.approx(4.5 / 2 + 0.2 + 0.5 / 0.1 + 0.2, abs=1e-4)

    run(scenario)


def test_short_move_with_the_backlash_goes_at_its_velocity():
    async def scenario(motor):
        await motor.caput("BDST", 0.5)
        await motor.caput("BVEL", 0.1)
        (leg,) = motor.moves.plan(0.4)
        assert (leg.target, leg.dynamics.speed) == (0.4, 0.1)

    run(scenario)


def test_backlash_is_in_dial_coordinates():
    async def scenario(motor):
        await motor.caput("DIR", "Neg")
        await motor.caput("BDST", 0.5)
        await motor.caput("VAL", 3.0)

    readbacks = [value for _, value in run(scenario).posted("RBV")]
    assert max(readbacks) == pytest.approx(3.5, abs=0.03)


def test_part_of_the_way_is_made_up_for_by_retries():
    async def scenario(motor):
        await motor.caput("FRAC", 0.5)
        await motor.caput("VAL", 0.8)

    values = run(scenario).values
    assert values["RBV"] == pytest.approx(0.8 * (1 - 0.5 ** (values["RCNT"] + 1)), abs=5e-4)
    assert values["RCNT"] == 11


def test_axis_with_an_error_retries_until_it_is_within_the_deadband():
    async def scenario(motor):
        await motor.caput("RDBD", 3e-4)
        for target in np.linspace(-8, 8, 9):
            await motor.caput("VAL", target)
            counts.append(motor.values["RCNT"])
            assert abs(motor.values["DIFF"]) < motor.values["RDBD"]
            assert motor.values["MISS"] == 0

    counts = []
    run(scenario, settings=ERRONEOUS)
    assert 0 < max(counts) <= 10


def test_axis_that_runs_out_of_retries_says_that_it_missed():
    async def scenario(motor):
        await motor.caput("RTRY", 3)
        await motor.caput("VAL", 5.0)

    values = run(scenario, settings=HOPELESS).values
    assert (values["MISS"], values["RCNT"], values["VAL"], values["DMOV"]) == (1, 4, 5.0, 1)
    assert abs(values["DIFF"]) >= values["RDBD"]


def test_move_is_not_done_while_it_is_retried():
    async def scenario(motor):
        await motor.caput("RTRY", 3)
        await motor.caput("VAL", 5.0)

    motor = run(scenario, settings=HOPELESS)
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]
    assert [value for _, value in motor.posted("MOVN")] == [1, 0] * 4


def test_axis_without_retries_stays_where_it_came_to_rest():
    async def scenario(motor):
        await motor.caput("RTRY", 0)
        await motor.caput("VAL", 5.0)

    values = run(scenario, settings=HOPELESS).values
    assert (values["MISS"], values["RCNT"]) == (0, 0)
    assert values["RBV"] != 5.0


def test_errors_are_those_of_the_seed():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)

    first, second = (run(scenario, settings=ERRONEOUS).posted("RBV") for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("mode", "parts"),
    [("Default", [1, 1, 1]), ("Arithmetic", [1, 2 / 3, 1 / 3]), ("Geometric", [1, 1 / 2, 1 / 4])],
)
def test_retries_with_an_encoder_go_a_part_of_what_is_left(mode, parts):
    async def scenario(motor):
        await motor.caput("RMOD", mode)
        await motor.caput("RTRY", 3)
        for count, part in enumerate(parts, start=1):
            motor.values["RCNT"] = count
            (leg,) = motor.moves.retry(0.3)
            assert leg.target == pytest.approx(0.3 * part)

    run(scenario, settings=ENCODED)


def test_in_position_mode_waits_instead_of_moving():
    async def scenario(motor):
        await motor.caput("RMOD", "In-Position")
        await motor.caput("RTRY", 2)
        await motor.caput("DLY", 0.5)
        await motor.caput("VAL", 5.0)
        # one settling, and two for the retries
        assert now() == pytest.approx(2.7 + 3 * 0.5, abs=0.5)

    values = run(scenario, settings=HOPELESS).values
    assert (values["MISS"], values["RCNT"]) == (1, 3)


def test_deadband_is_at_least_a_step():
    async def scenario(motor):
        await motor.caput("RDBD", 1e-9)
        assert motor.values["RDBD"] == 1e-4
        await motor.caput("MRES", 1e-3)
        assert motor.values["RDBD"] == 1e-3

    run(scenario)


def test_axis_settles_before_it_is_done():
    async def scenario(motor):
        await motor.caput("DLY", 1.5)
        move = await begin(motor, "VAL", 5.0, 3.0)
        assert (motor.values["MOVN"], motor.values["DMOV"], motor.values["RBV"]) == (0, 0, 5.0)
        await move
        assert now() == pytest.approx(2.7 + 1.5)

    run(scenario)


@pytest.mark.parametrize(("deadband", "pulses"), [(0.0, [1, 0]), (0.5, [])])
def test_target_near_the_readback_moves_nothing(deadband, pulses):
    async def scenario(motor):
        await motor.caput("SPDB", deadband)
        await motor.caput("VAL", 0.4)

    motor = run(scenario)
    assert [value for _, value in motor.posted("MOVN")] == pulses
    assert motor.posted("DMOV") == [("DMOV", 0), ("DMOV", 1)]
