"""What killed processes left is removed, and nothing that somebody may still need."""

import os
import subprocess
import time

import pytest

from callbacks.leftovers import LONG_AGO, clear


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    with subprocess.Popen(["true"]) as ended:
        pass
    return ended.pid


@pytest.fixture
def mounts(tmp_path_factory):
    """Make a table in which the root is on this computer and the folder on a disk of some kind."""

    def make(folder, kind):
        table = tmp_path_factory.mktemp("mounts") / "mounts"
        place = str(folder).replace(" ", r"\040")
        table.write_text(f"disk / ext4 rw 0 0\nserver:/data {place} {kind} rw 0 0\n")
        return table

    return make


def left(folder, name, age=0.0):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


@pytest.mark.parametrize(
    "name",
    [
        ".blueline_0001.png.PID.tmp",
        "ada/cu/.cu_0001.nxs.PID.tmp",
        "results/0003_1f3c88aa.PID.part",
        "journal/.reserve.PID",
    ],
)
def test_what_a_dead_process_left_is_removed_wherever_it_is(tmp_path, mounts, dead, name):
    path = left(tmp_path, name.replace("PID", str(dead)))
    clear(tmp_path, mounts(tmp_path, "xfs"))
    assert not path.exists()


@pytest.mark.parametrize(
    "name", [".a.png.PID.tmp", "results/0003_1f3c88aa.PID.part", "journal/.reserve.PID"]
)
def test_what_a_process_that_lives_has_begun_is_left(tmp_path, mounts, name):
    path = left(tmp_path, name.replace("PID", str(os.getpid())), 2 * LONG_AGO)
    clear(tmp_path, mounts(tmp_path, "xfs"))
    assert path.exists()


@pytest.mark.parametrize("name", ["a.png", "a.PID.tmp", ".a.tmp", ".a.0PID.tmp", "film.PID.part"])
def test_a_file_that_is_not_ours_is_left(tmp_path, mounts, dead, name):
    path = left(tmp_path, name.replace("PID", str(dead)), 2 * LONG_AGO)
    clear(tmp_path, mounts(tmp_path, "xfs"))
    assert path.exists()


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "something-new"])
def test_what_another_computer_may_be_writing_is_left_for_an_hour(tmp_path, mounts, dead, kind):
    folder = tmp_path / "two words"
    new = left(folder, f".new.png.{dead}.tmp", LONG_AGO - 60)
    old = left(folder, f".old.png.{dead}.tmp", LONG_AGO + 60)
    clear(folder, mounts(folder, kind))
    assert new.exists()
    assert not old.exists()


def test_without_a_table_of_mounts_an_hour_is_waited(tmp_path, dead):
    new = left(tmp_path, f".new.png.{dead}.tmp")
    clear(tmp_path, tmp_path / "none")
    assert new.exists()


def test_a_folder_that_is_not_there_has_nothing_left(tmp_path):
    clear(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
