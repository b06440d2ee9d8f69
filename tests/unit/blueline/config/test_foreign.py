"""Devices that apsbits and happi describe."""

import json

import pytest

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
    assert len(found.notes) == 3


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
    assert load_configuration(folder).objects == ["test", "m_1", "slit"]


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
