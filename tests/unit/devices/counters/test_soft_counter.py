"""What Python knows, as counters (BL-73)."""

import itertools
from types import SimpleNamespace

import pytest

from devices.counters.soft_counter import SoftCounter
from tests.waiting import PATIENCE


def counted(counter):
    counter.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in counter.read().items()}


def test_a_function_is_asked_once_per_count():
    counter = SoftCounter(itertools.count(1.0).__next__, name="n")
    assert [counted(counter) for _ in range(3)] == [{"n": 1.0}, {"n": 2.0}, {"n": 3.0}]


def test_an_attribute_is_read_as_it_is_at_the_count():
    thing = SimpleNamespace(level=60.0)
    counter = SoftCounter(thing, "level", name="helium", unit="%")
    assert counted(counter) == {"helium": 60.0}
    thing.level = 59.0
    assert counted(counter) == {"helium": 59.0}


def test_a_method_is_called():
    assert counted(SoftCounter([1, 2, 3], "__len__", name="length")) == {"length": 3.0}


def test_it_can_sample_as_well():
    counter = SoftCounter(lambda: 2.0, name="n", mode="stats")
    assert counted(counter)["n_n"] >= 1
    assert counter.read()["n"]["value"] == pytest.approx(2.0)
