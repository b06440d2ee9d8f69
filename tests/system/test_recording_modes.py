"""How much of an array detector goes into the data: numbers, regions, or all (ES-04)."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import numpy as np
import pytest

from devices import (
    Camera,
    CountError,
    ImageCounters,
    InvalidTargetError,
    Mca,
    MeasurementGroup,
    MultiElementMca,
    RunFolders,
    Scaler,
)
from tests.system.camera_runs import only, opened

COPPER = {"Cu": (7800, 8300)}
SUMS = ["Cu", "Cu_corrected"]
TIMES = ["mca_real_time", "mca_live_time", "mca_dead_time"]
STATISTICS = [
    "xmap_real_time",
    "xmap_live_time",
    "xmap_dead_time",
    "xmap_triggers",
    "xmap_events",
    "xmap_input_rate",
    "xmap_output_rate",
]


@pytest.fixture
def make(instant_ioc, connected, tmp_path):
    """Make a detector of a kind in a mode."""
    groups = [ImageCounters({"spot": "sum", "columns": "profile_x"})]
    makers = {
        "mca": lambda **options: Mca("I:mca1", name="mca", rois=COPPER, **options),
        "xmap": lambda **options: MultiElementMca("I:xmap:", name="xmap", rois=COPPER, **options),
        "camera": lambda **options: Camera(
            "I:cam:",
            name="camera",
            counters=groups,
            path_provider=RunFolders(tmp_path, folder=""),
            **options,
        ),
    }
    return lambda kind, **options: connected(makers[kind](**options))


EXPECTED = {
    ("mca", "scaler"): SUMS,
    ("mca", "roi"): [*SUMS, *TIMES],
    ("mca", "ndarray"): [*SUMS, "mca", *TIMES],
    ("xmap", "scaler"): SUMS,
    ("xmap", "roi"): [*SUMS, "Cu_elements", *STATISTICS],
    ("xmap", "ndarray"): [*SUMS, "xmap", "xmap_sum", *STATISTICS],
    ("camera", "scaler"): ["spot", "camera_exposure", "camera_lost"],
    ("camera", "roi"): ["spot", "columns", "camera_exposure", "camera_lost"],
    ("camera", "ndarray"): ["camera", "spot", "columns", "camera_exposure", "camera_lost"],
}


@pytest.mark.parametrize(("kind", "mode"), EXPECTED)
def test_a_mode_says_what_is_recorded(make, engine, documents, tmp_path, kind, mode):
    engine(bp.count([make(kind, mode=mode)]))
    (descriptor,) = only(documents, "descriptor")
    (event,) = only(documents, "event")
    assert list(descriptor["data_keys"]) == EXPECTED[kind, mode]
    for name, value in event["data"].items():
        assert list(np.shape(value)) == descriptor["data_keys"][name]["shape"]
    saves = (kind, mode) == ("camera", "ndarray")
    assert len(list(tmp_path.iterdir())) == len(only(documents, "stream_datum")) == int(saves)


@pytest.mark.parametrize("kind", ["mca", "xmap", "camera"])
def test_a_mode_is_changed_between_runs(make, engine, documents, kind):
    device = make(kind)
    for mode in ("scaler", "ndarray", "roi"):
        device.mode = mode
        engine(bp.count([device]))
    keys = [list(doc["data_keys"]) for doc in only(documents, "descriptor")]
    assert keys == [EXPECTED[kind, mode] for mode in ("scaler", "ndarray", "roi")]


@pytest.mark.parametrize("kind", ["mca", "xmap", "camera"])
def test_a_mode_cannot_change_in_a_run(make, engine, documents, kind):
    device = make(kind)

    def changed():
        yield from bps.trigger_and_read([device])
        device.mode = "scaler"

    with pytest.raises(CountError, match=f"the mode of {kind} cannot change in a run"):
        engine(bpp.stage_wrapper(bpp.run_wrapper(changed()), [device]))
    assert device.mode == "ndarray"


@pytest.mark.parametrize("kind", ["mca", "xmap", "camera"])
def test_a_mode_that_there_is_not_is_refused(make, kind):
    with pytest.raises(InvalidTargetError, match="one of 'scaler', 'roi', 'ndarray', not 'all'"):
        make(kind, mode="all")


def test_sums_by_element_add_up_to_the_sum(make, engine, documents):
    engine(bp.count([make("xmap", mode="roi")]))
    (event,) = only(documents, "event")
    assert event["data"]["Cu_elements"].shape == (4,)
    assert event["data"]["Cu_elements"].sum() == event["data"]["Cu"]


def test_frames_are_saved_again_after_runs_that_saved_none(make, engine, documents):
    camera = make("camera", mode="scaler")
    engine(bp.count([camera], num=2))
    documents.clear()
    camera.mode = "ndarray"
    engine(bp.count([camera], num=2))
    sums = [event["data"]["spot"] for event in only(documents, "event")]
    assert [float(frames.sum(dtype=float)) for frames, _ in opened(documents)] == sums


def test_detectors_of_all_kinds_are_one(make, instant_ioc, connected, engine, documents):
    """A composite of several kinds, each with a mode of its own, with one count time."""
    scaler = connected(Scaler("I:scaler1", name="scaler", counters={"I0": 2}))
    parts = [scaler, make("xmap", mode="scaler"), make("camera", mode="roi")]
    engine(bp.count([MeasurementGroup("all", parts)]))
    (event,) = only(documents, "event")
    assert {"I0", "Cu", "Cu_corrected", "spot", "columns"} <= set(event["data"])
    assert "xmap" not in event["data"]
