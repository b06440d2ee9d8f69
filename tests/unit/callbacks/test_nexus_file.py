"""NeXus files are readable during and after the scan, and hold what the documents hold."""

import json
import math
import os
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest
import silx.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from silx.io import nxdata

from callbacks.errors import ConsumerError
from callbacks.naming import DataFolder
from callbacks.nexus_file import (
    FLUSH_PERIOD,
    is_complete,
    nexus_consumer,
    rebuild_nexus,
    run_uid,
)
from tests.unit.callbacks.scan_documents import MOTORS, Scan, mesh, number_key, page


@pytest.fixture
def writer(tmp_path):
    made = nexus_consumer(str(tmp_path), "copper")
    yield made
    made.close()


def feed(writer, documents):
    for name, doc in documents:
        writer(name, doc)
    return DataFolder(writer.paths[0].parent, "copper")


def contents(path):
    """Everything in a file: attributes and values by path."""
    found = {}

    def take(name, item):
        attributes = {key: np.asarray(value).tolist() for key, value in item.attrs.items()}
        value = item[()].tolist() if isinstance(item, h5py.Dataset) else None
        found[name] = (attributes, value)

    with h5py.File(path) as file:
        take("/", file)
        file.visititems(take)
    return repr(found)


def text_of(path, name):
    with h5py.File(path) as file:
        return file[name].asstr()[()]


def test_every_value_is_bit_equal_to_the_documents(writer):
    scan = Scan(readings={"deep": number_key("PV:deep")})
    path = feed(writer, scan.documents()).nexus_path(scan.start())
    with h5py.File(path) as file:
        measurement = file["1.1/measurement"]
        for index in range(len(scan.values)):
            event = scan.event(index)
            assert measurement["epoch"][index] == event["time"]
            for key, value in event["data"].items():
                assert measurement[key][index] == value
            mu = math.log(event["data"]["I0"] / event["data"]["It"])
            assert measurement["mu"][index] == mu
        for name in MOTORS:
            start, end = scan.baseline_event(1)["data"], scan.baseline_event(2)["data"]
            assert file[f"1.1/instrument/positioners_start/{name}"][()] == start[name]
            assert file[f"1.1/instrument/positioners_end/{name}"][()] == end[name]


def test_the_tree_is_as_specified(writer):
    path = feed(writer, Scan().documents()).nexus_path({"scan_id": 1})
    classes = {
        "1.1": "NXentry",
        "1.1/instrument": "NXinstrument",
        "1.1/instrument/I0": "NXdetector",
        "1.1/instrument/x": "NXpositioner",
        "1.1/measurement": "NXcollection",
        "1.1/plot_mu": "NXdata",
        "1.1/sample": "NXsample",
        "1.1/user": "NXuser",
        "1.1/notes/start": "NXnote",
        "1.1/instrument/positioners": "NXcollection",
    }
    with h5py.File(path) as file:
        assert file.attrs["default"] == "1.1"
        assert file["1.1"].attrs["default"] == "plot_mu"
        assert {name: file[name].attrs["NX_class"] for name in classes} == classes
        assert file["1.1/instrument/I0/data"].attrs["units"] == "counts"
        assert file["1.1/measurement/x"] == file["1.1/instrument/x/value"]
        assert json.loads(file["1.1/notes/start/data"].asstr()[()]) == Scan().start()
    assert text_of(path, "1.1/title") == "ascan x 0 5 10 0.1"
    assert text_of(path, "1.1/entry_identifier_uuid") == Scan().uid
    assert text_of(path, "1.1/end_reason") == "success"
    assert text_of(path, "1.1/writer/status") == "SUCCEEDED"


def test_silx_plots_mu_against_energy_by_default(writer):
    scan = Scan(motors=("energy",))
    folder = feed(writer, scan.documents())
    for path in (folder.nexus_path({"scan_id": 1}), folder.nexus_dataset_path):
        with silx.io.open(str(path)) as file:
            data = nxdata.get_default(file)
            assert data.is_valid
            assert data.is_curve
            assert data.signal_dataset_name == "mu"
            assert data.axes_dataset_names == ["energy"]
            assert len(data.signal) == 11
            assert data.axes[0][3] == scan.event(3)["data"]["energy"]


def test_silx_shows_a_mesh_as_an_image(writer):
    scan = mesh()
    feed(writer, scan.documents())
    with silx.io.open(str(writer.paths[0])) as file:
        data = nxdata.get_default(file)
        assert data.is_valid
        assert data.is_image
        assert data.axes_dataset_names == ["y", "x"]
        image = np.array(data.signal)
    events = [scan.event(i)["data"] for i in range(12)]
    flat = [math.log(event["I0"] / event["It"]) for event in events]
    assert image.tolist() == np.reshape(flat, (3, 4)).tolist()


