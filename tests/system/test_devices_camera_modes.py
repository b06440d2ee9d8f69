"""Ways to trigger a camera, to add up exposures, to save frames, and to look at them."""

import math

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import h5py
import numpy as np
import pytest
from ophyd import EpicsSignal
from ophyd_async.core import DetectorTrigger, TriggerInfo

from devices import CountError, InvalidTargetError, PixelRegion, RunFolders, Shutter
from devices.detectors.camera import Camera
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.system.camera_runs import BEAM, only, opened, path_of
from tests.waiting import PATIENCE, wait_until

WAITING = 7
#: The first frame of a beamline has to wait until its beam is computed.
FIRST_FRAME = 60.0


@pytest.fixture(scope="module")
def seen(fast_ioc):
    """The camera that takes its time has taken a frame before."""
    before = read_pv("F:cam:cam1:ArrayCounter_RBV")
    for name in ("ImageMode", "TriggerMode", "AcquireTime"):
        write_pv(f"F:cam:cam1:{name}", 0)
    acquire = EpicsSignal("F:cam:cam1:Acquire", name="acquire")
    acquire.wait_for_connection(timeout=PATIENCE)
    acquire.put(1, wait=False)
    wait_until(
        "a frame is there", lambda: read_pv("F:cam:cam1:ArrayCounter_RBV") > before, FIRST_FRAME
    )
    acquire.destroy()


@pytest.fixture
def make(instant_ioc, seen, connected, tmp_path):
    """Make a camera that saves to the test's folder; its sensor is read as a whole afterwards."""
    made = []

    def make_camera(prefix="I:cam:", **options):
        given = {"path_provider": RunFolders(tmp_path), "counters": BEAM} | options
        made.append(connected(Camera(prefix, name="camera", **given)))
        return made[-1]

    yield make_camera
    for camera in made:
        camera.unstage()
        if camera.geometry.is_known:
            camera.geometry.set(region=None, binning=1, flip="none", rotation=0)
        write_pv(f"{camera.prefix}cam1:AcquirePeriod", 0.0)
        write_pv(f"{camera.prefix}cam1:TriggerSignal", 0)


def waits_for_a_signal():
    state = "F:cam:cam1:DetectorState_RBV"
    wait_until("it waits", lambda: read_pv(state) == WAITING, FIRST_FRAME)


def after_signals(camera, engine, levels):
    """Run one point with these levels at the trigger input, each once the last one is heeded."""

    def send():
        waits_for_a_signal()
        for level in levels:
            if level == "wait":
                waits_for_a_signal()
            elif level == "expose":
                wait_until("it exposes", lambda: read_pv("F:cam:cam1:DetectorState_RBV") == 1)
            else:
                write_pv("F:cam:cam1:TriggerSignal", level)

    def point():
        yield from bps.trigger(camera, group="exposing")
        send()
        yield from bps.wait("exposing")
        yield from bps.create()
        yield from bps.read(camera)
        yield from bps.save()

    engine(bpp.stage_wrapper(bpp.run_wrapper(point()), [camera]))


# --- BL-120


def test_one_pulse_begins_all_frames_of_a_point(make, engine, documents):
    camera = make("F:cam:", frames=3, trigger_mode="series")
    camera.prepare(CountPolicy(seconds=0.1))
    after_signals(camera, engine, [1, 0])
    ((frames, _),) = opened(documents)
    assert frames.shape[0] == 3


def test_a_gate_says_how_long_each_frame_is_exposed(make, engine, documents):
    camera = make("F:cam:", frames=2, trigger_mode="gate")
    after_signals(camera, engine, [1, "expose", 0, "wait", 1, "expose", 0])
    ((frames, _),) = opened(documents)
    assert frames.shape[0] == 2
    (event,) = only(documents, "event")
    assert math.isnan(event["data"]["camera_exposure"])
    assert event["data"]["spot"] == float(frames[-1].sum(dtype=float))


def test_pulses_begin_and_end_each_frame(make, engine, documents):
    camera = make("F:cam:", trigger_mode="EXTERNAL_START_STOP")
    assert camera.trigger_mode == "start-stop"
    after_signals(camera, engine, [1, 0, "expose", 1, 0])
    ((frames, _),) = opened(documents)
    assert frames.shape[0] == 1


