"""On and off, and the states that remember it."""

import pytest

from devices.counters.group_switches import Switches
from devices.errors import InvalidTargetError


def test_what_is_new_is_on():
    assert Switches("mg").is_on("I0")


def test_a_saved_state_is_come_back_to():
    switches = Switches("mg")
    switches.turn_off(["I0"])
    switches.save("dark")
    switches.switch("default")
    switches.turn_on(["I0"])
    switches.switch("dark")
    assert not switches.is_on("I0")


def test_a_change_is_one_of_the_present_state_only():
    switches = Switches("mg")
    switches.save("other")
    switches.turn_off(["I0"])
    switches.switch("default")
    assert switches.is_on("I0")


def test_an_unknown_state_is_refused_with_those_there_are():
    with pytest.raises(InvalidTargetError, match="mg has the states default, not 'xafs'"):
        Switches("mg").switch("xafs")


def test_a_state_without_a_name_is_refused():
    with pytest.raises(InvalidTargetError, match="a state of mg needs a name"):
        Switches("mg").save(" ")


def test_a_state_can_be_forgotten():
    switches = Switches("mg")
    switches.save("xafs")
    switches.switch("default")
    switches.remove("xafs")
    assert switches.states == ["default"]


@pytest.mark.parametrize("state", ["default", "xafs", "no such"])
def test_the_default_and_the_present_state_stay(state):
    switches = Switches("mg")
    switches.save("xafs")
    with pytest.raises(InvalidTargetError, match=f"none can be removed, not '{state}'"):
        switches.remove(state)
