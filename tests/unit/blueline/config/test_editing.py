"""Values of a file are changed where they are described, or not at all."""

import threading

import numpy as np
import pytest

from blueline.config.configuration import Entry
from blueline.config.editing import change
from blueline.config.errors import ConfigError
from blueline.config.loading import load_configuration

BEAMLINE = "beamline: {name: b, packages: [a]}\n"
TWINS = """\
sessions:
  - name: x
devices:
  - name: x
    class: a.Tuned
    settings: {velocity: 1.0}
"""


@pytest.fixture
def edited(write):
    """Write a file, and change something of its device x; gives the text then."""

    def text_of(text, values, key="settings"):
        folder = write(d=text)
        (folder / "beamline.yml").write_text(BEAMLINE)
        configuration = load_configuration(folder)
        path = change(folder, configuration.device_entries["x"], key, values)
        load_configuration(folder)
        return path.read_text()

    return text_of


def test_a_device_is_changed_and_not_a_session_of_its_name(edited):
    assert edited(TWINS, {"velocity": 2.0}) == TWINS.replace("1.0", "2.0")


def test_an_item_of_another_kind_is_not_taken_for_one_that_is_gone(write):
    folder = write(d=TWINS)
    (folder / "beamline.yml").write_text(BEAMLINE)
    entry = load_configuration(folder).device_entries["x"]
    gone = TWINS[: TWINS.index("devices")]
    entry.file.write_text(gone)
    with pytest.raises(ConfigError, match="x is not described here any more"):
        change(folder, entry, "settings", {"velocity": 2.0})
    assert entry.file.read_text() == gone


def test_a_text_that_could_not_be_loaded_replaces_nothing(edited, tmp_path):
    with pytest.raises(ConfigError, match=r"d\.yml:6: devices: x: there is no key axis"):
        edited(TWINS.replace("    settings: {velocity: 1.0}\n", ""), {"velocity": 2.0}, "axis")
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".yml"] == []
    assert "velocity" not in (tmp_path / "d.yml").read_text()


def test_changes_that_are_made_at_once_are_all_there(write):
    folder = write(d=TWINS)
    (folder / "beamline.yml").write_text(BEAMLINE)
    entry = load_configuration(folder).device_entries["x"]

    def put(number):
        change(folder, entry, "settings", {f"setting{number}": number})

    threads = [threading.Thread(target=put, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settings = load_configuration(folder).device_entries["x"].written.settings
    assert settings == {"velocity": 1.0, **{f"setting{number}": number for number in range(8)}}


def test_what_a_folder_gives_is_no_reason_to_refuse(write):
    text = "devices:\n  - name: x\n    settings:\n      velocity: 1.0\n"
    folder = write("optics", __init__="defaults: {class: a.Tuned}\n", x=text)
    (folder / "beamline.yml").write_text(BEAMLINE)
    entry = load_configuration(folder).device_entries["x"]
    assert isinstance(entry, Entry)
    path = change(folder, entry, "settings", {"velocity": 2.5})
    assert path.read_text() == text.replace("1.0", "2.5")


@pytest.mark.parametrize("value", [(1.0, 5.0), np.array([1.0, 5.0])], ids=["tuple", "array"])
def test_several_numbers_are_written_as_a_list(edited, tmp_path, value):
    edited(TWINS, {"limits": value})
    written = load_configuration(tmp_path).device_entries["x"].written
    assert written.settings["limits"] == [1.0, 5.0]
