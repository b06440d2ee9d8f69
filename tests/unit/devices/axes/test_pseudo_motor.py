"""Axes by formulas that are texts: what they may refer to, and where that sends everything."""

import math
from types import SimpleNamespace

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import SoftAxis
from devices.errors import (
    DeviceError,
    InvalidTargetError,
    MoveError,
    OutOfLimitsError,
)
from tests.unit.devices.soft_stage import go, pseudo, slow, soft
from tests.waiting import PATIENCE, wait_until

# --- where it is, and where it sends others


def test_the_inverse_tells_where_it_is():
    assert pseudo(reals={"x": soft("x", 3.0)}).position == 1.5


class Dialled(SoftAxis):
    """A soft axis with a dial, that is further on each time that it is asked."""

    asked = 0.0

    @property
    def position(self):
        self.asked += 1
        return self.asked

    def to_dial(self, position):
        return position - 10


def test_its_position_and_its_dial_are_of_one_moment():
    real = Dialled(SimpleNamespace(value=0.0), "value", name="x", egu="mm", limits=(-1000, 1000))
    user, dial = pseudo(reals={"x": real}).user_and_dial
    assert dial == user - 5


def test_the_forward_formula_sends_the_axis():
    axis = pseudo()
    go(axis, 4.0)
    assert axis.reals["x"].position == 8.0
    assert axis.locate() == {"setpoint": 4.0, "readback": 4.0}


def test_formulas_may_name_any_axis():
    offset = soft("offset", 1.0)
    axis = pseudo(
        forward={"x": "T[p] + A[offset]"}, inverse="A[x] - A[offset]", axes={"offset": offset}
    )
    go(axis, 4.0)
    assert axis.reals["x"].position == 5.0
    go(offset, 2.0)
    assert axis.position == 3.0


def test_the_target_of_an_axis_that_goes_nowhere_is_where_it_is():
    other = soft("other", tolerance=1.0)
    go(other, 3.0)
    other.thing.value = 3.5
    axis = pseudo(forward={"x": "T[p] + T[other]"}, axes={"other": other})
    go(axis, 1.0)
    assert axis.reals["x"].position == 4.5


def test_the_target_of_an_axis_under_way_is_where_it_goes():
    other = slow("other")
    axis = pseudo(forward={"x": "T[p] + T[other]"}, axes={"other": other})
    status = other.set(3.0)
    go(axis, 1.0)
    assert axis.reals["x"].position == 4.0
    other.thing.may_end.set()
    status.wait(PATIENCE)


def test_the_position_of_an_axis_under_way_is_where_it_is():
    other = slow("other")
    axis = pseudo(forward={"x": "T[p] + A[other]"}, axes={"other": other})
    status = other.set(3.0)
    go(axis, 1.0)
    assert axis.reals["x"].position == 1.0
    other.thing.may_end.set()
    status.wait(PATIENCE)


def test_formulas_refer_to_where_others_are_sent_in_the_same_move():
    x, y = soft("x"), soft("y")
    axis = pseudo(reals={"x": x, "y": y}, forward={"x": "2 * T[p]", "y": "10 * T[x]"})
    go(axis, 3.0)
    assert (x.position, y.position) == (6.0, 60.0)


def test_constants_are_named_in_formulas():
    axis = pseudo(forward={"x": "T[p] * k"}, inverse="A[x] / k", constants={"k": 4.0})
    go(axis, 2.0)
    assert axis.reals["x"].position == 8.0


@given(st.floats(-400, 400))
def test_a_position_comes_back_from_the_axes(position):
    axis = pseudo(forward={"x": "2 * T[p] + 1"}, inverse="(A[x] - 1) / 2")
    go(axis, position)
    assert axis.position == pytest.approx(position, rel=1e-12, abs=1e-12)


def test_the_target_of_a_pseudo_axis_under_way_is_where_it_was_sent():
    other = slow("other")
    half = pseudo("half", {"x": other}, {"x": "2 * T[half]"})
    axis = pseudo(reals={"y": soft("y")}, forward={"y": "T[half]"}, inverse="A[y]",
                  axes={"half": half})  # fmt: skip
    status = half.set(1.5)
    go(axis, 0.0)
    assert axis.reals["y"].position == 1.5
    other.thing.may_end.set()
    status.wait(PATIENCE)


def test_its_range_says_where_it_ends_by_itself():
    axis = pseudo(reals={"x": soft("x", limits=(-4, 10))}, limits=(0, 100))
    assert "(ended below by its own limit, above by x)" in axis.info()