def test_a_mode_that_the_driver_does_not_offer_is_refused_at_once(make, monkeypatch):
    camera = make()
    offered = ("Internal", "External")
    monkeypatch.setattr("devices.detectors.camera_settings.words", lambda _: offered)
    with pytest.raises(CountError, match="has no trigger_mode 'gate': its driver offers Internal"):
        camera.trigger_mode = "gate"
    assert camera.trigger_mode == "internal"


def test_frames_begin_a_latency_after_the_last_one(make, engine, documents):
    engine(bp.count([make(frames=2, latency=0.25)]))
    assert read_pv("I:cam:cam1:AcquirePeriod_RBV") == pytest.approx(1.25)
    (descriptor,) = only(documents, "descriptor")
    told = descriptor["configuration"]["camera"]["data"]
    assert (told["camera_latency"], told["camera_trigger_mode"]) == (0.25, "internal")


@pytest.mark.parametrize("latency", [-1, "0.1", True, float("nan")])
def test_a_latency_that_cannot_be_is_refused(make, latency):
    with pytest.raises(InvalidTargetError, match="the latency of camera is 0 s or more, or None"):
        make(latency=latency)


def test_what_ophyd_async_prepares_with_is_understood(make, engine, documents):
    camera = make()
    wanted = TriggerInfo(livetime=0.5, deadtime=0.1, collections_per_event=2)

    def prepared():
        yield from bps.prepare(camera, wanted, wait=True)
        yield from bp.count([camera])

    engine(prepared())
    (event,) = only(documents, "event")
    ((frames, _),) = opened(documents)
    assert (event["data"]["camera_exposure"], frames.shape[0]) == (1.0, 2)
    camera.prepare(TriggerInfo(trigger=DetectorTrigger.EXTERNAL_LEVEL)).wait(PATIENCE)
    assert (camera.trigger_mode, camera.frames, camera.latency) == ("gate", 1, 0.1)


def test_exposures_that_ophyd_async_would_add_up_are_refused(make):
    with pytest.raises(CountError, match="give exposures_per_collection=1"):
        make().prepare(TriggerInfo(exposures_per_collection=3))


# --- BL-121


@pytest.mark.parametrize(("preset", "exposed"), [("live", 1.0), ("real", 0.7)])
def test_a_count_time_is_of_all_exposures_or_of_the_clock(make, engine, documents, preset, exposed):
    camera = make(longest_exposure=0.25, latency=0.1, preset=preset)
    camera.prepare(CountPolicy(seconds=1.0))
    engine(bp.count([camera]))
    (event,) = only(documents, "event")
    assert event["data"]["camera_exposure"] == pytest.approx(exposed)
    assert read_pv("I:cam:cam1:NumExposures_RBV") == 4


# --- BL-122


@pytest.mark.parametrize("compression", ["gzip", "bitshuffle"])
def test_frames_are_compressed_and_come_back(make, engine, documents, compression):
    import hdf5plugin  # noqa: F401 - has h5py read them

    engine(bp.count([make(compression=compression)], num=2))
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert [float(frames.sum(dtype=float)) for frames, _ in opened(documents)] == sums
    (resource,) = only(documents, "stream_resource")
    with h5py.File(path_of(resource), "r") as file:
        data = file["entry/data/data"]
        assert data.id.get_create_plist().get_nfilters() > 0
        assert data.id.get_storage_size() < data.size * data.dtype.itemsize / 2


def test_another_file_begins_after_its_points(make, engine, documents):
    engine(bp.count([make(points_per_file=2)], num=5))
    resources = only(documents, "stream_resource")
    assert len({path_of(resource) for resource in resources}) == 3
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert [float(frames.sum(dtype=float)) for frames, _ in opened(documents)] == sums
    lengths = []
    for resource in resources:
        with h5py.File(path_of(resource), "r") as file:
            lengths.append(file["entry/data/data"].shape[0])
    assert lengths == [2, 2, 1]


