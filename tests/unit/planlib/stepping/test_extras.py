import pytest
from bluesky.utils import FailedStatus
from ophyd.status import Status

from planlib.stepping import StepScan, step_scan
from planlib.stepping.extras import Extras
from planlib.trajectories import mesh, still
from tests.unit.planlib.stepping.logged_devices import LoggedDetector


def extra(emitted):
    streams = {doc["uid"]: doc["name"] for name, doc in emitted if name == "descriptor"}
    return [
        doc["data"]
        for name, doc in emitted
        if name == "event" and streams[doc["descriptor"]] == "extra"
    ]


def test_extras_are_read_at_start_breakpoints_and_end(
    either_engine, emitted, logged_x, logged_y, logged_det
):
    """ES-07."""
    trajectory = mesh([[0, 1], [5, 6]], break_rows=True)
    scan = StepScan((logged_x,), _one_axis(trajectory), [logged_det], record=[logged_y])
    either_engine(step_scan(scan))
    labels = [(data["extra_label"], data["extra_points"]) for data in extra(emitted)]
    assert labels == [("start", 0), ("break", 2), ("break", 4), ("end", 4)]
    assert all("y" in data for data in extra(emitted))


def _one_axis(trajectory):
    return type(trajectory)(
        trajectory.positions[:, :1], (4,), (0,), breakpoints=trajectory.breakpoints
    )


def test_extra_that_counts_is_triggered(either_engine, log, emitted, logged_det):
    monitor = LoggedDetector(log, "monitor")
    either_engine(step_scan(StepScan((), still(1), [logged_det], record=[monitor])))
    assert [data["monitor"] for data in extra(emitted)] == [1, 2]


def test_counter_can_be_an_extra_too(either_engine, emitted, logged_det):
    either_engine(step_scan(StepScan((), still(1), [logged_det], record=[logged_det])))
    assert [data["det"] for data in extra(emitted)] == [1, 3]


def test_no_extras_are_no_messages():
    assert list(Extras([]).record("start", 0)) == []


def test_extra_that_cannot_be_read_fails_the_scan_and_leaves_no_event_open(
    either_engine, log, emitted, logged_det
):
    class Broken(LoggedDetector):
        def read(self):
            raise OSError("gone")

        def trigger(self):
            status = Status()
            status.set_finished()
            return status

    broken = Broken(log, "broken")
    with pytest.raises(OSError, match="gone"):
        either_engine(step_scan(StepScan((), still(1), [logged_det], record=[broken])))
    stop = emitted[-1][1]
    assert (stop["exit_status"], stop["num_events"]) == ("fail", {})


def test_extras_are_read_at_the_end_of_a_scan_that_has_failed(
    either_engine, emitted, logged_y, logged_det
):
    logged_det.failing_at = 2
    with pytest.raises(FailedStatus):
        either_engine(step_scan(StepScan((), still(3), [logged_det], record=[logged_y])))
    assert [data["extra_label"] for data in extra(emitted)] == ["start", "end"]
