import math

import pytest

from callbacks.baseline import baseline_of, baseline_units, differences
from tests.unit.callbacks.scan_documents import MOTORS, Scan


def test_every_reading_before_and_after_the_scan_is_there():
    readings = baseline_of(Scan().documents())
    assert readings["ring_current"] == [199.9, 199.8]
    assert set(MOTORS) <= set(readings)


def test_units_are_those_of_the_readings():
    assert baseline_units(Scan().documents())["gap"] == "mm"


def test_a_run_without_a_baseline_has_none():
    assert baseline_of(Scan(baseline=False).documents()) == {}


def test_what_differs_is_said_with_its_unit():
    (found,) = differences({"gap": [12.8, 99.0]}, {"gap": [13.5]}, {"gap": "mm"})
    assert str(found) == "gap: 12.8 → 13.5 mm"


@pytest.mark.parametrize(
    ("first", "second"),
    [(1.0, 1.0), (math.nan, math.nan), ("open", "open"), ([1, 2], [1, 2])],
    ids=str,
)
def test_what_is_the_same_is_not_said(first, second):
    assert differences({"x": [first]}, {"x": [second]}) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [(1.0, math.nextafter(1.0, 2)), (math.nan, 1.0), ("open", "closed"), ([1, 2], [1, 3])],
    ids=str,
)
def test_the_smallest_difference_is_one(first, second):
    assert len(differences({"x": [first]}, {"x": [second]})) == 1


def test_what_only_one_run_has_is_a_difference():
    (found,) = differences({"x": [1.0]}, {})
    assert str(found) == "x: 1.0 → missing"
