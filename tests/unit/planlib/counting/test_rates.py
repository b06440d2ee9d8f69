import math

import pytest

from planlib.counting.rates import counting_time, rate, workflow_time
from planlib.errors import PlanError
from tests.unit.planlib.scanning import answers_lost


def test_the_rate_is_the_mean_of_a_few_counts(engine, documents, make_detector):
    """GT-66."""
    values = iter([100.0, 200.0, 300.0])
    detector = make_detector("It")
    detector.val.sim_set_func(lambda: next(values))
    found = []

    def outer():
        found.append((yield from rate(detector, "It", count_time=2)))

    engine(outer())
    assert found == [100.0]
    assert documents == []


def test_a_reading_of_which_a_pause_took_the_answer_is_read_again(result, detector):
    assert result(answers_lost(rate(detector, "det", count_time=2), "read")) == 500


@pytest.mark.parametrize(
    "bad", [{"count_time": -5}, {"count_time": 0}, {"samples": 0}, {"samples": 1.5}], ids=str
)
def test_what_cannot_be_meant_is_refused(detector, bad):
    with pytest.raises(PlanError):
        next(rate(detector, "det", **bad))


def test_a_column_that_is_not_there_is_refused_with_those_that_are(engine, detector):
    with pytest.raises(PlanError, match="counts nothing called It; it has det"):
        engine(rate(detector, "It"))


@pytest.mark.parametrize(
    ("target", "per_second", "expected"),
    [(1e6, 2e4, 50), (1e9, 2e4, 600), (1, 2e4, 5), (1, 0, 600), (1, math.nan, 600)],
)
def test_counting_time_stays_between_the_shortest_and_the_longest(target, per_second, expected):
    """Acquisition 10.7."""
    assert counting_time(target, per_second, max_time=600, min_time=5) == expected


def test_a_workflow_takes_its_changes_as_well():
    """GT-67: 600 s per configuration, 10 s per sample."""
    assert workflow_time([60, 60], configurations=2) == 120 + 1200 + 20
