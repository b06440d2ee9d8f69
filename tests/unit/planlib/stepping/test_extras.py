import threading

import pytest
from bluesky.run_engine import WaitForTimeoutError
from bluesky.utils import FailedStatus, RunEngineInterrupted
from ophyd.status import Status

from planlib.stepping import StepScan, extras, step_scan
from planlib.stepping.extras import Extras
from planlib.trajectories import mesh, still
from tests.unit.planlib.stepping.logged_devices import LoggedDetector
from tests.waiting import wait_until


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


class Hung(LoggedDetector):
    """Is triggered, and never ends; nobody knows how long it counts."""

    count_time = None

    def trigger(self):
        self.written.append("hung counts")
        return Status()


def test_an_extra_that_never_ends_fails_the_scan(either_engine, log, logged_det, monkeypatch):
    monkeypatch.setattr(extras, "LONGEST_EXTRA", 0.1)
    scan = StepScan((), still(1), [logged_det], record=[Hung(log, "hung")])
    with pytest.raises(WaitForTimeoutError):
        either_engine(step_scan(scan))
    assert log[-1] == "stop document"


def test_an_extra_that_never_ends_does_not_hold_up_an_abort(
    either_engine, log, logged_det, monkeypatch
):
    """It is triggered again in the clean-up."""
    monkeypatch.setattr(extras, "LONGEST_EXTRA", 1.0)
    scan = StepScan((), still(1), [logged_det], record=[Hung(log, "hung")])

    def pause():
        wait_until("it counts", lambda: "hung counts" in log)
        either_engine.request_pause()

    pausing = threading.Thread(target=pause)
    pausing.start()
    with pytest.raises(RunEngineInterrupted):
        either_engine(step_scan(scan))
    pausing.join()
    either_engine.abort()
    assert log.count("hung counts") == 2
    assert log[-1] == "stop document"


def test_an_extra_is_given_the_time_that_it_counts(log):
    slow = LoggedDetector(log, "slow")
    slow.count_time = 1000.0
    (wait,) = (m for m in Extras([slow]).record("start", 0) if m.command == "wait")
    assert wait.kwargs["timeout"] == 10005.0
