"""Recovery may be killed anywhere, any number of times, and be repeated (P11)."""

import shutil
import subprocess
import sys

import h5py
import pytest

from callbacks.journal import Journal
from callbacks.naming import DataFolder
from callbacks.recover import interrupted, recover
from callbacks.replay import Replay, journals
from tests.unit.callbacks.scan_documents import Scan, mesh

TIMES = 20


@pytest.fixture
def interrupted_runs(tmp_path):
    """Five runs that were cut off, the last of them in a line."""
    folder = DataFolder(tmp_path / "data")
    scans = [Scan(uid=f"{n}" * 8, scan_id=n) for n in range(1, 5)] + [mesh(5)]
    for scan in scans:
        journal = Journal(folder.journal_path)
        for name, doc in list(scan.documents())[:9]:
            journal(name, doc)
        journal.close()
    last = journals(folder.root)[-1]
    last.write_bytes(last.read_bytes()[:-30])
    return folder


def kill_recoveries(folder, copy, seed, times=TIMES):
    """Recover the copy undisturbed and the folder not; give how often that was cut off."""
    shutil.copytree(folder, copy)
    arguments = [str(folder), str(copy), str(seed), str(times)]
    command = [sys.executable, "-m", "tests.faults.recovery_child", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=55, check=True)
    return int(done.stdout)


def numbers(file):
    """Every number of a NeXus file, by its place."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf":
            found[name] = item[()].tobytes()

    with h5py.File(file) as opened:
        opened.visititems(visit)
    return found


def without_stop(path):
    return [document for document in Replay(path) if document[0] != "stop"]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_recovery_that_was_killed_twenty_times_ends_as_one_that_was_not(
    interrupted_runs, tmp_path, seed
):
    folder, undisturbed = interrupted_runs.root, tmp_path / "undisturbed"
    assert kill_recoveries(folder, undisturbed, seed) >= 5, "it was never in the middle"
    recover(folder)
    assert interrupted(folder) == []
    assert recover(folder) == []
    for ours, theirs in zip(journals(folder), journals(undisturbed), strict=True):
        assert without_stop(ours) == without_stop(theirs)
        assert [name for name, _ in Replay(ours)].count("stop") == 1
    for file in undisturbed.glob("*_000*.nxs"):
        assert numbers(folder / file.name) == numbers(file)
    (text,) = folder.glob("*.spec")
    assert text.read_text() == (undisturbed / text.name).read_text()


def test_killed_recoveries_leave_nothing_behind(interrupted_runs, tmp_path):
    folder = interrupted_runs.root
    with subprocess.Popen(["true"]) as ended:
        pass
    (folder / f".blueline_0001.png.{ended.pid}.tmp").write_bytes(b"half a picture")
    assert kill_recoveries(folder, tmp_path / "copy", seed=3, times=6) > 0
    recover(folder)
    assert [path.name for path in folder.rglob(".*")] == []
