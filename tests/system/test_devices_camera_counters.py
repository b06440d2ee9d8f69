"""What a camera counts in its frames, and what dark and flat frames do to that."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import numpy as np
import pytest

from devices import CountError, FrameCorrections, InvalidTargetError
from devices.counters.counter import Counter
from devices.detectors.arc_counters import ArcCounters, ArcRegion
from devices.detectors.frame_statistics import WORDS, statistics_of
from devices.detectors.image_counters import ImageCounters, PixelRegion
from devices.errors import TooLargeError
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.system.camera_runs import BEAM, camera_maker, only, opened
from tests.waiting import PATIENCE


@pytest.fixture
def make(instant_ioc, connected, tmp_path):
    """Make a camera that exposes in no time and saves to the test's folder."""
    return camera_maker(connected, tmp_path)


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


# --- profiles and arcs


@pytest.mark.parametrize(
    ("region", "rows", "columns"),
    [
        (None, slice(None), slice(None)),
        (PixelRegion(240, 250, 30, 20), slice(250, 270), slice(240, 270)),
    ],
    ids=["frame", "region"],
)
def test_profiles_have_the_sums_of_columns_and_rows(make, engine, documents, region, rows, columns):
    groups = [ImageCounters({"columns": "profile_x", "rows": "profile_y"}, region=region)]
    engine(bp.count([make(counters=groups)], num=2))
    for (frames, _), event in zip(opened(documents), only(documents, "event"), strict=True):
        part = frames[0][rows, columns].astype(float)
        assert event["data"]["columns"] == pytest.approx(part.sum(axis=0))
        assert event["data"]["rows"] == pytest.approx(part.sum(axis=1))


def test_profiles_are_described_as_long_as_they_are(make, engine, documents):
    region = PixelRegion(240, 250, 30, 20)
    groups = [ImageCounters({"columns": "profile_x", "rows": "profile_y"}, region=region)]
    camera = make(counters=groups, path_provider=None)
    engine(bp.count([camera]))
    (descriptor,) = only(documents, "descriptor")
    (event,) = only(documents, "event")
    for name, length in (("columns", 30), ("rows", 20)):
        key = descriptor["data_keys"][name]
        assert (key["dtype"], key["shape"], key["dtype_numpy"]) == ("array", [length], "<f8")
        assert event["data"][name].shape == (length,)
        assert event["data"][name].dtype == np.float64
    assert camera.hints == {"fields": []}


def test_an_arc_counts_its_pixels(make, engine, documents):
    arcs = {
        "ring": ArcRegion(x=256, y=256, inner=20, outer=40),
        "arc": ArcRegion(x=256, y=256, inner=0, outer=30, start=-30, stop=60),
    }
    groups = [ArcCounters({name: "sum", f"{name}_mean": "mean"}, arcs[name]) for name in arcs]
    engine(bp.count([make(counters=groups)], num=2))
    for (frames, _), event in zip(opened(documents), only(documents, "event"), strict=True):
        for name, arc in arcs.items():
            pixels = frames[0][arc.mask(512, 512)].astype(float)
            assert event["data"][name] == pixels.sum()
            assert event["data"][f"{name}_mean"] == pytest.approx(pixels.mean())


def test_an_arc_that_is_nowhere_in_the_frame_is_refused_before_the_run(make, engine, documents):
    groups = [ArcCounters({"ring": "sum"}, ArcRegion(x=256, y=256, inner=900, outer=950))]
    with pytest.raises(InvalidTargetError, match="none of it is in them"):
        engine(bp.count([make(counters=groups)]))
    assert documents == []


def test_an_arc_of_frames_too_large_for_channel_access_is_refused_before_the_run(
    make, engine, documents, monkeypatch
):
    monkeypatch.setenv("EPICS_CA_AUTO_ARRAY_BYTES", "NO")
    monkeypatch.setenv("EPICS_CA_MAX_ARRAY_BYTES", "500000")
    groups = [ArcCounters({"ring": "sum"}, ArcRegion(x=256, y=256, inner=20, outer=40))]
    with pytest.raises(TooLargeError, match="I:cam:image1:ArrayData has 524288 bytes"):
        engine(bp.count([make(counters=groups)]))
    assert documents == []


