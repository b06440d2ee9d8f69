"""Counts have the square root of themselves as uncertainty, and nothing else is made up."""

import math

import numpy as np
import pytest

from callbacks.nexus_errors import Uncertainties, counts
from tests.unit.callbacks.scan_documents import Scan, number_key

COUNTED = {"precision": 0, "units": "counts"}


def told(**keys):
    return {"data_keys": {name: {**number_key(name), **key} for name, key in keys.items()}}


def errors(start, descriptor, **values):
    columns = {name: np.atleast_1d(np.asarray(value, float)) for name, value in values.items()}
    found = Uncertainties(start, descriptor).columns(columns)
    return {name: column.tolist() for name, column in found.items()}


def test_counts_have_their_square_root():
    assert errors({}, told(I0=COUNTED), I0=[100, 0, 2]) == {"I0/errors": [10, 0, math.sqrt(2)]}


@pytest.mark.parametrize("value", [0.5, -1, math.nan, math.inf])
def test_what_is_no_number_of_events_has_none(value):
    (error,) = errors({}, told(I0=COUNTED), I0=[value])["I0/errors"]
    assert math.isnan(error)


@pytest.mark.parametrize(
    "described", [{"units": "mm"}, {"units": "counts", "precision": 3}, {"units": "counts/s"}]
)
def test_what_is_not_counted_in_whole_counts_has_none(described):
    assert not counts({**number_key("x"), "precision": 0, **described})
    assert not counts({**number_key("x"), **COUNTED, "dtype": "array", "shape": [4]})


def test_errors_of_the_documents_come_first():
    described = told(I0=COUNTED, I0_error={"units": "counts"})
    assert errors({}, described, I0=[100], I0_error=[3]) == {"I0/errors": [3]}


def test_corrected_counts_are_seen_by_their_first_value():
    uncertain = Uncertainties({}, told(whole=COUNTED, corrected=COUNTED))
    assert uncertain.names_for({"whole": 5.0, "corrected": 5.2}) == ("whole",)


def test_a_derived_column_has_what_its_counters_contribute():
    """For log(I0/It) that is sqrt(1/I0 + 1/It) (acquisition 10.4), to the order of 1/I0."""
    start = {"derived": {"mu": {"expression": "log(I0/It)"}}}
    found = errors(start, told(I0=COUNTED, It=COUNTED), I0=[1e6], It=[4e5])
    assert found["mu/errors"] == pytest.approx([math.sqrt(1e-6 + 1 / 4e5)], rel=1e-5)


def test_a_formula_without_counters_or_that_cannot_be_read_has_none():
    start = {"derived": {"a": {"expression": "2*x"}, "b": {"expression": "("}}}
    assert errors(start, told(x={"units": "mm"}), x=[1]) == {}


def test_a_scan_of_documents_without_whole_counts_has_none():
    scan = Scan()
    assert Uncertainties(scan.start(), scan.descriptor()).names_for({}) == ()
