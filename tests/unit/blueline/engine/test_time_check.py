"""Which times of readings are told of, and how often (T3)."""

import itertools
import math
import time

import pytest
from bluesky.plans import count
from bluesky.utils import Msg
from hypothesis import given
from hypothesis import strategies as st
from ophyd.sim import SynAxis

from blueline.engine.time_check import FIRST_TIME, MOST, RunTimes, TimeCheck

NOW = 1.8e9
HOUR = 3600.0
ZERO = 631_152_000.0


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("blueline.engine.time_check.time.time", lambda: NOW)


def told(*events, collecting=False, names=None):
    """What is told of events with these times of one field, 10 s after one another."""
    sentences = []
    run = RunTimes(sentences.append)
    run.is_collecting = collecting
    check = TimeCheck(run)
    for number, when in enumerate(events):
        check(when if isinstance(when, dict) else {"It": when}, NOW + 10.0 * (number - len(events)))
    return sentences


def test_present_times_are_not_told_of():
    assert told(NOW - 20.5, NOW - 10.5, NOW + 1) == []


@pytest.mark.parametrize("age", [MOST + 1, HOUR, 86400 * 365 * 20])
def test_a_value_that_does_not_change_may_be_old(age):
    assert told(*[NOW - age] * 5) == []


@pytest.mark.parametrize("when", [0.0, ZERO, ZERO + HOUR, -1.0, math.nan], ids=str)
def test_no_time_is_told_of_even_where_it_does_not_change(when):
    assert told(*[when] * 3) == [
        "the time of It is that of a record without one (1990): it is recorded so, have the clock "
        "of its IOC looked at"
    ]


@pytest.mark.parametrize("when", [NOW + MOST + 1, NOW + HOUR, math.inf])
def test_a_time_in_the_future_is_told_of(when):
    (sentence,) = told(when)
    assert "the time of It is in the future: it is recorded so" in sentence


@pytest.mark.parametrize("age", [HOUR, 86400 * 365 * 20])
def test_a_new_time_that_is_old_is_told_of(age):
    (sentence,) = told(NOW - age, NOW - age + 10, NOW - age + 20)
    assert "the time of It is older than the event before, though it is a new one" in sentence


def test_what_a_flyer_measured_may_be_old():
    assert told(NOW - HOUR, NOW - HOUR + 10, collecting=True) == []


def test_a_time_in_the_future_of_what_a_flyer_measured_is_told_of():
    assert len(told(NOW + HOUR, collecting=True)) == 1


def test_fields_that_are_odd_alike_are_told_of_together():
    (sentence,) = told(dict.fromkeys("abcdef", ZERO) | {"good": NOW})
    assert "the time of a, b, c and 3 more is" in sentence


def test_each_field_is_told_of_once_in_a_run(caplog):
    sentences = []
    run = RunTimes(sentences.append)
    for check in (TimeCheck(run), TimeCheck(run)):
        for name in ("a", "b", "a"):
            check({name: ZERO}, NOW)
    assert [sentence.split()[3] for sentence in sentences] == ["a", "b"]
    assert [record.getMessage() for record in caplog.records] == sentences


@given(st.lists(st.floats(NOW - MOST + 21, NOW + MOST), max_size=3))
def test_clocks_that_differ_a_little_are_not_told_of(times):
    assert told(*times) == []


# --- in a run


class WrongClock(SynAxis):
    """Its time is off by some seconds, and new with each reading."""

    def __init__(self, off):
        self.time = itertools.count(NOW + off, 0.001)
        super().__init__(name="odd", value=0.0)

    def read(self):
        when = next(self.time)
        return {name: told | {"timestamp": when} for name, told in super().read().items()}


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (HOUR, "in the future"),
        (-HOUR, "older than the event before"),
        (ZERO - NOW, "that of a record without"),
    ],
    ids=["future", "past", "zero"],
)
def test_odd_times_are_recorded_as_they_are_and_told_of(either, session, documents_of, off, words):
    device = WrongClock(off)
    events = [doc for name, doc in documents_of(either, count([device], 5)) if name == "event"]
    assert len(events) == 5
    for doc in events:
        assert all(abs(when - NOW - off) < 1 for when in doc["timestamps"].values())
    (sentence,) = session.sentences
    assert f"the time of odd, odd_setpoint is {words}" in sentence


def test_odd_times_are_told_of_in_each_run(either, session):
    for _ in range(2):
        either(count([WrongClock(HOUR)], 2))
    assert len(session.sentences) == 2


def test_a_device_with_the_right_time_is_not_told_of(either, session, detector, monkeypatch):
    monkeypatch.undo()
    either(count([detector], 3))
    assert session.sentences == []


class Flyer:
    """What it has measured is an hour old."""

    name, parent = "flyer", None

    def describe_collect(self):
        return {"late": {"a": {"source": "test", "dtype": "number", "shape": []}}}

    def collect(self):
        for number in range(3):
            when = time.time() - HOUR + number
            yield {"time": when, "data": {"a": 1.0}, "timestamps": {"a": when}}

    def kickoff(self):
        raise NotImplementedError

    complete = kickoff


def test_a_flyer_is_not_told_of(either, session, documents_of):
    def collect():
        yield Msg("open_run")
        yield Msg("collect", Flyer())
        yield Msg("close_run")

    documents = documents_of(either, collect())
    assert "event_page" in [name for name, _ in documents]
    assert session.sentences == []


def test_the_first_time_is_a_year_after_epics_begins():
    assert FIRST_TIME - ZERO == 365 * 86400
