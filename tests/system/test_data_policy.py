"""Data sets of a session: where its files are, and who else takes numbers."""

import io
import subprocess
import sys

import h5py
import pytest
from silx.io.specfile import SpecFile

from blueline import open_session
from blueline.config.example_beamline import write_example
from blueline.data_policy import ESRF
from blueline.errors import BluelineError
from blueline.runs import RunArchive
from callbacks.recover import recover
from planlib import ascan
from tests.waiting import PATIENCE, wait_until

#: Begins so many data sets, and prints their names.
CHILD = """
import sys
from blueline.data_policy import ESRF, DataPolicy
from blueline.settings import open_settings
with open_settings(sys.argv[1]) as settings:
    policy = DataPolicy(settings, sys.argv[2], ESRF)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(20):
        for name in ("", "edge"):
            print(policy.newdataset(name).partition("names begin with ")[2].partition(";")[0])
"""


@pytest.fixture(scope="module")
def session(instant_ioc, tmp_path_factory):
    """With plots, whose files have their place as well."""
    folder = tmp_path_factory.mktemp("data")
    with open_session(
        data=folder, port=instant_ioc.port, prefix=instant_ioc.prefix, screen=io.StringIO()
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def described(fast_ioc, tmp_path_factory):
    """A beamline in YAML whose policy is that of the ESRF; nobody looks at its plots."""
    folder = write_example("mine", tmp_path_factory.mktemp("beamlines"))
    file = folder / "beamline.yml"
    text = file.read_text().replace("policy: none", "policy: esrf").replace("BL:", "F:")
    file.write_text(text.replace("port: 5064", f"port: {fast_ioc.port}"))
    with open_session(folder, screen=io.StringIO()) as opened:
        yield opened


@pytest.fixture(params=["built in", "described"])
def photographed(request):
    """A session whose camera has seen a sample, the start of that run, and its folder."""
    name = "session" if request.param == "built in" else "described"
    session = request.getfixturevalue(name)
    policy = session.data_policy
    policy.use(ESRF)
    policy.newsample("foil")
    x, camera = session.devices["x"], session.devices["camera"]
    wait_until("the camera answers", lambda: camera.connected)
    session.RE(ascan(x, 0, 1, 2, 0.1, [camera]))
    assert session.recorder.drain(3 * PATIENCE)
    return session, session.last_scan.start, policy.root / policy.place().folder


def test_frames_are_in_the_folder_of_the_data_set_and_its_file_leads_to_them(photographed):
    session, start, folder = photographed
    assert folder.name.startswith("foil_0")
    (frames,) = (folder / "frames").glob("camera_*.h5")
    path = session.folder.nexus_path(start)
    assert path.parent == folder
    with h5py.File(path) as file:
        link = file.get("1.1/instrument/camera/data", getlink=True)
        assert link.filename == f"frames/{frames.name}"
        assert file["1.1/instrument/camera/data"].shape == (3, 512, 512)


@pytest.fixture(scope="module")
def policy(session):
    made = session.data_policy
    made.use(ESRF)
    made.newproposal("hg7", "visit")
    made.newsample("../../Cu")
    return made


@pytest.fixture(scope="module")
def uid(session, policy):
    (found,) = session.RE(ascan(session.devices["x"], 0, 1, 4, 0.1))
    assert session.recorder.drain(3 * PATIENCE)
    return found


def test_all_files_of_a_run_are_in_the_folder_of_its_data_set(session, policy, uid):
    record = RunArchive(session.folder.root).find(uid)
    folder = policy.root / policy.place().folder
    inside = {path.suffix for path in record.files() if path.parent == folder}
    assert inside >= {".spec", ".csv", ".xdi", ".nxs", ".png"}
    assert {path.name for path in folder.glob("*.nxs")} >= {f"{policy.place().data_set}_0001.nxs"}


def test_the_run_says_what_it_belongs_to(session, uid):
    start = RunArchive(session.folder.root).find(uid).start
    assert (start["proposal"], start["sample"]) == ("hg7", "../../Cu")
    assert start["dataset"] == "0001"
    assert start["scan_id"] == 1


def test_the_metadata_of_the_engine_name_no_other_data_set_than_runs_do(session, policy, uid):
    start = RunArchive(session.folder.root).find(uid).start
    assert start["data_set"] == policy.place().data_set
    assert session.RE.md.get("data_set", start["data_set"]) == start["data_set"]


def test_the_next_data_set_counts_from_one_elsewhere(session, policy, uid):
    policy.newdataset("edge")
    (second,) = session.RE(ascan(session.devices["x"], 0, 1, 2, 0.1))
    assert session.recorder.drain(3 * PATIENCE)
    start = RunArchive(session.folder.root).find(second).start
    assert start["scan_id"] == 1
    assert start["file_names"]["nexus"].endswith("_edge_{scan_number}")


def test_files_that_are_lost_are_made_again_in_their_folder(session, policy, uid):
    record = RunArchive(session.folder.root).find(uid)
    lost = [path for path in record.files() if path.suffix in {".xdi", ".csv"}]
    for path in lost:
        path.unlink()
    recover(session.folder.root)
    assert all(path.exists() for path in lost)


def test_no_two_processes_begin_the_same_data_set(tmp_path):
    command = [sys.executable, "-c", CHILD, str(tmp_path / "settings.sqlite"), str(tmp_path / "d")]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    found = [name for child in children for name in child.communicate(timeout=60)[0].split()]
    assert all(child.returncode == 0 for child in children)
    assert len(found) == len(set(found)) == 120


def test_each_data_set_has_its_own_file_of_links(session, policy, uid):
    start = RunArchive(session.folder.root).find(uid).start
    path = session.folder.nexus_links_path(start)
    with h5py.File(path, "r") as file:
        assert list(file) == ["1.1"]
        assert file["1.1"].attrs["NX_class"] == "NXentry"


def test_a_number_that_several_data_sets_have_is_refused_with_the_choices(session, policy, uid):
    archive = RunArchive(session.folder.root)
    with pytest.raises(BluelineError, match=r"1 is the number of \d+ runs: say "):
        archive.find("1")
    record = archive.find(uid)
    assert archive.find(record.name).start["uid"] == uid


def spec_files(session):
    return {path.relative_to(session.folder.root) for path in session.folder.root.rglob("*.spec")}


@pytest.mark.parametrize(("spec_per", "files"), [("scan", 2), ("data_set", 1), ("day", 1)])
def test_a_spec_file_is_per_scan_data_set_or_day_as_is_said(session, spec_per, files):
    """SC-13: scans are read back from their files by an independent reader."""
    session.data_policy.newdataset(f"per {spec_per}")
    before = spec_files(session)
    session.data_policy.use(spec_file_per=spec_per)
    try:
        for _ in range(2):
            session.RE(ascan(session.devices["x"], 0, 1, 2, 0.1))
    finally:
        session.data_policy.use(spec_file_per="day")
    session.recorder.drain()
    made = spec_files(session) - before
    assert len(made) == files
    read = [scan for path in made for scan in SpecFile(str(session.folder.root / path))]
    assert len(read) == 2
    assert all(scan.data.shape[1] == 3 for scan in read)


def test_a_file_for_each_scan_is_made_again_where_it_is_lost(session):
    session.data_policy.newdataset("lost")
    before = spec_files(session)
    session.data_policy.use(spec_file_per="scan")
    try:
        session.RE(ascan(session.devices["x"], 0, 1, 2, 0.1))
    finally:
        session.data_policy.use(spec_file_per="day")
    session.recorder.drain()
    (made,) = spec_files(session) - before
    path = session.folder.root / made
    text = path.read_text()
    path.unlink()
    recover(session.folder.root)
    assert [line for line in path.read_text().splitlines() if line.startswith("#S")] == [
        line for line in text.splitlines() if line.startswith("#S")
    ]


def test_a_beamline_says_how_many_scans_a_spec_file_holds(instant_ioc, tmp_path):
    folder = write_example("mine", tmp_path)
    file = folder / "beamline.yml"
    text = file.read_text().replace("policy: none", "spec_file_per: scan\n    policy: none")
    text = text.replace("BL:", instant_ioc.prefix)
    file.write_text(text.replace("port: 5064", f"port: {instant_ioc.port}"))
    with open_session(folder, screen=io.StringIO()) as opened:
        assert opened.data_policy.metadata()["file_names"]["spec"].endswith("_{scan_number}")
