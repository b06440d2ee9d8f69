"""kill -9 at any moment of scans with all writers on: every point is in every file (P1)."""

import json
import random
import subprocess
import sys

import h5py
import psutil
import pytest

from callbacks.naming import DataFolder
from callbacks.recover import interrupted, recover
from callbacks.replay import Replay, journals, start_of, stop_of

#: Kills in ``make test``, and in ``make soak``.
FEW, MANY = 5, 100
#: Hidden files that stay: room that is kept back, and the turns of those who want a lock.
KEPT = {".reserve", ".turn"}
SEEDS = [*range(FEW), *(pytest.param(n, marks=pytest.mark.soak) for n in range(FEW, MANY))]


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed {seed}")
def killed(request, tmp_path, instant_ioc):
    """The folder, and the points that were emitted before the kill: (run, number, data)."""
    chance = random.Random(request.param)  # noqa: S311 - no secret
    enough, later = chance.randint(1, 60), chance.uniform(0, 0.1)
    where = [str(tmp_path / "data"), str(instant_ioc.port), instant_ioc.prefix]
    command = [sys.executable, "-m", "tests.faults.kill_child", *where]
    with (tmp_path / "said").open("w") as said:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said)
    lines = [child.stdout.readline() for _ in range(enough)]
    assert all(lines), (tmp_path / "said").read_text()
    family = psutil.Process(child.pid).children(recursive=True)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(later)
    child.kill()
    lines += child.stdout.read().splitlines(keepends=True)
    child.stdout.close()
    child.wait(10)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    return tmp_path / "data", [json.loads(line) for line in lines if line.endswith(b"\n")]


def points_of(journal):
    """Give the data of the primary stream by number."""
    streams, found = {}, {}
    for name, doc in Replay(journal):
        if name == "descriptor":
            streams[doc["uid"]] = doc["name"]
        elif name == "event" and streams[doc["descriptor"]] == "primary":
            found[doc["seq_num"]] = doc["data"]
    return found


def in_spec(folder, start):
    from silx.io.specfile import SpecFile

    file = SpecFile(str(folder.spec_path(start)))
    (scan,) = [file[key] for key in file.keys() if start["uid"] in "".join(file[key].header)]
    return scan.data_column_by_name("It").tolist() if scan.data.size else []


def in_nexus(folder, start):
    with h5py.File(folder.nexus_path(start)) as file:
        return file[f"{start['scan_id']}.1/measurement/It"][()].tolist()


def test_every_point_that_was_emitted_is_in_every_file_after_recovery(killed):
    root, emitted = killed
    assert emitted
    recover(root)
    runs = {start_of(path)["uid"]: path for path in journals(root) if start_of(path)}
    kept = {uid: points_of(path) for uid, path in runs.items()}
    assert all(kept[uid][number] == data for uid, number, data in emitted)
    for uid, path in runs.items():
        start, expected = start_of(path), [data["It"] for data in kept[uid].values()]
        folder = DataFolder(root, start["data_set"])
        assert list(kept[uid]) == list(range(1, len(expected) + 1))
        assert stop_of(path)["num_events"].get("primary", 0) == len(expected)
        if expected:
            assert in_spec(folder, start) == expected
            assert in_nexus(folder, start) == expected
    assert interrupted(root) == []
    for file in root.glob("*.nxs"):
        h5py.File(file).close()
    left = {path.name for path in root.rglob(".*")}
    assert left <= KEPT
    assert recover(root) == []
