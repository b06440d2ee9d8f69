"""The area detector seen by ophyd, ophyd-async and h5py: classes and plans work unmodified."""

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile

CHILD = Path(__file__).with_name("area_detector_child.py")
FRAMES, NUMBERS = "entry/data/data", "entry/instrument/NDAttributes/NDArrayUniqueId"

WITH_OPHYD = r"""
import json, sys
import epics
from bluesky import RunEngine
from bluesky.plans import count
from ophyd import Component, SimDetector, SingleTrigger
from ophyd.areadetector import plugins
from ophyd.areadetector.filestore_mixins import (
    FileStoreHDF5IterativeWrite, FileStoreTIFFIterativeWrite
)

class HDF5(plugins.HDF5Plugin_V34, FileStoreHDF5IterativeWrite):
    pass

class TIFF(plugins.TIFFPlugin_V34, FileStoreTIFFIterativeWrite):
    pass

class Detector(SingleTrigger, SimDetector):
    image = Component(plugins.ImagePlugin, "image1:")
    roi = Component(plugins.ROIPlugin_V34, "ROI1:")
    stats = Component(plugins.StatsPlugin_V34, "Stats1:")
    proc = Component(plugins.ProcessPlugin_V34, "Proc1:")
    hdf5 = Component(HDF5, "HDF1:", write_path_template=sys.argv[1])
    tiff = Component(TIFF, "TIFF1:", write_path_template=sys.argv[1])

detector = Detector("AD:cam:", name="detector")
detector.wait_for_connection(timeout=20)
for signal, value in (
    (detector.cam.acquire_time, 0.02), (detector.cam.data_type, "UInt32"),
    (detector.cam.num_images, 2), (detector.roi.size.x, 16), (detector.roi.size.y, 8),
    (detector.hdf5.enable, "Enable"), (detector.image.enable, "Enable"),
    (detector.cam.image_mode, "Single"),
):
    signal.set(value).wait(timeout=10)
epics.caput("AD:cam:cam1:Acquire", 1, wait=True, timeout=10)  # as warmup() does, but at once
told = {"documents": [], "image": detector.image.array_data.get().size}
detector.read_attrs = ["hdf5", "tiff", "stats", "stats.total", "stats.unique_id", "roi"]
detector.image.kind = "omitted"
RunEngine()(count([detector], num=3), lambda name, doc: told["documents"].append([name, doc]))
told["roi"] = list(detector.roi.array_size.get())
told["pipeline"] = detector.hdf5.source_plugin.name
print(json.dumps(told))
"""

WITH_OPHYD_ASYNC = r"""
import json, sys
from pathlib import Path
import bluesky.plan_stubs as bps
from bluesky import RunEngine
from bluesky.plans import count
from ophyd_async.core import EnableDisable, StaticFilenameProvider, StaticPathProvider, init_devices
from ophyd_async.epics.adcore import (
    ADWriterFactory, NDPluginFileIO, NDROIIO, NDStatsIO, PluginSignalDataLogic
)
from ophyd_async.epics.adsimdetector import SimDetector

engine = RunEngine()
provider = StaticPathProvider(StaticFilenameProvider("frames"), Path(sys.argv[1]))
with init_devices(timeout=20):
    detector = SimDetector(
        "ca://AD:cam:",
        ADWriterFactory.hdf(provider),
        plugins={
            "stats": NDStatsIO("ca://AD:cam:Stats1:"),
            "roi": NDROIIO("ca://AD:cam:ROI1:"),
            "tiff": NDPluginFileIO("ca://AD:cam:TIFF1:"),
        },
    )
detector.add_detector_logics(PluginSignalDataLogic(detector.driver, detector.stats.total))

def plan():
    yield from bps.mv(detector.stats.enable_callbacks, EnableDisable.ENABLE)
    yield from bps.mv(detector.tiff.enable_callbacks, EnableDisable.DISABLE)
    yield from bps.mv(detector.driver.acquire_time, 0.02, detector.driver.num_images, 1)
    yield from bps.mv(detector.driver.array_counter, 0)
    yield from count([detector], num=3)

documents = []
engine(plan(), lambda name, doc: documents.append([name, doc]))
print(json.dumps({"documents": documents}))
"""

WITH_A_READER = r"""
import json, queue, sys
import epics, h5py

def put(name, value, **options):
    assert epics.caput("AD:cam:" + name, value, **options) == 1, name

place, announced = sys.argv[1], queue.Queue()
for name, value in (
    ("HDF1:FilePath", place), ("HDF1:FileName", "followed"), ("HDF1:FileTemplate", "%s%s.h5"),
    ("HDF1:FileWriteMode", "Stream"), ("HDF1:NumCapture", 0), ("HDF1:LazyOpen", 1),
    ("HDF1:SWMRMode", 1), ("HDF1:Compression", "zlib"), ("HDF1:EnableCallbacks", 1),
    ("cam1:ImageMode", "Multiple"), ("cam1:NumImages", 40), ("cam1:AcquireTime", 0.01),
    ("cam1:ArrayCounter", 0), ("cam1:WaitForPlugins", 1),
):
    is_text = name.endswith(("Path", "Name", "Template"))
    put(name, list(value.encode()) if is_text else value, wait=True)
captured = epics.PV("AD:cam:HDF1:NumCaptured_RBV", auto_monitor=True)
captured.wait_for_connection(10)
put("HDF1:Capture", 1)
captured.add_callback(lambda value, **more: announced.put(int(value)))
put("cam1:Acquire", 1)
told, data = [], None
while not told or told[-1][0] < 40:
    number = announced.get(timeout=20)
    if not number:
        continue
    if data is None:
        data = h5py.File(place + "/followed.h5", libver="latest", swmr=True)["entry/data/data"]
    data.refresh()
    told.append([number, len(data), int(data[number - 1].sum())])
put("HDF1:Capture", 0, wait=True)
print(json.dumps({"told": told}))
"""


