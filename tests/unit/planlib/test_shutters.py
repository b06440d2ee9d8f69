"""A shutter is open where a scan wants it to be, and closed in the end whatever happens (BL-66)."""

import pytest
from bluesky.utils import Msg, RunEngineInterrupted
from ophyd import Signal
from ophyd.status import Status

from planlib import OpenAtPoints, OpenForScan, ascan
from planlib import shutters as module
from planlib.context import NoSession
from planlib.errors import PlanError
from planlib.stepping import Hooks
from tests.pausing import one_pause


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


# --- pauses


@pytest.mark.parametrize("deferred", [True, False], ids=["after the point", "at once"])
def test_a_shutter_of_points_is_closed_for_a_pause(
    engine, documents, x, shutter, detector, deferred
):
    hooks = Hooks(operation=one_pause(deferred=deferred), presets=OpenAtPoints(shutter))
    with pytest.raises(RunEngineInterrupted):
        engine(ascan(x, 0, 1, 1, None, detector, hooks=hooks))
    assert shutter.get() == "closed"
    lit = []
    engine.msg_hook = lambda m: lit.append(shutter.get()) if m.command == "trigger" else None
    engine.resume()
    assert len([doc for name, doc in documents if name == "event"]) == 2
    assert lit == ["open"] * (1 if deferred else 2)
    assert shutter.get() == "closed"


def test_a_shutter_of_points_is_closed_before_the_axes_are_sent_back(engine, x, shutter, detector):
    hooks = Hooks(operation=one_pause(deferred=False), presets=OpenAtPoints(shutter))
    with pytest.raises(RunEngineInterrupted):
        engine(ascan(x, 0, 1, 1, None, detector, hooks=hooks))
    x.set(5).wait(1)
    lit = []
    x.subscribe(lambda **_: lit.append(shutter.get()), run=False)
    engine.resume()
    assert lit
    assert set(lit) == {"closed"}


def test_a_shutter_of_a_scan_stays_open_in_a_pause(engine, x, shutter, detector):
    def pause():
        yield Msg("pause", None, defer=False)

    hooks = Hooks(operation=pause, presets=OpenForScan(shutter))
    with pytest.raises(RunEngineInterrupted):
        engine(ascan(x, 0, 1, 1, None, detector, hooks=hooks))
    assert shutter.get() == "open"
    engine.abort()
    assert shutter.get() == "closed"


class Stuck(Signal):
    """A shutter that opens, and then does not close any more."""

    how = "never"

    def set(self, value, **kwargs):
        if value == "open":
            return super().set(value, **kwargs)
        if self.how == "refuses":
            raise RuntimeError("no air")
        status = Status()
        if self.how == "fails":
            status.set_exception(RuntimeError("no air"))
        return status


@pytest.mark.parametrize(
    ("how", "reason"),
    [("never", "not within 0.1 s"), ("refuses", "no air"), ("fails", "no air")],
)
def test_a_shutter_that_does_not_close_for_a_pause_is_told_of(
    engine, x, detector, *, monkeypatch, how, reason
):
    told = []
    monkeypatch.setattr(NoSession, "tell", lambda _, sentence: told.append(sentence))
    monkeypatch.setattr(module, "DEADLINE", 0.1)
    shutter = Stuck(name="shutter", value="closed")
    shutter.how = how

    def pause():
        yield Msg("pause", None, defer=False)

    hooks = Hooks(operation=pause, presets=OpenAtPoints(shutter))
    with pytest.raises(RunEngineInterrupted):
        engine(ascan(x, 0, 1, 1, None, detector, hooks=hooks))
    assert engine.state == "paused"
    assert f"shutter could not be closed for the pause: {reason}" in told
    engine.abort()
