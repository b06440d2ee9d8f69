"""H14 and H15: a detector that gives NaN, and one that never finishes."""

import math

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus

from devices import CountError, DeadlineError
from reduction.counting import CountPolicy
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until

SECONDS = 0.1


@pytest.fixture
def scaler(devices):
    """The counters, counting for a tenth of a second."""
    scaler = devices["scaler"]
    scaler.prepare(CountPolicy(seconds=SECONDS))
    return scaler


# --- H14


def test_nan_that_a_gauge_reads_is_kept(inject, devices, engine, documents):
    gauge = devices["ring_current"]
    inject("ring:current", "nan")
    wait_until("NaN is told", lambda: math.isnan(gauge.get()))
    engine(bp.count([gauge], num=2))
    read = [doc["data"]["ring_current"] for name, doc in documents if name == "event"]
    assert read == pytest.approx([math.nan, math.nan], nan_ok=True)


def test_a_count_of_nan_seconds_is_none(inject, scaler):
    inject("scaler1", "nan")
    with pytest.raises(CountError, match=r"counting scaler for 0\.1 s failed: .* nan s"):
        scaler.trigger().wait(PATIENCE)


def test_no_point_is_recorded_of_counts_that_are_nan(inject, scaler, engine, documents):
    inject("scaler1", "nan")
    with pytest.raises(FailedStatus):
        engine(bp.count([scaler], num=2))
    assert [doc for name, doc in documents if name == "event"] == []


# --- H15


def test_a_count_that_never_ends_fails_by_its_deadline_and_is_stopped(inject, scaler):
    inject("scaler1", "endless")
    sentence = r"counting scaler for 0\.1 s did not end within 5\.2 s"
    with pytest.raises(DeadlineError, match=sentence):
        scaler.trigger().wait(5.2 + PATIENCE)
    wait_until("the scaler is idle", lambda: read_pv("X:scaler1.CNT") == 0)


def test_a_run_whose_count_never_ends_fails_without_the_point(inject, scaler, engine, documents):
    inject("scaler1", "endless")
    with pytest.raises(FailedStatus):
        engine(bp.count([scaler]))
    (stop,) = [doc for name, doc in documents if name == "stop"]
    assert stop["exit_status"] == "fail"
    assert [doc for name, doc in documents if name == "event"] == []


def test_a_scaler_that_ends_again_counts(inject, scaler):
    inject("scaler1", "endless")
    scaler.trigger().exception(5.2 + PATIENCE)
    inject("scaler1", "endless", 0)
    scaler.trigger().wait(PATIENCE)
    assert scaler.read()["seconds"]["value"] == pytest.approx(SECONDS)
