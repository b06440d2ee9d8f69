"""Counters that sample functions: how a count begins, goes on and ends."""

import itertools
import logging
import math
import threading
import time

import numpy as np
import pytest

from devices.counters.sampling_counter import SamplingCounter
from devices.errors import CountError, DeadlineError, InvalidTargetError
from reduction.counting import CountPolicy
from tests.waiting import PATIENCE, wait_until


def value_of(counter, key=None):
    return counter.read()[key or counter.name]["value"]


def counted(counter, seconds=0.1):
    counter.prepare(CountPolicy(seconds=seconds)).wait(PATIENCE)
    counter.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in counter.read().items()}


def numbers():
    return itertools.count(1.0).__next__


def test_it_samples_for_as_long_as_it_was_told():
    counter = SamplingCounter(lambda: 1.0, name="T", mode="stats", max_sampling_frequency=50)
    began = time.monotonic()
    values = counted(counter, 0.3)
    assert 0.29 < time.monotonic() - began < PATIENCE
    assert 3 <= values["T_n"] <= 15


def test_the_first_sample_is_taken_however_short_the_count():
    counter = SamplingCounter(lambda: 7.0, name="T", mode="stats", max_sampling_frequency=1)
    values = counted(counter, 0.001)
    assert (values["T"], values["T_n"]) == (7.0, 1)


def test_the_mean_is_that_of_the_samples_it_lists():
    counter = SamplingCounter(numbers(), name="T", mode="samples", max_sampling_frequency=100)
    values = counted(counter)
    samples = values["T_samples"][: int(values["T_n"])]
    np.testing.assert_array_equal(samples, np.arange(1, len(samples) + 1))
    assert values["T"] == pytest.approx(samples.mean())


def test_single_is_done_with_its_first_sample():
    counter = SamplingCounter(numbers(), name="T", mode="single")
    began = time.monotonic()
    assert counted(counter, 100.0) == {"T": 1.0}
    assert time.monotonic() - began < PATIENCE


def test_last_is_a_later_sample():
    counter = SamplingCounter(numbers(), name="T", mode="last", max_sampling_frequency=100)
    assert counted(counter, 0.5)["T"] > 1.0


def test_integrate_is_mean_times_the_seconds_asked_for():
    counter = SamplingCounter(lambda: 3.0, name="T", mode="integrate")
    assert counted(counter, 0.2)["T"] == pytest.approx(0.6)


def test_a_count_that_others_end_goes_on_until_then():
    counter = SamplingCounter(lambda: 3.0, name="T")
    counter.follow().wait(PATIENCE)
    status = counter.trigger()
    assert math.isnan(counter.count_time)
    with pytest.raises(TimeoutError):
        status.exception(0.1)
    counter.stop(success=True)
    status.wait(PATIENCE)
    assert value_of(counter) == 3.0


def test_stopped_without_success_it_has_no_value():
    counter = SamplingCounter(lambda: 3.0, name="T")
    counter.follow().wait(PATIENCE)
    status = counter.trigger()
    counter.stop()
    with pytest.raises(CountError, match="sampling T until stopped failed: it was stopped"):
        status.wait(PATIENCE)
    with pytest.raises(CountError, match="T has no value"):
        counter.read()


def test_counts_on_a_monitor_are_refused_on_its_own():
    counter = SamplingCounter(lambda: 3.0, name="T")
    with pytest.raises(
        CountError, match=r"T cannot count to 100 counts: it has no monitor .* group"
    ):
        counter.prepare(CountPolicy(counts=100))


def test_a_failing_function_fails_the_count_with_what_it_said():
    def broken():
        raise OSError("no lamp")

    counter = SamplingCounter(broken, name="T")
    with pytest.raises(CountError, match=r"sampling T for 1 s failed: .* OSError: no lamp"):
        counter.trigger().wait(PATIENCE)


def test_one_that_is_not_critical_gives_nan_and_a_warning(caplog):
    """BL-74."""
    counter = SamplingCounter(lambda: 1 / 0, name="T", mode="samples", critical=False, samples=3)
    with caplog.at_level(logging.WARNING):
        counter.trigger().wait(PATIENCE)
    readings = counter.read()
    assert math.isnan(readings["T"]["value"])
    assert readings["T"]["alarm_severity"] == 3
    assert "ZeroDivisionError" in readings["T"]["message"]
    assert readings["T_samples"]["value"].shape == (3,)
    assert "T gives no value, and the scan goes on" in caplog.text


def test_a_failure_ends_with_the_next_count():
    values = iter([None, 2.0])
    counter = SamplingCounter(lambda: next(values), name="T", mode="single", critical=False)
    counter.trigger().wait(PATIENCE)
    assert math.isnan(value_of(counter))
    counter.trigger().wait(PATIENCE)
    assert value_of(counter) == 2.0


