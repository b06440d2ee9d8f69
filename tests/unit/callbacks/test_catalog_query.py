from datetime import datetime, timedelta, timezone

import pytest

from callbacks.catalog_query import RunQuery, posix
from callbacks.errors import CatalogError
from tests.unit.callbacks.scan_documents import T0, Scan, mesh


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"plan": "ascan"},
        {"sample": "Cu foil"},
        {"motor": "x"},
        {"since": T0},
        {"until": T0 + 1},
        {"plan": "ascan", "motor": "x", "since": "2025-11-01", "until": "2026-01-01"},
    ],
    ids=str,
)
def test_a_run_that_meets_all_conditions_matches(asked):
    assert RunQuery(**asked).matches(Scan().start())


@pytest.mark.parametrize(
    "asked",
    [
        {"plan": "mesh"},
        {"sample": "Cu"},
        {"motor": "y"},
        {"since": T0 + 0.001},
        {"until": T0},
        {"plan": "ascan", "motor": "y"},
    ],
    ids=str,
)
def test_a_run_that_fails_one_does_not(asked):
    assert not RunQuery(**asked).matches(Scan().start())


def test_any_of_several_motors_is_found():
    assert RunQuery(motor="x").matches(mesh().start())
    assert RunQuery(motor="y").matches(mesh().start())


def test_a_run_that_says_nothing_of_itself_can_be_asked():
    assert not RunQuery(motor="x").matches({"uid": "a"})
    assert not RunQuery(sample="Cu").matches({"uid": "a", "motors": None})


@pytest.mark.parametrize(
    "time",
    [
        1763719200.25,
        datetime.fromtimestamp(1763719200.25, timezone(timedelta(hours=5))),
        "2025-11-21T10:00:00.25+00:00",
        "2025-11-21 15:00:00.25+05:00",
    ],
    ids=str,
)
def test_a_time_can_be_said_in_several_ways(time):
    assert posix(time) == 1763719200.25


def test_a_day_begins_at_midnight_of_this_computers_zone():
    assert datetime.fromtimestamp(posix("2025-11-21")).astimezone().hour == 0


def test_what_is_no_time_is_refused():
    with pytest.raises(CatalogError, match="'noon' is no time; write it as 2025-11-20"):
        RunQuery(until="noon")


def test_only_what_is_asked_becomes_a_query():
    assert len(RunQuery(plan="ascan", since=0.0).tiled()) == 2