def test_another_file_begins_before_one_has_too_many_bytes(make, engine, documents):
    engine(bp.count([make(bytes_per_file=2.5 * 512 * 512 * 2)], num=5))
    found = [path_of(resource) for resource in only(documents, "stream_resource")]
    lengths = []
    for path in found:
        with h5py.File(path, "r") as file:
            lengths.append(file["entry/data/data"].shape[0])
    assert lengths == [2, 2, 1]
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert [float(frames.sum(dtype=float)) for frames, _ in opened(documents)] == sums


@pytest.mark.parametrize("existing", ["abort", "overwrite", "multiset"])
def test_files_of_one_run_keep_apart_also_under_one_name(
    make, engine, documents, tmp_path, existing
):
    folders = RunFolders(tmp_path, folder="", name="{device}")
    camera = make(path_provider=folders, points_per_file=2, existing_files=existing)
    engine(bp.count([camera], num=5))
    names = [path_of(resource).name for resource in only(documents, "stream_resource")]
    assert names == ["camera.h5", "camera_2.h5", "camera_3.h5"]
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert [float(frames.sum(dtype=float)) for frames, _ in opened(documents)] == sums


@pytest.mark.parametrize("saves", ["hdf5", "tiff"])
def test_sets_of_frames_of_one_name_are_numbered(make, engine, documents, tmp_path, saves):
    folders = RunFolders(tmp_path, folder="", name="{device}")
    for _ in range(3):
        options = {"path_provider": folders, "saves": saves, "existing_files": "multiset"}
        engine(bp.count([make(**options)]))
    stems = {"hdf5": "camera{}.h5", "tiff": "camera{}_000000.tiff"}
    expected = {stems[saves].format(number) for number in ("", "_2", "_3")}
    assert {path.name for path in tmp_path.iterdir()} == expected


@pytest.mark.parametrize("saves", ["hdf5", "tiff"])
def test_a_file_that_is_there_is_not_overwritten(make, engine, documents, tmp_path, saves):
    folders = RunFolders(tmp_path, folder="", name="{device}")
    engine(bp.count([make(path_provider=folders, saves=saves)]))
    documents.clear()
    with pytest.raises(CountError, match=r"camera would overwrite .*camera.*: choose another name"):
        engine(bp.count([make(path_provider=folders, saves=saves)]))
    assert documents == []
    engine(bp.count([make(path_provider=folders, saves=saves, existing_files="overwrite")]))
    assert len(only(documents, "event")) == 1


# --- BL-125


def test_a_dark_frame_is_taken_behind_the_shutter(make, instant_ioc, connected, engine):
    shutter = connected(Shutter("I:shutter:", name="shutter"))
    shutter.set("open").wait(PATIENCE)
    camera = make(path_provider=None, shutter=shutter)
    lit = camera.image().sum(dtype=float)
    engine(bps.mv(camera.dark, "take"))
    assert shutter.state == "open"
    engine(bps.mv(camera.flat, "take"))
    engine(bps.mv(camera.dark, "on"))
    try:
        engine(bp.count([camera]))
        # a dark frame taken in the light would leave nothing
        assert camera.read()["spot"]["value"] > 0.5 * lit
    finally:
        engine(bps.mv(camera.dark, "off"))


# --- BL-126


def test_a_part_of_the_sensor_is_read_and_binned(make, engine, documents):
    camera = make()
    camera.prepare(CountPolicy(seconds=0.05))  # the sum of eight pixels must not saturate one
    whole = camera.image()
    camera.geometry.set(region=PixelRegion(200, 220, 120, 80), binning=(2, 4))
    assert camera.geometry.get() == {
        "region": PixelRegion(200, 220, 120, 80),
        "binning": (2, 4),
        "flip": "none",
        "rotation": 0,
    }
    engine(bp.count([camera]))
    ((frames, _),) = opened(documents)
    assert frames.shape == (1, 20, 60)
    lit = whole[220:300, 200:320].sum(dtype=float)
    assert float(frames.sum(dtype=float)) == pytest.approx(lit, rel=0.05)
    (descriptor,) = only(documents, "descriptor")
    assert descriptor["configuration"]["camera"]["data"]["camera_binning"] == "2x4"