@pytest.fixture(name="ioc", scope="module")
def _ioc():
    with subprocess.Popen(
        [sys.executable, str(CHILD), "rows=64", "columns=80", "transmission=0.001"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        port = child.stdout.readline().split()[1]
        yield {
            "EPICS_CA_ADDR_LIST": f"127.0.0.1:{port}",
            "EPICS_CA_AUTO_ADDR_LIST": "NO",
            "OPHYD_CONTROL_LAYER": "pyepics",
        }
        child.stdin.close()
        assert child.wait(5) == 0


def told_by(script, ioc, place):
    done = subprocess.run(
        [sys.executable, "-c", script, str(place)],
        env=os.environ | ioc,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    if "documents" in told:
        for name in ("event", "resource", "datum", "stream_resource", "stream_datum"):
            told[name] = [doc for kind, doc in told["documents"] if kind == name]
    return told | {"place": place}


@pytest.fixture(name="counted", scope="module")
def _counted(ioc, tmp_path_factory):
    """Return what a count with ophyd told: three events of two frames each."""
    return told_by(WITH_OPHYD, ioc, tmp_path_factory.mktemp("ophyd"))


@pytest.fixture(name="counted_async", scope="module")
def _counted_async(counted, ioc, tmp_path_factory):
    """Return what a count with ophyd-async told: three events of one frame each."""
    return told_by(WITH_OPHYD_ASYNC, ioc, tmp_path_factory.mktemp("ophyd_async"))


@pytest.fixture(name="followed", scope="module")
def _followed(counted_async, ioc, tmp_path_factory):
    """Return announced number, length of the file, and sum of the frame, for each announcement."""
    return told_by(WITH_A_READER, ioc, tmp_path_factory.mktemp("followed"))["told"]


def resource(counted, spec):
    return next(found for found in counted["resource"] if found["spec"] == spec)


def hdf5_of(counted):
    return Path("/") / resource(counted, "AD_HDF5")["resource_path"]


def test_ophyd_finds_as_many_frames_in_the_file_as_the_documents_announce(counted):
    described = resource(counted, "AD_HDF5")
    datums = [datum for datum in counted["datum"] if datum["resource"] == described["uid"]]
    per_point = described["resource_kwargs"]["frame_per_point"]
    with h5py.File(hdf5_of(counted)) as file:
        assert file[FRAMES].shape == (len(datums) * per_point, 64, 80) == (6, 64, 80)


def test_ophyd_finds_the_numbers_that_the_documents_announce(counted):
    announced = [event["data"]["detector_stats_unique_id"] for event in counted["event"]]
    with h5py.File(hdf5_of(counted)) as file:
        numbers = file[NUMBERS][:]
    assert numbers[1::2].tolist() == announced  # the last frame of each event
    assert np.all(np.diff(numbers) == 1)


def test_ophyd_finds_the_sums_that_the_documents_announce(counted):
    announced = [event["data"]["detector_stats_total"] for event in counted["event"]]
    with h5py.File(hdf5_of(counted)) as file:
        sums = file[FRAMES][1::2].sum(axis=(1, 2))
    assert sums.tolist() == announced
    assert min(announced) > 1e5


def test_tiff_files_hold_the_same_frames(counted):
    described = resource(counted, "AD_TIFF")
    told = described["resource_kwargs"]
    directory = Path("/") / described["resource_path"]
    with h5py.File(hdf5_of(counted)) as file:
        frames = file[FRAMES][:]
    for number, frame in enumerate(frames):
        name = told["template"] % (f"{directory}/", told["filename"], number)
        assert np.array_equal(tifffile.imread(name), frame)


def test_roi_and_image_are_seen_through_ophyd(counted):
    assert counted["image"] == 64 * 80
    assert counted["roi"] == [0, 64, 80]  # what comes in
    assert counted["pipeline"] == "detector_cam"


def test_ophyd_async_finds_as_many_frames_in_the_file_as_the_documents_announce(counted_async):
    stop = max(datum["indices"]["stop"] for datum in counted_async["stream_datum"])
    described = counted_async["stream_resource"][0]
    with h5py.File(counted_async["place"] / "frames.h5") as file:
        data = file[described["parameters"]["dataset"]]
        assert data.shape == (stop, 64, 80) == (3, 64, 80)
        assert list(data.chunks) == described["parameters"]["chunk_shape"]
        assert file[NUMBERS][:].tolist() == [1, 2, 3]


def test_ophyd_async_finds_the_sums_that_the_documents_announce(counted_async):
    announced = [event["data"]["detector-stats-total"] for event in counted_async["event"]]
    with h5py.File(counted_async["place"] / "frames.h5") as file:
        assert file[FRAMES][:].sum(axis=(1, 2)).tolist() == announced


def test_reader_sees_frames_while_capture_goes_on_and_never_fewer_than_announced(followed):
    assert all(length >= announced for announced, length, _ in followed)
    assert followed[-1][0] == 40
    assert len(followed) > 5


def test_frames_are_complete_when_they_are_announced(followed):
    sums = [total for _, _, total in followed]
    assert min(sums) > 0.9 * max(sums) > 0
