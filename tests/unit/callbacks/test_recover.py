"""Runs that were interrupted are closed and their files are whole again, once and for all."""

import errno
import fcntl
import os

import h5py
import pytest
from event_model import DocumentNames, schema_validators
from hypothesis import given, settings
from hypothesis import strategies as st
from silx.io.specfile import SpecFile

from callbacks.csv_file import csv_consumer
from callbacks.journal import Journal, to_line
from callbacks.naming import DataFolder
from callbacks.nexus_file import is_complete, nexus_consumer
from callbacks.peaks import Peaks
from callbacks.recover import interrupted, recover
from callbacks.replay import Replay, journals, stop_of
from callbacks.results import ResultFiles, read_results
from callbacks.routing import PROCESS_ENDED
from callbacks.spec_file import SpecWriter
from callbacks.xdi_file import xdi_consumer
from tests.unit.callbacks.scan_documents import Scan, mesh, page
from tests.unit.callbacks.spec_runs import has_run

#: Documents of a scan before its first point: start, baseline and its event, descriptor.
HEAD = 4
SCAN = Scan(uid="run")
#: Of a scan whose numbers are those of each counter.
COUNTERS = {"plot": {}, "derived": {}}


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "data")


def journaled(folder, scan, number=None):
    """Write the first documents of a scan and let go of the journal; give its path."""
    journal = Journal(folder.journal_path)
    for name, doc in list(scan.documents())[:number]:
        journal(name, doc)
    journal.close()
    return folder.journal_path(scan.start())


def exported(folder, scan):
    """Write the files of a scan, as during the scan."""
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.plot_path(scan.start()).write_bytes(b"a picture")
    where = {"root": str(folder.root)}
    consumers = [SpecWriter(folder.spec_path)]
    consumers += [make(**where) for make in (csv_consumer, xdi_consumer, nexus_consumer)]
    results = ResultFiles(folder.root)
    for name, doc in scan.documents():
        for consumer in (*consumers, results):
            consumer(name, doc)
    for consumer in consumers:
        consumer.close()


def files_of(folder, start):
    """What a run has of files, in the order in which they are built."""
    return [
        folder.spec_path(start),
        *(folder.csv_path(start, stream) for stream in ("baseline", "primary")),
        folder.xdi_path(start),
        folder.nexus_path(start),
        folder.root / "results" / f"{folder.journal_path(start).stem}.json",
        folder.plot_path(start),
    ]


def contents(folder):
    return {path: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()}


# --- closing


def test_an_interrupted_run_is_closed_as_failed_with_the_reason(folder):
    path = journaled(folder, SCAN, HEAD + 5)
    recover(folder.root)
    stop = stop_of(path)
    assert stop["run_start"] == "run"
    assert stop["exit_status"] == "fail"
    assert stop["reason"] == PROCESS_ENDED
    assert stop["num_events"] == {"baseline": 1, "primary": 5}


def test_the_stop_is_a_valid_document_at_the_time_of_the_last_point(folder):
    path = journaled(folder, SCAN, HEAD + 5)
    recover(folder.root)
    stop = stop_of(path)
    schema_validators[DocumentNames.stop].validate(stop)
    assert stop["time"] == SCAN.event(4)["time"]


def test_no_point_is_lost_or_changed(folder):
    path = journaled(folder, SCAN, HEAD + 5)
    before = path.read_bytes()
    recover(folder.root)
    assert path.read_bytes().startswith(before)
    assert list(Replay(path))[:-1] == list(SCAN.documents())[: HEAD + 5]


def test_a_torn_line_is_cut(folder):
    path = journaled(folder, SCAN, HEAD + 5)
    path.write_bytes(path.read_bytes()[:-30])
    recover(folder.root)
    replay = Replay(path)
    names = [name for name, _ in replay]
    assert replay.damage == []
    assert names == [name for name, _ in list(SCAN.documents())[: HEAD + 4]] + ["stop"]
    assert stop_of(path)["num_events"]["primary"] == 4


def test_a_torn_stop_is_replaced(folder):
    path = journaled(folder, SCAN)
    path.write_bytes(path.read_bytes()[:-1])
    recover(folder.root)
    assert [name for name, _ in Replay(path)].count("stop") == 1
    assert stop_of(path)["exit_status"] == "fail"


def test_a_run_that_was_interrupted_before_its_first_point_is_closed(folder):
    path = journaled(folder, SCAN, 1)
    (done,) = recover(folder.root)
    assert stop_of(path)["num_events"] == {}
    assert done.points == {}
    assert str(done).startswith("scan 1: closed as failed")


def test_points_in_pages_are_counted(folder):
    journal = Journal(folder.journal_path)
    scan = Scan(uid="run", baseline=False)
    for name, doc in list(scan.documents())[:2]:
        journal(name, doc)
    journal("event_page", page([scan.event(index) for index in range(4)]))
    journal.close()
    recover(folder.root)
    assert stop_of(folder.journal_path(scan.start()))["num_events"] == {"primary": 4}


