"""A file of one run has an entry for each stream, and everything that 3.14 names."""

import h5py
import hdf5plugin  # noqa: F401 - registers the filters that h5py reads with
import numpy as np
import pytest
from silx.io import nxdata

from callbacks.errors import ConsumerError
from callbacks.nexus_fields import Storage
from callbacks.nexus_file import is_complete, nexus_consumer, rebuild_nexus
from callbacks.nexus_scan import ScanFile
from tests.unit.callbacks.scan_documents import Scan, number_key, page

COUNTED = {**number_key("PV:n", "counts"), "precision": 0}


def written(path, documents, **settings):
    """Write one run and open its file."""
    stream = iter(documents)
    _, start = next(stream)
    file = ScanFile(path, start, **settings)
    for name, doc in stream:
        if name == "stop":
            file.stop(doc)
        else:
            file.take(name, doc)
    return h5py.File(path)


def other(scan, name, keys, rows, before=4):
    """Documents of a scan with another stream, described before document number `before`."""
    described = {**scan.descriptor(), "uid": name, "name": name, "data_keys": keys, "hints": {}}
    events = [
        ("event", {"uid": f"{name}{i}", "descriptor": name, "seq_num": i, "time": 1.7e9 + i, **row})
        for i, row in enumerate(({"data": data, "timestamps": {}} for data in rows), 1)
    ]
    documents = list(scan.documents())
    half = len(events) // 2
    documents[-2:-2] = events[half:]
    documents[before:before] = [("descriptor", described), *events[:half]]
    return documents


@pytest.mark.parametrize("before", [3, 9])
def test_each_stream_is_an_entry_of_its_own(tmp_path, before):
    rows = [{"ring": 200.0 - n, "turns": 2**60 + n} for n in range(6)]
    keys = {"ring": number_key("PV:r", "mA"), "turns": {**COUNTED, "dtype": "integer"}}
    documents = other(Scan(), "ring_monitor", keys, rows, before)
    with written(tmp_path / "scan.nxs", documents) as file:
        assert list(file) == ["1.1", "1.2"]
        assert file.attrs["default"] == "1.1"
        second = file["1.2"]
        assert second["measurement/ring"][:].tolist() == [row["ring"] for row in rows]
        assert second["measurement/turns"][:].tolist() == [row["turns"] for row in rows]
        assert second["stream"].asstr()[()] == "ring_monitor"
        assert second["end_reason"].asstr()[()] == "success"
        assert second["title"].asstr()[()] == file["1.1/title"].asstr()[()]
        assert file["1.1/streams/ring_monitor/ring"] == second["measurement/ring"]
        assert len(file["1.1/measurement/I0"]) == 11


def test_a_stream_that_is_described_in_time_is_readable_during_the_scan(tmp_path):
    rows = [{"ring": float(n)} for n in range(6)]
    documents = other(Scan(), "ring_monitor", {"ring": number_key("r")}, rows, before=3)
    file = ScanFile(tmp_path / "scan.nxs", documents[0][1])
    for name, doc in documents[1:-3]:
        file.take(name, doc)
    file.flush()
    with h5py.File(file.path, "r", swmr=True) as reader:
        assert len(reader["1.2/measurement/ring"]) >= 4
    file.close()


def test_a_run_without_primary_has_its_other_stream_first(tmp_path):
    rows = [{"ring": float(n)} for n in range(4)]
    scan = Scan(values=())
    documents = [
        (name, doc)
        for name, doc in other(scan, "fly", {"ring": number_key("r")}, rows)
        if doc.get("name") != "primary"
    ]
    path = tmp_path / "scan.nxs"
    with written(path, documents) as file:
        assert list(file) == ["1.1"]
        assert file["1.1/measurement/ring"][:].tolist() == [0, 1, 2, 3]
        assert file["1.1/stream"].asstr()[()] == "fly"
    assert is_complete(path, 0)


def test_the_data_set_links_to_every_stream(tmp_path):
    rows = [{"ring": float(n)} for n in range(4)]
    writer = nexus_consumer(str(tmp_path), "copper")
    for document in other(Scan(), "ring_monitor", {"ring": number_key("r")}, rows):
        writer(*document)
    for document in Scan(uid="two", scan_id=2).documents():
        writer(*document)
    with h5py.File(tmp_path / "copper.nxs") as file:
        assert list(file) == ["1.1", "1.2", "2.1"]
        assert len(file["1.2/measurement/ring"]) == 4


