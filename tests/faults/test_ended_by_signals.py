"""P2 to P5: signals and the end of a script end a scan with its clean-up and a stop document."""

import os
import pty
import select
import signal
import sys
import time
from functools import partial

import pytest

from callbacks.replay import journals, stop_of
from tests.another_client import read_pv
from tests.faults.ended_child import LONG
from tests.faults.session_child import SessionChild, where
from tests.waiting import PATIENCE, wait_until

#: Seconds within which a process that was told to end has (P2).
AT_MOST = 10.0
#: How a process ends that was told to: by itself, or, on a machine that is too busy, by its alarm.
ENDED = {128 + signal.SIGTERM, 128 + signal.SIGHUP, -signal.SIGALRM}
#: Seconds between two presses of a quick hand.
QUICK = 0.15
BOTH = [signal.SIGTERM, signal.SIGHUP]


class Child(SessionChild):
    """A session that is ended by signals."""

    def press(self, times=1, apart=QUICK):
        """Press Ctrl-C."""
        for _ in range(times):
            if self.process.poll() is None:
                os.kill(self.process.pid, signal.SIGINT)
            time.sleep(apart)  # fingers take time

    def ended(self, seconds):
        """Wait for its end; give its exit status."""
        status = self.process.wait(seconds)
        said, _ = self.process.communicate(timeout=2 * PATIENCE)  # of those that finish its files
        self.lines += said.splitlines()
        return status

    def stop(self):
        """Give the one stop document."""
        (path,) = journals(self.folder)
        return stop_of(path)


@pytest.fixture
def start(started):
    """Start a child that does something."""
    return partial(started, partial(Child, "ended_child"))


def all_stand():
    return all(read_pv(f"X:sample:{axis}.DMOV") for axis in ("x", "y"))


@pytest.mark.parametrize("number", BOTH, ids=lambda number: number.name)
def test_a_scan_that_is_told_to_end_is_aborted_with_its_clean_up(start, number):
    child = start("scan")
    child.wait_for("point")
    child.process.send_signal(number)
    assert child.ended(AT_MOST) in ENDED
    assert child.stop()["exit_status"] == "abort"
    assert all_stand()


def test_a_clean_up_that_takes_too_long_is_cut_off_and_the_stop_document_is_there(start):
    child = start("far")
    child.wait_for("point")
    child.process.send_signal(signal.SIGTERM)
    assert child.ended(AT_MOST) in ENDED
    assert child.stop()["exit_status"] == "abort"
    assert read_pv("X:sample:x.RBV") > 1
    wait_until("x stands", all_stand)


def test_a_script_that_catches_the_interruption_begins_nothing_more(start):
    child = start("stubborn")
    child.wait_for("point")
    child.process.send_signal(signal.SIGTERM)
    assert child.ended(AT_MOST) in ENDED
    assert "next" not in child.lines
    assert child.stop()["exit_status"] == "abort"


def test_an_idle_session_is_closed(start):
    child = start("idle")
    child.wait_for("idle")
    child.process.send_signal(signal.SIGTERM)
    assert child.ended(AT_MOST) in ENDED


def test_a_prompt_that_swallows_the_end_of_a_scan_is_ended_too(start):
    child = start("prompt")
    child.wait_for("point")
    child.process.send_signal(signal.SIGTERM)
    assert child.ended(AT_MOST) in ENDED
    assert "swallowed SystemExit idle" in child.lines


@pytest.mark.usefixtures("unseen")
def test_a_scan_ends_well_when_its_terminal_is_closed(fault, tmp_path):
    pid, terminal = pty.fork()
    if pid == 0:
        words = ["-m", "tests.faults.ended_child", *where(tmp_path, fault), "scan"]
        os.execv(sys.executable, [sys.executable, *words])  # noqa: S606
    _read_until(terminal, b"point\r\n")
    os.close(terminal)
    ended = []

    def has_ended():
        found, status = os.waitpid(pid, os.WNOHANG)
        ended.append(status)
        return found == pid

    wait_until("the process has ended", has_ended, AT_MOST)
    (path,) = journals(tmp_path)
    assert stop_of(path)["exit_status"] == "abort"
    assert os.waitstatus_to_exitcode(ended[-1]) in ENDED


def _read_until(terminal, word):
    read, ends = b"", time.monotonic() + 5 * PATIENCE
    while word not in read:
        assert select.select([terminal], [], [], max(0.0, ends - time.monotonic()))[0], read
        read += os.read(terminal, 65536)


def test_ctrl_c_says_what_it_waits_for_and_ends_the_scan_after_the_point(start):
    child = start("scan")
    child.wait_for("point")
    wait_until("it counts", lambda: read_pv("X:scaler1.CNT"))
    child.press()
    child.wait_for("Ctrl-C: ")
    child.wait_for("point")
    assert (
        "Ctrl-C: stopping the plan when counting scaler for 1 s is done; again: aborting it at once"
        in child.lines
    )
    child.ended(PATIENCE)
    assert child.lines.count("point") == 2
    assert child.stop()["exit_status"] == "success"


def test_ctrl_c_waits_until_a_scan_that_is_stopped_is_back(start):
    child = start("far")
    child.wait_for("point")
    child.press()
    assert child.ended(4 * PATIENCE) != 0
    assert child.stop()["exit_status"] == "success"
    assert read_pv("X:sample:x.RBV") == pytest.approx(0, abs=0.01)


def test_ctrl_c_in_a_move_ends_the_loop_of_a_script(start):
    child = start("moves")
    child.wait_for("moving to 3")
    wait_until("x moves", lambda: not read_pv("X:sample:x.DMOV"))
    child.press()
    assert child.ended(2 * PATIENCE) != 0
    assert [line for line in child.lines if line.startswith("moving to")] == ["moving to 3"]
    assert any("KeyboardInterrupt" in line for line in child.lines)
    assert all_stand()


def test_ctrl_c_twice_ends_a_long_exposure_at_once(start):
    child = start("expose")
    wait_until("it counts", lambda: read_pv("X:scaler1.CNT"), 4 * PATIENCE)
    child.press(2)
    begun = time.monotonic()
    child.ended(PATIENCE)
    assert time.monotonic() - begun < LONG / 3
    assert child.stop()["exit_status"] == "abort"


@pytest.mark.parametrize(
    ("times", "apart", "status"),
    [
        pytest.param(2, QUICK, "abort", id="twice"),
        pytest.param(3, QUICK, "abort", id="three-times"),
        pytest.param(12, QUICK, "abort", id="twelve-times"),
        pytest.param(12, 0.001, "success", id="burst"),
    ],
)
def test_no_number_of_ctrl_c_leaves_a_run_without_its_end(start, times, apart, status):
    child = start("scan")
    child.wait_for("point")
    child.press(times, apart)
    assert child.ended(2 * PATIENCE) != 0
    assert child.stop()["exit_status"] == status
    assert all_stand()


def test_a_script_that_ends_while_paused_aborts_its_scan(start):
    child = start("forgotten")
    child.wait_for("paused")
    child.ended(AT_MOST)
    assert child.stop()["exit_status"] == "abort"
    assert all_stand()
