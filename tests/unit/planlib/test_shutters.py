"""A shutter is open where a scan wants it to be, and closed in the end whatever happens (BL-66)."""

import pytest
from ophyd import Signal

from planlib import OpenAtPoints, OpenForScan, ascan
from planlib.errors import PlanError
from planlib.stepping import Hooks


@pytest.fixture
def shutter():
    return Signal(name="shutter", value="closed")


@pytest.fixture
def seen(engine, x, shutter, detector):
    """The state of the shutter when the axis is sent, and when the detector counts."""
    found = []

    def look(message):
        if message.command in {"set", "trigger"} and message.obj in (x, detector):
            found.append((message.command, shutter.get()))

    engine.msg_hook = look
    return found


def test_it_is_open_for_a_whole_scan_and_its_axes(engine, x, shutter, detector, seen):
    engine(ascan(x, 0, 1, 1, None, detector, hooks=Hooks(presets=OpenForScan(shutter))))
    assert seen == [(word, "open") for word in ("set", "trigger", "set", "trigger")]
    assert shutter.get() == "closed"


def test_it_is_open_while_points_are_counted_and_closed_while_axes_move(
    engine, x, shutter, detector, seen
):
    engine(ascan(x, 0, 1, 1, None, detector, hooks=Hooks(presets=OpenAtPoints(shutter))))
    assert seen == [("set", "closed"), ("trigger", "open")] * 2
    assert shutter.get() == "closed"


@pytest.mark.parametrize("preset", [OpenForScan, OpenAtPoints])
def test_a_scan_that_fails_leaves_it_closed(engine, x, shutter, detector, preset):
    def fail(point):
        if point.index == 1:
            assert shutter.get() == "open"
            raise RuntimeError("no more")

    hooks = Hooks(operation=fail, presets=preset(shutter))
    with pytest.raises(RuntimeError, match="no more"):
        engine(ascan(x, 0, 2, 2, None, detector, hooks=hooks))
    assert shutter.get() == "closed"


def test_its_states_may_have_other_names(engine, x, detector):
    valve = Signal(name="valve", value=0)
    states = []
    valve.subscribe(lambda value, **_: states.append(value), run=False)
    preset = OpenForScan(valve, opened=1, closed=0)
    engine(ascan(x, 0, 1, 1, None, detector, hooks=Hooks(presets=preset)))
    assert states == [1, 0]


@pytest.mark.parametrize("thing", ["shutter", None, Signal], ids=str)
def test_what_cannot_be_set_is_no_shutter(thing):
    with pytest.raises(PlanError, match="a shutter is a device that can be set, not"):
        OpenForScan(thing)
