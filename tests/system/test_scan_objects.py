"""Scans as objects, and scans of which no files are made (BL-89, BL-90)."""

import threading

import pytest

from blueline.errors import BluelineError
from blueline.scan_object import scan_of
from planlib import ascan, mesh, sct, sequence
from planlib.errors import PlanError
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def axes(session):
    """Axes that stand at 2 and -1 before a test."""
    found = session.devices["x"], session.devices["y"]
    for axis, position in zip(found, (2, -1), strict=True):
        axis.set(position).wait(PATIENCE)
    return found


def test_a_scan_is_prepared_then_run_then_looked_at(session, axes):
    scan = scan_of(session, ascan(axes[0], 0, 1, 4, 0.1))
    assert scan.is_prepared
    assert scan.status == "prepared"
    assert repr(scan) == "ascan, prepared: run() runs it"
    assert axes[0].target == 2
    assert scan.run() is scan
    assert not scan.is_prepared
    assert scan.status == "success"
    assert scan.get_data()["x_setpoint"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert set(scan.streams) >= {"baseline", "primary"}
    assert scan.get_data("baseline")["y"].size == 2
    assert scan.scan_info["scan_command"] == "ascan x 0 1 4 0.1"
    assert "ascan x 0 1 4 0.1" in repr(scan)


def test_what_is_not_run_yet_has_no_data(session, axes):
    scan = scan_of(session, ascan(axes[0], 0, 1, 4, 0.1))
    with pytest.raises(BluelineError, match="prepared and was not run"):
        scan.get_data()
    scan.run()


def test_a_scan_is_run_once(session):
    scan = scan_of(session, sct(0.1)).run()
    with pytest.raises(BluelineError, match="was run already"):
        scan.run()


def test_the_runs_of_a_sequence_are_all_known_and_the_last_is_shown(session, axes):
    scan = scan_of(session, sequence(sct(0.1), ascan(axes[0], 0, 1, 2, 0.1))).run()
    assert len(scan.uids) == 2
    assert scan.scan_info["plan_name"] == "ascan"


def test_a_scan_that_failed_has_what_was_measured(session, axes):
    x = axes[0]

    def broken(values):
        if values["x_setpoint"] >= 1:
            raise RuntimeError("broken")
        return False

    scan = scan_of(session, ascan(x, 0, 2, 2, 0.1, until=broken))
    with pytest.raises(RuntimeError, match="broken"):
        scan.run()
    assert scan.status == "fail"
    assert scan.get_data()["x_setpoint"].tolist() == [0, 1]


def test_what_was_measured_is_there_while_the_scan_runs(session, axes):
    seen = []

    def look(_values):
        seen.append(len(scan.get_data()["x"]))
        return False

    scan = scan_of(session, ascan(axes[0], 0, 1, 2, 0.1, until=look))
    scan.run()
    assert seen == [1, 2, 3]


def test_another_thread_may_look(session, axes):
    scan = scan_of(session, ascan(axes[0], 0, 1, 20, 0.1))
    statuses = []

    def look():
        wait_until("it is run", lambda: scan.uids)
        statuses.append(scan.status)

    looking = threading.Thread(target=look)
    looking.start()
    scan.run()
    looking.join(PATIENCE)
    assert statuses in (["open"], ["success"])


def test_the_axes_of_a_scan_go_back(session, axes):
    x, y = axes
    scan = scan_of(session, mesh(x, 0, 1, 1, y, 0, 1, 1, 0.1)).run()
    session.RE(sct(0.1))
    scan.restore_motor_positions()
    assert (x.target, y.target) == (2, -1)


def test_a_count_has_nothing_to_restore(session):
    with pytest.raises(PlanError, match="nothing to restore"):
        scan_of(session, sct(0.1)).run().restore_motor_positions()


def test_a_comment_is_kept_with_a_run_that_is_over(session, commands, printed):
    scan = scan_of(session, sct(0.1)).run()
    scan.add_comment("the beam was lost")
    commands["add_comment"]("and came back")
    assert [comment.text for comment in scan.comments] == ["the beam was lost", "and came back"]
    before = len(printed())
    commands["runs"](1)
    assert [line.split(": ")[-1] for line in printed()[before:].splitlines()[1:]] == [
        "the beam was lost",
        "and came back",
    ]


def test_a_run_of_before_is_a_scan_as_well(session, commands):
    (uid,) = session.RE(sct(0.1))
    for named in (-1, "-1", uid[:8], uid):
        assert commands["as_scan"](named).uids == (uid,)


@pytest.mark.parametrize("bad", [3.5, None, True], ids=repr)
def test_what_is_no_scan_is_refused(session, bad):
    with pytest.raises(BluelineError, match="give a plan"):
        scan_of(session, bad)


def test_a_plan_that_opens_no_run_has_none(session, axes):
    from bluesky.plan_stubs import mv

    scan = scan_of(session, mv(axes[0], 1)).run()
    assert repr(scan) == "a plan that has made no run"
    with pytest.raises(BluelineError, match="has opened no run"):
        scan.get_data()


def files(session):
    found = (path for path in session.folder.root.rglob("*") if path.is_file())
    return {path for path in found if not path.name.startswith(".")}


def test_a_scan_that_is_not_saved_leaves_its_journal_and_its_timing(session, axes):
    session.RE(ascan(axes[0], 0, 1, 4, 0.1))
    session.recorder.drain()
    before = files(session)
    scan = scan_of(session, ascan(axes[0], 0, 1, 4, 0.1, save=False, title="a look")).run()
    session.recorder.drain()
    made = {path.parent.name for path in files(session) - before}
    assert made == {"journal", "timings"}
    assert scan.get_data()["I0"].size == 5
    assert session.last_scan.start["uid"] == scan.uids[0]
    assert repr(scan).endswith("(a look, not saved)")


def test_plans_take_names_of_devices_of_members_and_of_counters(session, axes):
    """PS-01: as strings they mean what they mean at the prompt, in the queue and as words."""
    for motor in ("x", "hslit_high", "hslit.high"):
        scan = scan_of(session, ascan(motor, 0.7, 0.75, 1, 0.1, "scaler", save=False)).run()
        assert scan.scan_info["motors"] == [motor.replace(".", "_")]


def test_a_name_that_no_device_has_is_answered_before_anything_moves(session, axes):
    with pytest.raises(PlanError, match="there is no device 'hslit_hihg'; did you mean hslit_high"):
        session.RE(ascan("hslit_hihg", 0, 0.1, 1, 0.1))
