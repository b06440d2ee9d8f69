"""A name of a device or command that is overwritten is told, and can be had back."""

import pytest

from blueline.shell.own_names import own_names

AXIS, PLAN = object(), object()


@pytest.fixture
def names():
    return {"x": AXIS, "ascan": PLAN, "mine": 1}


@pytest.fixture
def own(names):
    return own_names(names, {"x": AXIS}, {"ascan"})


def test_a_device_that_is_overwritten_is_told_once(own, names):
    names["x"] = 5
    assert own.changes() == ["x is 5 now, and no longer a device: del x gives that back"]
    assert own.changes() == []
    names["x"] = 6
    assert len(own.changes()) == 1


def test_a_name_that_is_deleted_means_what_it_has_meant(own, names):
    names["ascan"] = 3
    own.changes()
    del names["ascan"]
    assert own.changes() == ["ascan is the command again"]
    assert names["ascan"] is PLAN
    assert own.changes() == []


def test_names_of_people_are_theirs(own, names):
    names["mine"] = 2
    del names["mine"]
    assert own.changes() == []


def test_a_mistake_with_an_overwritten_name_is_told_with_how_to_have_it_back(own, names):
    names["x"] = 5
    own.changes()
    assert own.hint("umv x 1") == "x is 5 and not the device: del x gives that back"
    assert own.hint("umv xx 1") == ""


def test_a_device_that_a_setup_file_hides_can_be_had_back(names):
    names["x"] = "hidden"
    own = own_names(names, {"x": AXIS}, {"ascan"})
    assert own.changes() == []
    assert own.hint("umv x 1")
    del names["x"]
    assert own.changes() == ["x is the device again"]
    assert names["x"] is AXIS


def test_a_value_that_cannot_be_shown_is_told_by_its_type(own, names):
    class Silent:
        def __repr__(self):
            message = "no words"
            raise RuntimeError(message)

    names["x"] = Silent()
    (told,) = own.changes()
    assert told.startswith("x is a Silent now, and no longer a device")
    assert own.hint("umv x 1").startswith("x is a Silent and not the device")