@pytest.mark.parametrize("first", [0, 800], ids=["all channels", "a part of them"])
@pytest.mark.parametrize("owner", ["mca", "group"])
def test_spectra_are_drawn_over_their_energies(tmp_path, first, owner):
    mca = {**number_key("PV:mca", "counts"), "dtype": "array", "shape": [8], "object_name": "mca"}
    scan = Scan(readings={"mca": mca})
    told = {"mca_offset": 100.0, "mca_slope": 10.0, "mca_quadratic": 0.5, "mca_preset": "real"}
    told["mca_first_channel"] = first
    documents = list(scan.documents())
    documents[3][1]["data_keys"]["mca"]["object_name"] = owner
    documents[3][1]["configuration"][owner] = {
        "data": told,
        "data_keys": {"mca_slope": number_key("s", "eV")},
    }
    events = [doc for name, doc in documents if name == "event" and "primary" in doc["uid"]]
    paged = [each for each in documents if each[1] not in events]
    paged.insert(4, ("event_page", page(events)))
    with written(tmp_path / "scan.nxs", paged) as file:
        data = nxdata.NXdata(file["1.1/plot_mca"])
        assert data.is_valid
        assert data.interpretation == "spectrum"
        assert data.signal.shape == (11, 8)
        assert data.axes_dataset_names == ["x", "energy"]
        channels = first + np.arange(8)
        assert data.axes[1][:].tolist() == (100 + 10 * channels + 0.5 * channels**2).tolist()
        assert file["1.1/instrument/mca/type"].asstr()[()] == "1D"
        settings = file[f"1.1/instrument/{owner}/configuration"]
        assert settings["mca_preset"].asstr()[()] == "real"


def test_motors_have_their_dial_positions_before_and_after(tmp_path):
    scan = Scan()
    documents = list(scan.documents())
    told = {"data": {"gap_offset": 2.0, "gap_direction": 1}, "data_keys": {}}
    documents[1][1]["configuration"]["gap"] = told
    with written(tmp_path / "scan.nxs", documents) as file:
        instrument = file["1.1/instrument"]
        for when, number in (("start", 1), ("end", 2)):
            position = scan.baseline_event(number)["data"]["gap"]
            assert instrument[f"positioners_dial_{when}/gap"][()] == 2.0 - position
            assert list(instrument[f"positioners_dial_{when}"]) == ["gap"]


def test_counts_have_error_bars_in_their_plot(tmp_path):
    scan = Scan(readings={"n": COUNTED}, extra={"plot": {"x": "x", "y": ["n"]}})
    documents = [
        (name, scan.event(doc["seq_num"] - 1, n=100.0))
        if name == "event" and "primary" in doc["uid"]
        else (name, doc)
        for name, doc in scan.documents()
    ]
    with written(tmp_path / "scan.nxs", documents) as file:
        data = nxdata.get_default(file["1.1"])
        assert data.errors[:].tolist() == [10.0] * 11
        assert file["1.1/instrument/n/data_errors"] == file["1.1/plot_n/n_errors"]


def test_frames_are_linked_by_a_relative_path(tmp_path):
    (tmp_path / "frames").mkdir()
    with h5py.File(tmp_path / "frames" / "camera.h5", "w") as file:
        file["entry/data/data"] = np.arange(11 * 6).reshape(11, 2, 3)
    camera = {"source": "cam", "dtype": "array", "shape": [1, 2, 3], "external": "STREAM:"}
    scan = Scan()
    documents = list(scan.documents())
    documents[3][1]["data_keys"]["camera"] = camera
    resource = {
        "uid": "r",
        "run_start": scan.uid,
        "data_key": "camera",
        "mimetype": "application/x-hdf5",
        "uri": f"file://localhost{tmp_path}/frames/camera.h5",
        "parameters": {"dataset": "/entry/data/data"},
    }
    told = {
        "stream_resource": "r",
        "descriptor": f"{scan.uid}-primary",
        "seq_nums": {"start": 1, "stop": 12},
        "indices": {"start": 0, "stop": 11},
    }
    documents[4:4] = [("stream_resource", resource), ("stream_datum", told)]
    (tmp_path / "scans").mkdir()
    written(tmp_path / "scans" / "scan.nxs", documents).close()
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("scans", "frames"):
        (tmp_path / name).rename(moved / name)
    with h5py.File(moved / "scans" / "scan.nxs") as file:
        group = file["1.1/instrument/camera"]
        assert group.get("data", getlink=True).filename == "../frames/camera.h5"
        assert group["data"][10].tolist() == [[60, 61, 62], [63, 64, 65]]
        assert group["frame_index"][:].tolist() == list(range(11))
        assert group["frame_url"].asstr()[2].endswith("?path=/entry/data/data&slice=2:3")
        assert nxdata.NXdata(file["1.1/plot_camera"]).is_valid


