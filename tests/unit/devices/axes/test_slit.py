"""Gap and centre of two blades, in both conventions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.axes.slit import BladePair, Slit
from devices.errors import OutOfLimitsError
from tests.unit.devices.soft_stage import go, soft
from tests.waiting import PATIENCE

lengths = st.floats(-100, 100)


def slit(*, opposed=False, limits=(-5.0, 5.0)):
    low, high = (soft(name, 1.0, limits) for name in ("low", "high"))
    return Slit(name="slit", low=low, high=high, opposed=opposed)


def blades(made):
    return tuple(axis.position for axis in made.reals.values())


@given(lengths, lengths, st.booleans())
def test_gap_and_center_come_back_from_the_blades(gap, center, opposed):
    pair = BladePair(opposed)
    found = pair.inverse(pair.forward({"gap": gap, "center": center}))
    assert found == pytest.approx({"gap": gap, "center": center}, abs=1e-12)


@pytest.mark.parametrize(("opposed", "expected"), [(False, (0.5, 2.5)), (True, (-0.5, 2.5))])
def test_the_blades_stand_on_both_sides_of_the_center(opposed, expected):
    made = slit(opposed=opposed)
    made.set({"gap": 2.0, "center": 1.5}).wait(PATIENCE)
    assert blades(made) == expected


def test_opening_keeps_the_center():
    made = slit()
    go(made.center, 0.5)
    go(made.gap, 2.0)
    assert blades(made) == (-0.5, 1.5)


def test_moving_keeps_the_gap():
    made = slit(opposed=True)
    go(made.gap, 2.0)
    go(made.center, 1.0)
    assert blades(made) == (0.0, 2.0)


def test_a_blade_that_cannot_go_refuses_the_gap():
    expected = "slit_gap cannot go to 20 mm: low would have to go to -9 mm, and its limits are -5"
    with pytest.raises(OutOfLimitsError, match=expected):
        slit().gap.set(20.0)


def test_the_limits_of_the_gap_follow_from_where_the_center_is():
    assert slit().gap.limits == pytest.approx((-8, 8))
