"""Of answer, deadline and stop that come at one moment, one alone says how a count ended."""

import threading

import pytest

from devices import CountError, DeadlineError
from devices.counters.count_status import CountStatus
from tests.waiting import PATIENCE, wait_until

LONG = 100.0


@pytest.fixture
def stops():
    """What the deadline has stopped."""
    return []


@pytest.fixture
def status(stops):
    return CountStatus("counting scaler for 1 s", LONG, lambda: stops.append("stopped"))


def refuse():
    message = "it counted 0.1 s only"
    raise CountError(message)


def test_a_verdict_that_raises_nothing_is_success(status):
    status.decide(lambda: None)
    assert status.success


def test_a_verdict_that_raises_is_the_failure(status):
    status.decide(refuse)
    with pytest.raises(CountError, match="s only"):
        status.wait(0)


def test_an_error_of_ours_in_a_verdict_ends_it_as_well(status):
    status.decide(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        status.wait(0)


def test_the_second_verdict_is_not_asked_for(status):
    status.decide(lambda: None)
    status.decide(refuse)
    assert status.success


def test_the_deadline_stops_nothing_that_has_ended(status, stops):
    status.decide(lambda: None)
    status.expire()
    assert status.success
    assert stops == []


def test_the_deadline_that_comes_during_a_verdict_stops_nothing_and_changes_nothing(status, stops):
    status.decide(status.expire)
    assert status.success
    assert stops == []


def test_an_answer_that_comes_while_the_deadline_stops_changes_nothing():
    status = CountStatus("counting scaler", LONG, lambda: status.decide(lambda: None))
    status.expire()
    with pytest.raises(DeadlineError, match="counting scaler did not end within 100 s"):
        status.wait(0)


def test_a_verdict_is_decided_while_it_is_being_made(status):
    seen = []
    status.decide(lambda: seen.append((status.is_decided, status.done)))
    assert seen == [(True, False)]


def test_of_many_threads_one_decides():
    for _ in range(50):
        status = CountStatus("counting", LONG)
        verdicts, start = [], threading.Barrier(5)

        def race(status=status, verdicts=verdicts, start=start):
            start.wait(PATIENCE)
            status.decide(lambda: verdicts.append(1))

        threads = [threading.Thread(target=race) for _ in range(4)]
        for thread in threads:
            thread.start()
        start.wait(PATIENCE)
        status.expire()
        for thread in threads:
            thread.join(PATIENCE)
        wait_until("it has ended", lambda status=status: status.done)
        assert len(verdicts) == int(status.success)
