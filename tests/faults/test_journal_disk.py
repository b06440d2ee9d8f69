"""A disk that is full, gone, read-only or slow: the run is refused or ends cleanly (D1, D3, D4)."""

import errno
import os
import shutil
import threading
import time

import pytest

from callbacks.errors import JournalError
from callbacks.journal import Journal
from callbacks.naming import DataFolder
from callbacks.recover import recover
from callbacks.replay import Replay, journals, stop_of
from callbacks.reserve import RESERVE_BYTES
from tests.faults.small_disk import files_end_at, may_mount, small_disk
from tests.faults.soft_scans import SoftBeamline
from tests.unit.callbacks.scan_documents import Scan
from tests.waiting import PATIENCE, wait_until

mounts = pytest.mark.skipif(not may_mount(), reason="only a superuser may mount; see below")


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def beamline():
    """Make one that records into a folder."""
    made = []

    def make(root, *consumers, notice=print):
        made.append(SoftBeamline(root, *consumers, notice=notice))
        return made[-1]

    yield make
    for each in made:
        each.close()


def points(path):
    return [doc["seq_num"] for name, doc in Replay(path) if name == "event"]


# --- full


@mounts
def test_a_run_whose_disk_fills_up_is_aborted_and_has_its_stop_document(disk, beamline):
    made = beamline(disk.data)
    with pytest.raises(JournalError, match="cannot be written: No space left on device"):
        made.scan_with(lambda number: disk.fill() if number == 4 else None, points=200)
    (path,) = journals(disk.data)
    replay = Replay(path)
    stop = list(replay)[-1]
    assert replay.damage == []
    assert stop[0] == "stop"
    assert stop[1]["exit_status"] == "fail"
    assert "No space left" in stop[1]["reason"]
    assert stop[1]["num_events"]["primary"] == len(points(path)) >= 4
    assert points(path) == list(range(1, len(points(path)) + 1))


@mounts
def test_the_next_run_is_refused_while_the_disk_is_full_and_begins_when_it_is_not(disk, beamline):
    made = beamline(disk.data)
    made.scan()
    disk.fill()
    moves = len(made.moves)
    with pytest.raises(JournalError, match=r"only \d+ MB are free .* so make room or name"):
        made.scan()
    assert len(made.moves) == moves
    assert len(journals(disk.data)) == 1
    disk.make_room()
    made.scan()
    assert len(journals(disk.data)) == 2


@mounts
def test_room_for_the_end_is_kept_again_after_it_was_used(disk, beamline):
    made = beamline(disk.data)
    for _ in range(2):
        with pytest.raises(JournalError, match="No space left"):
            made.scan_with(lambda number: disk.fill() if number == 2 else None, points=200)
        disk.make_room()
    ends = [stop_of(path)["exit_status"] for path in journals(disk.data)]
    assert ends == ["fail", "fail"]


def test_where_not_even_the_end_can_be_written_recovery_writes_it(tmp_path, beamline):
    made = beamline(tmp_path / "data")
    limit = RESERVE_BYTES + 1000  # of any file: giving one up helps no other
    with (
        files_end_at(limit),
        pytest.raises(JournalError, match="cannot be written: File too large"),
    ):
        made.scan(1000)
    (path,) = journals(tmp_path / "data")
    whole = points(path)
    assert whole == list(range(1, len(whole) + 1))
    assert len(whole) > 10
    recover(tmp_path / "data")
    assert points(path) == whole
    assert stop_of(path)["num_events"]["primary"] == len(whole)
    assert stop_of(path)["exit_status"] != "success"


def test_room_for_the_end_is_given_back_when_the_journal_is_closed(tmp_path):
    journal = Journal(DataFolder(tmp_path).journal_path)
    journal("start", Scan().start())
    kept = tmp_path / "journal" / f".reserve.{os.getpid()}"
    assert kept.stat().st_blocks * 512 >= RESERVE_BYTES
    journal.close()
    assert not kept.exists()


def test_a_full_device_as_the_data_folder_is_refused(tmp_path):
    with pytest.raises(JournalError, match="the data folder /dev/full/journal cannot be used"):
        Journal(DataFolder("/dev/full").journal_path)("start", Scan().start())


def test_a_full_device_as_the_journal_is_refused_before_anything_moves(tmp_path, beamline):
    made, full = beamline(tmp_path / "data"), tmp_path / "full.jsonl"
    full.symlink_to("/dev/full")
    made.recorder.journal.close()
    made.recorder.journal = Journal(lambda _start: full)
    with pytest.raises(JournalError, match=f"the journal {full} cannot be created: File exists"):
        made.scan()
    assert made.moves == []


# --- gone, or not to be written


