"""Scan numbers that processes take at the same time are unique and gapless (K6)."""

import itertools
import subprocess
import sys

import pytest

from blueline.settings import open_settings
from tests.redis_server import redis_server

PROCESSES, EACH = 8, 100


@pytest.fixture(params=["file", "redis"])
def where(request, tmp_path):
    """A store that is not there yet, or empty."""
    if request.param == "file":
        yield str(tmp_path / "settings.sqlite")
        return
    with redis_server(tmp_path) as address:
        yield address


def test_eight_processes_get_every_number_once(where):
    command = [sys.executable, "-m", "tests.faults.numbers_child", where, str(EACH)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(command, **pipes) for _ in range(PROCESSES)]
    assert [child.stdout.readline() for child in children] == ["\n"] * PROCESSES
    answers = []
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        answers.append([int(word) for word in child.communicate(timeout=50)[0].split()])
        assert child.returncode == 0
    assert sorted(itertools.chain(*answers)) == list(range(1, PROCESSES * EACH + 1))
    assert all(each == sorted(each) for each in answers)
    with open_settings(where) as settings:
        assert settings.increment("numbers", "scan") == PROCESSES * EACH + 1
