"""Positions are saved, listed, renamed, restored."""

from itertools import count
from types import SimpleNamespace

import pytest
from ophyd import Signal

from blueline.positions import PositionError, PositionStore
from blueline.settings import open_settings
from devices import SoftAxis
from planlib import check


def axis(name, low=-10.0, high=10.0):
    thing = SimpleNamespace(at=0.0)
    return SoftAxis(thing, "at", name=name, egu="mm", limits=(low, high))


@pytest.fixture
def devices():
    made = {"x": axis("x"), "y": axis("y"), "gain": Signal(name="gain", value=3)}
    made["stage"] = SimpleNamespace(name="stage", z=axis("z"))
    return made


@pytest.fixture
def settings(tmp_path):
    with open_settings(tmp_path / "settings.sqlite") as opened:
        yield opened


@pytest.fixture
def store(settings, devices):
    clock = count(1)
    made = PositionStore(settings, devices, lambda: float(next(clock)))
    made.add_instrument("sample", "x", "y", devices["gain"])
    return made


def move(device, position):
    device.set(position).wait(10)


def names(store):
    return [each.name for each in store.positions("sample")]


def test_an_instrument_is_an_ordered_list_of_devices(store):
    store.add_instrument("other", "y", "stage.z")
    assert store.instruments() == {"sample": ["x", "y", "gain"], "other": ["y", "stage.z"]}


def test_positions_are_listed_the_newest_first(store):
    for name in ("first", "second", "third"):
        store.save("sample", name)
    assert names(store) == ["third", "second", "first"]


def test_a_position_is_where_devices_are_set_to(store, devices):
    move(devices["x"], 2.5)
    saved = store.save("sample", "aligned", note="on the foil", image="foil.png")
    assert saved.positions == {"x": 2.5, "y": 0.0, "gain": 3}
    assert saved.units == {"x": "mm", "y": "mm"}
    assert store.position("sample", "aligned") == saved


def test_positions_survive_and_are_shared(settings, devices, store):
    store.save("sample", "aligned")
    assert names(PositionStore(settings, devices)) == ["aligned"]


def test_restoring_brings_everything_back(store, devices, engine):
    move(devices["x"], 2.5)
    store.save("sample", "aligned")
    move(devices["x"], -1)
    devices["gain"].put(7)
    engine(store.restore("sample", "aligned"))
    assert (devices["x"].position, devices["gain"].get()) == (2.5, 3)


def test_devices_may_stay_where_they_are(store, devices, engine):
    store.save("sample", "aligned")
    move(devices["x"], 1)
    move(devices["y"], 1)
    engine(store.restore("sample", "aligned", exclude=[devices["y"], "gain"]))
    assert (devices["x"].position, devices["y"].position) == (0, 1)


def test_all_devices_are_started_before_any_is_waited_for(store):
    store.save("sample", "aligned")
    commands = [message.command for message in store.restore("sample", "aligned")]
    assert commands == ["session_context", "checkpoint", "set", "set", "set", "wait"]


def test_the_last_use_is_remembered(store, engine):
    assert store.save("sample", "aligned").used is None
    engine(store.restore("sample", "aligned"))
    assert store.position("sample", "aligned").used == 2.0


def test_a_rehearsal_uses_nothing(store):
    store.save("sample", "aligned")
    assert not check(store.restore("sample", "aligned")).problems
    assert store.position("sample", "aligned").used is None


def test_nothing_moves_where_one_cannot_go(store, devices, engine):
    move(devices["x"], 5)
    move(devices["y"], 6)
    store.save("sample", "far")
    move(devices["x"], 0)
    devices["x"] = axis("x", -1, 1)
    devices["y"] = axis("y", -2, 2)
    with pytest.raises(PositionError, match=r"far of sample cannot be reached: x .* 1 .*; y .* 2"):
        engine(store.restore("sample", "far"))
    assert devices["x"].position == devices["y"].position == 0


def test_a_position_that_could_not_be_restored_is_not_saved(store, devices):
    move(devices["x"], 5)
    thing = SimpleNamespace(at=5.0)
    devices["x"] = SoftAxis(thing, "at", name="x", limits=(-1, 1))
    with pytest.raises(PositionError, match="here of sample cannot be reached: x "):
        store.save("sample", "here")
    assert names(store) == []


def test_a_name_that_is_taken_is_not_lost(store, devices):
    saved = store.save("sample", "aligned")
    with pytest.raises(PositionError, match="overwrite=True"):
        store.save("sample", "aligned")
    assert store.position("sample", "aligned") == saved
    move(devices["x"], 1)
    store.save("sample", "aligned", overwrite=True)
    assert store.position("sample", "aligned").positions["x"] == 1


def test_positions_are_renamed_noted_and_removed(store):
    first = store.save("sample", "aligned")
    store.rename("sample", "aligned", "old")
    store.rename("sample", "old", "old")
    store.note("sample", "old", "before the beam was lost")
    found = store.position("sample", "old")
    assert (found.positions, found.note) == (first.positions, "before the beam was lost")
    store.remove("sample", "old")
    assert names(store) == []


def test_a_position_is_not_renamed_onto_another(store):
    store.save("sample", "a")
    store.save("sample", "b")
    with pytest.raises(PositionError, match="has a position b already"):
        store.rename("sample", "a", "b")
    assert sorted(names(store)) == ["a", "b"]


def test_an_instrument_goes_with_its_positions(store):
    store.save("sample", "aligned")
    store.remove_instrument("sample")
    store.add_instrument("sample", "x")
    assert names(store) == []


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda store: store.positions("none"), "no instrument 'none'; there is sample"),
        (lambda store: store.restore("sample", "none").send(None), "no position of sample 'none'"),
        (lambda store: store.add_instrument("new", "z"), "there is no device z"),
        (lambda store: store.add_instrument("new"), "give the devices of new"),
        (lambda store: store.add_instrument("new", "x", "x"), "each once, not x, x"),
        (lambda store: store.add_instrument("new", Signal(name="s")), "'s' is no device of this"),
        (lambda store: store.add_instrument("", "x"), "give the instrument a name"),
        (lambda store: store.save("sample", "a\nb"), "give the position a name"),
        (lambda store: store.remove("sample", "none"), "there is none yet"),
    ],
    ids=[
        "instrument",
        "position",
        "device",
        "no device",
        "twice",
        "stranger",
        "empty",
        "line",
        "rm",
    ],
)
def test_what_is_not_there_is_named(store, ask, sentence):
    with pytest.raises(PositionError, match=sentence):
        ask(store)
