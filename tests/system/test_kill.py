"""kill -9 in mid-scan: what was emitted is kept, and recovery closes the run."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from callbacks.naming import DataFolder
from callbacks.replay import Replay, journals, start_of, stop_of
from tests.system.commands import BLUELINE, run

pytestmark = pytest.mark.timeout(180)

#: Events of the absorption scan after which the demonstration is killed.
ENOUGH = 40


def events(path: Path) -> list[dict[str, float]]:
    """Give the data of the primary stream."""
    streams, found = {}, []
    for name, doc in Replay(path):
        if name == "descriptor":
            streams[doc["uid"]] = doc["name"]
        elif name == "event" and streams[doc["descriptor"]] == "primary":
            found.append(doc["data"])
    return found


def wait_for_scan(folder: Path, command: str, number: int, deadline: float = 60) -> Path:
    """Wait until a scan has so many points."""
    ends = time.monotonic() + deadline
    while time.monotonic() < ends:
        for path in journals(folder):
            begun = str((start_of(path) or {}).get("scan_command")).startswith(command)
            if begun and len(events(path)) >= number:
                return path
        time.sleep(0.05)
    pytest.fail(f"no {command} with {number} points within {deadline} s")


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """Kill the demonstration in its absorption scan, and recover."""
    folder = tmp_path_factory.mktemp("killed") / "data"
    child = subprocess.Popen(
        [*BLUELINE, "demo", "--data", str(folder), "--time-factor", "10"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    journal = wait_for_scan(folder, "xafs", ENOUGH)
    family = psutil.Process(child.pid).children(recursive=True)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)
    _, alive = psutil.wait_procs(family, timeout=20)
    recovered = run("runs", "recover", "--data", str(folder))
    return folder, journal, alive, recovered


def test_every_child_process_ends_with_the_killed_one(killed):
    _, _, alive, _ = killed
    assert alive == []


def test_recovery_closes_the_run_as_failed_with_the_reason(killed):
    _, journal, _, recovered = killed
    assert recovered.returncode == 0, recovered.stderr
    stop = stop_of(journal)
    assert stop["exit_status"] == "fail"
    assert "ended" in stop["reason"]
    assert stop["num_events"]["primary"] == len(events(journal)) >= ENOUGH


def test_all_points_are_in_the_spec_file(killed):
    from silx.io.specfile import SpecFile

    folder, journal, _, _ = killed
    (path,) = folder.glob("*.spec")
    scan = SpecFile(str(path))[str(start_of(journal)["scan_id"]) + ".1"]
    assert scan.data_column_by_name("It").tolist() == [e["It"] for e in events(journal)]


def test_all_points_are_in_the_nexus_file(killed):
    import silx.io

    folder, journal, _, _ = killed
    start = start_of(journal)
    with silx.io.open(str(DataFolder(folder, "demo").nexus_path(start))) as file:
        entry = file[f"{start['scan_id']}.1"]
        assert entry["measurement/It"][()].tolist() == [e["It"] for e in events(journal)]
        assert "ended" in str(entry["end_reason"][()])


def test_recovering_again_changes_nothing(killed):
    folder, _, _, _ = killed
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    again = run("runs", "recover", "--data", str(folder))
    assert again.returncode == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
