"""What a field has no room for is counted, and said in the file."""

import h5py
import numpy as np
import pytest

from callbacks.nexus_scan import ScanFile
from tests.unit.callbacks.scan_documents import Scan, number_key

READINGS = {
    "mca": {**number_key("PV:mca"), "dtype": "array", "shape": [4]},
    "image": {**number_key("PV:image"), "dtype": "array", "shape": [2, 2]},
    "state": {"source": "PV:state", "dtype": "string", "shape": []},
}
SPECTRUM, IMAGE = [1.0, 2.0, 3.0, 4.0], np.ones((2, 2)).tolist()


def scanned(path, changed, *, baseline=False):
    """Write a scan of eleven points, of which some read other than the first; open its file."""
    scan = Scan(readings=READINGS, baseline=baseline)
    file = ScanFile(path, scan.start())
    usual = {"mca": SPECTRUM, "image": IMAGE, "state": "open"}
    for name, doc in scan.documents():
        if name == "event" and doc["descriptor"].endswith("primary"):
            index = doc["seq_num"] - 1
            file.take(name, scan.event(index, **{**usual, **changed.get(index, {})}))
            file.flush()
        elif name == "stop":
            file.stop(doc)
        elif name != "start":
            file.take(name, doc)
    return h5py.File(path)


@pytest.mark.parametrize("baseline", [True, False])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mca", [*SPECTRUM, 5.0]),
        ("mca", IMAGE),
        ("mca", "text"),
        ("image", np.ones((2, 3)).tolist()),
        ("state", "x" * 257),
        ("state", "µ" * 129),
    ],
    ids=["longer", "other-rank", "no-numbers", "wider", "long-text", "long-in-bytes"],
)
def test_a_field_says_at_how_many_points_it_was_cut(tmp_path, key, value, baseline):
    changed = {3: {key: value}, 7: {key: value}}
    with scanned(tmp_path / "scan.nxs", changed, baseline=baseline) as file:
        measurement = file["1.1/measurement"]
        cut = {name: field.attrs.get("truncated_points") for name, field in measurement.items()}
        assert {name: points for name, points in cut.items() if points is not None} == {key: 2}


def test_a_note_names_the_journal_that_has_all_of_it(tmp_path):
    changed = {3: {"mca": [*SPECTRUM, 5.0]}}
    with scanned(tmp_path / "scan.nxs", changed) as file:
        said = file["1.1/notes/truncated/data"].asstr()[()]
    assert "/1.1/measurement/mca (1)" in said or "/mca" in said
    assert said.endswith("in the journal journal/0001_aaaaaaaa.jsonl")


@pytest.mark.parametrize(
    "changed",
    [{}, {3: {"mca": [1.0]}}, {3: {"mca": None}}, {3: {"state": "x" * 256}}, {3: {"state": None}}],
    ids=["all-alike", "shorter", "missing", "text-that-fits", "no-text"],
)
def test_what_was_kept_whole_is_not_called_cut(tmp_path, changed):
    with scanned(tmp_path / "scan.nxs", changed) as file:
        assert "truncated" not in file["1.1/notes"]
        assert "truncated_points" not in file["1.1/measurement/mca"].attrs


def test_points_that_came_before_their_stream_had_a_place_are_counted(tmp_path):
    scan = Scan(baseline=False)
    key = {**number_key("PV:late"), "dtype": "array", "shape": [2]}
    described = {**scan.descriptor(), "uid": "late", "name": "late", "data_keys": {"late": key}}
    file = ScanFile(tmp_path / "scan.nxs", scan.start())
    for name, doc in list(scan.documents())[1:-1]:
        file.take(name, doc)
    file.take("descriptor", {**described, "hints": {}, "configuration": {}})
    for number, value in enumerate(([1.0, 2.0], [1.0, 2.0, 3.0]), 1):
        event = {"descriptor": "late", "seq_num": number, "time": 1.7e9, "timestamps": {}}
        file.take("event", {**event, "uid": f"late{number}", "data": {"late": value}})
    file.stop(scan.stop())
    with h5py.File(file.path) as written:
        assert written["1.2/measurement/late"].attrs["truncated_points"] == 1
