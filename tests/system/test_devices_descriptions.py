"""H14: what devices describe at the start of a run is what they then read."""

import bluesky.plans as bp
import numpy as np
import pytest

from devices import (
    Amplifier,
    ArcCounters,
    ArcRegion,
    Camera,
    Channel,
    Filters,
    ImageCounters,
    IntegratingCounter,
    IntegratorFields,
    Mca,
    MeasurementGroup,
    ModuloAxis,
    Motor,
    MultiElementMca,
    PseudoCounter,
    RunFolders,
    SamplingCounter,
    Scaler,
    Shutter,
    SoftAxis,
    SoftCounter,
    SoftLoop,
    TemperatureController,
)

KINDS = {"number": (float, np.floating), "integer": (int, np.integer), "string": (str,)}


def scaler():
    channels = {"I0": 2, "rate": Channel(3, factor=1e3, per_second=True)}
    return Scaler("I:scaler1", name="scaler", counters=channels)


def group():
    return MeasurementGroup(
        "mg", [scaler(), SoftCounter(lambda: 3, name="soft"), PseudoCounter("r", "rate/I0")]
    )


def camera():
    counters = [
        ImageCounters({"spot": "sum", "spot_x": "x", "columns": "profile_x", "rows": "profile_y"}),
        ArcCounters({"ring": "mean"}, ArcRegion(x=256, y=256, inner=20, outer=40)),
    ]
    return Camera("I:cam:", name="camera", counters=counters)


class Thing:
    where = 1


MAKERS = {
    "scaler": scaler,
    "integrating": lambda: IntegratingCounter(
        "I:scaler1",
        IntegratorFields(start=".CNT", count_time=".TP"),
        name="ic",
        values={"Ic": ".S2"},
    ),
    "stats": lambda: SamplingCounter(lambda: 1, name="T", mode="stats"),
    "samples": lambda: SamplingCounter(lambda: 1, name="T", mode="samples", samples=7),
    "soft": lambda: SoftCounter(lambda: 1, name="T"),
    "mca": lambda: Mca("I:mca1", name="mca", rois={"Cu": (7800, 8300)}),
    "multi element": lambda: MultiElementMca("I:xmap:", name="xmap", rois={"Cu": (7800, 8300)}),
    "camera": camera,
    "group": group,
    "shutter": lambda: Shutter("I:shutter:", name="shutter"),
    "filters": lambda: Filters("I:filters:", name="filters", number=4),
    "amplifier": lambda: Amplifier("I:I0:", name="amplifier"),
    "temperature": lambda: TemperatureController("I:temp:", name="oven"),
    "loop": lambda: SoftLoop(name="loop", input=lambda: 1, output=lambda _: None, p=1),
    "soft axis": lambda: SoftAxis(Thing(), "where", name="x"),
    "modulo axis": lambda: ModuloAxis(name="phi", axis=SoftAxis(Thing(), "where", name="turned")),
    "motor": lambda: Motor("I:sample:x", name="x"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_read_is_what_was_described(kind, instant_ioc, connected, engine, documents):
    engine(bp.count([connected(MAKERS[kind]())]))
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    (event,) = [doc for name, doc in documents if name == "event"]
    assert list(event["data"]) == list(descriptor["data_keys"])
    for name, key in descriptor["data_keys"].items():
        value = event["data"][name]
        assert list(np.shape(value)) == key["shape"], name
        if key["dtype"] == "array":
            assert value.dtype == np.dtype(key["dtype_numpy"]), name
        else:
            assert isinstance(value, KINDS[key["dtype"]]), name
            assert not isinstance(value, bool), name


def test_a_run_that_saves_frames_describes_them(
    instant_ioc, connected, engine, documents, tmp_path
):
    camera = Camera("I:cam:", name="camera", path_provider=RunFolders(tmp_path), frames=2)
    engine(bp.count([connected(camera)]))
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    key = descriptor["data_keys"]["camera"]
    assert (key["shape"], key["dtype_numpy"]) == ([2, 512, 512], "<u2")
