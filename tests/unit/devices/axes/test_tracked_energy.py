"""An energy that takes an undulator along."""

import pytest

from devices.axes.tracked_energy import TrackedEnergy
from devices.errors import DeviceError, FormulaError, InvalidTargetError
from tests.unit.devices.soft_stage import go, soft

TABLE = [(8000.0, 20.0), (10_000.0, 24.0), (12_000.0, 26.0)]


def tracked(gap_limits=(5.0, 50.0)):
    mono = soft("mono", 8000.0, (5000.0, 20_000.0), "eV")
    gap = soft("gap", 20.0, gap_limits)
    return TrackedEnergy(name="energy", energy=mono, followers={"gap": (gap, TABLE)})


def positions(energy):
    return {name: axis.position for name, axis in energy.reals.items()}


@pytest.mark.parametrize(
    ("target", "gap"), [(9000, 22.0), (10_000, 24.0), (11_000, 25.0), (12_000, 26.0)]
)
def test_followers_go_where_their_table_says(target, gap):
    energy = tracked()
    go(energy, target)
    assert positions(energy) == {"energy": target, "gap": gap}
    assert energy.position == target


@pytest.mark.parametrize("target", [7999.0, 12_001.0])
def test_an_energy_beyond_a_table_is_refused_and_nothing_moves(target):
    energy = tracked()
    with pytest.raises(DeviceError, match="energy"):
        energy.set(target)
    assert positions(energy) == {"energy": 8000.0, "gap": 20.0}


def test_a_limit_of_a_follower_refuses_the_energy():
    with pytest.raises(DeviceError, match="gap"):
        tracked(gap_limits=(5.0, 23.0)).set(11_000)


def test_one_that_does_not_track_stays_where_it_is():
    energy = tracked()
    energy.track("gap", "off")
    assert energy.tracked == []
    go(energy, 9000)
    assert positions(energy) == {"energy": 9000.0, "gap": 20.0}
    energy.track("gap")
    go(energy, 10_000)
    assert positions(energy) == {"energy": 10_000.0, "gap": 24.0}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("phase",), "energy has no follower 'phase': there are gap"),
        (("gap", "maybe"), "gap follows energy or not: say 'on' or 'off', not 'maybe'"),
    ],
)
def test_what_cannot_follow_is_refused(arguments, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        tracked().track(*arguments)


@pytest.mark.parametrize(
    "table",
    [[], [(1, 2)], [(1, 2), (1, 3)], [(1, float("nan")), (2, 3)], [(1, 2, 3), (4, 5, 6)]],
    ids=["empty", "one", "twice", "NaN", "three"],
)
def test_a_table_that_cannot_be_interpolated_is_refused(table):
    followers = {"gap": (soft("gap"), table)}
    with pytest.raises(FormulaError, match="the table of gap of energy is two or more pairs"):
        TrackedEnergy(name="energy", energy=soft("mono"), followers=followers)
