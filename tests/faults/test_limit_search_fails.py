"""What becomes of the soft limits of an axis whose search for a limit switch goes wrong."""

import pytest

from devices import DeviceError, MoveError
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until

SENTENCE = r"its soft limits are off .* set them again by x\.set_limits\(-25\.0, 25\.0\)"


@pytest.fixture
def searching(x):
    """The search of x for its high limit switch, under way."""
    assert x.limits == (-25.0, 25.0)
    status = x.find_limit("high")
    wait_until("it is on its way", lambda: x.position > 0.1)
    return status


def soft_limits():
    return read_pv("X:sample:x.LLM"), read_pv("X:sample:x.HLM")


def test_a_search_fails_where_the_soft_limits_cannot_be_set_again(searching, inject):
    assert soft_limits() == (0.0, 0.0)
    inject("sample:x", "refuse")
    inject("sample:x", "limit_switch", 2)
    with pytest.raises(MoveError, match=SENTENCE):
        searching.wait(PATIENCE)
    assert soft_limits() == (0.0, 0.0)


def test_a_search_ends_with_its_connection_and_says_that_the_soft_limits_are_off(searching, fault):
    fault.kill()
    with pytest.raises(MoveError, match="searching the high limit switch of x failed.*" + SENTENCE):
        searching.wait(PATIENCE)


def test_a_search_does_not_begin_where_the_soft_limits_cannot_be_switched_off(x, inject):
    inject("sample:x", "refuse")
    with pytest.raises(DeviceError, match="refused"):
        x.find_limit("high")
    assert soft_limits() == (-25.0, 25.0)


def test_who_stops_the_axis_of_a_dead_session_sets_the_soft_limits_again(x, searching, inject):
    written = [(signal.pvname, value) for signal, value in x.guard_puts()]
    limits = [("X:sample:x.LLM", -25.0), ("X:sample:x.HLM", 25.0)]
    assert written == [("X:sample:x.STOP", 1.0), *limits]
    inject("sample:x", "limit_switch", 2)
    searching.wait(PATIENCE)
    assert [signal.pvname for signal, _ in x.guard_puts()] == ["X:sample:x.STOP"]
    assert soft_limits() == (-25.0, 25.0)


def test_a_search_that_is_asked_for_while_another_one_ends_leaves_the_soft_limits_to_that(
    x, searching
):
    x.stop()
    with pytest.raises(MoveError, match=r"still ends its search before.* ask again when it stands"):
        x.find_limit("low")
    with pytest.raises(MoveError, match="stopped"):
        searching.wait(PATIENCE)
    assert soft_limits() == (-25.0, 25.0)


def test_a_search_after_one_that_was_stopped_leaves_the_soft_limits_on_again(x, searching, inject):
    x.stop()
    with pytest.raises(MoveError, match="stopped"):
        searching.wait(PATIENCE)
    again = x.find_limit("low")
    inject("sample:x", "limit_switch", 1)
    again.wait(PATIENCE)
    assert soft_limits() == (-25.0, 25.0)