def test_metadata_have_their_groups(tmp_path):
    extra = {
        "sample": {"name": "Cu foil", "thickness": 5.0, "layers": [1, 2]},
        "source": {"name": "a ring", "type": "Synchrotron X-ray Source"},
        "beamline": "BL1",
        "proposal": "p42",
        "comments": ["a new foil", {"text": "colder now", "time": "2026-02-11T10:00:00"}],
    }
    with written(tmp_path / "scan.nxs", Scan(extra=extra).documents()) as file:
        entry = file["1.1"]
        assert entry["sample/thickness"][()] == 5.0
        assert entry["sample/layers"][:].tolist() == [1, 2]
        assert entry["instrument/source"].attrs["NX_class"] == "NXsource"
        assert entry["instrument/name"].asstr()[()] == "BL1"
        assert entry["experiment_identifier"].asstr()[()] == "p42"
        assert entry["notes/comment_1/data"].asstr()[()] == "a new foil"
        assert entry["notes/comment_2/date"].asstr()[()] == "2026-02-11T10:00:00"


def test_odd_metadata_are_kept_as_text(tmp_path):
    extra = {"sample": {"name": None, "a/b": 1, "": 2, "big": 10**30, "deep": {"x": [1]}}}
    with written(tmp_path / "scan.nxs", Scan(extra=extra).documents()) as file:
        assert file["1.1/sample/big"].asstr()[()] == str(10**30)
        assert file["1.1/sample/deep"].asstr()[()] == '{"x": [1]}'


def test_the_technique_is_kept_with_its_parts(tmp_path):
    deep = {"a": 1}
    for _ in range(50):
        deep = {"in": deep}
    technique = {"name": "xas", "mode": {"step": "k", "weight": 2.0}, "deep": deep}
    with written(tmp_path / "scan.nxs", Scan(extra={"technique": technique}).documents()) as file:
        group = file["1.1/technique"]
        assert group.attrs["NX_class"] == "NXcollection"
        assert group["name"].asstr()[()] == "xas"
        assert group["mode/weight"][()] == 2.0
        assert '{"a": 1}' in group["deep/in/in/in/in/in/in/in"].asstr()[()]
    with written(tmp_path / "b.nxs", Scan(extra={"technique": "saxs"}).documents()) as file:
        assert file["1.1/technique/name"].asstr()[()] == "saxs"


@pytest.mark.parametrize(
    ("compression", "name"), [("gzip", "gzip"), ("bitshuffle", "32008"), ("none", None)]
)
def test_large_arrays_are_compressed_and_small_ones_are_not(tmp_path, compression, name):
    mca = {**number_key("PV:mca"), "dtype": "array", "shape": [4096]}
    with written(
        tmp_path / "scan.nxs",
        Scan(readings={"mca": mca}, extra={"num_points": 1000}).documents(),
        storage=Storage(compression),
    ) as file:
        measurement = file["1.1/measurement"]
        filters = measurement["mca"]._filters
        assert list(filters)[-1:] == ([] if name is None else [name])
        assert measurement["I0"]._filters == {}
        assert measurement["mca"].chunks == (32, 4096)
        assert measurement["mca"][3, 7] == 3 + 7 / 7


def test_an_unknown_compression_is_refused_before_a_file_is_made(tmp_path):
    with pytest.raises(ConsumerError, match="gzip, bitshuffle or none, not 'zip'"):
        nexus_consumer(str(tmp_path), compression="zip")


def test_an_absorption_scan_claims_its_definition(tmp_path):
    scan = Scan(motors=("energy",), extra={"element": "Cu", "edge": "K"})
    with written(tmp_path / "scan.nxs", scan.documents()) as file:
        claimed = file["1.1/xas"]
        assert claimed["definition"].asstr()[()] == "NXxas"
        assert claimed["intensity"][:].tolist() == file["1.1/measurement/mu"][:].tolist()
        assert claimed["energy"].attrs["units"] == "eV"
    rebuild_nexus(scan.documents(), tmp_path / "scan.nxs")


def test_other_scans_claim_none(tmp_path):
    with written(tmp_path / "scan.nxs", Scan().documents()) as file:
        assert "xas" not in file["1.1"]
