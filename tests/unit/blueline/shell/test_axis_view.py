"""What is seen of axes of any framework, and how it is shown."""

import math
import threading
from types import SimpleNamespace

import pytest

from blueline.shell.axis_view import AxisView, from_dial, look
from blueline.shell.desk import Desk
from blueline.shell.positions_view import limit_switches, soft_limits, where_all, where_between
from blueline.shell.states import joint_state, states
from devices import SoftAxis


@pytest.fixture
def gain():
    return SoftAxis(SimpleNamespace(gain=1.5), "gain", name="gain", limits=(0, 10), egu="V")


def test_a_soft_axis_is_seen_with_unit_and_limits_and_no_dial(gain):
    seen = look(gain)
    assert (seen.position, seen.unit, seen.limits, seen.dial) == (1.5, "V", (0.0, 10.0), None)
    assert not seen.reason


def test_an_axis_that_raises_is_seen_with_its_reason():
    class Silent:
        name = "silent"

        @property
        def position(self):
            message = "it does not answer"
            raise ConnectionError(message)

    seen = look(Silent())
    assert seen.position is None
    assert seen.where == "silent ?"
    assert "it does not answer" in where_all([seen], 80)


class Going:
    """An axis that is further on each time that it is asked."""

    name, sign = "going", 1

    def __init__(self):
        self.asked = 0.0

    @property
    def position(self):
        self.asked += 1
        return self.asked

    @property
    def dial_position(self):
        return self.to_dial(self.position)

    def to_dial(self, user):
        return user - 10


def test_user_and_dial_position_are_of_one_moment_while_an_axis_moves():
    seen = look(Going())
    assert seen.position is not None
    assert seen.dial == seen.position - 10


def test_what_is_missing_is_not_asked():
    assert look(object(), "dead", "2 of 2 channels do not answer").position is None


def test_a_dial_position_is_turned_into_the_user_position():
    axis = SimpleNamespace(sign=-1, to_dial=lambda user: -(user - 3.0))
    assert from_dial(axis, 2.0) == 1.0


def test_infinite_limits_are_shown_as_such():
    view = AxisView("phi", "deg", 2, 1.0, limits=(-math.inf, math.inf))
    assert soft_limits([view], 80).splitlines()[1].split() == "phi -inf inf - - deg".split()


def test_switches_that_an_axis_does_not_have_are_no_claim():
    views = [AxisView("x", switches=(True, False)), AxisView("gain")]
    assert [line.split() for line in limit_switches(views, 80).splitlines()[1:]] == [
        ["x", "ON", "off"],
        ["gain", "-", "-"],
    ]


def test_each_axis_has_its_limits_around_where_it_is():
    view = AxisView("x", "mm", 1, 1.0, 3.0, -2.0, (-5.0, 5.0), (-3.0, 7.0))
    numbers = [line.split()[-1] for line in where_between([view], 80).splitlines()[1:]]
    assert numbers == ["5.0", "1.0", "-5.0", "-2.0", "7.0", "3.0", "-3.0"]


@pytest.mark.parametrize("width", [80, 120])
def test_a_table_of_states_fits_the_terminal(width):
    views = [AxisView("a_long_name", "mm", 4, 1.0, reason="a reason " * 30)]
    text = states(views, ["READY"], width)
    assert max(map(len, text.splitlines())) == width


def test_axes_are_asked_at_the_same_time():
    together = threading.Barrier(3)
    assert sorted(Desk.at_once(lambda each: each.wait(10), [together] * 3)) == [0, 1, 2]


def test_no_axes_are_no_answers():
    assert Desk.at_once(str, []) == []


def test_the_worst_state_of_several_axes_is_theirs():
    assert joint_state(["READY", "FAULT", "MOVING"]) == "FAULT"
    assert joint_state([]) == "READY"
