"""The camera: frames in files, numbers in events, and both say the same."""

import json
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import h5py
import numpy as np
import pytest
import tifffile
from bluesky.utils import RunEngineInterrupted

from devices import CountError, InvalidTargetError, Motor, Scaler, channel_access
from devices.detectors.mca import Mca
from devices.detectors.path_provider import RunFolders
from devices.errors import TooLargeError
from planlib.spec import ascan, sct
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.system.camera_runs import NUMBERS, camera_maker, only, opened, path_of
from tests.waiting import PATIENCE, meanwhile, wait_until


@pytest.fixture
def make(instant_ioc, connected, tmp_path):
    """Make a camera that exposes in no time and saves to the test's folder."""
    return camera_maker(connected, tmp_path)


@pytest.fixture
def camera(make):
    """It saves HDF5, one frame at each point."""
    return make()


@pytest.fixture
def slow(make, fast_ioc):
    """It exposes twenty times faster than life."""
    return make("F:cam:")


# --- frames and documents


def test_every_point_has_its_own_frame_in_the_file(camera, engine, documents):
    engine(bp.count([camera], num=5))
    points = opened(documents)
    assert len(points) == len(only(documents, "event")) == 5
    ids = [int(number) for _, numbers in points for number in numbers]
    assert ids == list(range(ids[0], ids[0] + 5))


def test_the_file_has_the_frames_that_documents_tell_of_and_no_others(camera, engine, documents):
    engine(bp.count([camera], num=4))
    (resource,) = only(documents, "stream_resource")
    with h5py.File(path_of(resource), "r") as file:
        assert file["entry/data/data"].shape == (4, 512, 512)
        assert len(set(file[NUMBERS][:])) == 4


def test_counters_are_of_the_frame_in_the_file(camera, engine, documents):
    engine(bp.count([camera], num=3))
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert sums == [float(frames.sum(dtype=float)) for frames, _ in opened(documents)]


def test_the_descriptor_tells_shape_and_type_of_the_frames(camera, engine, documents):
    engine(bp.count([camera]))
    (descriptor,) = only(documents, "descriptor")
    key = descriptor["data_keys"]["camera"]
    ((frames, _),) = opened(documents)
    assert key["shape"] == list(frames.shape)
    assert np.dtype(key["dtype_numpy"]) == frames.dtype
    assert (key["external"], key["units"]) == ("STREAM:", "counts")


def test_each_run_has_a_file_of_its_own(camera, engine, documents):
    engine(bp.count([camera], num=2))
    engine(bp.count([camera], num=2))
    paths = [path_of(resource) for resource in only(documents, "stream_resource")]
    assert len(set(paths)) == 2
    for path in paths:
        with h5py.File(path, "r") as file:
            assert file["entry/data/data"].shape[0] == 2


def test_several_frames_at_a_point_are_one_datum(make, engine, documents):
    engine(bp.count([make(frames=3)], num=2))
    points = opened(documents)
    assert [frames.shape for frames, _ in points] == [(3, 512, 512)] * 2
    assert len({int(number) for _, numbers in points for number in numbers}) == 6


def test_counters_are_of_the_last_frame_of_a_point(make, engine, documents):
    engine(bp.count([make(frames=3)]))
    (event,) = only(documents, "event")
    ((frames, _),) = opened(documents)
    assert event["data"]["spot"] == float(frames[-1].sum(dtype=float))


def test_tiff_files_are_found_by_the_documents(make, engine, documents):
    engine(bp.count([make(saves="tiff")], num=3))
    (resource,) = only(documents, "stream_resource")
    data = only(documents, "stream_datum")
    names = [resource["parameters"]["template"].format(d["indices"]["start"]) for d in data]
    frames = [tifffile.imread(path_of(resource) / name) for name in names]
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert [float(frame.sum(dtype=float)) for frame in frames] == sums
    assert len(list(path_of(resource).glob("*.tiff"))) == 3


def test_detector_and_clients_know_the_folder_by_different_names(make, engine, documents, tmp_path):
    (tmp_path / "detector").mkdir()
    (tmp_path / "clients").symlink_to(tmp_path / "detector")
    folders = RunFolders(tmp_path / "clients", detector=tmp_path / "detector", folder="deep/down")
    engine(bp.count([make(path_provider=folders)]))
    (resource,) = only(documents, "stream_resource")
    assert path_of(resource).parent == tmp_path / "clients" / "deep" / "down"
    assert len(opened(documents)) == 1


def test_documents_of_large_frames_are_small(make, engine, documents):
    engine(bp.count([make()], num=3))
    told = [doc for name, doc in documents if name in ("event", "stream_datum", "stream_resource")]
    assert max(len(json.dumps(doc)) for doc in told) < 2000


def test_without_a_path_provider_nothing_is_saved(make, engine, documents):
    engine(bp.count([make(path_provider=None)], num=2))
    assert only(documents, "stream_resource") == only(documents, "stream_datum") == []
    assert [event["data"]["spot"] > 0 for event in only(documents, "event")] == [True, True]


