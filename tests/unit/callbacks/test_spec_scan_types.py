"""SPEC files of every kind of scan, whole, cut off and rebuilt, read by two other programs."""

import pytest
from bluesky import RunEngine

from callbacks.naming import DataFolder
from callbacks.spec_file import SpecWriter
from callbacks.spec_rebuild import rebuild_spec
from tests.conftest import end_engine
from tests.unit.callbacks.scan_types import SCANS, Devices, points_of, with_baseline
from tests.unit.callbacks.spec_readers import by_silx, by_spec2nexus
from tests.unit.callbacks.spec_runs import has_run


@pytest.fixture(scope="module")
def scanned():
    """Do a scan, the same one once."""
    engine, done = RunEngine(), {}

    def scan(name):
        if name not in done:
            documents = done[name] = []
            engine(
                with_baseline(name, Devices()),
                lambda name, doc: documents.append((name, doc)),
                scan_id=7,
            )
        return done[name]

    yield scan
    end_engine(engine)


def as_read(path, documents, number=7):
    """Compare what both programs read with the events of a run; give the number of its points."""
    start = documents[0][1]
    events = list(points_of(documents))
    read, other = by_silx(path), by_spec2nexus(path, number)
    assert read.number == number
    assert other.scanCmd == " ".join(other.S.split()[1:])
    assert read.labels == other.L
    assert read.data.shape == (len(read.labels), len(events))
    for label in [*start.get("motors", ()), *start["detectors"]]:
        if label in read.labels:
            expected = [float(event["data"][label]) for event in events]
            assert list(read.data_column_by_name(label)) == expected
            assert list(other.data[label]) == expected
    assert set(read.motor_names) == {"x", "y", "z", "tx", "ty", "energy"}
    return len(events)


@pytest.mark.parametrize("name", SCANS)
def test_every_kind_of_scan_is_read_back_by_silx_and_spec2nexus(tmp_path, scanned, name):
    documents = scanned(name)
    writer = SpecWriter(DataFolder(tmp_path).spec_path)
    for each in documents:
        writer(*each)
    path = writer.paths[0]
    assert as_read(path, documents) == documents[-1][1]["num_events"]["primary"] > 0
    command = by_silx(path).scan_header_dict["S"].split()[1]
    assert command == documents[0][1].get("scan_command", documents[0][1]["plan_name"]).split()[0]
    scanned_axes = documents[0][1].get("motors", ())
    assert by_silx(path).labels[: len(scanned_axes)] == list(scanned_axes)


@pytest.mark.parametrize("name", SCANS)
@pytest.mark.parametrize("points", [0, 2])
def test_a_scan_that_was_cut_off_is_readable_and_rebuilt(tmp_path, scanned, name, points):
    documents = scanned(name)
    cut = list(points_of(documents))[points : points + 1]
    kept = documents.index(("event", cut[0])) if cut else len(documents) - 1
    folder = DataFolder(tmp_path)
    writer = SpecWriter(folder.spec_path)
    for each in documents[:kept]:
        writer(*each)
    writer.close()
    path = writer.paths[0]
    if points and cut:
        assert as_read(path, documents[:kept]) == points
    stop = documents[-1][1] | {"exit_status": "abort", "reason": "no beam"}
    rebuilt = [*documents[:-1], ("stop", stop)]
    assert rebuild_spec(rebuilt, path) == path
    assert has_run(path, documents[0][1]["uid"], as_read(path, documents))
    assert path.read_text().rstrip().endswith((" point: no beam", " points: no beam"))
