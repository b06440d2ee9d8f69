"""A process that runs out of files or of memory keeps what it has recorded (D10, P10)."""

import subprocess
import sys

import pytest

from callbacks.recover import recover
from callbacks.replay import Replay, journals, stop_of
from tests.faults.limited_child import AT


@pytest.fixture
def scanned(tmp_path):
    """Scan in a process that runs out of something; give its lines and its journals."""

    def scan(what):
        command = [sys.executable, "-m", "tests.faults.limited_child", what, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
        return done, journals(tmp_path)

    return scan


def points(path):
    return [doc["seq_num"] for name, doc in Replay(path) if name == "event"]


def test_a_run_that_has_begun_needs_no_more_files_and_the_next_is_refused_in_a_sentence(scanned):
    done, (path,) = scanned("files")
    first, second = done.stdout.splitlines()
    assert first == "success"
    assert points(path) == list(range(1, 12))
    assert stop_of(path)["exit_status"] == "success"
    assert second.startswith("JournalError: ")
    assert second.endswith("Too many open files")
    assert done.returncode == 0, done.stderr


def test_a_run_that_is_out_of_memory_ends_as_failed_or_is_closed_by_recovery(scanned, tmp_path):
    done, (path, *_) = scanned("memory")
    assert points(path) == list(range(1, AT + 1))
    assert "success" not in done.stdout.splitlines()[:1]
    recover(tmp_path)
    stop = stop_of(path)
    assert stop["exit_status"] == "fail"
    assert stop["num_events"]["primary"] == AT
