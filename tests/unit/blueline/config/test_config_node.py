"""What is described is read, changed and saved from Python (BL-10)."""

import pytest

from blueline.config import ConfigError, load_configuration

BEAMLINE = "beamline: {name: b}\n"
DEVICES = """\
# the stage
devices:
  - name: x  # along the beam
    class: devices.Motor
    prefix: "BL:x"  # in the hutch
    settings:
      velocity: 1.0  # gently
      backlash: 0.1
sessions:
  - name: x
    devices: ["*"]
"""


@pytest.fixture
def folder(write):
    found = write(d=DEVICES)
    (found / "beamline.yml").write_text(BEAMLINE)
    return found


@pytest.fixture
def x(folder):
    return load_configuration(folder).root["devices"]["x"]


def test_all_that_is_described_is_there_by_kind_and_name(folder):
    root = load_configuration(folder).root
    assert {kind: list(nodes) for kind, nodes in root.items()} == {
        "devices": ["x"],
        "groups": [],
        "sessions": ["x"],
        "suspenders": [],
    }
    assert root["sessions"]["x"].to_dict() == {"name": "x", "devices": ["*"]}


def test_what_is_changed_is_saved_and_comments_stay(folder, x):
    x["settings"]["velocity"] = 2.0
    x["enabled"] = False
    assert x.save() == folder / "d.yml"
    changed = DEVICES.replace("velocity: 1.0", "velocity: 2.0")
    changed = changed.replace("backlash: 0.1\n", "backlash: 0.1\n    enabled: false\n")
    assert (folder / "d.yml").read_text() == changed
    assert load_configuration(folder).node("x").to_dict() == x.to_dict()


def test_what_is_removed_is_removed_from_the_file(folder, x):
    del x["settings"]["backlash"]
    x.save()
    assert (folder / "d.yml").read_text() == DEVICES.replace("      backlash: 0.1\n", "")


def test_nothing_is_written_before_it_is_saved_nor_where_nothing_was_changed(folder, x):
    x["settings"]["velocity"] = 2.0
    assert (folder / "d.yml").read_text() == DEVICES
    x["settings"]["velocity"] = 1.0
    x.save()
    assert (folder / "d.yml").read_text() == DEVICES


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("prefx", "BL:y", "there is no key prefx"),
        ("class", "devices.Moter", "Moter"),
        ("prefix", object(), "YAML has no such value"),
        ("settings", 3, "settings"),
    ],
)
def test_what_could_not_be_loaded_is_refused_and_the_file_stays(folder, x, key, value, said):
    x[key] = value
    with pytest.raises(ConfigError, match=said):
        x.save()
    assert (folder / "d.yml").read_text() == DEVICES


def test_a_change_that_somebody_else_has_made_meanwhile_stays(folder, x):
    theirs = load_configuration(folder).node("x")
    theirs["settings"]["backlash"] = 0.2
    theirs.save()
    x["settings"]["velocity"] = 2.0
    x.save()
    assert load_configuration(folder).node("x")["settings"] == {"velocity": 2.0, "backlash": 0.2}


def test_what_is_renamed_can_be_saved_again(folder, x):
    x["name"] = "y"
    x.save()
    x["settings"]["velocity"] = 3.0
    x.save()
    assert load_configuration(folder).root["devices"]["y"]["settings"]["velocity"] == 3.0


def test_what_the_folder_gives_cannot_be_removed_from_a_device(write):
    folder = write(
        "optics",
        __init__="defaults: {class: devices.Motor}\n",
        x="""\
devices:
  - name: x
    prefix: "BL:x"
""",
    )
    node = load_configuration(folder).node("x")
    assert node["class"] == "devices.Motor"
    del node["class"]
    with pytest.raises(ConfigError, match="class is not written here, but given by its folder"):
        node.save()
