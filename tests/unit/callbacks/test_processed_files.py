"""What is derived of a run is stored beside it, and can be derived again."""

import math

from callbacks import Replay
from callbacks.csv_file import csv_consumer
from callbacks.journal import Journal
from callbacks.line import to_line
from callbacks.naming import DataFolder
from callbacks.processed_files import (
    Processing,
    is_whole,
    processing_consumer,
    read_processed,
    rebuild_processed,
)
from callbacks.recover import recover
from callbacks.run_columns import read_columns
from tests.unit.callbacks.scan_documents import Scan

UID = "0123abcd-aaaa"
ASKED = {
    "normalised": {"kind": "formulas", "formulas": {"per_monitor": "It / I0"}},
    "smooth": {"kind": "denoise", "strength": 0.01, "names": ["It"]},
}


def asking(**settings):
    return Scan(uid=UID, scan_id=7, extra={"processing": ASKED}, **settings)


def fed(tmp_path, documents):
    consumer = processing_consumer(str(tmp_path))
    for name, doc in documents:
        consumer(name, doc)
    consumer.close()
    return consumer


def test_the_numbers_read_back_are_those_that_were_derived(tmp_path):
    fed(tmp_path, asking().documents())
    measured = read_columns(asking().documents())
    found = read_processed(tmp_path, UID)
    assert found.keys() == {"normalised", "smooth"}
    assert found["normalised"]["per_monitor"].tolist() == (measured["It"] / measured["I0"]).tolist()
    assert found["smooth"]["x"].tolist() == measured["x"].tolist()
    assert found["smooth"]["It_denoised"].size == 11


def test_the_file_is_a_journal_of_the_derived_streams(tmp_path):
    consumer = fed(tmp_path, asking().documents())
    path = tmp_path / "processed" / "0007_0123abcd.jsonl"
    assert consumer.paths == [str(path)]
    replay = Replay(path)
    documents = list(replay)
    assert replay.damage == []
    assert documents[0] == ("start", asking().start())
    assert documents[-1][1]["num_events"] == {"normalised": 11, "smooth": 11}
    writer = csv_consumer(str(tmp_path), "blueline")
    replay.into(writer)
    assert [path.name for path in writer.paths] == [
        "blueline_0007_normalised.csv",
        "blueline_0007_smooth.csv",
    ]


def test_points_are_there_while_the_run_goes_on(tmp_path):
    documents = list(asking(baseline=False).documents())[:5]
    consumer = processing_consumer(str(tmp_path))
    for name, doc in documents:
        consumer(name, doc)
    assert read_processed(tmp_path, UID)["normalised"]["per_monitor"].size == 3
    assert not is_whole(DataFolder(tmp_path), asking().start())
    consumer.close()


def test_a_run_that_asks_for_nothing_has_no_file(tmp_path):
    assert fed(tmp_path, Scan(uid=UID).documents()).paths == []
    assert not (tmp_path / "processed").exists()
    assert read_processed(tmp_path, UID) == {}


def test_the_beginning_of_a_uid_names_a_run(tmp_path):
    fed(tmp_path, asking().documents())
    assert read_processed(tmp_path, "0123").keys() == ASKED.keys()
    assert read_processed(tmp_path, "0123abcd-bbbb") == {}


def test_recovery_derives_what_is_missing_and_nothing_twice(tmp_path):
    journal = Journal(DataFolder(tmp_path).journal_path)
    for name, doc in list(asking().documents())[:-1]:
        journal(name, doc)
    journal.close()
    consumer = processing_consumer(str(tmp_path))
    for name, doc in list(asking().documents())[:8]:
        consumer(name, doc)
    consumer.close()
    (done,) = recover(tmp_path)
    path = tmp_path / "processed" / "0007_0123abcd.jsonl"
    assert path in done.files
    assert read_processed(tmp_path, UID)["smooth"]["It_denoised"].size == 11
    assert not any(math.isnan(n) for n in read_processed(tmp_path, UID)["smooth"]["It_denoised"])
    assert recover(tmp_path) == []
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def without_a_camera(tmp_path, processing):
    """Store the journal of a run that asks for what it cannot give."""
    scan = Scan(uid=UID, scan_id=7, extra={"processing": processing})
    journal = Journal(DataFolder(tmp_path).journal_path)
    for name, doc in scan.documents():
        journal(name, doc)
    journal.close()
    return scan


REGIONS = {"rois": {"kind": "regions", "image": "camera", "regions": {"spot": [0, 0, 1, 1]}}}


def test_a_run_of_which_nothing_is_derived_is_stored_as_whole(tmp_path):
    scan = without_a_camera(tmp_path, REGIONS)
    (path,) = fed(tmp_path, scan.documents()).paths
    assert [name for name, _ in Replay(path)] == ["start", "stop"]
    assert is_whole(DataFolder(tmp_path), scan.start())
    assert read_processed(tmp_path, UID) == {}


def test_recovery_is_done_with_a_run_of_which_nothing_is_derived(tmp_path):
    without_a_camera(tmp_path, REGIONS)
    (done,) = recover(tmp_path)
    assert tmp_path / "processed" / "0007_0123abcd.jsonl" in done.files
    assert recover(tmp_path) == []


def test_recovery_waits_for_no_frames(monkeypatch, tmp_path):
    scan = Scan(uid=UID, extra={"processing": REGIONS}, baseline=False)
    key = {"source": "", "dtype": "array", "shape": [1, 3, 4], "external": "STREAM:"}
    resource = {
        "uid": "r",
        "data_key": "camera",
        "run_start": UID,
        "mimetype": "application/x-hdf5",
        "uri": f"file://localhost{tmp_path}/gone.h5",
        "parameters": {"dataset": "/entry/data/data"},
    }
    datum = {
        "uid": "r/0",
        "stream_resource": "r",
        "descriptor": f"{UID}-primary",
        "seq_nums": {"start": 1, "stop": 12},
        "indices": {"start": 0, "stop": 11},
    }
    documents = list(scan.documents())
    descriptor = documents[1][1]
    descriptor["data_keys"]["camera"] = key
    documents[2:2] = [("stream_resource", resource), ("stream_datum", datum)]

    def waits(seconds):
        raise AssertionError(seconds)

    monkeypatch.setattr("callbacks.region_sums.time.sleep", waits)
    assert rebuild_processed(documents, DataFolder(tmp_path)) != []
    spot = read_processed(tmp_path, UID)["rois"]["spot"]
    assert [math.isnan(each) for each in spot] == [True] * 11


def test_a_process_of_its_own_stores_it_from_the_first_run_that_asks(tmp_path):
    told = []
    consumer = Processing(tmp_path, told.append)
    bad = Scan(uid="ffff0000-a", extra={"processing": {"a": {"kind": "magic"}}})
    for scan in (Scan(uid="eeee0000-a"), asking(), bad):
        for name, doc in scan.documents():
            consumer.offer(to_line(name, doc))
        if scan.uid == "eeee0000-a":
            assert consumer.lag == 0
    consumer.close()
    assert consumer.failure is None
    assert told == ["the processing a is of kind regions, formulas, denoise, and not 'magic'"]
    assert read_processed(tmp_path, UID)["smooth"]["It_denoised"].size == 11
