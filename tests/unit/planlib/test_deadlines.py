"""How long plans wait: as long as the devices need that they wait for."""

import math
from types import SimpleNamespace

import pytest
from bluesky.utils import Msg
from ophyd.status import Status

from blueline.engine.places import Places
from blueline.shell.moves import moving
from blueline.shell.targets import Target
from devices import SoftAxis
from devices.status import DeadlineStatus, all_of
from planlib import ct, sct
from planlib.context import NoSession
from planlib.deadlines import LONGEST_MOVE, MARGIN, extended
from planlib.stepping import Hooks, StepScan, point_moves, step_scan
from planlib.stepping.cleanup import staged
from planlib.stepping.extras import Extras
from planlib.stepping.places import sent
from planlib.trajectories import line, still

#: Seconds: a ramp of five hours.
RAMP = 18000.0


@pytest.fixture
def status():
    """Of a device that knows that it takes long."""
    ramp = DeadlineStatus("oven to 300 K", RAMP)
    yield ramp
    ramp.finish()


def waits(plan, status):
    """Give the timeouts of a plan, all of whose devices answer with a status."""
    found, answer = [], None
    try:
        while True:
            message = plan.send(answer)
            if message.command == "wait":
                found.append(message.kwargs.get("timeout", math.inf))
            answer = {"locate": {"setpoint": 0.0, "readback": 0.0}}.get(message.command)
            if message.command in {"set", "trigger", "stage", "unstage"}:
                answer = status
    except StopIteration:
        return found


def returned(x):
    """Go back after a pause to where the run had put an axis."""
    places = Places(print)
    places.asked(Msg("set", x, 1.0, group="go"), None)
    places.waited("go")
    places.mark()
    return places.restore([])


PLANS = {
    "points": lambda x, _: step_scan(StepScan((x,), line([(0, 1)], 1), [])),
    "counts of points": lambda _, det: step_scan(StepScan((), still(2), [det], 1.0)),
    "counts with hooks": lambda _, det: step_scan(
        StepScan((), still(2), [det], 1.0, hooks=Hooks(operation=lambda point: None))
    ),
    "what is sent": lambda x, _: sent([(x, 1.0)]),
    "extras": lambda _, det: Extras([det]).record("start", 0),
    "ct": lambda _, det: ct(1.0, det),
    "sct": lambda _, det: sct(1.0, det),
    "mv": lambda x, _: moving([Target(x, 1.0)], NoSession()),
    "back to where it was put": lambda x, _: returned(x),
    "staging": lambda x, det: staged(iter([]), [x, det], print),
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_waits_as_long_as_the_device_itself_gives_it(plan, x, detector, status):
    """A temperature that ramps for hours, a trigger that takes a hundred frames."""
    assert max(waits(plan(x, detector), status)) == pytest.approx(RAMP + MARGIN, abs=5)


def test_a_device_without_a_deadline_is_given_that_of_the_plan(x):
    assert waits(sent([(x, 1.0)]), Status()) == [pytest.approx(LONGEST_MOVE, abs=5)]


def test_the_longest_of_several_counts(status):
    short = DeadlineStatus("x to 1 mm", 10.0)
    whole = all_of("both", [short, status])
    assert extended(extended(60.0, short), status) == RAMP + MARGIN
    assert extended(extended(60.0, status), short) == RAMP + MARGIN
    assert extended(60.0, whole) > RAMP + MARGIN
    short.finish()


@pytest.mark.parametrize("own", [None, "soon", float("inf"), float("nan"), 20.0], ids=str)
def test_what_is_no_longer_deadline_changes_nothing(own):
    assert extended(60.0, SimpleNamespace(deadline=own)) == 60.0
    assert extended(60.0, None) == 60.0


def test_a_move_that_takes_longer_than_plans_wait_for_others_arrives(engine, monkeypatch):
    monkeypatch.setattr(point_moves, "LONGEST_MOVE", 0.05)
    stage = SimpleNamespace(x=0.0)
    slow = SoftAxis(stage, "x", name="slow", settle_time=0.3)
    engine(step_scan(StepScan((slow,), line([(1, 2)], 1), [])))
    assert stage.x == 2.0
