"""What the writers ask about a run."""

import math

import pytest

from callbacks.run_readings import Derived, events_of, positioner_keys
from tests.unit.callbacks.scan_documents import MOTORS, Scan, page

PRIMARY = Scan().descriptor()


def test_positioners_are_what_has_a_set_point():
    assert positioner_keys(Scan().descriptor("baseline")) == tuple(MOTORS)


def test_derived_values_come_from_the_event():
    assert Derived(Scan().start()).values({"I0": 2.0, "It": 1.0}) == {"mu": math.log(2)}


@pytest.mark.parametrize("data", [{}, {"I0": "a", "It": 1}, {"I0": 1.0, "It": 0.0}, {"I0": None}])
def test_derived_values_that_do_not_exist_are_nan(data):
    assert math.isnan(Derived(Scan().start()).values(data)["mu"])


def test_a_formula_that_cannot_be_read_is_nan():
    assert math.isnan(Derived({"derived": {"z": {"expression": "1 +"}}}).values({})["z"])


def test_a_page_gives_back_its_events():
    events = [Scan().event(i) for i in range(3)]
    assert [{**event, "filled": {}} for event in events_of(page(events))] == events
