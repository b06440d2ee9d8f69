import math

import numpy as np
import pytest

from callbacks.run_columns import RunColumns, read_columns
from tests.unit.callbacks.scan_documents import Scan, interrupted, page


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


def test_numbers_of_points_are_those_of_the_events_in_their_order():
    columns = RunColumns(Scan().start())
    for name, doc in interrupted(Scan()):
        columns(name, doc)
    assert columns.seq_nums == (1, 2, 3, 3, 4)


def put_beside(columns, *points):
    """Derive 10, 20, ... at points, each a number and a time."""
    descriptor = {
        "uid": "beside",
        "name": "beside",
        "derived_from": "primary",
        "data_keys": {"beside": {"dtype": "number", "shape": [], "source": "", "units": ""}},
    }
    columns("descriptor", descriptor)
    for index, (number, time) in enumerate(points):
        event = {"descriptor": "beside", "seq_num": number, "time": time}
        columns("event", {**event, "data": {"beside": 10.0 * (index + 1)}})
    return columns.arrays()["beside"].tolist()


def test_of_points_with_the_same_number_the_time_tells_which_is_meant():
    columns = RunColumns(Scan().start())
    for name, doc in interrupted(Scan()):
        columns(name, doc)
    times = columns.arrays()["time"].tolist()
    found = put_beside(columns, (3, times[3]), (3, times[2]), (4, times[4]))
    assert found[2:] == [20.0, 10.0, 30.0]


def test_of_points_with_the_same_number_the_newest_is_meant_where_no_time_agrees():
    columns = RunColumns(Scan().start())
    for name, doc in interrupted(Scan()):
        columns(name, doc)
    found = put_beside(columns, (3, 0.0), (9, 0.0))
    assert found[3] == 10.0
    assert np.isnan(found).tolist() == [True, True, True, False, True]


def test_labels_have_units():
    columns = RunColumns(Scan().start())
    columns("descriptor", Scan().descriptor())
    assert columns.label("x") == "x (mm)"
    assert columns.label("mu") == "absorption µ·t"