def test_a_folder_that_is_renamed_during_a_run_keeps_the_whole_run(tmp_path, beamline):
    made, data = beamline(tmp_path / "data"), tmp_path / "data"
    made.scan_with(lambda n: data.rename(tmp_path / "elsewhere") if n == 5 else None)
    (path,) = journals(tmp_path / "elsewhere")
    assert points(path) == list(range(1, 12))
    assert stop_of(path)["exit_status"] == "success"


def test_no_run_begins_in_place_of_a_folder_that_has_gone(tmp_path, beamline):
    made, data = beamline(tmp_path / "data"), tmp_path / "data"
    made.scan()
    moves = len(made.moves)
    data.rename(tmp_path / "elsewhere")
    with pytest.raises(JournalError, match="has vanished; bring it back or name another one"):
        made.scan()
    assert len(made.moves) == moves
    (tmp_path / "elsewhere").rename(data)
    made.scan()
    assert len(journals(data)) == 2


def test_a_journal_that_is_removed_during_its_run_is_put_back(tmp_path, beamline):
    notices = []
    made, data = beamline(tmp_path / "data", notice=notices.append), tmp_path / "data"
    made.scan_with(lambda number: shutil.rmtree(data) if number == 5 else None)
    (path,) = journals(data)
    assert points(path) == list(range(1, 12))
    assert stop_of(path)["exit_status"] == "success"
    wait_until("it is told", lambda: notices)
    assert notices == [f"the journal {path} was removed during its run; it was put back"]


@mounts
def test_a_journal_that_was_removed_from_a_full_disk_has_its_stop_document(disk):
    journal = Journal(DataFolder(disk.data).journal_path)
    *documents, stop = Scan().documents()
    for document in documents[:4]:
        journal(*document)
    (path,) = journals(disk.data)
    path.unlink()
    disk.fill()
    again = ("descriptor", {**documents[3][1], "uid": "another", "name": "another"})
    for _ in range(2):
        with pytest.raises(JournalError, match="No space left on device"):
            journal(*again)
    journal(*stop)
    assert [name for name, _ in Replay(path)] == [name for name, _ in documents[:4]] + ["stop"]
    journal.close()


@mounts
def test_a_disk_that_is_read_only_is_refused_before_anything_moves(disk, beamline):
    disk.data.mkdir()
    disk.read_only()
    made = beamline(disk.data)
    with pytest.raises(JournalError, match=f"the data folder {disk.data}/journal cannot be used"):
        made.scan()
    assert made.moves == []


@mounts
def test_a_disk_that_becomes_read_only_between_two_runs_is_told(disk, beamline):
    made = beamline(disk.data)
    made.scan()
    made.recorder.journal.close()
    disk.read_only()
    moves = len(made.moves)
    with pytest.raises(JournalError, match=r"cannot be (written|used).*name another one"):
        made.scan()
    assert len(made.moves) == moves


# --- slow, or broken


@pytest.fixture
def slow_disk(monkeypatch):
    """Take half a second for each sync; or so long as the list says."""
    asked, delay = os.fsync, [0.5]
    monkeypatch.setattr(os, "fsync", lambda file: (threading.Event().wait(delay[0]), asked(file)))
    return delay


def seconds(action):
    began = time.monotonic()
    action()
    return time.monotonic() - began


def paced(number):
    """Give a point the twentieth of a second that hardware takes."""
    threading.Event().wait(0.05)


def test_a_slow_disk_costs_a_run_next_to_nothing_and_is_told(tmp_path, beamline, slow_disk):
    notices = []
    made = beamline(tmp_path / "data", notice=notices.append)
    slow_disk[:] = [0.0]
    reference = 2 * seconds(lambda: made.scan_with(paced, points=50))
    slow_disk[:] = [0.5]
    took = seconds(lambda: made.scan_with(paced, points=100))
    assert took < 1.2 * reference + 1.0  # the end of a run waits for its last syncs, once
    wait_until("it is told", lambda: notices, PATIENCE)
    assert notices == ["the disk is slow: it took 0.5 s to keep what was written"]


def test_no_point_waits_for_a_slow_disk(tmp_path, slow_disk):
    journal, scan = Journal(DataFolder(tmp_path).journal_path, lambda _: None), Scan()
    *documents, (name, stop) = scan.documents()
    assert seconds(lambda: [journal(*document) for document in documents]) < 0.2
    journal(name, stop)
    journal.close()


def test_a_disk_that_loses_what_was_written_fails_the_run(tmp_path, monkeypatch):
    journal = Journal(DataFolder(tmp_path).journal_path)
    documents = list(Scan().documents())

    def fails(_file):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(JournalError, match="Input/output error"):
        [journal(*document) for document in documents]
    journal.close()