def test_nan_samples_are_kept_and_told():
    """H14."""
    values = itertools.cycle([1.0, math.nan])
    counter = SamplingCounter(lambda: next(values), name="T", max_sampling_frequency=100)
    counted(counter)
    reading = counter.read()["T"]
    assert math.isnan(reading["value"])
    assert "samples are no number" in reading["message"]


def test_what_is_read_can_be_converted():
    counter = SamplingCounter(lambda: 20.0, name="T", convert=lambda celsius: celsius + 273.15)
    assert counted(counter)["T"] == pytest.approx(293.15)


def test_a_conversion_that_fails_fails_the_count():
    counter = SamplingCounter(lambda: 20.0, name="T", convert=lambda _: 1 / 0)
    with pytest.raises(CountError, match="division by zero"):
        counted(counter)


def test_without_a_count_it_reads_one_sample():
    counter = SamplingCounter(numbers(), name="T", mode="stats")
    readings = counter.read()
    assert (readings["T"]["value"], readings["T_n"]["value"]) == (1.0, 1)


def test_reading_twice_gives_the_same_count():
    counter = SamplingCounter(numbers(), name="T", mode="single")
    counter.trigger().wait(PATIENCE)
    assert counter.read() == counter.read()


@pytest.fixture
def held_up(monkeypatch):
    """A counter whose function returns at the end of the test only."""
    monkeypatch.setattr("devices.counters.sampling_counter.COUNT_GRACE", 0.3)
    monkeypatch.setattr("devices.counters.sampler.HELD_UP", 0.1)
    returns = threading.Event()

    def frozen():
        returns.wait(PATIENCE)
        return 1.0

    yield SamplingCounter(frozen, name="T")
    returns.set()


def test_a_function_that_never_returns_ends_with_the_deadline(held_up):
    """H15."""
    held_up.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    sentence = r"did not end within 0\.4 s; function frozen does not answer"
    with pytest.raises(DeadlineError, match=sentence):
        held_up.trigger().wait(PATIENCE)


def test_it_is_not_called_again_before_it_returns(held_up):
    held_up.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    held_up.trigger().exception(PATIENCE)
    with pytest.raises(CountError, match="function frozen of T has not returned since the last"):
        held_up.trigger()


def test_others_count_on_after_a_function_that_never_returns(held_up):
    held_up.prepare(CountPolicy(seconds=0.1)).wait(PATIENCE)
    held_up.trigger().exception(PATIENCE)
    assert counted(SamplingCounter(lambda: 2.0, name="p"))["p"] == 2.0


def test_many_counters_share_one_thread():
    counted(SamplingCounter(lambda: 1.0, name="first"))
    before = [thread.name for thread in threading.enumerate()].count("sampler")
    counters = [SamplingCounter(lambda: 1.0, name=f"T{i}") for i in range(20)]
    for counter in counters:
        counter.follow().wait(PATIENCE)
    statuses = [counter.trigger() for counter in counters]
    assert [thread.name for thread in threading.enumerate()].count("sampler") == before
    for counter in counters:
        counter.stop(success=True)
    for status in statuses:
        status.wait(PATIENCE)


def test_it_samples_no_more_when_the_count_is_over():
    calls = itertools.count()
    counter = SamplingCounter(lambda: next(calls), name="T", max_sampling_frequency=200)
    counted(counter)
    before = next(calls)
    time.sleep(0.1)
    assert next(calls) == before + 1


def test_unstaging_ends_a_count_that_nobody_waits_for():
    counter = SamplingCounter(lambda: 1.0, name="T")
    counter.follow().wait(PATIENCE)
    counter.stage()
    status = counter.trigger()
    counter.unstage()
    wait_until("it has ended", lambda: status.done)


def test_it_describes_what_it_reads():
    counter = SamplingCounter(lambda: 1.0, name="T", mode="samples", unit="K", samples=5)
    described = counter.describe()
    assert list(described) == list(counter.read()) == counter.counter_names
    assert described["T"]["units"] == "K"
    assert described["T_samples"]["shape"] == [5]
    assert counter.read()["T_samples"]["value"].shape == (5,)


def test_it_hints_at_its_value():
    assert SamplingCounter(lambda: 1.0, name="T", mode="stats").hints == {"fields": ["T"]}


def test_it_tells_people_what_it_does():
    def furnace():
        return 1.0

    counter = SamplingCounter(furnace, name="T", unit="K", critical=False)
    assert counter.info() == (
        "T: mean of the samples of function furnace, K, up to 10 Hz, counts for 1 s, not critical"
    )
    assert repr(counter) == "SamplingCounter('function furnace', name='T', mode='mean')"


@pytest.mark.parametrize("frequency", [0.0, -1.0, 1001.0, math.nan])
def test_an_impossible_frequency_is_refused(frequency):
    with pytest.raises(InvalidTargetError, match="T samples up to 1000 times a second"):
        SamplingCounter(lambda: 1.0, name="T", max_sampling_frequency=frequency)
