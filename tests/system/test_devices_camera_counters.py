"""What a camera counts in its frames, and what dark and flat frames do to that."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import numpy as np
import pytest

from devices import CountError, InvalidTargetError
from devices.counters.counter import Counter
from devices.detectors.camera import Camera
from devices.detectors.image_counters import ImageCounters, PixelRegion
from devices.detectors.path_provider import RunFolders
from devices.errors import TooLargeError
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.system.camera_runs import BEAM, only, opened
from tests.waiting import PATIENCE


@pytest.fixture
def make(instant_ioc, connected, tmp_path):
    """Make a camera that exposes in no time and saves to the test's folder."""

    def make_camera(prefix="I:cam:", **options):
        given = {"path_provider": RunFolders(tmp_path), "counters": BEAM} | options
        return connected(Camera(prefix, name="camera", **given))

    return make_camera


@pytest.fixture
def camera(make):
    """It saves HDF5, one frame at each point."""
    return make()


def test_the_beam_is_where_it_is(camera, engine, documents):
    engine(bp.count([camera]))
    ((frames, _),) = opened(documents)
    (event,) = only(documents, "event")
    bright = np.where(frames[0] >= 1, frames[0], 0).astype(float)
    rows, columns = np.indices(bright.shape)
    assert event["data"]["spot_x"] == pytest.approx((bright * columns).sum() / bright.sum())
    assert event["data"]["spot_y"] == pytest.approx((bright * rows).sum() / bright.sum())
    assert event["data"]["light"] == bright.sum()


def test_counters_of_a_region_count_only_there(make, engine, documents):
    region = PixelRegion(240, 250, 30, 20)
    groups = [ImageCounters({"part": "sum", "part_x": "x"}, region=region)]
    engine(bp.count([make(counters=groups)]))
    ((frames, _),) = opened(documents)
    (event,) = only(documents, "event")
    assert event["data"]["part"] == frames[0, 250:270, 240:270].sum(dtype=float)
    assert 240 < event["data"]["part_x"] < 270


def test_a_region_that_is_not_in_the_frame_is_refused_before_the_run(make, engine, documents):
    groups = [ImageCounters({"part": "sum"}, region=PixelRegion(500, 0, 20, 20))]
    with pytest.raises(InvalidTargetError, match="frames have 512 columns and 512 rows"):
        engine(bp.count([make(counters=groups)]))
    assert documents == []


def test_plots_show_the_counters(camera):
    assert camera.hints == {"fields": list(BEAM)}


def test_units_are_told(camera):
    described = camera.describe()
    assert described["spot"]["units"] == "counts"
    assert described["width"]["units"] == "pixels"
    assert described["camera_exposure"]["units"] == "s"


def test_it_is_a_counter_like_the_others(camera):
    assert isinstance(camera, Counter)
    assert camera.counter_names == list(camera.describe())
    assert camera.count_time == 1.0


# --- corrections


@pytest.fixture
def dark_and_flat(camera):
    """A camera whose corrections are off again after the test."""
    yield camera
    for correction in (camera.dark, camera.flat):
        correction.set("off").wait(PATIENCE)


def test_a_dark_frame_is_subtracted(dark_and_flat, engine, documents):
    camera = dark_and_flat
    engine(bp.count([camera]))
    camera.dark.set("take").wait(PATIENCE)
    camera.dark.set("on").wait(PATIENCE)
    engine(bp.count([camera]))
    raw, corrected = (event["data"]["spot"] for event in only(documents, "event"))
    assert abs(corrected) < 0.02 * raw


def test_the_file_has_raw_frames_while_counters_are_corrected(dark_and_flat, engine, documents):
    camera = dark_and_flat
    camera.dark.set("take").wait(PATIENCE)
    camera.dark.set("on").wait(PATIENCE)
    engine(bp.count([camera]))
    ((frames, _),) = opened(documents)
    (event,) = only(documents, "event")
    assert frames.dtype == np.uint16
    assert abs(event["data"]["spot"]) < 0.02 * frames.sum(dtype=float)


def test_corrected_frames_are_saved_where_that_is_asked_for(make, engine, documents):
    camera = make(saves_corrected=True)
    camera.dark.set("take").wait(PATIENCE)
    camera.dark.set("on").wait(PATIENCE)
    try:
        engine(bp.count([camera]))
    finally:
        camera.dark.set("off").wait(PATIENCE)
    ((frames, _),) = opened(documents)
    (event,) = only(documents, "event")
    assert frames.dtype == np.float32
    assert event["data"]["spot"] == pytest.approx(frames.sum(dtype=float), rel=1e-6)


def test_a_frame_like_the_flat_one_keeps_its_counts(dark_and_flat, engine, documents):
    camera = dark_and_flat
    camera.prepare(CountPolicy(seconds=10.0))
    camera.flat.set("take").wait(PATIENCE)
    mean = read_pv("I:cam:Proc1:ScaleFlatField_RBV")
    assert mean == pytest.approx(read_pv("I:cam:Stats1:MeanValue_RBV"))
    camera.flat.set("on").wait(PATIENCE)
    assert camera.flat.is_used
    assert read_pv("I:cam:Proc1:EnableFlatField_RBV") == 1


def test_plans_can_take_and_use_a_dark_frame(dark_and_flat, engine):
    camera = dark_and_flat
    engine(bps.mv(camera.dark, "take"))
    engine(bps.mv(camera.dark, "on"))
    assert camera.dark.is_used
    engine(bps.mv(camera.dark, "off"))
    assert camera.dark.read()["camera_dark"]["value"] == 0


def test_a_dark_frame_is_not_taken_into_the_file_of_a_run(camera):
    camera.stage()
    try:
        with pytest.raises(CountError, match="cannot change while its file is open"):
            camera.dark.set("take")
    finally:
        camera.unstage()


def test_a_correction_knows_three_words(camera):
    with pytest.raises(InvalidTargetError, match="can be set to 'take', 'on' or 'off'"):
        camera.dark.set("maybe")


# --- a look


def test_an_image_too_large_for_channel_access_is_refused(make, monkeypatch):
    camera = make(path_provider=None)
    monkeypatch.setenv("EPICS_CA_AUTO_ARRAY_BYTES", "NO")
    monkeypatch.setenv("EPICS_CA_MAX_ARRAY_BYTES", "500000")
    with pytest.raises(TooLargeError, match="I:cam:image1:ArrayData has 1048576 bytes"):
        camera.image()


def test_an_image_is_a_frame_with_rows_first(make):
    camera = make(path_provider=None)
    camera.stage()
    camera.unstage()
    image = camera.image()
    assert image.shape == (512, 512)
    assert image.sum(dtype=float) == read_pv("I:cam:Stats1:Total_RBV")