# --- exposures


def test_it_exposes_as_long_as_it_was_prepared_to(slow, engine, documents):
    slow.prepare(CountPolicy(seconds=2.0)).wait(PATIENCE)
    began = time.monotonic()
    engine(bp.count([slow]))
    assert time.monotonic() - began > 0.1
    (event,) = only(documents, "event")
    assert event["data"]["camera_exposure"] == read_pv("F:cam:cam1:AcquireTime_RBV") == 2.0


def test_exposures_may_differ_from_point_to_point(camera, engine, documents):
    def two_points():
        for seconds in (0.1, 0.4):
            yield from bps.prepare(camera, CountPolicy(seconds=seconds), wait=True)
            yield from bps.trigger_and_read([camera])

    engine(bpp.stage_wrapper(bpp.run_wrapper(two_points()), [camera]))
    short, long = (event["data"]["spot"] for event in only(documents, "event"))
    assert long == pytest.approx(4 * short, rel=0.05)


def test_a_long_exposure_is_the_sum_of_short_ones(make, engine, documents):
    """BL-121."""
    long = make(longest_exposure=0.3)
    long.prepare(CountPolicy(seconds=1.0)).wait(PATIENCE)
    engine(bp.count([long]))
    assert read_pv("I:cam:cam1:NumExposures_RBV") == 4
    assert read_pv("I:cam:cam1:AcquireTime_RBV") == 0.25
    whole = make()
    whole.prepare(CountPolicy(seconds=1.0)).wait(PATIENCE)
    engine(bp.count([whole]))
    assert read_pv("I:cam:cam1:NumExposures_RBV") == 1
    summed, single = (event["data"] for event in only(documents, "event"))
    assert summed["camera_exposure"] == single["camera_exposure"] == 1.0
    assert summed["spot"] == pytest.approx(single["spot"], rel=0.02)


def test_exposures_that_others_have_added_up_are_not_ours(make, engine, documents):
    camera = make()
    engine(bp.count([camera]))
    write_pv("I:cam:cam1:NumExposures", 5)
    engine(bp.count([camera]))
    before, after = (event["data"]["spot"] for event in only(documents, "event"))
    assert after == pytest.approx(before, rel=0.05)


@pytest.mark.parametrize("seconds", [0, -1.0, "0.3", True, float("nan")])
def test_an_exposure_that_cannot_be_the_longest_is_refused(make, seconds):
    with pytest.raises(InvalidTargetError, match="the longest_exposure of camera is a number of"):
        make(longest_exposure=seconds)


def test_it_works_in_our_plans_with_an_axis(camera, instant_ioc, connected, engine, documents):
    x = connected(Motor("I:sample:x", name="x"))
    engine(ascan(x, 0, 1, 2, 0.1, camera))
    assert len(opened(documents)) == 3


def test_it_exposes_together_with_other_counters(slow, connected, engine, documents):
    mca = connected(Mca("F:mca1", name="mca", rois={"Cu": (7800, 8300)}))
    scaler = connected(Scaler("F:scaler1", name="scaler", counters={"I0": 2}))
    began = time.monotonic()
    engine(sct(20.0, scaler, mca, slow))
    assert time.monotonic() - began < 2.5
    (event,) = only(documents, "event")
    assert {"I0", "Cu", "spot"} <= set(event["data"])


def test_pulses_from_outside_begin_exposures(slow, connected, engine, documents):
    x = connected(Motor("F:sample:x", name="x"))
    x.set(0.0).wait(PATIENCE)  # wherever other tests have left it: each pulse is of a move on
    slow.frames, slow.trigger_mode = 3, "external"
    slow.prepare(CountPolicy(seconds=0.01))

    def pulses():
        for name, value in (
            ("MinPosition", 0.5),
            ("MaxPosition", 2.5),
            ("StepSize", 1),
            ("Mode", 1),
        ):
            write_pv(f"F:compare:PositionCompare{name}", value)
        for taken in range(3):
            # a pulse that comes while it is busy is lost
            wait_until("it waits", lambda: read_pv("F:cam:cam1:DetectorState_RBV") == 7)
            x.set(taken + 1.0).wait(PATIENCE)
            wait_until("it has it", lambda n=taken: read_pv("F:cam:cam1:NumImagesCounter_RBV") > n)

    try:
        with meanwhile(pulses):
            engine(bp.count([slow]))
    finally:
        write_pv("F:compare:PositionCompareMode", 0)
        x.set(0.0).wait(PATIENCE)
    ((frames, _),) = opened(documents)
    assert frames.shape[0] == 3


