import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.config.safe_yaml import LARGEST_FILE
from blueline.settings import Parameters, SettingsError, parameter_files
from blueline.settings.parameter_files import read, write
from tests.unit.blueline.settings.test_plain import values

DEFAULTS = {"start": 0, "stop": 10, "counters": ["I0"]}


@pytest.fixture
def fly(settings):
    return Parameters(settings, "fly", DEFAULTS)


def test_parameters_have_their_defaults(fly):
    assert (dict(fly), fly.current, fly.sets) == (DEFAULTS, "default", ["default"])


def test_sets_have_values_of_their_own(fly):
    fly["stop"] = 5
    fly.new("fine")
    assert fly["stop"] == 10
    fly.switch("finer", copy="default")
    assert fly["stop"] == 5
    fly["stop"] = 1
    fly.switch("default")
    assert fly["stop"] == 5
    assert fly.sets == ["default", "fine", "finer"]


def test_a_set_that_is_not_there_is_not_switched_to(fly):
    fly.copy("fine")
    fly["stop"] = 5
    with pytest.raises(SettingsError, match=r"no set 'fne'; it has default, fine; new\('fne'\) m"):
        fly.switch("fne")
    assert (fly.current, fly.sets, fly["stop"]) == ("default", ["default", "fine"], 5)


def test_a_new_set_takes_the_place_of_no_other(fly):
    fly.new("fine")
    fly["stop"] = 5
    fly.switch("default")
    with pytest.raises(SettingsError, match=r"fly has a set 'fine'; switch\('fine'\) uses it"):
        fly.new("fine")
    fly.switch("fine", copy="default")
    assert fly["stop"] == 5


def test_the_set_in_use_is_the_same_for_all_processes(fly, others):
    fly.new("fine")
    fly["start"] = 1
    theirs = Parameters(others, "fly", DEFAULTS)
    assert (theirs.current, theirs["start"]) == ("fine", 1)


def test_a_set_is_copied_and_removed(fly):
    fly["start"] = 3
    fly.copy("kept")
    fly["start"] = 4
    assert fly.values_of("kept")["start"] == 3
    fly.switch("kept")
    with pytest.raises(SettingsError, match="'kept' of fly is in use; switch"):
        fly.remove("kept")
    fly.switch("default")
    fly.remove("kept")
    assert fly.sets == ["default"]
    with pytest.raises(SettingsError, match="fly has no set 'kept'; it has default"):
        fly.switch("new", copy="kept")


def test_an_unknown_parameter_is_refused(fly):
    with pytest.raises(SettingsError, match="fly has no parameter 'stopp'; it has start, stop"):
        fly["stopp"] = 5


def test_a_parameter_that_is_removed_has_its_default_again(fly):
    fly["stop"] = 5
    del fly["stop"]
    assert fly["stop"] == 10


def test_a_parameter_that_is_new_has_its_default_in_old_sets(fly, settings):
    fly.new("fine")
    fly["stop"] = 5
    later = Parameters(settings, "fly", {"stop": 10, "speed": 2})
    assert dict(later) == {"stop": 5, "speed": 2}


@pytest.mark.parametrize("name", ["fly.yml", "fly.yaml", "fly.json"])
def test_sets_go_through_a_file(fly, others, tmp_path, name):
    fly["counters"] = ["I0", "yes", "1e5", "010", "12:30", "a: b", ""]
    fly["start"] = 1e-7
    fly.new("no")
    fly["stop"] = 5
    fly.to_file(tmp_path / name)
    theirs = Parameters(others, "another", DEFAULTS)
    theirs.from_file(tmp_path / name)
    assert {each: theirs.values_of(each) for each in theirs.sets} == {
        each: fly.values_of(each) for each in fly.sets
    }


def test_one_set_of_a_file_is_taken(fly, tmp_path):
    fly.new("fine")
    fly["stop"] = 1
    fly.to_file(tmp_path / "fly.yml", "fine")
    assert (tmp_path / "fly.yml").read_text().startswith("fine:\n  start: 0\n")
    fly["stop"] = 2
    fly.from_file(tmp_path / "fly.yml", "fine")
    assert fly["stop"] == 1
    with pytest.raises(SettingsError, match=r"fly\.yml has no set default; it has fine"):
        fly.from_file(tmp_path / "fly.yml", "default")


