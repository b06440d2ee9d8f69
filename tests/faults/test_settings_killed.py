"""kill -9 of processes that write settings: always readable, and nothing acknowledged is lost."""

import random
import sqlite3
import subprocess
import sys

import pytest

from blueline.settings import open_settings

#: Kills in ``make test``, and in ``make soak``.
FEW, MANY = 20, 300
SEEDS = [*range(FEW), *(pytest.param(n, marks=pytest.mark.soak) for n in range(FEW, MANY))]
WRITERS = 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all tests: each writes on where the last one was killed."""
    return tmp_path_factory.mktemp("state")


def start(path, name):
    command = [sys.executable, "-m", "tests.faults.settings_child", str(path), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


@pytest.fixture
def told(request, folder):
    """Kill writers in the middle of it; give what each was told before, and the file."""
    chance = random.Random(request.param)  # noqa: S311 - no secret
    path, enough, later = (
        folder / "settings.sqlite",
        chance.randint(1, 300),
        chance.uniform(0, 0.02),
    )
    names = [f"{request.param}/{each}" for each in range(WRITERS)]
    children = {name: start(path, name) for name in names}
    first = children[names[0]]
    lines = {name: [] for name in names}
    lines[names[0]] = [first.stdout.readline() for _ in range(enough)]
    with pytest.raises(subprocess.TimeoutExpired):
        first.wait(later)
    for child in children.values():
        child.kill()
    for name, child in children.items():
        lines[name] += child.stdout.read().splitlines(keepends=True)
        child.stdout.close()
        child.wait(10)
    whole = {
        name: [x.decode().split() for x in all_ if x.endswith(b"\n")]
        for name, all_ in lines.items()
    }
    assert len(whole[names[0]]) >= enough
    return whole, path


@pytest.mark.parametrize("told", SEEDS, indirect=True, ids=lambda seed: f"seed {seed}")
def test_what_was_acknowledged_before_a_kill_is_kept(told):
    lines, path = told
    with open_settings(path) as settings:
        for name, acknowledged in lines.items():
            kept = settings.namespace(name).copy()
            assert_kept(kept, {what: int(number) for what, number in acknowledged})
            present = {int(key.split()[1]) for key in kept if key.startswith("key ")}
            removed = {int(number) for what, number in acknowledged if what == "removed"}
            added = {int(number) for what, number in acknowledged if what == "added"}
            assert not present & removed
            # one change may have been made that nobody was told of
            assert len(added - removed - present) + len(present - added) <= 1
        numbers = [int(n) for each in lines.values() for what, n in each if what == "scan"]
        assert len(set(numbers)) == len(numbers)
        assert settings.namespace("numbers")["scan"] >= max(numbers)
    with sqlite3.connect(path) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    reader.close()


def assert_kept(kept, last):
    """What was changed together is together, and at most one change ahead of what was told."""
    if "kept" in last:
        number = kept["number"]
        assert number - last["kept"] in (0, 1)
        assert kept["half"] == number / 2
        assert kept["text"] == f"{number}," * 20_000


def test_a_writer_that_dies_at_any_byte_leaves_a_change_whole_or_not_made(tmp_path):
    command = [
        sys.executable,
        "-m",
        "tests.faults.dying_writers",
        str(tmp_path / "settings.sqlite"),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("1 0") > 10, "killed before the change was kept"