def brightest(image):
    return np.array(np.unravel_index(image.argmax(), image.shape))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"flip": "left-right"}, lambda frame: frame[:, ::-1]),
        ({"flip": "up-down"}, lambda frame: frame[::-1]),
        ({"rotation": 90}, lambda frame: np.rot90(frame, -1)),
        ({"rotation": 270}, lambda frame: np.rot90(frame, 1)),
        ({"flip": "both", "rotation": 180}, lambda frame: frame),
    ],
    ids=["left-right", "up-down", "90", "270", "both and 180"],
)
def test_frames_are_turned_before_they_are_saved(make, engine, documents, asked, expected):
    camera = make()
    # off the center, so that every way to turn it shows
    camera.geometry.set(region=PixelRegion(180, 230, 120, 40))
    wanted = expected(camera.image())
    camera.geometry.set(**asked)
    engine(bp.count([camera]))
    ((frames, _),) = opened(documents)
    assert frames[0].shape == wanted.shape
    profile = frames[0].sum(axis=0, dtype=float), wanted.sum(axis=0, dtype=float)
    assert np.corrcoef(*profile)[0, 1] > 0.99
    profile = frames[0].sum(axis=1, dtype=float), wanted.sum(axis=1, dtype=float)
    assert np.corrcoef(*profile)[0, 1] > 0.99
    assert camera.image().shape == wanted.shape


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"zoom": 2}, "camera has no 'zoom' to set: it has region, binning, flip, rotation"),
        ({"binning": 0}, "the binning of camera is a whole number from 1 on"),
        ({"binning": (1, 2, 3)}, "the binning of camera is a whole number from 1 on"),
        ({"flip": "over"}, "flip of camera is 'none' or 'left-right' or 'up-down' or 'both', not"),
        ({"rotation": 45}, "rotation of camera is 0 or 90 or 180 or 270, not 45"),
        ({"region": (0, 0, 10, 10)}, "the region of camera is a PixelRegion"),
        ({"region": PixelRegion(500, 0, 20, 20)}, "its sensor has 512 columns and 512 rows"),
    ],
    ids=["word", "binning", "three", "flip", "rotation", "tuple", "beyond"],
)
def test_what_no_frame_can_be_is_refused_and_nothing_is_set(make, asked, sentence):
    camera = make()
    before = camera.geometry.get()
    with pytest.raises(InvalidTargetError, match=sentence):
        camera.geometry.set(**asked)
    assert camera.geometry.get() == before


def test_in_a_run_frames_stay_as_they_are_described(make):
    camera = make()
    camera.stage()
    with pytest.raises(CountError, match="cannot change while its file is open"):
        camera.geometry.set(binning=2)
    with pytest.raises(CountError, match="cannot change while its file is open"):
        camera.live.start()


def test_a_live_view_shows_frame_after_frame_until_a_run_begins(make, engine, documents):
    camera = make("F:cam:")
    camera.live.start(0.2)
    assert camera.live.is_on
    shown = read_pv("F:cam:image1:UniqueId_RBV")
    wait_until("frames come", lambda: read_pv("F:cam:image1:UniqueId_RBV") > shown + 1)
    assert camera.live.image().shape == (512, 512)
    engine(bp.count([camera]))
    assert not camera.live.is_on
    assert len(opened(documents)) == 1


def test_a_live_view_is_stopped(make):
    camera = make("F:cam:")
    camera.live.start(0.2)
    camera.live.stop()
    assert not camera.live.is_on


def test_several_runs_of_one_camera_may_have_other_geometries(make, engine, documents):
    camera = make()

    def both():
        yield from bpp.stage_wrapper(bpp.run_wrapper(bps.trigger_and_read([camera])), [camera])
        camera.geometry.set(binning=4)
        yield from bpp.stage_wrapper(bpp.run_wrapper(bps.trigger_and_read([camera])), [camera])

    engine(both())
    shapes = [doc["data_keys"]["camera"]["shape"] for doc in only(documents, "descriptor")]
    assert shapes == [[1, 512, 512], [1, 128, 128]]