def test_damage_in_the_middle_costs_its_line_alone(folder):
    path = journaled(folder, SCAN, HEAD + 5)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[HEAD + 1] = b"\0" * 100 + b"\n"
    path.write_bytes(b"".join(lines))
    (done,) = recover(folder.root)
    assert done.points["primary"] == 4
    assert has_run(folder.spec_path(SCAN.start()), "run", 4)


def test_a_journal_without_a_start_is_left_as_it_is(folder):
    path = journaled(folder, SCAN, 1)
    path.write_bytes(path.read_bytes()[:-10])
    before = contents(folder)
    assert recover(folder.root) == []
    assert contents(folder) == before


CONTENT = b"".join(to_line(name, doc) for name, doc in SCAN.documents())


@settings(max_examples=20)
@given(st.integers(1, len(CONTENT) - 1))
def test_wherever_the_file_ends_what_was_whole_is_kept_and_the_run_closed(tmp_path_factory, size):
    folder = DataFolder(tmp_path_factory.mktemp("cut"))
    folder.journal_folder.mkdir()
    path = folder.journal_path(SCAN.start())
    path.write_bytes(CONTENT[:size])
    whole = CONTENT[:size].count(b"\n")
    recover(folder.root)
    documents = list(Replay(path))
    assert documents[:whole] == list(SCAN.documents())[:whole]
    assert [name for name, _ in documents[whole:]] == (["stop"] if whole else [])
    assert recover(folder.root) == []


# --- files


def test_the_spec_file_has_every_point(folder):
    journaled(folder, SCAN, HEAD + 5)
    recover(folder.root)
    read = SpecFile(str(folder.spec_path(SCAN.start())))["1.1"]
    expected = [SCAN.event(index)["data"]["It"] for index in range(5)]
    assert read.data_column_by_name("It").tolist() == expected


def test_the_nexus_file_has_every_point(folder):
    journaled(folder, SCAN, HEAD + 5)
    recover(folder.root)
    expected = [SCAN.event(index)["data"]["It"] for index in range(5)]
    with h5py.File(folder.nexus_path(SCAN.start())) as file:
        assert file["1.1/measurement/It"][()].tolist() == expected
        assert PROCESS_ENDED in file["1.1/end_reason"].asstr()[()]


def test_a_picture_that_is_missing_is_drawn(folder):
    exported(folder, SCAN)
    journaled(folder, SCAN)
    picture = folder.plot_path(SCAN.start())
    picture.unlink()
    (done,) = recover(folder.root)
    assert done.files == [picture]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_numbers_are_those_of_every_point(folder):
    whole = Scan(uid="run", extra=COUNTERS)
    journaled(folder, whole, HEAD + 7)
    recover(folder.root)
    expected = Peaks()
    Replay(folder.journal_path(whole.start())).into(expected)
    stored = read_results(folder.root, "run")
    assert stored.keys() == expected.results["run"].keys() == {"I0", "It", "If"}
    assert repr(stored["It"].peak) == repr(expected.results["run"]["It"].peak)


def test_numbers_that_a_power_cut_left_empty_are_made_again(folder):
    exported(folder, SCAN)
    journaled(folder, SCAN)
    (file,) = (folder.root / "results").iterdir()
    before = file.read_bytes()
    file.write_bytes(b"")
    (done,) = recover(folder.root)
    assert done.files == [file]
    assert file.read_bytes() == before


def test_files_that_miss_points_are_built_again(folder):
    exported(folder, Scan(uid="run", values=SCAN.values[:3]))
    journaled(folder, SCAN)
    (done,) = recover(folder.root)
    start = SCAN.start()
    assert done.files == files_of(folder, start)[:-2]
    assert has_run(folder.spec_path(start), "run", len(SCAN.values))
    assert is_complete(folder.nexus_path(start), len(SCAN.values))


def test_files_that_are_whole_are_left_alone(folder):
    exported(folder, SCAN)
    journaled(folder, SCAN)
    before = contents(folder)
    assert recover(folder.root) == []
    assert contents(folder) == before


def test_the_files_are_those_of_the_data_set_of_the_run(folder):
    copper = Scan(uid="run", extra={"data_set": "copper"})
    journaled(folder, copper, HEAD + 1)
    recover(folder.root)
    of_copper = DataFolder(folder.root, "copper")
    assert of_copper.spec_path(copper.start()).exists()
    assert of_copper.nexus_path(copper.start()).exists()


def test_every_interrupted_run_of_a_folder_is_repaired(folder):
    scans = [SCAN, Scan(uid="second", scan_id=2), mesh(3)]
    for scan, number in zip(scans, (HEAD, HEAD + 3, None), strict=True):
        journaled(folder, scan, number)
    done = recover(folder.root)
    assert [repaired.start["uid"] for repaired in done] == ["run", "second", "mesh3"]
    assert [repaired.was_open for repaired in done] == [True, True, False]
    assert interrupted(folder.root) == []