def test_a_mesh_stopped_early_is_nan_where_it_was_not_measured(writer):
    feed(writer, list(mesh().documents())[:9])
    writer.close()
    with h5py.File(writer.paths[0]) as file:
        assert np.isfinite(file["3.1/plot_mu/mu"][:]).sum() == 5


def test_the_data_set_links_to_every_scan(writer):
    for number in (1, 2, 12):
        feed(writer, Scan(uid=f"run{number}", scan_id=number).documents())
    with h5py.File(writer.paths[0].parent / "copper.nxs") as file:
        assert set(file) == {"1.1", "2.1", "12.1"}
        assert file.attrs["default"] == "12.1"
        assert len(file["2.1/measurement/mu"]) == 11
    names = sorted(os.listdir(writer.paths[0].parent))
    assert names == ["copper.nxs", "copper_0001.nxs", "copper_0002.nxs", "copper_0012.nxs"]


def test_a_reader_sees_the_points_during_the_scan(writer):
    path = feed(writer, list(Scan().documents())[:9]).nexus_path({"scan_id": 1})
    time.sleep(FLUSH_PERIOD + 0.2)
    with h5py.File(path, "r", swmr=True) as file:
        assert len(file["1.1/measurement/mu"]) == 5
        assert file["1.1/writer/status"].asstr()[()] == "RUNNING"
        data = nxdata.get_default(file["1.1"])
        assert data.is_valid
        assert len(data.signal) == 5


def test_a_reader_that_stays_sees_new_points_and_does_not_stop_the_writer(writer):
    documents = list(Scan().documents())
    path = feed(writer, documents[:9]).nexus_path({"scan_id": 1})
    time.sleep(FLUSH_PERIOD + 0.2)
    with h5py.File(path, "r", swmr=True) as file:
        points = file["1.1/measurement/x"]
        feed(writer, documents[9:-1])
        time.sleep(FLUSH_PERIOD + 0.2)
        points.refresh()
        assert len(points) == 11
        feed(writer, documents[-1:])
    assert is_complete(path, 11)


def test_a_file_that_exists_is_refused(writer, tmp_path):
    path = feed(writer, Scan().documents()).nexus_path({"scan_id": 1})
    before = path.read_bytes()
    with pytest.raises(ConsumerError, match="not overwritten"):
        nexus_consumer(str(tmp_path), "copper")("start", Scan(uid="other").start())
    assert path.read_bytes() == before


def test_a_file_of_another_kind_is_not_replaced_by_the_data_set(writer, tmp_path):
    (tmp_path / "copper.nxs").write_text("precious")
    with pytest.raises(ConsumerError, match="name the data set differently"):
        feed(writer, Scan().documents())
    assert (tmp_path / "copper.nxs").read_text() == "precious"


def test_close_without_a_stop_leaves_a_failed_readable_file(writer):
    path = feed(writer, list(Scan().documents())[:9]).nexus_path({"scan_id": 1})
    writer.close()
    assert text_of(path, "1.1/writer/status") == "FAILED"
    assert text_of(path, "1.1/end_reason") == "the process that recorded it ended"
    assert text_of(path, "1.1/end_time")
    assert is_complete(path, 5)
    assert not is_complete(path, 11)


def test_a_failed_run_says_why(writer):
    scan = Scan(exit_status="fail", reason="no beam " + "µ" * 600)
    path = feed(writer, scan.documents()).nexus_path({"scan_id": 1})
    assert text_of(path, "1.1/writer/status") == "FAILED"
    assert text_of(path, "1.1/end_reason").startswith("no beam µµ")


def test_pages_give_the_same_file_as_events(writer, tmp_path):
    scan = Scan()
    paged = [(n, d) for n, d in scan.documents() if not (n == "event" and "primary" in d["uid"])]
    paged.insert(4, ("event_page", page([scan.event(i) for i in range(11)])))
    path = feed(writer, paged).nexus_path({"scan_id": 1})
    rebuild_nexus(scan.documents(), tmp_path / "other.nxs")
    assert contents(path) == contents(tmp_path / "other.nxs")


@pytest.mark.parametrize(
    "scan",
    [
        Scan(values=()),
        Scan(values=(), baseline=False),
        Scan(motors=(), values=((), ()), extra={"plot": {"x": "time", "y": ["mu"]}}),
    ],
)
def test_scans_without_points_or_motors_are_readable(writer, scan):
    path = feed(writer, scan.documents()).nexus_path({"scan_id": 1})
    assert is_complete(path, len(scan.values))
    with silx.io.open(str(path)) as file:
        assert "1.1" in file


