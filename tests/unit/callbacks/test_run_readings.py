"""What the writers ask about a run."""

import math

import pytest

from callbacks.run_readings import (
    Derived,
    default_plot,
    events_of,
    hinted_keys,
    positioner_keys,
    scanned_keys,
)
from tests.unit.callbacks.scan_documents import COUNTERS, MOTORS, Scan, mesh, number_key, page

PRIMARY = Scan().descriptor()


def test_scanned_keys_follow_the_command():
    assert scanned_keys(mesh().start(), mesh().descriptor()) == ("y", "x")


def test_scanned_keys_of_foreign_plans_come_from_their_hints():
    start = {"hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]]}}
    assert scanned_keys(start, mesh().descriptor()) == ("y", "x")


def test_a_device_whose_readback_has_another_name_is_found_by_its_hints():
    descriptor = {"data_keys": {"m_rbv": number_key("")}, "hints": {"m": {"fields": ["m_rbv"]}}}
    assert scanned_keys({"motors": ["m"]}, descriptor) == ("m_rbv",)


def test_hinted_counters_are_plotted_by_default():
    start = {"motors": ["x"]}
    assert hinted_keys(start, PRIMARY) == COUNTERS
    assert default_plot(start, PRIMARY).x == "x"
    assert default_plot(start, PRIMARY).y == COUNTERS


def test_a_run_without_motors_is_plotted_against_time():
    assert default_plot({}, PRIMARY).x == "time"


def test_a_plot_of_what_is_not_there_falls_back():
    start = {"motors": ["x"], "plot": {"x": "nothing", "y": ["nothing", "It"]}}
    assert default_plot(start, PRIMARY).x == "time"
    assert default_plot(start, PRIMARY).y == ("It",)


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
