"""Settings of devices, from the files and back."""

from types import SimpleNamespace

import numpy as np
import pytest

from blueline.config.device_settings import apply_config, differences, settings_to_config
from blueline.config.loading import load_configuration
from blueline.errors import BluelineError
from tests.unit.blueline.config.soft_devices import Tuned

FILE = """\
# what is above stays
devices:
  - name: t   # the tuned one
    class: a.Tuned
    settings:
      velocity: 2.0    # mm/s
      mode: slow
      limits: [0.0, 5.0]
    documentation: 'quoted'

  - {name: u, class: a.Tuned, settings: {velocity: 1.0}}
"""


@pytest.fixture
def configuration(write):
    folder = write(d=FILE)
    (folder / "beamline.yml").write_text("beamline: {name: b, packages: [a]}\n")
    return load_configuration(folder)


@pytest.fixture
def devices():
    return {name: Tuned("", name=name) for name in ("t", "u")}


def test_settings_that_differ_are_told(configuration, devices):
    assert [str(each) for each in differences(configuration, devices)] == [
        "t.velocity is 1.0, written is 2.0",
        "t.mode is 'fast', written is 'slow'",
        "t.limits is (0.0, 1.0), written is [0.0, 5.0]",
    ]


def test_settings_are_put_where_they_differ(configuration, devices):
    assert apply_config(configuration, devices) == []
    assert differences(configuration, devices) == []
    assert (devices["t"].velocity.get(), devices["t"].limits) == (2.0, (0.0, 5.0))


def test_settings_of_other_devices_are_left_alone(configuration, devices):
    assert apply_config(configuration, devices, ["u"]) == []
    assert devices["t"].velocity.get() == 1.0


def test_settings_now_are_written_back_and_comments_stay(configuration, devices):
    apply_config(configuration, devices)
    devices["t"].velocity.put(1e-05)
    devices["t"].mode.put("NO")
    files = settings_to_config(configuration, devices)
    expected = FILE.replace("velocity: 2.0   ", "velocity: 1.0e-05").replace("slow", '"NO"')
    assert files[0].read_text() == expected
    assert differences(load_configuration(configuration.folder), devices) == []


def test_settings_are_not_written_into_a_session_of_the_same_name(write, devices):
    folder = write(d="sessions:\n  - name: t\n" + FILE)
    (folder / "beamline.yml").write_text("beamline: {name: b, packages: [a]}\n")
    configuration = load_configuration(folder)
    settings_to_config(configuration, devices, ["t"])
    again = load_configuration(folder)
    assert again.device_entries["t"].written.settings["velocity"] == 1.0
    assert differences(again, devices) == []


def test_settings_that_are_asked_for_are_written_from_now_on(configuration, devices):
    devices["u"].limits = (1.0, 2.0)
    settings_to_config(configuration, devices, ["u"], ["limits"])
    again = load_configuration(configuration.folder)
    assert again.device_entries["u"].written.settings == {"velocity": 1.0, "limits": [1.0, 2.0]}
    assert again.device_entries["t"].written.settings["velocity"] == 2.0


@pytest.mark.parametrize("setting", ["nonsense", "put", "name.upper"])
def test_what_is_no_setting_is_not_written(configuration, devices, setting):
    with pytest.raises(BluelineError, match=rf"u\.{setting} cannot be written"):
        settings_to_config(configuration, devices, ["u"], ["limits", setting])
    assert (
        "limits"
        not in load_configuration(configuration.folder).device_entries["u"].written.settings
    )


def test_a_setting_that_cannot_be_read_is_told_and_not_written(configuration, devices):
    class Deaf:
        def get(self):
            message = "no answer"
            raise TimeoutError(message)

    devices["u"] = SimpleNamespace(velocity=Deaf())
    (found,) = differences(configuration, devices, ["u"])
    assert str(found) == "u.velocity cannot be read: no answer"
    assert settings_to_config(configuration, devices, ["u"]) == []


def test_what_is_as_it_is_written_changes_no_file(configuration, devices):
    apply_config(configuration, devices)
    assert settings_to_config(configuration, devices) == []