def test_a_run_with_start_and_stop_only_is_readable(writer):
    path = feed(writer, [("start", Scan().start()), ("stop", Scan().stop())]).nexus_path(
        {"scan_id": 1}
    )
    assert is_complete(path, 0)


def test_a_baseline_that_comes_late_is_added_at_the_end(writer):
    scan = Scan()
    early = [("start", scan.start()), ("descriptor", scan.descriptor()), ("event", scan.event(0))]
    late = [
        ("descriptor", scan.descriptor("baseline")),
        ("event", scan.baseline_event(1)),
        ("event", scan.event(1)),
        ("stop", scan.stop()),
    ]
    path = feed(writer, early + late).nexus_path({"scan_id": 1})
    with h5py.File(path) as file:
        assert file["1.1/instrument/positioners_start/gap"][()] == MOTORS["gap"][1]
        assert len(file["1.1/measurement/mu"]) == 2


def test_monitor_streams_are_kept(writer):
    scan = Scan()
    monitor = {**scan.descriptor("ring"), "uid": "mon", "name": "ring_current_monitor"}
    monitor["data_keys"] = {"ring_current": number_key("PV:ring", "mA")}
    events = [
        (
            "event",
            {
                "uid": f"m{i}",
                "descriptor": "mon",
                "seq_num": i,
                "time": 1.7e9 + i,
                "data": {"ring_current": 200.0 - i / 3},
                "timestamps": {},
            },
        )
        for i in range(1, 4)
    ]
    documents = list(scan.documents())
    documents[7:7] = [("descriptor", monitor), *events]
    path = feed(writer, documents).nexus_path({"scan_id": 1})
    with h5py.File(path) as file:
        values = file["1.1/streams/ring_current_monitor/ring_current"][:].tolist()
    assert values == [200.0 - i / 3 for i in range(1, 4)]


def test_text_arrays_and_missing_values_have_their_place(writer):
    readings = {
        "note": {**number_key("PV:note"), "dtype": "string"},
        "mca": {**number_key("PV:mca"), "dtype": "array", "shape": [4]},
    }
    scan = Scan(readings=readings)
    documents = [
        (name, scan.event(doc["seq_num"] - 1, If=None, note="µ" * 300))
        if name == "event" and "primary" in doc["uid"]
        else (name, doc)
        for name, doc in scan.documents()
    ]
    documents[6] = ("event", scan.event(2, mca=[1.0, 2.0], It="text"))
    path = feed(writer, documents).nexus_path({"scan_id": 1})
    with h5py.File(path) as file:
        measurement = file["1.1/measurement"]
        assert measurement["mca"].shape == (11, 4)
        np.testing.assert_array_equal(measurement["mca"][2], [1.0, 2.0, np.nan, np.nan])
        assert np.isnan(measurement["If"][0])
        assert np.isnan(measurement["mu"][2])
        assert measurement["note"].asstr()[0] == "µ" * 128


CHILD = """
import json, sys
from callbacks.nexus_file import nexus_consumer
writer = nexus_consumer(sys.argv[1], "copper")
for line in sys.stdin:
    writer(*json.loads(line))
    print("taken", flush=True)
"""


@pytest.mark.parametrize("kept", [1, 4, 9, 15])
def test_a_killed_writer_s_file_is_rebuilt_equal_to_a_normal_one(tmp_path, kept):
    documents = list(Scan().documents())
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        for document in documents[:kept]:
            child.stdin.write(json.dumps(document).encode() + b"\n")
            child.stdin.flush()
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    path = DataFolder(tmp_path, "copper").nexus_path({"scan_id": 1})
    assert path.exists()
    assert not is_complete(path, 11)
    (tmp_path / ".copper_0001.nxs.tmp").write_text("left by a kill while rebuilding")
    rebuild_nexus(documents, path)
    rebuild_nexus(documents, path)
    normal = nexus_consumer(str(tmp_path / "normal"), "copper")
    feed(normal, documents)
    assert is_complete(path, 11)
    assert contents(path) == contents(normal.paths[0])
    assert not list(tmp_path.glob(".*"))


def test_rebuilding_never_takes_the_place_of_another_run(writer):
    path = feed(writer, Scan().documents()).nexus_path({"scan_id": 1})
    with pytest.raises(ConsumerError, match="holds run"):
        rebuild_nexus(Scan(uid="other").documents(), path)
    assert run_uid(path) == Scan().uid
    assert is_complete(path, 11, Scan().uid)
    assert not is_complete(path, 11, "other")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(list(Scan(values=((0.0,), (1.0,))).documents())))
def test_documents_in_any_order_never_raise(tmp_path_factory, documents):
    writer = nexus_consumer(str(tmp_path_factory.mktemp("any")))
    for name, doc in documents:
        writer(name, doc)
    writer.close()