@pytest.mark.parametrize("name", ["many.yml", "many.json"])
def test_many_sets_go_through_a_file(fly, others, tmp_path, name):
    for number in range(4):
        fly.new(f"set {number}")
        fly["counters"] = [f"{each} " * 100 for each in range(60)]
    fly.to_file(tmp_path / name)
    assert (tmp_path / name).stat().st_size > LARGEST_FILE
    theirs = Parameters(others, "another", DEFAULTS)
    theirs.from_file(tmp_path / name)
    assert theirs.values_of("set 3") == fly.values_of("set 3")


@pytest.mark.parametrize("name", ["large.yml", "large.json"])
def test_a_file_that_could_not_be_read_again_is_not_written(fly, tmp_path, monkeypatch, name):
    monkeypatch.setattr(parameter_files, "LARGEST_FILE", 1000)
    monkeypatch.setattr(parameter_files, "LARGEST_YAML", 1000)
    fly["counters"] = ["I0"] * 1000
    with pytest.raises(SettingsError, match=r"could not be read .* 1000 are .* several files"):
        fly.to_file(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_what_is_too_deep_for_yaml_goes_into_json(fly, tmp_path):
    deep = "I0"
    for _ in range(30):
        deep = [deep]
    fly["counters"] = deep
    with pytest.raises(SettingsError, match="could not be read from"):
        fly.to_file(tmp_path / "deep.yml")
    assert not (tmp_path / "deep.yml").exists()
    fly.to_file(tmp_path / "deep.json")


def test_a_file_is_not_overwritten(fly, tmp_path):
    (tmp_path / "fly.yml").write_text("mine")
    with pytest.raises(SettingsError, match=r"cannot be written.*choose another file"):
        fly.to_file(tmp_path / "fly.yml")
    assert (tmp_path / "fly.yml").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yml", "fine: {stop: 1, stop: 2}", "stop stands twice"),
        ("a.json", '{"fine": {"stop": 1, "stop": 2}}', "'stop' stands in it twice"),
        ("a.yml", "fine: {stop: 010}", "leading zero"),
        ("a.yml", "- 1", "it needs a name for each"),
        ("a.json", "[", "cannot be read"),
        ("a.json", '{"fine": {"typo": 1}}', "no parameter 'typo'"),
        ("a.txt", "", "let it end in .yml"),
        ("a.yml", None, "cannot be read"),
    ],
    ids=str,
)
def test_a_file_that_cannot_be_understood_changes_nothing(fly, tmp_path, name, text, said):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(SettingsError, match=said):
        fly.from_file(tmp_path / name)
    assert (fly.sets, dict(fly)) == (["default"], DEFAULTS)


@pytest.mark.parametrize("value", [math.inf, 10**50, "\x1b[31m"], ids=["inf", "long", "escape"])
def test_what_cannot_be_in_yaml_goes_into_json(fly, tmp_path, value):
    fly["stop"] = value
    with pytest.raises(SettingsError, match=r"use \.json"):
        fly.to_file(tmp_path / "a.yml")
    fly.to_file(tmp_path / "a.json")
    fly["stop"] = 1
    fly.from_file(tmp_path / "a.json")
    assert fly["stop"] == value


@given(value=values, suffix=st.sampled_from([".yml", ".json"]))
def test_any_value_goes_through_a_file(tmp_path_factory, value, suffix):
    path = tmp_path_factory.mktemp("set") / f"x{suffix}"
    if suffix == ".json" or not is_odd(value):
        write(path, {"fine": {"x": value}})
        assert read(path) == {"fine": {"x": value}}


def is_odd(value):
    """Whether YAML cannot have it."""
    if isinstance(value, dict):
        return any(is_odd(each) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(map(is_odd, value))
    if isinstance(value, str):
        return not value.replace("\n", "").replace("\t", "").isprintable()
    return isinstance(value, float | int) and (math.isinf(value) or len(repr(value)) > 40)