# --- corrections that are made here


BAD = np.zeros((512, 512), bool)
BAD[250:262, 240:270] = True
EVERY = {word: word for word in WORDS}


def expected(frame, corrections, threshold=1.0):
    checked = corrections.checked("spot", 512, 512)
    return statistics_of(EVERY, checked.of(frame), checked.good, threshold)


@pytest.mark.parametrize(
    "order", [(), ("flat", "background")], ids=["background first", "flat first"]
)
def test_counters_leave_bad_pixels_out_and_are_of_corrected_frames(make, engine, documents, order):
    random = np.random.default_rng(1)
    corrections = FrameCorrections(
        bad_pixels=BAD,
        background=np.full((512, 512), 2),
        flat=random.uniform(0.5, 1.5, (512, 512)),
        order=order,
    )
    engine(bp.count([make(counters=EVERY, corrections=corrections)], num=2))
    for (frames, _), event in zip(opened(documents), only(documents, "event"), strict=True):
        found = expected(frames[0], corrections)
        assert frames[0].dtype == np.uint16
        for word, value in found.items():
            assert event["data"][word] == pytest.approx(value), word
    (descriptor,) = only(documents, "descriptor")
    configuration = descriptor["configuration"]["camera"]["data"]
    steps = "flat, background, mask" if order else "mask, background, flat"
    assert configuration["camera_corrections"].endswith(f": {steps}")


def test_a_mask_of_a_region_leaves_the_rest_as_it_was(make, engine, documents):
    region = PixelRegion(240, 250, 30, 20)
    groups = [
        ImageCounters({"all": "sum"}, region=region),
        ImageCounters(
            {"some": "sum", "some_x": "x"},
            region=region,
            corrections=FrameCorrections(bad_pixels=BAD),
        ),
        ArcCounters({"ring": "sum"}, ArcRegion(x=256, y=256, inner=0, outer=10)),
    ]
    engine(bp.count([make(counters=groups)]))
    ((frames, _),) = opened(documents)
    (event,) = only(documents, "event")
    frame = frames[0].astype(float)
    assert event["data"]["all"] == frame[250:270, 240:270].sum()
    assert event["data"]["some"] == frame[262:270, 240:270].sum()
    assert 240 < event["data"]["some_x"] < 270


def test_a_region_of_bad_pixels_is_refused_before_the_run(make, engine, documents):
    corrections = FrameCorrections(bad_pixels=BAD)
    groups = [ImageCounters({"part": "sum"}, region=PixelRegion(245, 252, 5, 5))]
    with pytest.raises(InvalidTargetError, match="part would count nothing: all of its pixels"):
        engine(bp.count([make(counters=groups, corrections=corrections)]))
    assert documents == []


@pytest.fixture
def dark_in_use(camera, engine):
    """Have the plugin subtract a dark frame; not any more after the test."""
    engine(bps.mv(camera.dark, "take"))
    engine(bps.mv(camera.dark, "on"))
    yield
    engine(bps.mv(camera.dark, "off"))


def test_frames_are_not_corrected_twice(make, engine, documents, dark_in_use):
    corrections = FrameCorrections(background=np.full((512, 512), 2))
    with pytest.raises(InvalidTargetError, match="would be corrected twice"):
        engine(bp.count([make(corrections=corrections)]))
    assert documents == []


def test_a_mask_goes_with_corrections_of_the_plugin(make, engine, documents, dark_in_use):
    """Differences below 0 stay so: the dark frame is as bright, but for its noise."""
    corrections = FrameCorrections(bad_pixels=BAD)
    engine(bp.count([make(counters={"low": "min", "high": "max"}, corrections=corrections)]))
    (event,) = only(documents, "event")
    assert -60_000 < event["data"]["low"] < 0 < event["data"]["high"] < 60_000


# --- what there is to read


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
