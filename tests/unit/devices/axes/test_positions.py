import threading
from types import SimpleNamespace

import pytest

from devices import MoveError, PositionSet, SoftAxis
from tests.unit.devices.soft_stage import slow
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def axes():
    """Three axes that move until somebody stops them."""
    made = {name: slow(name) for name in "abc"}
    yield made
    for axis in made.values():
        axis.stop()


@pytest.fixture
def stage(axes):
    return PositionSet("stage", axes)


def begin(axis, target):
    status = axis.set(target)
    wait_until("it has begun", lambda: target in axis.thing.calls)
    return status


def test_an_axis_that_cannot_begin_stops_those_that_have(stage, axes):
    begin(axes["b"], 1.0)
    with pytest.raises(MoveError, match="b still moves"):
        stage.set({"a": 2.0, "b": 2.0})
    wait_until("a was stopped", lambda: axes["a"].thing.calls[-1:] == ["stop"])


def test_an_axis_that_cannot_begin_stops_none_that_others_move(stage, axes):
    begin(axes["b"], 1.0)
    begin(axes["c"], 1.0)
    with pytest.raises(MoveError, match="b still moves"):
        stage.set({"a": 2.0, "b": 2.0})
    assert axes["b"].thing.calls == axes["c"].thing.calls == [1.0]


def test_an_axis_that_fails_stops_none_that_was_not_asked_for(stage, axes):
    others = begin(axes["c"], 1.0)
    status = stage.set({"a": 2.0, "b": 2.0})
    wait_until("they move", lambda: axes["a"].thing.calls and axes["b"].thing.calls)
    axes["a"].stop()
    with pytest.raises(MoveError, match="a to 2 mm failed"):
        status.wait(PATIENCE)
    assert "stop" in axes["b"].thing.calls
    assert not others.done
    assert axes["c"].thing.calls == [1.0]


def test_an_axis_that_cannot_be_stopped_hides_no_reason(axes):
    stubborn = SoftAxis(SimpleNamespace(where=0.0, go=axes["a"].thing.go), "where", "go", name="s")
    begin(axes["b"], 1.0)
    with pytest.raises(MoveError, match="b still moves"):
        PositionSet("stage", {"s": stubborn, "b": axes["b"]}).set({"s": 2.0, "b": 2.0})


def test_an_axis_that_cannot_be_stopped_leaves_no_other_moving(axes):
    stubborn = SoftAxis(SimpleNamespace(where=0.0, go=axes["a"].thing.go), "where", "go", name="s")
    stage = PositionSet("stage", {"s": stubborn, "b": axes["b"]})
    status = stage.set({"s": 2.0, "b": 2.0})
    wait_until("they move", lambda: axes["a"].thing.calls and axes["b"].thing.calls)
    with pytest.raises(MoveError, match=r"s .* could not be stopped: it knows no way to stop"):
        stage.stop()
    assert "stop" in axes["b"].thing.calls
    axes["a"].thing.stop()
    status.exception(PATIENCE)


def test_an_axis_whose_stop_hangs_keeps_no_other_from_being_stopped(axes):
    may_end = threading.Event()
    thing = SimpleNamespace(where=0.0, go=axes["c"].thing.go, stop=lambda: may_end.wait(PATIENCE))
    hanging = SoftAxis(thing, "where", "go", name="h")
    stage = PositionSet("stage", {"a": axes["a"], "h": hanging, "b": axes["b"]})
    status = stage.set({"a": 2.0, "h": 2.0, "b": 2.0})
    wait_until("they move", lambda: all(2.0 in axis.thing.calls for axis in axes.values()))
    axes["a"].stop()
    wait_until("b was stopped", lambda: "stop" in axes["b"].thing.calls, PATIENCE / 2)
    may_end.set()
    axes["c"].thing.stop()
    status.exception(PATIENCE)


def test_a_move_after_a_stop_is_left_alone_by_the_failure_of_the_one_before(stage, axes):
    before = stage.set({"a": 2.0, "b": 2.0})
    wait_until("they move", lambda: axes["a"].thing.calls and axes["b"].thing.calls)
    stage.stop()
    after = stage.set({"a": 3.0, "b": 3.0})
    before.exception(PATIENCE)
    after.wait(PATIENCE)
    assert (axes["a"].position, axes["b"].position) == (3.0, 3.0)
