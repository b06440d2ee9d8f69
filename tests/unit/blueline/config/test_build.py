"""Devices are made of what is written; one that cannot be is told, and stops no other."""

from pathlib import Path

import pytest

from blueline.config.build import make_beamline
from blueline.config.class_checks import class_problems
from blueline.data_policy import ESRF, DataPolicy
from blueline.errors import BluelineError
from blueline.settings import open_settings

HEAD = "beamline:\n  name: test\n  packages: [tests.unit.blueline.config.soft_devices]\n"
SOFT = "tests.unit.blueline.config.soft_devices"


@pytest.fixture
def made(write, loaded):
    """Write files and make the devices of a session."""
    folder = write()
    (folder / "beamline.yml").write_text(f"{HEAD}  macros: {{P: 'BL:'}}\n  facility: here\n")

    def make(session="default", macros=None, policy=None, **files):
        return make_beamline(loaded(**files), session, macros=macros, policy=policy)

    return make


def devices(*items):
    return "devices:\n" + "".join(f"  - {{class: ophyd.Signal, {item}}}\n" for item in items)


def test_a_device_is_made_with_its_name_and_arguments(made):
    beamline = made(a=devices("name: s, arguments: {value: 5.5}"))
    assert beamline.devices["s"].name == "s"
    assert beamline.devices["s"].get() == 5.5


def test_a_reference_is_the_same_object_wherever_it_is_described(made):
    beamline = made(a=devices("name: a, arguments: {value: $b}", "name: b"))
    assert beamline.devices["a"].get() is beamline.devices["b"]
    assert list(beamline.devices) == ["a", "b"]


def test_what_a_device_refers_to_is_in_its_session(made):
    beamline = made(
        "s",
        a=devices("name: a, arguments: {value: $b}", "name: b", "name: c"),
        s="sessions: [{name: s, devices: [a]}]",
    )
    assert list(beamline.devices) == ["a", "b"]


def test_macros_can_be_told_by_the_caller(made):
    files = {"a": devices("name: a, arguments: {value: $(P)x in $(session)}")}
    assert made(**files).devices["a"].get() == "BL:x in default"
    assert made(macros={"P": "T:"}, **files).devices["a"].get() == "T:x in default"


IN_PLACE = (
    "name: a, arguments: {value: {class: 'blueline.data_policy:DataSetImages', "
    "arguments: {policy: $data_policy, detector: /mnt}}}"
)


