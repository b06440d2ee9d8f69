"""Each process keeps its own room, and what killed ones kept is given back."""

import os
import subprocess
import sys

import pytest

from callbacks.reserve import RESERVE_BYTES, Reserve

_ANOTHER = """
import sys
from pathlib import Path
from callbacks.reserve import Reserve
reserve = Reserve()
reserve.hold(Path(sys.argv[1]))
print("held", flush=True)
input()
reserve.close()
"""


@pytest.fixture
def reserve(tmp_path):
    made = Reserve()
    made.hold(tmp_path)
    yield made
    made.close()


@pytest.fixture
def another(tmp_path):
    """Another process that keeps room in the same folder until it reads a line."""
    command = [sys.executable, "-c", _ANOTHER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def kept(folder):
    return {path.name for path in folder.iterdir()}


def test_a_session_that_ends_leaves_the_room_of_another(tmp_path, reserve, another):
    ours = f".reserve.{os.getpid()}"
    assert kept(tmp_path) == {ours, f".reserve.{another.pid}"}
    another.communicate("\n", timeout=10)
    assert kept(tmp_path) == {ours}
    assert (tmp_path / ours).stat().st_blocks * 512 >= RESERVE_BYTES
    assert reserve.give_up(tmp_path)


def test_room_that_was_given_up_is_there_once(tmp_path, reserve):
    assert reserve.give_up(tmp_path)
    assert not reserve.give_up(tmp_path)


def test_what_a_killed_session_kept_is_given_back_by_the_next(tmp_path, another):
    another.kill()
    another.wait(10)
    assert kept(tmp_path) == {f".reserve.{another.pid}"}
    reserve = Reserve()
    reserve.hold(tmp_path)
    assert kept(tmp_path) == {f".reserve.{os.getpid()}"}
    reserve.close()
    assert kept(tmp_path) == set()
