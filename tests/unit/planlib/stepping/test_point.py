"""The order of events (acquisition 2.6, ES-11, 3.13), recorded; and what a point costs."""

import contextlib
import time

import pytest
from bluesky.run_engine import WaitForTimeoutError
from bluesky.utils import Msg
from ophyd.status import Status

from planlib.context import NoSession
from planlib.deadlines import longest_count
from planlib.stepping import Hooks, Pace, StepScan, point_moves, step_scan
from planlib.stepping.point import Points
from planlib.trajectories import line, mesh, still
from planlib.trajectories.trajectory import Trajectory
from tests.unit.planlib.stepping.logged_devices import LoggedAxis
from tests.unit.planlib.stepping.logged_hooks import all_hooks

BEFORE = [
    "scan prepare",
    "chain prepare",
    "start document",
    "pre_scan",
    "scan start",
    "chain start",
    "det for 0.5 s",
]
COUNT = [
    "pre_operation",
    "point start",
    "det counts",
    "operation",
    "det has counted",
    "det read",
]
AFTER = ["post_scan", "chain stop", "scan stop", "stop document"]


def without_staging(log):
    return [word for word in log if not word.endswith("staged")]


@pytest.fixture
def ring(log):
    return LoggedAxis(log, name="ring")


def test_order_of_a_line_scan_is_the_documented_one(either_engine, log, logged_x, logged_det, ring):
    trajectory = Trajectory(line([(0, 1)], 1).positions, (2,), (0,), breakpoints=(0,))
    hooks = all_hooks(log)
    logged_det.waits_for = "operation"
    scan = StepScan((logged_x,), trajectory, [logged_det], 0.5, hooks=hooks, record=[ring])
    either_engine(step_scan(scan))
    assert without_staging(log) == [
        *BEFORE,
        "x to 0",
        "ring read",
        "extra event 1",
        "point prepare",
        "pre_point",
        *COUNT,
        "x read",
        "post_operation",
        "event 1",
        "post_point",
        "point stop",
        "at_break",
        "ring read",
        "extra event 2",
        "point prepare",
        "pre_point",
        "x to 1",
        *COUNT,
        "x read",
        "post_operation",
        "event 2",
        "post_point",
        "point stop",
        "chain before_stop",
        "ring read",
        "extra event 3",
        *AFTER,
    ]


def test_order_of_a_mesh_is_the_documented_one(either_engine, log, logged_x, logged_y, logged_det):
    logged_det.waits_for = "operation"
    trajectory = mesh([[0, 1], [5, 6]], break_rows=True)
    scan = StepScan((logged_x, logged_y), trajectory, [logged_det], 0.5, hooks=all_hooks(log))
    either_engine(step_scan(scan))
    moves = [[], ["x to 1"], ["x to 0", "y to 6"], ["x to 1"]]
    points = [
        [
            *("point prepare", "pre_point"),
            *move,
            *COUNT,
            *("x read", "y read", "post_operation", f"event {number}", "post_point", "point stop"),
            *(["at_break"] if number in {2, 4} else []),
        ]
        for number, move in enumerate(moves, 1)
    ]
    assert without_staging(log) == [
        *BEFORE,
        *("x to 0", "y to 5"),
        *(word for point in points for word in point),
        "chain before_stop",
        *AFTER,
    ]


def test_order_of_a_timescan_is_the_documented_one(either_engine, log, logged_det):
    logged_det.waits_for = "operation"
    scan = StepScan((), still(2), [logged_det], 0.5, hooks=all_hooks(log))
    either_engine(step_scan(scan))
    points = [
        [
            *("point prepare", "pre_point"),
            *COUNT,
            *("post_operation", f"event {number}", "post_point", "point stop"),
        ]
        for number in (1, 2)
    ]
    assert without_staging(log) == [
        *BEFORE,
        *(word for point in points for word in point),
        "chain before_stop",
        *AFTER,
    ]


def test_devices_are_staged_around_it_all(either_engine, log, logged_x, logged_det):
    scan = StepScan((logged_x,), line([(0, 1)], 1), [logged_det], 0.5, hooks=all_hooks(log))
    either_engine(step_scan(scan))
    assert (log[0], log[-1]) == ("x staged", "x unstaged")


def test_hooks_that_are_added_are_called_one_after_the_other(either_engine, log, logged_det):
    hooks = Hooks(pre_scan=lambda: log.append("a")) + Hooks(pre_scan=lambda: log.append("b"))
    either_engine(step_scan(StepScan((), still(1), [logged_det], hooks=hooks)))
    assert [word for word in log if word in "ab"] == ["a", "b"]


def messages(scan):
    return [(m.command, m.obj.name if m.obj is not None else None) for m in step_scan(scan)]