def test_frames_go_where_the_data_set_of_the_session_is(made, tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as settings:
        policy = DataPolicy(settings, tmp_path / "there", ESRF)
        policy.newsample("Cu")
        beamline = made(a=devices("name: a, arguments: {value: $data_set}"), policy=policy)
        place = beamline.devices["a"].get()("camera")
        assert Path(place.client_folder).parent == tmp_path / "there" / policy.place().folder


def test_the_computer_of_a_detector_may_know_the_data_set_by_another_path(made, tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as settings:
        policy = DataPolicy(settings, tmp_path / "there", ESRF)
        place = made(a=devices(IN_PLACE), policy=policy).devices["a"].get()("camera")
        assert place.detector_folder == f"/mnt/{policy.place().folder}/frames"


def test_frames_of_a_beamline_without_a_session_go_below_its_data(made, tmp_path):
    beamline = made(a=devices("name: a, arguments: {value: $data_set}"))
    place = beamline.devices["a"].get()("camera")
    assert place.client_folder.startswith(f"{tmp_path}/data/frames/")


def test_a_device_may_be_called_like_what_a_session_gives(made):
    beamline = made(a=devices("name: a, arguments: {value: $data_set}", "name: data_set"))
    assert beamline.devices["a"].get() is beamline.devices["data_set"]


def test_the_folder_of_the_data_is_known(made, tmp_path):
    beamline = made(a=devices("name: a, arguments: {value: $(data)}"))
    assert beamline.devices["a"].get() == str(tmp_path / "data")


def test_one_reason_is_told_once_with_the_devices_that_have_it(made, tmp_path):
    names = [f"m{number}" for number in range(5)]
    beamline = made(
        a="devices:\n" + "".join(f"  - {{name: {n}, class: ophyd.Gone}}\n" for n in names)
    )
    assert beamline.notice() == (
        f"{tmp_path}/a.yml:2: m0, m1, m2 and 2 others could not be made: ophyd.Gone is not there: "
        "ophyd has no Gone"
    )


def test_something_is_made_in_place(made):
    beamline = made(
        a="devices: [{name: a, class: ophyd.Signal, arguments: "
        "{value: {class: 'blueline.slit_blades:Blades'}}}]"
    )
    assert type(beamline.devices["a"].get()).__name__ == "Blades"


def test_a_device_that_cannot_be_made_is_told_and_stops_no_other(made):
    beamline = made(
        a="devices:\n"
        f"  - {{name: bad, class: {SOFT}.Fragile, arguments: {{fails: true}}}}\n"
        "  - {name: gone, class: ophyd.Gone}\n"
        "  - {name: needs, class: ophyd.Signal, arguments: {value: $bad}}\n"
        "  - {name: wrong, class: ophyd.Signal, arguments: {colour: red}}\n"
        "  - {name: idle, class: ophyd.Signal, enabled: false}\n"
        "  - {name: of_idle, class: ophyd.Signal, arguments: {value: $idle}}\n"
        "  - {name: good, class: ophyd.Signal}\n"
    )
    assert list(beamline.devices) == ["good"]
    assert beamline.failed["bad"] == "RuntimeError: the firmware is too old"
    assert beamline.failed["gone"] == "ophyd.Gone is not there: ophyd has no Gone"
    assert beamline.failed["needs"] == "bad could not be made"
    assert "colour" in beamline.failed["wrong"]
    assert beamline.failed["of_idle"] == "idle could not be made"
    assert beamline.failed["idle"] == "enabled is false"
    assert "bad could not be made: RuntimeError" in beamline.notice()


def test_what_is_not_there_says_why_and_where_it_is_described(made, tmp_path):
    """BL-06."""
    beamline = made(
        "s",
        a="devices:\n"
        f"  - {{name: bad, class: {SOFT}.Fragile, labels: [counter], arguments: {{fails: true}}}}\n"
        "  - {name: needs, class: ophyd.Signal, arguments: {value: $bad}}\n"
        "  - {name: idle, class: ophyd.Signal, enabled: false}\n"
        "  - {name: left, class: ophyd.Signal}\n"
        "  - {name: good, class: ophyd.Signal}\n",
        s="sessions: [{name: s, exclude: [left]}]",
    )
    why = "RuntimeError: the firmware is too old"
    bad = f"bad could not be made: {why}; correct {tmp_path}/a.yml:2, and open the session again"
    assert beamline.not_made() == {
        "bad": f"{why}, at {tmp_path}/a.yml:2",
        "needs": f"bad could not be made, at {tmp_path}/a.yml:3",
    }
    assert beamline.why_absent("bad") == bad
    assert beamline.why_absent("needs") == f"needs needs bad, and {bad}"
    assert (
        beamline.why_absent("idle")
        == f"idle is switched off: enabled is false, at {tmp_path}/a.yml:4"
    )
    assert "left is not in this session" in beamline.why_absent("left")
    assert beamline.why_absent("good") == beamline.why_absent("unheard_of") == ""
    assert beamline.uncounted == ["bad"]
    beamline.get("left")
    assert beamline.why_absent("left") == ""


def test_an_argument_of_another_type_is_told_where_it_is_written(made, tmp_path):
    filters = "devices: [{name: f, class: devices.Filters, prefix: 'F:', arguments: {number: '4'}}]"
    assert made(a=filters).notice() == (
        f"{tmp_path}/a.yml:1: f could not be made: arguments.number: a whole number is needed, "
        "not '4'"
    )


def test_labels_say_what_a_session_uses_a_device_for(made):
    beamline = made(
        a=devices("name: b, labels: [baseline, motors]", "name: c, labels: [counter]")
        + "  - {name: f, class: ophyd.Signal, labels: [fact]}\n"
    )
    assert beamline.baseline == ["b"]
    assert beamline.counters == ["c"]
    assert list(beamline.facts) == ["f"]
    assert "f" not in beamline.devices


def test_a_session_may_say_what_is_counted(made):
    files = {
        "a": devices("name: b", "name: c, labels: [counter]"),
        "s": "sessions:\n  - {name: s, counters: [b]}\n  - {name: t, include: [s]}\n",
    }
    assert made("s", **files).counters == ["b"]
    assert made("t", **files).counters == ["b"]


def test_what_is_not_in_the_session_is_made_when_it_is_asked_for(made):
    beamline = made(
        "s",
        a=devices("name: a", "name: b, arguments: {value: $a}"),
        s="sessions: [{name: s, devices: [a], aliases: {first: a}}]",
    )
    assert list(beamline.devices) == ["a"]
    asked = beamline.get("b")
    assert asked is beamline.get("b") is beamline.devices["b"]
    assert asked.get() is beamline.get("a") is beamline.get("first")


def test_what_is_asked_for_and_cannot_be_given_is_told(made):
    beamline = made(
        "s",
        a=devices("name: motor")
        + f"  - {{name: bad, class: {SOFT}.Fragile, arguments: {{fails: true}}}}\n",
        s="sessions: [{name: s, devices: [motor]}]",
    )
    with pytest.raises(BluelineError, match="test describes no device 'moter': did you mean motor"):
        beamline.get("moter")
    for _ in range(2):
        with pytest.raises(BluelineError, match="bad could not be made: RuntimeError"):
            beamline.get("bad")
    assert list(beamline.devices) == ["motor"]


def test_what_comes_later_is_made_when_it_is_asked_for(made):
    beamline = made(
        a=devices("name: a", "name: l, later: true", "name: k, later: true")
        + f"  - {{name: bad, class: {SOFT}.Fragile, later: true, arguments: {{fails: true}}}}\n"
    )
    assert list(beamline.devices) == ["a"]
    assert list(beamline.make_later()) == ["l", "k"]
    assert list(beamline.devices) == ["a", "l", "k"]
    assert list(beamline.failed) == ["bad"]


def test_what_comes_later_is_counted_and_in_the_baseline_as_its_labels_say(made):
    later = "name: c, later: true, labels: [counter, baseline]"
    beamline = made(
        a=devices("name: b, labels: [counter]", later)
        + f"  - {{name: bad, class: {SOFT}.Fragile, later: true, labels: [counter], "
        "arguments: {fails: true}}\n"
    )
    assert beamline.counters == ["b"]
    beamline.make_later()
    assert (beamline.counters, beamline.uncounted) == (["b", "c"], ["bad"])
    assert beamline.baseline == ["c"]


def test_a_group_counts_devices_and_computes_columns(made):
    group = made(
        g="groups: [{name: g, counters: [I0, It], formulas: {ratio: It/I0}}]",
        d=f"devices:\n  - {{name: I0, class: {SOFT}.Constant, arguments: {{value: 4.0}}}}\n"
        f"  - {{name: It, class: {SOFT}.Constant, arguments: {{value: 2.0}}}}\n",
    ).devices["g"]
    group.trigger().wait(5)
    assert group.read()["ratio"]["value"] == 0.5


def test_aliases_are_other_names_of_devices(made):
    beamline = made("s", a=devices("name: x"), s="sessions: [{name: s, aliases: {q: x}}]")
    assert beamline.aliases["q"] is beamline.devices["x"]


def test_a_session_has_the_aliases_of_those_it_includes_and_its_own_count_most(made):
    """BL-31."""
    sessions = (
        "sessions:\n"
        "  - {name: inner, aliases: {q: x, r: x}}\n"
        "  - {name: s, include: [inner], aliases: {r: y, t: y}}\n"
    )
    aliases = made("s", a=devices("name: x", "name: y"), s=sessions).aliases
    assert {alias: device.name for alias, device in aliases.items()} == {
        "q": "x",
        "r": "y",
        "t": "y",
    }


def test_metadata_names_the_beamline_and_its_place(made):
    assert made(a=devices("name: x")).metadata == {"beamline": {"name": "test", "facility": "here"}}


def test_guards_watch_signals(made):
    beamline = made(
        a=devices("name: ring, arguments: {value: 100.0}"),
        g="suspenders:\n  - {name: g, signal: $ring, low: 5, resume_low: 10, sleep: 2}\n"
        "  - {name: h, signal: $ring, class: bluesky.suspenders.SuspendFloor, "
        "arguments: {suspend_thresh: 5}}\n"
        "  - {name: idle, signal: $ring, low: 1, enabled: false}\n",
    )
    assert {name: type(each).__name__ for name, each in beamline.suspenders.items()} == {
        "g": "Guard",
        "h": "SuspendFloor",
    }
    assert beamline.suspenders["g"].complaint() == "ring has told no value"


def test_a_guard_that_cannot_be_made_is_told(made):
    beamline = made(
        a=devices("name: ring"),
        g="suspenders: [{name: g, signal: $ring.nothing, low: 5}]",
    )
    assert beamline.suspenders == {}
    assert beamline.failed["g"].startswith("scans are not protected by it")


def test_a_check_imports_classes_and_makes_nothing(made, loaded):
    beamline = loaded(
        a="devices:\n"
        f"  - {{name: bad, class: {SOFT}.Fragile, arguments: {{fails: true}}}}\n"
        "  - {name: gone, class: ophyd.Gone}\n"
        "  - {name: mca, class: devices.Scaler, prefix: x}\n"
    )
    told = [str(each).split("/")[-1] for each in class_problems(beamline)]
    assert told[0] == "a.yml:3: gone: ophyd.Gone is not there: ophyd has no Gone"
    assert told[1].startswith("a.yml:4: mca: devices.Scaler does not take these arguments: missing")
    assert len(told) == 2


def test_a_check_looks_at_guards_as_well(made, loaded):
    beamline = loaded(
        a=devices("name: ring"),
        g="suspenders:\n  - {name: g, signal: $ring, class: bluesky.suspenders.SuspendFloor}\n",
    )
    assert "suspend_thresh" in str(class_problems(beamline)[0])