def test_a_live_view_ends_when_a_run_begins(slow, engine, documents):
    write_pv("F:cam:cam1:ImageMode", 2)
    channel_access.put(slow.rig.driver.acquire, 1)
    wait_until("it runs", lambda: read_pv("F:cam:cam1:Acquire"))
    engine(bp.count([slow], num=2))
    assert len(opened(documents)) == 2
    assert read_pv("F:cam:cam1:Acquire") == 0


def test_a_paused_exposure_is_taken_again(slow, engine, documents):
    slow.prepare(CountPolicy(seconds=10.0))

    def pause():
        wait_until("it exposes", lambda: read_pv("F:cam:cam1:DetectorState_RBV") == 1)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(bp.count([slow], num=2))
    engine.resume()
    points = opened(documents)
    assert len(points) == len(only(documents, "event")) == 2
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert sums == [float(frames.sum(dtype=float)) for frames, _ in points]


# --- staging, and what is refused


def test_after_a_run_nothing_captures(camera, engine):
    engine(bp.count([camera]))
    assert read_pv("I:cam:HDF1:Capture_RBV") == 0


def test_after_an_aborted_run_nothing_captures_and_nothing_exposes(slow, engine, documents):
    slow.prepare(CountPolicy(seconds=60.0))

    def pause():
        wait_until("it exposes", lambda: read_pv("F:cam:cam1:DetectorState_RBV") == 1)
        engine.request_pause()

    with meanwhile(pause), pytest.raises(RunEngineInterrupted):
        engine(bp.count([slow]))
    engine.abort()
    wait_until("it is idle", lambda: read_pv("F:cam:cam1:Acquire") == 0)
    assert read_pv("F:cam:HDF1:Capture_RBV") == 0
    assert only(documents, "stream_datum") == []


def test_what_somebody_left_capturing_is_ended_by_the_next_run(camera, engine, documents):
    engine(bp.count([camera]))
    documents.clear()
    channel_access.put(camera.rig.file.capture, 1)
    wait_until("it captures", lambda: read_pv("I:cam:HDF1:Capture_RBV"))
    engine(bp.count([camera], num=2))
    assert len(opened(documents)) == 2


def test_it_does_not_expose_without_a_file(camera):
    with pytest.raises(CountError, match="camera has no file to save to: stage it"):
        camera.trigger()


def test_a_folder_that_cannot_be_made_is_refused_before_the_run(make, engine, documents, tmp_path):
    (tmp_path / "taken").write_text("a file")
    camera = make(path_provider=RunFolders(tmp_path, folder="taken/below"))
    with pytest.raises(CountError, match=r"cannot save to .*/taken/below: .* clients know"):
        engine(bp.count([camera]))
    assert documents == []
    assert read_pv("I:cam:HDF1:Capture_RBV") == 0


def test_a_folder_that_only_clients_know_is_refused(make, engine, tmp_path):
    folders = RunFolders(tmp_path, detector="/nowhere/at/all", folder="")
    with pytest.raises(CountError, match="camera cannot save to /nowhere/at/all"):
        engine(bp.count([make(path_provider=folders)]))


def test_an_exposure_that_the_detector_refuses_fails_with_a_sentence(camera):
    camera.prepare(CountPolicy(seconds=1e7))
    camera.stage()
    try:
        with pytest.raises(CountError, match=r"AcquireTime = 1e\+07 was refused"):
            camera.trigger().wait(PATIENCE)
    finally:
        camera.unstage()


def test_a_file_that_would_be_too_large_is_refused_before_the_exposure(make):
    camera = make(largest_file=600_000)
    camera.stage()
    try:
        camera.trigger().wait(PATIENCE)
        with pytest.raises(
            TooLargeError, match="2 frames of 524288 bytes are more than the 600000"
        ):
            camera.trigger().wait(PATIENCE)
    finally:
        camera.unstage()


def test_counting_on_a_monitor_is_refused(camera):
    with pytest.raises(CountError, match="camera cannot count to 1000 counts"):
        camera.prepare(CountPolicy.of(-1000))


def test_it_cannot_end_with_others(camera):
    with pytest.raises(CountError, match="cannot end with another counter"):
        camera.follow()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"frames": 0}, "camera takes 1 frame or more"),
        ({"saves": "jpeg"}, "saves of camera is 'hdf5' or 'tiff', not 'jpeg'"),
        ({"lost_frames": "hide"}, "lost_frames of camera is 'mark' or 'fail'"),
    ],
    ids=["frames", "saves", "lost frames"],
)
def test_a_declaration_that_cannot_be_meant_is_refused(make, options, sentence):
    with pytest.raises(InvalidTargetError, match=sentence):
        make(**options)


def test_the_number_of_frames_stays_while_a_file_is_open(camera):
    camera.stage()
    try:
        with pytest.raises(CountError, match="cannot change while its file is open"):
            camera.frames = 2
    finally:
        camera.unstage()


def test_it_says_what_it_is(camera):
    assert repr(camera).startswith("Camera('I:cam:', name='camera', counters=['spot',")
    assert "spot_x  x of whole frame" in camera.info()