# --- what it refuses


def test_a_target_without_a_position_is_refused():
    axis = pseudo(forward={"x": "sqrt(T[p])"}, inverse="A[x] ** 2")
    with pytest.raises(OutOfLimitsError, match="p cannot go to -1 mm: x has no position for it"):
        axis.set(-1.0)


def test_its_own_limits_refuse_too():
    with pytest.raises(OutOfLimitsError, match="p cannot go to 7 mm: its own limits are 0 to 5 mm"):
        pseudo(limits=(0, 5)).set(7.0)


@pytest.mark.parametrize("target", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("forward", ["T[p]", "1"])
def test_a_target_that_is_not_finite_is_refused(target, forward):
    with pytest.raises(InvalidTargetError, match=r"^p cannot go to"):
        pseudo(forward={"x": forward}).set(target)


def test_what_an_axis_itself_refuses_is_told_with_the_target():
    class Sticky(type(soft("x"))):
        def check_values(self, positions):
            if max(positions) > 5:
                raise OutOfLimitsError("x stands on its high limit switch")

    x = soft("x")
    x.__class__ = Sticky
    axis = pseudo(reals={"x": x})
    with pytest.raises(OutOfLimitsError, match="p cannot go to 3 mm: x stands on its high limit"):
        axis.check_values([0.0, 1.0, 2.0, 3.0, 4.0])


def test_a_busy_axis_of_another_move_is_left_alone():
    x, y = slow("x"), slow("y")
    other = y.set(1.0)
    axis = pseudo(reals={"x": x, "y": y}, forward={"x": "T[p]", "y": "T[p]"})
    with pytest.raises(MoveError, match="y still moves to 1 mm"):
        axis.set(2.0)
    y.thing.may_end.set()
    other.wait(PATIENCE)
    assert y.position == 1.0


# --- limits


def test_its_limits_follow_from_those_of_the_axes():
    assert pseudo(reals={"x": soft("x", limits=(-4, 10))}).limits == pytest.approx((-2, 5))


def test_its_own_limits_make_them_narrower():
    axis = pseudo(reals={"x": soft("x", limits=(-4, 10))}, limits=(0, 100))
    assert axis.limits == pytest.approx((0, 5))


def test_every_position_within_the_limits_is_accepted_and_none_beyond():
    axis = pseudo(
        reals={"x": soft("x", 1.0, limits=(0.5, 10)), "y": soft("y", limits=(0, 3))},
        forward={"x": "exp(T[p])", "y": "T[p] + 1"},
        inverse="log(A[x])",
    )
    low, high = axis.limits
    assert (low, high) == pytest.approx((math.log(0.5), 2.0), rel=1e-12)
    axis.check_values(np.linspace(low, high, 101))
    for beyond in (low - 1e-9, high + 1e-9):
        with pytest.raises(OutOfLimitsError):
            axis.check_value(beyond)


def test_over_unlimited_axes_there_are_no_limits():
    axis = pseudo(reals={"x": soft("x", limits=None)})
    assert axis.limits == (-math.inf, math.inf)
    assert "lower_ctrl_limit" not in axis.describe()["p"]


def test_an_axis_that_can_go_nowhere_says_so():
    axis = pseudo(forward={"x": "5000"}, inverse="A[x]")
    with pytest.raises(OutOfLimitsError, match=r"p can go nowhere within .* x -1000 to 1000 mm"):
        _ = axis.limits


# --- what it is for people and data


def test_the_position_may_be_undefined():
    axis = pseudo(inverse="log(A[x])")
    assert math.isnan(axis.position)
    assert math.isnan(axis.read()["p"]["value"])


def test_its_description_has_unit_precision_and_limits():
    described = pseudo(reals={"x": soft("x", limits=(-4, 10))}, precision=2).describe()["p"]
    assert (described["units"], described["precision"]) == ("mm", 2)
    limits = described["lower_ctrl_limit"], described["upper_ctrl_limit"]
    assert limits == pytest.approx((-2, 5))


def test_the_formulas_are_in_its_configuration():
    axis = pseudo(forward={"x": "k * T[p]"}, constants={"k": 2.0})
    values = {name: reading["value"] for name, reading in axis.read_configuration().items()}
    assert values == {"p_formula_p": "A[x] / 2", "p_formula_x": "k * T[p]", "p_k": 2.0}
    assert set(axis.describe_configuration()) == set(values)


def test_it_says_what_where_and_over_what_it_is():
    axis = pseudo(reals={"x": soft("x", 3.0, limits=(-4, 10))}, description="half of x")
    assert repr(axis) == "PseudoMotor('p' over x in mm)"
    said = axis.info()
    assert "p: half of x" in said
    assert "position  1.500 mm, set to 1.500" in said
    assert "limits    -2 to 5 mm (ended below by x, above by x)" in said
    assert "over      x: 3 mm" in said


def test_only_its_position_is_hinted_at():
    assert pseudo().hints == {"fields": ["p"]}


def test_the_setpoint_is_what_was_asked_for_while_it_moves():
    x = slow("x")
    axis = pseudo(reals={"x": x})
    status = axis.set(1.5)
    assert axis.target == 1.5
    assert axis.moving
    x.thing.may_end.set()
    status.wait(PATIENCE)


def test_after_a_failure_it_claims_no_setpoint_that_was_not_reached():
    x = slow("x")
    axis = pseudo(reals={"x": x})
    status = axis.set(1.5)
    wait_until("it moves", lambda: x.thing.calls)
    x.stop()
    assert isinstance(status.exception(PATIENCE), MoveError)
    wait_until("it has been stopped", lambda: not axis.moving)
    assert axis.target == 0.0


def test_one_that_cannot_be_stopped_keeps_no_other_from_being_stopped():
    class Unstoppable(type(soft("x"))):
        def stop(self, *, success=False):
            raise MoveError("a cable is broken")

    x, y = slow("x"), slow("y")
    x.__class__ = Unstoppable
    axis = pseudo(reals={"x": x, "y": y}, forward={"x": "T[p]", "y": "T[p]"})
    status = axis.set(1.0)
    wait_until("they move", lambda: x.thing.calls and y.thing.calls)
    with pytest.raises(MoveError, match="a cable is broken"):
        axis.stop()
    assert "stop" in y.thing.calls
    x.thing.may_end.set()
    status.exception(PATIENCE)


# --- redefinition


class Redefinable(type(soft("x"))):
    """A soft axis that can be told where it is."""

    def set_position(self, position):
        self.thing.value = position
        self._setpoint = None


def redefinable(name):
    axis = soft(name)
    axis.__class__ = Redefinable
    return axis


def test_redefining_its_position_redefines_the_axes():
    x, y = redefinable("x"), redefinable("y")
    axis = pseudo(reals={"x": x, "y": y}, forward={"x": "2 * T[p]", "y": "T[p]"})
    axis.set_position(3.0)
    assert (x.position, y.position) == (6.0, 3.0)
    assert axis.locate() == {"setpoint": 3.0, "readback": 3.0}


def test_an_axis_that_cannot_be_redefined_is_named_before_any_is():
    x = redefinable("x")
    axis = pseudo(reals={"x": x, "y": soft("y")}, forward={"x": "2 * T[p]", "y": "T[p]"})
    with pytest.raises(DeviceError, match="p cannot stand at 3 mm: the position of y cannot be"):
        axis.set_position(3.0)
    assert x.position == 0.0


def test_those_redefined_already_are_put_back_when_one_fails():
    class Failing(Redefinable):
        def set_position(self, position):
            raise MoveError("frozen")

    x, y = redefinable("x"), soft("y")
    y.__class__ = Failing
    axis = pseudo(reals={"x": x, "y": y}, forward={"x": "2 * T[p]", "y": "T[p]"})
    with pytest.raises(MoveError, match="frozen"):
        axis.set_position(3.0)
    assert x.position == 0.0


# --- in plans


def test_a_scan_records_it_with_its_axes(engine, documents):
    engine(bp.scan([], pseudo(), 0, 2, 3))
    data = [doc["data"] for name, doc in documents if name == "event"]
    assert [(d["p"], d["x"]) for d in data] == [(0.0, 0.0), (1.0, 2.0), (2.0, 4.0)]


def test_a_relative_scan_returns_to_the_setpoint_whatever_the_readback_says(engine):
    x = soft("x", tolerance=1.0)
    axis = pseudo(reals={"x": x})
    go(axis, 3.0)
    x.thing.value = 6.4
    for _ in range(3):
        engine(bp.rel_scan([], axis, -1, 1, 3))
        x.thing.value += 0.4
    assert x.target == 6.0


def test_mv_moves_it(engine):
    axis = pseudo()
    engine(bps.mv(axis, 4.0))
    assert axis.position == 4.0
