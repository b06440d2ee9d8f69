"""References and macros."""

from types import SimpleNamespace

import pytest
from ophyd.sim import SynAxis

from blueline.config.references import NoPartError, expanded, named_in, reference, resolved


def resolve(value):
    devices = {"x": SimpleNamespace(readback=1.5), "y": "the device y"}
    return resolved(value, devices.__getitem__, {"P": "BL:"}, lambda path, given: (path, given))


def test_a_reference_becomes_the_device_however_deep():
    assert resolve({"a": ["$y", {"b": "$x.readback"}], "c": 5}) == {
        "a": ["the device y", {"b": 1.5}],
        "c": 5,
    }


def test_a_doubled_dollar_is_a_dollar():
    assert resolve("$$y") == "$y"


def test_a_macro_is_replaced_inside_text():
    assert resolve("$(P)m1") == "BL:m1"


def test_a_mapping_with_a_class_is_made_in_place():
    made = resolve({"class": "a.B", "arguments": {"of": "$y"}})
    assert made == ("a.B", {"of": "the device y"})


@pytest.mark.parametrize("text", ["$x._private", "$", "$1", "$x.", "a$x", "$x y", "$(x)"])
def test_what_is_no_reference_is_text(text):
    assert reference(text) is None


def test_names_are_found_once():
    assert named_in({"a": "$x", "b": ["$x.y", {"c": "$z"}], "d": "$$w"}) == ["x", "z"]


def test_an_unknown_macro_is_refused():
    with pytest.raises(ValueError, match="stands for nothing"):
        expanded("$(Q)m1", {"P": "BL:"})


def test_a_part_that_is_not_there_is_told_with_what_was_meant():
    with pytest.raises(
        NoPartError, match=r"\$m.velocty: there is no velocty in it: did you mean v"
    ):
        resolved("$m.velocty", {"m": SynAxis(name="m")}.__getitem__, {}, lambda *_: None)
