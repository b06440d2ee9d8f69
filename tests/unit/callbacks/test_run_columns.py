import math

import numpy as np
import pytest

from callbacks.run_columns import RunColumns, read_columns
from tests.unit.callbacks.scan_documents import Scan, page


def test_every_number_of_the_primary_stream_becomes_a_column():
    columns = read_columns(Scan().documents())
    assert columns.keys() == {"x", "x_setpoint", "I0", "It", "If", "seconds", "mu", "time"}
    assert {len(column) for column in columns.values()} == {11}


def test_values_are_those_of_the_events():
    scan = Scan()
    columns = read_columns(scan.documents())
    assert columns["It"].tolist() == [scan.event(index)["data"]["It"] for index in range(11)]


def test_what_is_derived_is_computed():
    columns = read_columns(Scan().documents())
    assert columns["mu"] == pytest.approx(np.log(columns["I0"] / columns["It"]))


def test_event_pages_give_the_columns_of_events():
    scan = Scan()
    paged = [
        ("start", scan.start()),
        ("descriptor", scan.descriptor()),
        ("event_page", page([scan.event(index) for index in range(11)])),
    ]
    expected = read_columns(scan.documents())
    found = read_columns(paged)
    assert {name: column.tolist() for name, column in found.items()} == {
        name: column.tolist() for name, column in expected.items()
    }


def test_a_run_without_points_has_no_columns():
    scan = Scan()
    assert read_columns([("start", scan.start()), ("stop", scan.stop())]) == {}


def test_no_documents_give_no_columns():
    assert read_columns([]) == {}


def test_a_value_that_is_missing_is_nan():
    scan = Scan()
    columns = read_columns(
        [
            ("start", scan.start()),
            ("descriptor", scan.descriptor()),
            ("event", scan.event(0, I0=None)),
        ]
    )
    assert math.isnan(columns["I0"][0])
    assert math.isnan(columns["mu"][0])


def test_labels_have_units():
    columns = RunColumns(Scan().start())
    columns("descriptor", Scan().descriptor())
    assert columns.label("x") == "x (mm)"
    assert columns.label("mu") == "absorption µ·t"