def test_scan_without_hooks_has_no_more_messages_than_its_points_need(logged_x, logged_det):
    scan = StepScan((logged_x,), line([(0, 2)], 2), [logged_det])
    found = messages(scan)
    one = [
        *(("checkpoint", None), ("set", "x"), ("wait", None), ("trigger", "det"), ("wait", None)),
        *(("create", None), ("read", "det"), ("read", "x"), ("save", None)),
    ]
    at = [index for index, message in enumerate(found) if message == ("checkpoint", None)]
    assert found[at[1] : at[2]] == one


def test_first_point_is_reached_before_it_and_not_moved_to_again(
    either_engine, log, logged_x, logged_det
):
    either_engine(step_scan(StepScan((logged_x,), line([(3, 4)], 1), [logged_det])))
    assert [word for word in log if word.startswith("x to")] == ["x to 3", "x to 4"]


def test_sleep_and_delay_come_before_the_move_also_at_the_first_point(logged_x, logged_det):
    """PS-76: at the first point the axes have gone to the start already."""
    base = line([(0, 1)], 1)
    trajectory = Trajectory(base.positions, (2,), (0,), delays=(base.positions[:, 0] + 1) / 10)
    scan = StepScan((logged_x,), trajectory, [logged_det], pace=Pace(sleep=0.5))
    found = [m for m in step_scan(scan) if m.command in {"checkpoint", "sleep", "set"}]
    told = [(m.command, *m.args) for m in found]
    expected = [("set", 0.0), ("checkpoint",), ("sleep", 0.6)]
    expected += [("checkpoint",), ("sleep", 0.7), ("set", 1.0)]
    assert told[: len(expected)] == expected


def test_period_is_from_start_to_start(logged_det):
    """SC-05: what a point takes is not added to the period."""
    plan = step_scan(StepScan((), still(4), [logged_det], pace=Pace(period=0.1)))
    slept = []
    begun = time.monotonic()
    for message in plan:
        if message.command == "sleep":
            slept.append(message.args[0])
            time.sleep(message.args[0])
        elif message.command == "save":
            time.sleep(0.03)
    assert time.monotonic() - begun > 0.3
    assert len(slept) == 3
    assert max(slept) < 0.07


def test_period_that_is_too_short_waits_for_nothing(logged_det):
    scan = StepScan((), still(3), [logged_det], pace=Pace(period=1e-9))
    assert [m for m in step_scan(scan) if m.command == "sleep"] == []


def test_period_that_was_missed_begins_anew(logged_det):
    """A long pause is not caught up with by points in quick succession."""
    plan = step_scan(StepScan((), still(3), [logged_det], pace=Pace(period=0.05)))
    slept = []
    for message in plan:
        if message.command == "sleep":
            slept.append(message.args[0])
        if message.command == "save" and not slept:
            time.sleep(0.12)
            slept.append(0.0)
    assert len(slept) == 2
    assert 0.03 < slept[1] <= 0.05


@pytest.mark.parametrize(
    ("count_time", "seconds"), [(0.1, 60), (100, 1005), (-1e6, 86400)], ids=str
)
def test_a_count_has_a_deadline_that_grows_with_its_time(count_time, seconds):
    """ES-13."""
    assert longest_count(count_time) == seconds


class Endless(LoggedAxis):
    """Never arrives."""

    def set(self, value):
        super().set(value)
        return Status(obj=self)


def test_what_never_ends_is_told_by_name(either_engine, log, logged_det, monkeypatch):
    """ES-13: stock devices have no deadline of their own."""
    monkeypatch.setattr(point_moves, "LONGEST_MOVE", 0.1)
    x = Endless(name="x", log=log)
    with pytest.raises(WaitForTimeoutError):
        either_engine(step_scan(StepScan((x,), line([(0, 1)], 1), [logged_det])))


def test_an_axis_that_a_hook_has_moved_is_sent_back_for_the_next_point(
    either_engine, emitted, logged_x, logged_y, logged_det
):
    """The slow axis of a mesh is not set at each point, unless somebody has moved it."""

    def away(point):
        if point.index == 1:
            yield Msg("set", logged_y, 99, group="away")
            yield Msg("wait", None, group="away")

    grid = mesh([[0, 1, 2], [5, 6]])
    hooks = Hooks(post_point=away)
    either_engine(step_scan(StepScan((logged_x, logged_y), grid, [logged_det], hooks=hooks)))
    assert [doc["data"]["y"] for name, doc in emitted if name == "event"] == [5, 5, 5, 6, 6, 6]


def test_an_engine_that_can_fetch_is_asked_to_before_the_event(logged_x, logged_det):
    """It gives nothing here: it is asked once."""
    scan = StepScan((logged_x,), line([(0, 1)], 1), [logged_det])
    plan = Points(scan, NoSession(can_fetch=True)).visit(0)
    found, answer = [], None
    with contextlib.suppress(StopIteration):
        while True:
            message = plan.send(answer)
            found.append(message.command)
            answer = 0 if message.command == "fetch" else None
    assert found[found.index("fetch") + 1] == "create"
