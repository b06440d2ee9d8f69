import pytest
from bluesky import plans as bp
from bluesky.utils import FailedStatus

from planlib.errors import PlanError
from planlib.stepping import Pace, StepScan, step_scan
from planlib.trajectories import grid, line, points


def words(plan):
    """The messages of a plan as (command, device's name)."""
    return [(m.command, m.obj.name if hasattr(m.obj, "name") else None) for m in plan]


def one_point(messages):
    """The messages from the second checkpoint to the third."""
    at = [index for index, (command, _) in enumerate(messages) if command == "checkpoint"]
    return messages[at[1] : at[2]]


def test_point_is_checkpoint_move_count_and_read_together(x, detector):
    """PS order 2.6; stock bluesky's one_nd_step has the same messages."""
    scan = StepScan((x,), line([(0, 2)], 2), [detector], 0.1)
    assert one_point(words(step_scan(scan))) == [
        ("checkpoint", None),
        ("set", "x"),
        ("wait", None),
        ("trigger", "det"),
        ("wait", None),
        ("create", None),
        ("read", "det"),
        ("read", "x"),
        ("save", None),
    ]


def test_messages_of_a_point_are_those_of_stock_bluesky(triggered_axis, plain_detector):
    ours = step_scan(StepScan((triggered_axis,), line([(0, 2)], 2), [plain_detector]))
    stock = bp.scan([plain_detector], triggered_axis, 0, 2, 3)
    assert sorted(one_point(words(ours)), key=str) == sorted(one_point(words(stock)), key=str)


def test_axis_without_anything_to_trigger_is_not_triggered(x, plain_detector):
    ours = one_point(words(step_scan(StepScan((x,), line([(0, 2)], 2), [plain_detector]))))
    assert [name for command, name in ours if command == "trigger"] == ["plain"]


def test_axis_that_stays_is_not_told_to_move(x, y, detector):
    scan = StepScan((x, y), grid([(0, 1, 1), (5, 6, 1)]), [detector])
    moved = [name for command, name in words(step_scan(scan)) if command == "set"]
    assert moved == ["x", "y", "x", "x", "y", "x"]


def test_settle_time_is_slept_after_each_move(x, detector):
    """SC-05."""
    scan = StepScan((x,), line([(0, 1)], 1), [detector], pace=Pace(settle=0.25))
    messages = list(step_scan(scan))
    sleeps = [i for i, message in enumerate(messages) if message.command == "sleep"]
    assert [messages[i].args[0] for i in sleeps] == [0.25, 0.25]
    assert [messages[i - 1].command for i in sleeps] == ["wait", "wait"]


def test_count_time_reaches_the_detector_once_for_the_scan(engine, x, detector):
    engine(step_scan(StepScan((x,), line([(0, 1)], 4), [detector], 0.2)))
    assert [policy.seconds for policy in detector.policies] == [0.2]


def test_count_time_reaches_the_detector_only_when_it_changes(engine, x, detector):
    trajectory = points([0, 1, 2, 3, 4], [0.1, 0.1, 0.3, 0.3, 0.1])
    engine(step_scan(StepScan((x,), trajectory, [detector])))
    assert [policy.seconds for policy in detector.policies] == [0.1, 0.3, 0.1]


def test_count_time_signal_of_a_device_is_set(engine, x, timed_detector):
    engine(step_scan(StepScan((x,), line([(0, 1)], 1), [timed_detector], 0.2)))
    assert timed_detector.count_time.get() == 0.2


def test_detector_without_count_time_is_refused_by_name(x, plain_detector):
    scan = StepScan((x,), line([(0, 1)], 1), [plain_detector], 0.2)
    with pytest.raises(PlanError, match="the count time of plain cannot be set"):
        next(step_scan(scan))


def test_detector_without_count_time_is_taken_as_it_is_set(engine, documents, x, plain_detector):
    engine(step_scan(StepScan((x,), line([(0, 1)], 1), [plain_detector])))
    assert documents[-1][1]["num_events"] == {"primary": 2}


def test_count_time_is_in_the_start_document_only_where_it_is_one(engine, documents, x, detector):
    engine(step_scan(StepScan((x,), line([(0, 1)], 1), [detector], 0.2)))
    engine(step_scan(StepScan((x,), points([0, 1], [0.1, 0.2]), [detector])))
    starts = [doc for name, doc in documents if name == "start"]
    assert [start.get("count_time") for start in starts] == [0.2, None]


def test_start_document_describes_the_trajectory(engine, documents, x, y, detector):
    scan = StepScan((x, y), grid([(0, 2, 2), (5, 6, 1)]), [detector], metadata={"sample": "Cu"})
    engine(step_scan(scan))
    start = documents[0][1]
    assert start["motors"] == ("x", "y") or start["motors"] == ["x", "y"]
    assert (start["num_points"], start["num_intervals"]) == (6, 5)
    assert start["shape"] == [2, 3]
    assert start["extents"] == [[5, 6], [0, 2]]
    assert start["hints"] == {"dimensions": [(["y"], "primary"), (["x"], "primary")]}
    assert start["sample"] == "Cu"


def test_failed_move_ends_the_run_as_failed(engine, documents, make_axis, detector):
    class Broken(make_axis):
        def set(self, value):
            status = super().set(min(value, 1))
            if value > 1:
                status = self._make_status(target=value)
                status.set_exception(RuntimeError("x is stuck"))
            return status

    x = Broken(name="x")
    with pytest.raises(FailedStatus):
        engine(step_scan(StepScan((x,), line([(0, 3)], 3), [detector])))
    stop = documents[-1][1]
    assert (stop["exit_status"], stop["num_events"]) == ("fail", {"primary": 2})
