"""A soft axis takes up the backlash of what has none of its own (BL-53)."""

from types import SimpleNamespace

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import pytest
from ophyd import SoftPositioner
from ophyd.sim import SynAxis, SynSignal

from devices import InvalidTargetError, MoveError, OutOfLimitsError, SoftAxis
from planlib import check
from tests.unit.devices.soft_stage import Slow, go
from tests.waiting import PATIENCE, wait_until


class Recorded:
    """A stage that keeps where it was sent."""

    def __init__(self):
        self.visited = [0.0]

    def tell(self):
        return self.visited[-1]

    def go(self, target):
        self.visited.append(target)


def axis(backlash, **options):
    return SoftAxis(Recorded(), "tell", "go", name="x", egu="mm", backlash=backlash, **options)


@pytest.mark.parametrize(
    ("backlash", "target", "visited"),
    [
        (0.5, 2.0, [2.0]),
        (0.5, -2.0, [-2.5, -2.0]),
        (-0.5, 2.0, [2.5, 2.0]),
        (-0.5, -2.0, [-2.0]),
        (0.0, -2.0, [-2.0]),
        (0.5, 0.0, [0.0]),
    ],
)
def test_it_overshoots_only_against_the_sign_of_its_backlash(backlash, target, visited):
    x = axis(backlash)
    go(x, target)
    assert x.thing.visited[1:] == visited


def test_a_stock_positioner_overshoots_in_a_scan(engine):
    stock = SynAxis(name="stock")
    visited = []
    stock.subscribe(lambda value, **_: visited.append(value), run=False)
    x = SoftAxis(stock, name="x", backlash=0.5)
    engine(bp.scan([], x, 1, -1, 3))
    assert visited == [1, -0.5, 0, -1.5, -1]


def test_a_target_whose_overshoot_lies_beyond_a_limit_is_refused():
    x = axis(0.5, limits=(-2, 2))
    with pytest.raises(
        OutOfLimitsError,
        match=r"x cannot go to -1\.8 mm: for its backlash it would overshoot to -2\.3 mm, and its "
        "limits are -2 to 2 mm",
    ):
        x.set(-1.8)
    assert x.thing.visited == [0.0]
    go(x, 1.8)


def test_a_dry_run_counts_the_overshoot():
    x, detector = axis(0.5, limits=(-2, 2)), SynSignal(name="detector")
    (problem,) = check(bp.scan([detector], x, 0, -1.8, 3)).problems
    assert "would overshoot to -2.3 mm" in problem
    assert not check(bp.scan([detector], x, 0, 1.8, 3)).problems


def test_its_end_is_where_it_was_sent():
    stock = SoftPositioner(name="stock", init_pos=0.0)
    x = SoftAxis(stock, name="x", backlash=0.5)
    go(x, -2)
    assert (stock.position, x.position, x.target) == (-2.0, -2.0, -2.0)


def test_stopped_on_its_overshoot_it_does_not_come_back():
    x = SoftAxis(Slow(), "where", "go", name="x", egu="mm", backlash=0.5)
    status = x.set(-2)
    wait_until("it is under way", lambda: x.thing.calls == [-2.5])
    x.stop()
    with pytest.raises(MoveError, match="it was stopped"):
        status.wait(PATIENCE)
    assert x.thing.calls == [-2.5, "stop"]


def test_an_overshoot_that_fails_fails_the_move(engine):
    def refuse(target):
        raise RuntimeError("no power")

    x = SoftAxis(SimpleNamespace(now=0.0, go=refuse), "now", "go", name="x", backlash=1)
    with pytest.raises(MoveError, match=r"moving x to -2 failed: no power"):
        go(x, -2)


@pytest.mark.parametrize("backlash", ["0.5", None, float("nan"), True])
def test_a_backlash_that_is_no_number_is_refused(backlash):
    with pytest.raises(InvalidTargetError, match="the backlash of x is a number, not"):
        axis(backlash)


def test_it_overshoots_in_a_move_of_a_plan(engine):
    x = axis(0.5)
    engine(bps.mv(x, -1))
    assert x.thing.visited == [0.0, -1.5, -1.0]
