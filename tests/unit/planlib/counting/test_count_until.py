import numpy as np
import pytest

from planlib.context import NoSession
from planlib.counting.count_until import count_until
from planlib.errors import PlanError
from tests.unit.planlib.scanning import in_session


@pytest.fixture
def counter(make_detector):
    """Counts 1000 in each slice."""
    counter = make_detector("It")
    counter.val.sim_set_func(lambda: 1000.0)
    return counter


def events(documents, stream):
    of_stream = {
        doc["uid"] for name, doc in documents if name == "descriptor" and doc["name"] == stream
    }
    found = [doc for name, doc in documents if name == "event"]
    return [doc["data"] for doc in found if doc["descriptor"] in of_stream]


def test_it_ends_with_the_slice_that_reaches_the_counts(result, documents, counter):
    """GT-63."""
    counted = result(count_until(100, counter, counts={"It": 2500}))
    assert (counted.reason, counted.seconds, counted.totals) == ("counts", 3.0, {"It": 3000.0})
    assert [event["total_It"] for event in events(documents, "primary")] == [1000, 2000, 3000]


def test_it_ends_when_the_relative_error_is_small_enough(result, counter):
    """GT-64: 2 % need 2500 counts."""
    assert result(count_until(100, counter, errors={"It": 0.02})).reason == "error"


def test_nothing_ends_it_before_the_shortest_time(result, counter):
    assert result(count_until(100, counter, counts={"It": 1}, min_time=4)).seconds == 4


def test_it_ends_at_the_longest_time(result, counter):
    counted = result(count_until(2.5, counter, counts={"It": 1e9}))
    assert (counted.reason, counted.seconds) == ("max_time", pytest.approx(2.5))
    assert [policy.seconds for policy in counter.policies] == [pytest.approx(2.5 / 3)]


def test_why_it_ended_is_recorded(engine, documents, counter):
    """Acquisition 5.6."""
    engine(count_until(100, counter, counts={"It": 2500}))
    (outcome,) = events(documents, "outcome")
    assert outcome == {"reason": "counts", "seconds": 3.0, "total_It": 3000.0}


def test_a_column_that_is_not_counted_is_refused_before_anything_is(engine, documents, counter):
    with pytest.raises(Exception, match=r"nothing that is counted is called I0; there are .*It"):
        engine(count_until(100, counter, counts={"I0": 1}))
    assert documents == []


@pytest.mark.parametrize("bad", [{"slice_time": 0}, {"slice_time": -1}, {"min_time": np.nan}])
def test_what_cannot_be_meant_is_refused_before_the_first_message(counter, bad):
    with pytest.raises(PlanError):
        next(count_until(10, counter, **bad))


@pytest.mark.parametrize("what", ["counts", "errors"])
def test_bounds_are_given_by_column(counter, what):
    with pytest.raises(PlanError, match=f"{what} are given by column"):
        next(count_until(10, counter, **{what: 5}))


def test_a_count_that_is_stopped_keeps_its_last_slice(engine, documents, result, counter):
    """GT-68: `session.control.stop_after_point()` while a slice counts."""
    session = NoSession()
    slices = iter(range(10))

    def counted():
        if next(slices) == 2:
            session.control.stop_after_point("the next sample, please")
        return 1000.0

    counter.val.sim_set_func(counted)

    in_session(engine, session)
    found = result(count_until(100, counter, counts={"It": 1e9}))
    assert (found.reason, found.seconds, found.totals) == ("stopped", 3.0, {"It": 3000.0})
    assert events(documents, "outcome")[0]["total_It"] == 3000.0