@pytest.mark.parametrize("setting", ["nothing", "velocity.put", "_hidden"])
def test_what_is_no_setting_is_told(write, devices, setting):
    folder = write(d=f"devices: [{{name: t, class: ophyd.D, settings: {{{setting}: 3}}}}]")
    told = apply_config(load_configuration(folder), devices)
    assert f"d.yml:1: t.{setting} cannot be 3" in told[0]


def test_a_device_that_is_not_there_is_told(configuration, devices):
    with pytest.raises(BluelineError, match="describes no device q"):
        apply_config(configuration, devices, ["q"])


def described(write, setting):
    return load_configuration(
        write(d=f"devices: [{{name: t, class: ophyd.D, settings: {{{setting}}}}}]")
    )


@pytest.mark.parametrize(
    ("now", "written", "are_same"),
    [(1, "true", True), (0.0, "false", True), (1, "false", False), (True, "1", True)],
)
def test_true_and_false_are_one_and_zero_of_a_channel_that_is_a_number(
    write, devices, now, written, are_same
):
    devices["t"].velocity.put(now)
    found = differences(described(write, f"velocity: {written}"), devices)
    assert (found == []) is are_same


def test_a_waveform_is_compared_put_and_written_back_as_a_list(write, devices):
    devices["t"].velocity.put(np.array([1.0, 2.0]))
    assert differences(described(write, "velocity: [1.0, 2.0]"), devices) == []
    configuration = described(write, "velocity: [1.0, 3.0]")
    (found,) = differences(configuration, devices)
    assert str(found) == "t.velocity is [1.0, 2.0], written is [1.0, 3.0]"
    (file,) = settings_to_config(configuration, devices)
    assert "velocity: [1.0, 2.0]" in file.read_text()
    assert apply_config(configuration, devices) == []
    assert list(devices["t"].velocity.get()) == [1.0, 3.0]


def test_a_value_that_cannot_be_compared_is_another(write):
    class Unlike:
        def __eq__(self, other):
            message = "no truth"
            raise ValueError(message)

        def __hash__(self):
            return 0

    (found,) = differences(described(write, "odd: 3"), {"t": SimpleNamespace(odd=Unlike())})
    assert found.setting == "odd"


def test_infinity_is_no_number_that_is_written(write):
    devices = {"t": SimpleNamespace(limit=float("inf"))}
    assert len(differences(described(write, "limit: 3.0"), devices)) == 1


class Odd:
    """A device with settings of every kind."""

    mode = "fast"
    is_on = True
    gain = 1
    _limit = 5.0
    component_names = ("velocity",)

    @property
    def fixed(self):
        return 3

    @property
    def limit(self):
        return self._limit

    @limit.setter
    def limit(self, value):
        self._limit = min(value, 10.0)


class Menu(SimpleNamespace):
    """A channel whose values have names."""

    enum_strs = ("off", "slow")
    value = 0

    def get(self):
        return self.value

    def set(self, text):
        self.value = self.enum_strs.index(text)
        return SimpleNamespace(wait=lambda _: None)


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("mode: 5", "text is needed; it is 'fast' now"),
        ("is_on: often", "true or false is needed; it is True now"),
        ("gain: high", "a number is needed; it is 1 now"),
        ("fixed: 4", "it can be read, not set"),
        ("velocty: 4", "there is no such setting: did you mean velocity?"),
        ("limit: 20.0", "the device has not taken it, it is 10.0"),
        ("menu: fast", "one of off, slow is needed; it is 'off' now"),
    ],
)
def test_what_a_device_does_not_take_is_told_with_what_it_is_now(write, setting, why):
    folder = write(d=f"devices:\n  - name: t\n    class: ophyd.D\n    settings:\n      {setting}")
    device = Odd()
    device.menu = Menu()  # pyright: ignore[reportAttributeAccessIssue] - of this test
    (told,) = apply_config(load_configuration(folder), {"t": device})
    name, value = setting.split(": ")
    written = value if value[0].isdigit() else repr(value)
    assert told == f"{folder}/d.yml:5: t.{name} cannot be {written}: {why}"


def test_a_choice_is_put_and_compared_by_its_name(write):
    folder = write(d="devices: [{name: t, class: ophyd.D, settings: {menu: slow}}]")
    devices = {"t": SimpleNamespace(menu=Menu())}
    assert apply_config(load_configuration(folder), devices) == []
    assert devices["t"].menu.value == 1
    assert differences(load_configuration(folder), devices) == []