def test_recovering_again_changes_nothing(folder):
    journaled(folder, SCAN, HEAD + 5)
    journaled(folder, Scan(uid="second", scan_id=2), HEAD)
    recover(folder.root)
    before = contents(folder)
    assert recover(folder.root) == []
    assert contents(folder) == before


def test_a_folder_may_be_text(folder):
    path = journaled(folder, SCAN, HEAD + 1)
    recover(str(folder.root))
    assert stop_of(path) is not None


def test_a_folder_without_runs_needs_nothing(tmp_path):
    assert recover(tmp_path) == []
    assert interrupted(tmp_path) == []


def test_what_was_done_is_said_in_one_sentence(folder):
    journaled(folder, SCAN, HEAD + 5)
    (done,) = recover(folder.root)
    start = SCAN.start()
    assert str(done) == (
        f"scan 1: closed as failed ({PROCESS_ENDED}), 5 points kept; "
        f"rebuilt: {', '.join(map(str, files_of(folder, start)))}"
    )


# --- what is not its business, or not possible


def test_a_run_that_is_being_recorded_is_left_alone(folder):
    journal = Journal(folder.journal_path)
    documents = list(SCAN.documents())
    for name, doc in documents[: HEAD + 3]:
        journal(name, doc)
    before = contents(folder)
    assert recover(folder.root) == []
    assert interrupted(folder.root) == []
    assert contents(folder) == before
    for name, doc in documents[HEAD + 3 :]:
        journal(name, doc)
    assert list(Replay(*journals(folder.root))) == documents


def test_a_run_is_recovered_where_a_lock_is_for_who_may_write_alone(folder, monkeypatch):
    """As on NFS, which makes flock(2) a lock of fcntl(2)."""
    flock = fcntl.flock

    def of_nfs(file, how):
        if how & fcntl.LOCK_EX and fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        flock(file, how)

    path = journaled(folder, SCAN, HEAD + 5)
    monkeypatch.setattr(fcntl, "flock", of_nfs)
    assert interrupted(folder.root) == [path]
    assert [done.was_open for done in recover(folder.root)] == [True]


@pytest.mark.parametrize("there", [0, 20], ids=["nothing", "a part"])
def test_a_journal_that_was_killed_before_its_start_was_whole_is_no_run(folder, there):
    path = journaled(folder, SCAN, HEAD)
    os.truncate(path, there)
    assert interrupted(folder.root) == []
    assert recover(folder.root) == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS], ids=["not ours", "read-only"])
def test_a_journal_that_may_not_be_written_is_left_alone(folder, monkeypatch, number):
    def refused(_file, _how):
        raise OSError(number, os.strerror(number))

    journaled(folder, SCAN, HEAD + 5)
    before = contents(folder)
    monkeypatch.setattr(fcntl, "flock", refused)
    assert recover(folder.root) == []
    assert interrupted(folder.root) == []
    assert contents(folder) == before


def test_a_journal_that_goes_while_others_are_repaired_is_passed_over(folder, monkeypatch):
    flock = fcntl.flock
    first = journaled(folder, SCAN, HEAD + 5)
    second = journaled(folder, Scan(uid="second", scan_id=2), HEAD)

    def meanwhile_removed(file, how):
        second.unlink(missing_ok=True)
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", meanwhile_removed)
    (done,) = recover(folder.root)
    assert done.start["uid"] == "run"
    assert stop_of(first) is not None


def test_interrupted_runs_are_those_without_an_end(folder):
    journaled(folder, SCAN)
    path = journaled(folder, Scan(uid="second", scan_id=2), HEAD)
    assert interrupted(folder.root) == [path]


def test_a_spec_file_in_use_is_told_and_the_rest_is_done(folder):
    path = journaled(folder, SCAN, HEAD + 5)
    other = journaled(folder, Scan(uid="second", scan_id=2), HEAD + 5)
    writing = SpecWriter(folder.spec_path)
    writing("start", Scan(uid="now", scan_id=3).start())
    done = recover(folder.root)
    writing.close()
    assert stop_of(path) is not None
    assert stop_of(other) is not None
    assert is_complete(folder.nexus_path({"scan_id": 2}), 5)
    assert all("a scan is being written into" in str(repaired) for repaired in done)
    assert all("try again when it has ended" in str(repaired) for repaired in done)
    assert recover(folder.root) != []
    assert recover(folder.root) == []


def test_two_runs_with_one_number_are_both_closed_and_the_conflict_is_told(folder):
    first, second = Scan(uid="11111111", scan_id=5), Scan(uid="22222222", scan_id=5)
    paths = [journaled(folder, scan, HEAD + 4) for scan in (first, second)]
    done = recover(folder.root)
    assert all(stop_of(path)["num_events"]["primary"] == 4 for path in paths)
    assert all(has_run(folder.spec_path(s.start()), s.uid, 4) for s in (first, second))
    assert is_complete(folder.nexus_path(first.start()), 4, "11111111")
    assert "holds run 11111111 and is not overwritten by run 22222222" in str(done[1])
