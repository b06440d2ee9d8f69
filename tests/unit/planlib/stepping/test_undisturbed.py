"""A point is refused whose axes are set to something else by the time they are read."""

from types import SimpleNamespace

import numpy as np
import pytest

from planlib.stepping.undisturbed import MovedElsewhereError, Undisturbed

TH, OTHER = SimpleNamespace(name="th"), SimpleNamespace(name="other")


def reading(setpoint, name="th", end="_setpoint"):
    return {name: {"value": 0.0}, f"{name}{end}": {"value": setpoint}}


@pytest.mark.parametrize("end", ["_setpoint", "_user_setpoint"])
def test_an_axis_that_told_where_it_was_sent_and_then_tells_something_else_was_moved(end):
    watch = Undisturbed([TH])
    watch.require([1.0], [reading(1.0, end=end)])
    watch.require([2.0], [reading(2.0, end=end)])
    with pytest.raises(MovedElsewhereError, match=r"sent to 3 and is set to 2 now"):
        watch.require([3.0], [reading(2.0, end=end)])


def test_one_that_never_tells_what_it_was_given_is_not_judged():
    watch = Undisturbed([TH])
    for target in (1.0, 2.0, 3.0):
        watch.require([target], [reading(17 * target)])


def test_what_tells_no_setpoint_is_not_judged():
    watch = Undisturbed([TH, OTHER])
    for target in (1.0, 2.0):
        watch.require([target, target], [{"th": {"value": 9.0}}, None])


def test_a_controller_of_others_may_round_what_it_is_given():
    watch = Undisturbed([TH])
    for target in np.linspace(0, 1, 7):
        watch.require([target], [reading(round(target, 2))])
    with pytest.raises(MovedElsewhereError):
        watch.require([1 + 1 / 6], [reading(1.0)])


class Ours:
    name, pending_target = "th", None


def test_one_of_ours_is_judged_from_the_first_point_on():
    with pytest.raises(MovedElsewhereError):
        Undisturbed([Ours()]).require([1.0], [reading(2.0)])


@pytest.mark.parametrize("step", [1e-7, 1.0, 1e4])
def test_one_of_ours_is_judged_by_its_steps(step):
    watch = Undisturbed([Ours()])
    for number in range(3):
        watch.require([number * step], [reading(number * step)])
    with pytest.raises(MovedElsewhereError):
        watch.require([3 * step], [reading(3.01 * step)])


def test_what_a_formula_loses_is_no_move():
    watch = Undisturbed([Ours()])
    for energy in (8979.0, 8979.25, 8979.5):
        watch.require([energy], [reading(energy + 1e-6)])


def test_of_several_the_one_that_was_moved_is_named():
    watch = Undisturbed([TH, OTHER])
    watch.require([1.0, 5.0], [reading(1.0), reading(5.0, "other")])
    with pytest.raises(MovedElsewhereError, match="other was moved elsewhere"):
        watch.require([1.0, 6.0], [reading(1.0), reading(5.0, "other")])


def test_where_an_axis_was_sent_may_be_unknown():
    watch = Undisturbed([TH])
    watch.require([1.0], [reading(1.0)])
    watch.require([None], [reading(2.0)])
