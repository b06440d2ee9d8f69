"""Velocities and accelerations: bounds, revolutions, and what follows when one of them changes."""

import pytest

from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.logged_motor import run
from tests.unit.sim_ioc.virtual_time import now


def after(*puts):
    """Return the values after some puts."""

    async def scenario(motor):
        for name, value in puts:
            await motor.caput(name, value)

    return run(scenario).values


def test_velocities_are_shown_in_revolutions():
    values = after(("SREV", 400), ("UREV", 0.5), ("VELO", 3.0))
    assert (values["MRES"], values["UREV"], values["S"]) == (0.00125, 0.5, 6.0)


@pytest.mark.parametrize(
    ("twin", "field"), [("S", "VELO"), ("SBAK", "BVEL"), ("SMAX", "VMAX"), ("SBAS", "VBAS")]
)
def test_velocity_can_be_given_in_revolutions(twin, field):
    values = after((twin, 50.0))
    assert (values[field], values[twin]) == (pytest.approx(50 * 0.02), 50.0)


def test_revolutions_stay_when_the_step_changes():
    values = after(("MRES", 2e-4))
    assert (values["UREV"], values["S"], values["VELO"]) == pytest.approx((0.04, 100.0, 4.0))
    assert (values["VMAX"], values["ACCS"]) == pytest.approx((40.0, 20.0))


def test_step_stays_a_part_of_the_revolution():
    values = after(("SREV", 100))
    assert (values["MRES"], values["UREV"], values["VELO"]) == pytest.approx((2e-4, 0.02, 2.0))


def test_absurd_steps_per_revolution_become_the_usual_ones():
    assert after(("SREV", -5))["SREV"] == 200


def test_highest_velocity_lowers_the_others():
    values = after(("VMAX", 0.5))
    assert [values[name] for name in ("VELO", "BVEL", "JVEL", "HVEL", "S")] == [0.5] * 4 + [25.0]


def test_lowest_velocity_raises_the_others_and_the_highest():
    values = after(("VBAS", 30.0))
    names = ("VELO", "BVEL", "JVEL", "HVEL", "VMAX")
    assert [values[name] for name in names] == [30.0] * 5
    assert (values["SMAX"], values["SBAS"]) == (1500.0, 1500.0)


def test_highest_velocity_below_the_lowest_lowers_that():
    values = after(("VBAS", 1.0), ("VMAX", 0.5))
    assert (values["VBAS"], values["SBAS"]) == (0.5, 25.0)


def test_no_highest_velocity_bounds_nothing():
    assert after(("VMAX", 0), ("VELO", 500.0))["VELO"] == 500.0


def test_acceleration_follows_the_time_to_velocity_and_the_other_way_round():
    assert after(("ACCL", 0.5))["ACCS"] == 4.0
    assert after(("ACCS", 20.0))["ACCL"] == 0.1


def test_time_to_velocity_stays_when_the_velocity_changes_unless_the_acceleration_shall():
    values = after(("VELO", 1.0))
    assert (values["ACCL"], values["ACCS"]) == (0.2, 5.0)
    values = after(("ACCU", "Use ACCS"), ("VELO", 1.0))
    assert (values["ACCL"], values["ACCS"]) == (0.1, 10.0)


def test_times_to_velocity_are_never_0():
    values = after(("ACCL", 0), ("BACC", -1), ("ACCS", 0))
    assert (values["ACCL"], values["BACC"]) == (0.1, 0.1)


@pytest.mark.parametrize("name", ["VBAS", "VMAX", "SBAS"])
def test_negative_bounds_are_refused(name):
    with pytest.raises(PutRefusedError, match="0 or more"):
        after((name, -1.0))


def test_homing_goes_at_its_own_velocity():
    async def scenario(motor):
        await motor.caput("VAL", 5.0)
        start = now()
        await motor.caput("HVEL", 0.5)
        await motor.caput("HOMR", 1)
        assert now() - start == pytest.approx(5 / 0.5 + 0.2, abs=1e-4)

    run(scenario)
