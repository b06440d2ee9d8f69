"""Devices that apsbits and happi describe."""

import json

import bluesky.plans as bp
import pytest
from bluesky import RunEngine

from blueline.config.class_checks import class_problems
from blueline.config.errors import ConfigError
from blueline.config.foreign import import_devices
from blueline.config.loading import load_configuration

APSBITS = """
apsbits.utils.sim_creator.predefined_device:
- {creator: ophyd.sim.motor, name: sim_motor}
ophyd.Signal:
- name: test
  value: 50.7
ophyd.EpicsMotor:
- {name: m-1, prefix: gp:m1, labels: ["motor", "baseline"]}
own.slits.Slit:
- name: slit
  PV: "4id:"
  motors: {top: m14}
- prefix: nameless
"""
HAPPI = {
    "XCS:PIM": {
        "_id": "XCS:PIM",
        "active": False,
        "args": ["{{prefix}}"],
        "device_class": "pcdsdevices.pim.PIM",
        "documentation": "A screen",
        "kwargs": {"name": "{{name}}", "prefix_det": "{{prefix_det}}", "z": "{{z}}", "w": "a{{z}}"},
        "name": "xcs_pim",
        "prefix": "XCS:PIM",
        "prefix_det": "XCS:GIGE:04:",
        "stand": "SB2",
        "z": 3.5,
    },
    "two": {"device_class": "ophyd.Device", "args": ["a", "b"], "name": "two"},
    "none": {"name": "none"},
}


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_devices_of_apsbits_become_ours(tmp_path, write):
    found = import_devices(written(tmp_path, "source.yaml", APSBITS))
    assert found.devices == [
        {"name": "sim_motor", "class": "ophyd.sim.SynAxis", "labels": ["motors"]},
        {"name": "test", "class": "ophyd.Signal", "arguments": {"value": 50.7}},
        {
            "name": "m_1",
            "class": "ophyd.EpicsMotor",
            "prefix": "gp:m1",
            "labels": ["motor", "baseline"],
        },
        {
            "name": "slit",
            "class": "own.slits.Slit",
            "arguments": {"PV": "4id:", "motors": {"top": "m14"}},
        },
    ]
    assert found.packages == ["own"]
    assert len(found.notes) == 2


#: As in the demo instrument of BITS and the guides of its area detectors.
MADE_BY_FUNCTIONS = """
apsbits.utils.sim_creator.predefined_device:
- {creator: ophyd.sim.motor, name: sim_motor}
- {creator: ophyd.sim.noisy_det, name: sim_det}
- {creator: ophyd.sim.flyer1, name: flyer}
apstools.devices.motor_factory.mb_creator:
- name: stage
  labels: [baseline]
  prefix: "12ide:"
  class_name: Stage
  motors:
    hor: m4
    ver: {prefix: m5, class: devices.Motor, kind: normal, labels: [vertical]}
    soft: {init_pos: 5, limits: [0, 10]}
    odd: {factory: {function: a.b}}
- {name: pair, motors: [a]}
apstools.devices.ad_creator:
- name: camera
  prefix: "ad:"
  labels: [area_detector, detectors]
  plugins:
  - cam: {class: apstools.devices.SimDetectorCam_V34}
  - image
  - tiff1: {class: apstools.devices.Some, read_path_template: /tmp}
- {name: viewer, prefix: "ad2:", plugins: [cam]}
instrument.devices.factories.motors:
- {prefix: "ioc:m", names: m, first: 1, last: 2, labels: [motors]}
blueline.slit_blades.made_elsewhere:
- {name: other, prefix: "x:", geometry: E4CV}
"""


@pytest.fixture
def functions(tmp_path):
    return import_devices(written(tmp_path, "source.yaml", MADE_BY_FUNCTIONS))


def test_what_functions_of_apsbits_make_becomes_devices(functions):
    found = {each["name"]: each for each in functions.devices}
    assert [*found] == [
        *("sim_motor", "sim_det", "stage_hor", "stage_ver", "stage_soft", "pair_a"),
        *("camera", "viewer", "m1", "m2", "other"),
    ]
    assert found["stage_hor"]["class"] == "ophyd.EpicsMotor"
    assert found["stage_hor"]["prefix"] == "12ide:m4"
    assert found["stage_hor"]["labels"] == ["baseline", "motors"]
    assert (found["stage_ver"]["class"], found["stage_ver"]["prefix"]) == (
        *("devices.Motor", "12ide:m5"),
    )
    assert found["stage_soft"]["arguments"] == {"init_pos": 5, "limits": [0, 10]}
    assert found["camera"]["arguments"] == {"path_provider": "$data_set", "saves": "tiff"}
    assert "arguments" not in found["viewer"]
    assert (found["m2"]["class"], found["m2"]["prefix"]) == ("ophyd.EpicsMotor", "ioc:m2")
    assert found["other"]["arguments"] == {"prefix": "x:", "geometry": "E4CV"}


def test_what_is_different_or_left_out_is_said(functions):
    notes = "\n".join(functions.notes)
    for words in (
        "flyer is left out: ophyd.sim.flyer1 is an object",
        "stage.odd is left out",
        "stage is a bundle of axes, which are devices here: stage_hor, stage_ver, stage_soft",
        "camera is a devices.Camera here",
        "its frames go where the data set is",
        "other is made by the function blueline.slit_blades.made_elsewhere",
        "scans that name no counters count sim_det, camera",
    ):
        assert words in notes


def test_what_apsbits_simulates_is_scanned_and_counted_after_the_import(tmp_path, write, engines):
    text = MADE_BY_FUNCTIONS.partition("apstools")[0]
    folder = write(got=import_devices(written(tmp_path, "source.yaml", text)).text())
    configuration = load_configuration(folder, class_problems)
    beamline = configuration.make()
    assert beamline.failed == {}
    assert beamline.counters == ["sim_det"]
    events = []
    engine = engines(RunEngine())
    plan = bp.scan([beamline.devices["sim_det"]], beamline.devices["sim_motor"], -1, 1, 3)
    engine(plan, {"event": lambda _, doc: events.append(doc["data"])})
    assert [each["sim_motor"] for each in events] == [-1, 0, 1]
    assert all("sim_det" in each for each in events)


def test_items_of_happi_become_ours(tmp_path):
    found = import_devices(written(tmp_path, "db.json", json.dumps(HAPPI)))
    assert found.devices == [
        {
            "name": "xcs_pim",
            "class": "pcdsdevices.pim.PIM",
            "prefix": "XCS:PIM",
            "arguments": {"prefix_det": "XCS:GIGE:04:", "z": 3.5, "w": "a3.5"},
            "enabled": False,
            "documentation": "A screen",
            "location": "stand SB2, z 3.5",
        }
    ]
    assert len(found.notes) == 2


def test_what_is_imported_can_be_loaded(tmp_path, write):
    source = written(tmp_path, "source.yaml", APSBITS.replace("own.slits", "ophyd"))
    folder = write(folder="", got=import_devices(source).text())
    assert load_configuration(folder).objects == ["sim_motor", "test", "m_1", "slit"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", ""),
        ("a.json", "[1]"),
        ("a.json", "{"),
        ("a.json", '{"a": {}, "a": {}}'),
        ("a.json", "[" * 100_000),
        ("a.json", "{}"),
        ("a.yml", "- 1"),
        ("a.yml", "a.B: 5"),
        ("a.yml", "a.B: !!python/object:os.system []"),
    ],
)
def test_what_is_something_else_is_refused(tmp_path, name, text):
    path = written(tmp_path, name, text)
    with pytest.raises(ConfigError, match=name):
        import_devices(path).text()
