"""Filters, amplifiers, and many axes as one."""

import bluesky.plan_stubs as bps
import pytest

from devices import (
    Amplifier,
    Filters,
    InvalidTargetError,
    Motor,
    MoveError,
    OutOfLimitsError,
    PositionSet,
)
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def filters(instant_ioc, connected):
    bank = connected(Filters("I:filters:", name="filters", number=4))
    bank.set(()).wait(PATIENCE)
    yield bank
    bank.set(()).wait(PATIENCE)


@pytest.fixture
def amplifier(instant_ioc, connected):
    made = connected(Amplifier("I:I0:", name="i0_amplifier"))
    before = made.gain
    yield made
    made.set(before).wait(PATIENCE)


@pytest.fixture
def stage(instant_ioc, connected):
    axes = {name: connected(Motor(f"I:sample:{name}", name=name)) for name in "xy"}
    made = PositionSet("stage", axes)
    made.set({"x": 0.0, "y": 0.0}).wait(PATIENCE)
    yield made
    made.set({"x": 0.0, "y": 0.0}).wait(PATIENCE)


# filters


def test_exactly_the_named_filters_are_in(filters):
    filters.set((1, 3)).wait(PATIENCE)
    assert filters.inserted == (1, 3)
    filters.set(2).wait(PATIENCE)
    assert filters.inserted == (2,)
    assert filters.read()["filters"]["value"] == 0b0010


def test_the_transmission_falls_with_each_filter(filters):
    passed = []
    for numbers in [(), (1,), (1, 4)]:
        filters.set(numbers).wait(PATIENCE)
        wait_until(
            "the transmission follows",
            lambda: not passed or filters.transmission.get() < passed[-1] - 1e-4,
        )
        passed.append(filters.transmission.get())
    assert passed[0] == 1.0


@pytest.mark.parametrize("numbers", [(5,), 0, (1, -1), "in", None, (1.5,), True])
def test_a_filter_that_is_not_there_is_refused(filters, numbers):
    with pytest.raises(InvalidTargetError, match="filters has the filters 1 to 4, not"):
        filters.set(numbers)
    assert filters.inserted == ()


def test_filters_move_in_a_plan(engine, filters):
    engine(bps.mv(filters, (2, 3)))
    assert filters.inserted == (2, 3)


# amplifiers


def test_a_gain_is_set_and_read_in_volts_per_ampere(amplifier):
    amplifier.set(1e7).wait(PATIENCE)
    assert amplifier.gain == amplifier.read()["i0_amplifier"]["value"] == 1e7


@pytest.mark.parametrize("gain", [2e6, 0, -1e6, float("nan"), "high"])
def test_a_gain_that_it_lacks_is_refused_with_those_it_has(amplifier, gain):
    with pytest.raises(InvalidTargetError, match=r"has the gains .*1e\+06.* V/A, not"):
        amplifier.set(gain)


def test_an_overload_is_told(amplifier):
    amplifier.set(max(amplifier.gains)).wait(PATIENCE)
    wait_until("the overload is seen", lambda: amplifier.is_overloaded)
    assert "OVERLOADED" in amplifier.info()


# many axes


def test_positions_are_kept_and_restored(stage):
    stage.set({"x": 1.0, "y": 2.0}).wait(PATIENCE)
    kept = stage.positions()
    stage.set({"x": 0.0, "y": 0.0}).wait(PATIENCE)
    stage.restore(kept).wait(PATIENCE)
    assert stage.positions() == kept == {"x": 1.0, "y": 2.0}


def test_some_axes_can_be_left_out(stage):
    stage.restore({"x": 1.0, "y": 2.0}, exclude=["y"]).wait(PATIENCE)
    assert stage.positions() == {"x": 1.0, "y": 0.0}


def test_all_limits_are_checked_before_anything_moves(stage):
    with pytest.raises(OutOfLimitsError, match=r"x cannot go to 99 mm: .*; y cannot go to -99 mm"):
        stage.set({"x": 99.0, "y": -99.0})
    assert stage.positions() == {"x": 0.0, "y": 0.0}


@pytest.mark.parametrize("positions", [{"z": 1.0}, {}], ids=["unknown", "none"])
def test_other_axes_are_refused(stage, positions):
    with pytest.raises(InvalidTargetError, match="stage has the axes x, y, not"):
        stage.set(positions)


def test_if_one_axis_fails_the_others_are_stopped(fast_ioc, connected):
    axes = {name: connected(Motor(f"F:sample:{name}", name=name)) for name in "xy"}
    stage = PositionSet("stage", axes)
    stage.set({"x": 0.0, "y": 0.0}).wait(PATIENCE)
    status = stage.set({"x": 20.0, "y": 20.0})
    wait_until("both are on their way", lambda: min(stage.locate()["readback"].values()) > 1.0)
    write_pv("F:sample:x.STOP", 1)
    with pytest.raises(MoveError, match="moving x to 20 mm failed"):
        status.wait(PATIENCE)
    wait_until("y stands", lambda: not axes["y"].moving)
    assert axes["y"].position < 20.0
    assert read_pv("F:sample:y.DMOV") == 1


def test_many_axes_move_in_a_plan(engine, stage):
    engine(bps.mv(stage, {"x": 0.5}))
    assert stage.positions() == {"x": 0.5, "y": 0.0}
