"""The multichannel analyser: spectra, regions, dead time, in plans of anybody."""

import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import numpy as np
import pytest
from bluesky.utils import FailedStatus, RunEngineInterrupted

from devices import CountError, InvalidTargetError, MeasurementGroup, Scaler
from devices.counters.counter import Counter
from devices.detectors.mca import Mca
from devices.detectors.mca_regions import McaRegion
from planlib.spec import sct
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, meanwhile, wait_until

COPPER = {"Cu": (7800, 8300)}


@pytest.fixture
def mca(instant_ioc, connected):
    """It counts in no time."""
    return connected(Mca("I:mca1", name="mca", rois=COPPER))


@pytest.fixture
def slow(fast_ioc, connected):
    """It needs a twentieth of the time it counts for."""
    return connected(Mca("F:mca1", name="mca", rois=COPPER))


def counted(mca, seconds=1.0):
    mca.prepare(CountPolicy(seconds=seconds)).wait(PATIENCE)
    mca.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in mca.read().items()}


def under_way():
    wait_until("it acquires", lambda: read_pv("F:mca1.ACQG") == 1)


def events(documents):
    return [doc for name, doc in documents if name == "event"]


def test_it_is_a_counter_like_the_others(mca):
    assert isinstance(mca, Counter)
    assert mca.counter_names == list(mca.describe()) == list(counted(mca))


def test_a_region_is_the_sum_of_its_channels_both_ends_included(mca):
    values = counted(mca)
    energies = mca.energies()
    inside = (energies >= 7800) & (energies <= 8300)
    assert values["Cu"] == values["mca"][inside].sum() > 0


def test_copper_is_where_copper_is(mca):
    values = counted(mca)
    assert mca.energies()[values["mca"].argmax()] == pytest.approx(8046, abs=30)


def test_sums_are_corrected_by_real_over_live_time(mca):
    values = counted(mca)
    expected = values["Cu"] * values["mca_real_time"] / values["mca_live_time"]
    assert values["Cu_corrected"] == pytest.approx(expected, rel=1e-12)
    assert values["Cu_corrected"] > values["Cu"]


def test_dead_time_is_a_part_of_the_real_time(mca):
    values = counted(mca)
    live = values["mca_real_time"] * (1 - values["mca_dead_time"])
    assert values["mca_live_time"] == pytest.approx(live)
    assert 0 < values["mca_dead_time"] < 1


def test_rates_of_the_electronics_correct_where_there_are_some(instant_ioc, connected):
    rates = "I:mca1.PRTM", "I:mca1.ERTM"
    mca = connected(Mca("I:mca1", name="mca", rois=COPPER, rates=rates))
    values = counted(mca)
    assert values["Cu_corrected"] == pytest.approx(values["Cu"])


def test_it_counts_real_seconds(slow):
    values = counted(slow, 2.0)
    assert values["mca_real_time"] == pytest.approx(2.0, rel=0.05)
    assert values["mca_live_time"] < values["mca_real_time"]


def test_it_counts_live_seconds_where_that_is_asked_for(fast_ioc, connected):
    mca = connected(Mca("F:mca1", name="mca", rois=COPPER, preset="live"))
    values = counted(mca, 2.0)
    assert values["mca_live_time"] == pytest.approx(2.0, rel=0.05)
    assert values["mca_real_time"] > values["mca_live_time"]


def test_each_count_begins_with_nothing(mca):
    assert counted(mca)["Cu"] == pytest.approx(counted(mca)["Cu"], rel=0.1)


def test_a_region_may_be_given_by_channel(instant_ioc, connected):
    rois = {"peak": McaRegion(780, 830, "channel"), **COPPER}
    values = counted(connected(Mca("I:mca1", name="mca", rois=rois)))
    assert values["peak"] == values["Cu"]


def test_a_region_that_the_spectrum_has_not_is_refused_before_the_count(instant_ioc, connected):
    mca = connected(Mca("I:mca1", name="mca", rois={"Pb": (70_000, 75_000)}))
    with pytest.raises(InvalidTargetError, match="the region Pb is 70000 to 75000 eV, which is"):
        mca.stage()


def test_a_count_that_somebody_else_ends_is_too_short(slow):
    slow.prepare(CountPolicy(seconds=20.0))
    status = slow.trigger()
    under_way()
    write_pv("F:mca1.STOP", 1)
    with pytest.raises(CountError, match=r"counting mca for 20 s failed: it counted .* s only"):
        status.wait(PATIENCE)


def test_a_preset_that_somebody_else_changes_is_noticed(slow):
    slow.prepare(CountPolicy(seconds=20.0))
    status = slow.trigger()
    under_way()
    write_pv("F:mca1.PRTM", 0.1)
    with pytest.raises(CountError, match="counting mca for 20 s failed: it counted"):
        status.wait(PATIENCE)


def test_stopped_with_success_it_has_what_it_counted(slow):
    slow.prepare(CountPolicy(seconds=40.0))
    status = slow.trigger()
    under_way()
    slow.stop(success=True)
    status.wait(PATIENCE)
    assert 0 <= slow.read()["mca_real_time"]["value"] < 40


def test_stopped_without_success_it_has_failed(slow):
    slow.prepare(CountPolicy(seconds=40.0))
    status = slow.trigger()
    under_way()
    slow.stop()
    with pytest.raises(CountError, match="it was stopped"):
        status.wait(PATIENCE)
    wait_until("it is idle", lambda: read_pv("F:mca1.ACQG") == 0)


def test_it_can_follow_others(slow):
    slow.follow()
    status = slow.trigger()
    under_way()
    slow.stop(success=True)
    status.wait(PATIENCE)
    slow.prepare(CountPolicy(seconds=1.0))


def test_counts_on_a_monitor_are_refused(mca):
    with pytest.raises(CountError, match="mca cannot count to 1000 counts"):
        mca.prepare(CountPolicy.of(-1000))


def test_it_has_read_nothing_before_it_has_counted(mca):
    with pytest.raises(CountError, match="mca has counted nothing yet"):
        mca.read()


def test_it_works_in_a_stock_plan(mca, engine, documents):
    engine(bp.count([mca], num=2))
    assert [len(doc["data"]["mca"]) for doc in events(documents)] == [2048, 2048]


def test_it_works_in_our_plans_and_counts_as_long_as_they_say(mca, engine, documents):
    engine(sct(0.5, mca))
    (event,) = events(documents)
    assert event["data"]["mca_real_time"] == pytest.approx(0.5)


def test_it_counts_together_with_others(slow, fast_ioc, connected, engine, documents):
    scaler = connected(Scaler("F:scaler1", name="scaler", counters={"I0": 2}))
    began = time.monotonic()
    engine(sct(20.0, slow, scaler))
    assert time.monotonic() - began < 1.9
    (event,) = events(documents)
    assert {"I0", "Cu", "mca"} <= set(event["data"])


def test_descriptors_tell_units_shapes_and_calibration(mca, engine, documents):
    engine(bp.count([mca]))
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    key = descriptor["data_keys"]["mca"]
    assert (key["units"], key["shape"], key["dtype_numpy"]) == ("counts", [2048], "<i4")
    configuration = descriptor["configuration"]["mca"]
    assert configuration["data"]["mca_slope"] == pytest.approx(10.0)
    assert configuration["data_keys"]["mca_slope"]["units"] == "eV"


@pytest.fixture
def channels():
    """Set how many channels the record uses; all of them after the test."""
    yield lambda number: write_pv("I:mca1.NUSE", number)
    write_pv("I:mca1.NUSE", 2048)


def test_each_run_describes_the_spectrum_that_it_has(mca, engine, documents, channels):
    """H14."""
    engine(bp.count([mca]))
    channels(1024)
    engine(bp.count([mca]))
    shapes = [d["data_keys"]["mca"]["shape"] for name, d in documents if name == "descriptor"]
    assert shapes == [[2048], [1024]]
    assert [event["data"]["mca"].shape for event in events(documents)] == [(2048,), (1024,)]


def test_a_spectrum_that_changes_its_length_in_a_run_fails_it(mca, engine, documents, channels):
    """H14."""

    def shortened():
        yield from bps.trigger_and_read([mca])
        channels(1024)
        yield from bps.trigger_and_read([mca])

    with pytest.raises(FailedStatus, match="has 1024 channels of <i4 now, and had 2048 of <i4"):
        engine(bpp.stage_wrapper(bpp.run_wrapper(shortened()), [mca]))
    assert len(events(documents)) == 1


def test_plots_show_the_corrected_regions(mca):
    assert mca.hints == {"fields": ["Cu_corrected"]}


def test_a_failed_count_fails_the_run(slow, engine, documents):
    slow.prepare(CountPolicy(seconds=40.0))

    def stop_it():
        under_way()
        write_pv("F:mca1.STOP", 1)

    with pytest.raises(FailedStatus), meanwhile(stop_it):
        engine(bp.count([slow]))
    assert events(documents) == []


def test_one_that_is_not_critical_gives_no_number_instead(fast_ioc, connected):
    mca = connected(Mca("F:mca1", name="mca", rois=COPPER, critical=False))
    mca.prepare(CountPolicy(seconds=40.0))
    status = mca.trigger()
    under_way()
    write_pv("F:mca1.STOP", 1)
    status.wait(PATIENCE)
    values = mca.read()
    assert np.isnan(values["Cu"]["value"])
    assert "it counted" in values["Cu"]["message"]


def test_it_says_what_it_is(mca):
    assert repr(mca) == "Mca('I:mca1', name='mca', rois=['Cu'])"
    assert "Cu  7800 to 8300 eV" in mca.info()


def test_after_an_aborted_run_it_is_idle(slow, engine, documents):
    slow.prepare(CountPolicy(seconds=100.0))

    def pause():
        under_way()
        engine.request_pause()

    with pytest.raises(RunEngineInterrupted), meanwhile(pause):
        engine(bp.count([slow]))
    engine.abort()
    wait_until("it is idle", lambda: read_pv("F:mca1.ACQG") == 0)
    assert events(documents) == []


# --- other presets, statistics, parts of the spectrum


@pytest.fixture
def by_events(fast_ioc, connected):
    """Make one that counts events; the record counts as before afterwards."""

    def make(**options):
        return connected(Mca("F:mca1", name="mca", rois=COPPER, preset="events", **options))

    yield make
    write_pv("F:mca1.PCT", 0)


def test_it_counts_until_it_has_its_events(by_events):
    mca = by_events(events=20_000, events_in="Cu")
    mca.trigger().wait(PATIENCE)
    assert mca.read()["Cu"]["value"] >= 20_000


def test_events_may_be_those_of_the_whole_spectrum(by_events, engine, documents):
    mca = by_events(events=30_000, statistics=["events"])
    engine(bp.count([mca]))
    (event,) = events(documents)
    assert event["data"]["mca_events"] == event["data"]["mca"].sum() >= 30_000
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    assert descriptor["configuration"]["mca"]["data"]["mca_preset"] == "events"


def test_without_a_preset_it_ends_with_the_counter_that_leads(
    fast_ioc, connected, engine, documents
):
    mca = connected(Mca("F:mca1", name="mca", rois=COPPER, preset="none"))
    scaler = connected(Scaler("F:scaler1", name="scaler", counters={"I0": 2}))
    engine(sct(4.0, MeasurementGroup("mg", [mca, scaler])))
    (event,) = events(documents)
    assert event["data"]["mca_real_time"] == pytest.approx(4.0, rel=0.5)


def test_too_few_events_fail_it(by_events):
    mca = by_events(events=10**8)
    status = mca.trigger()
    under_way()
    write_pv("F:mca1.STOP", 1)
    with pytest.raises(CountError, match=r"to 100000000 events failed: it counted .* events only"):
        status.wait(PATIENCE)


def test_a_preset_that_others_left_ends_no_count(slow):
    write_pv("F:mca1.PCT", 10)
    assert counted(slow, 2.0)["mca_real_time"] == pytest.approx(2.0, rel=0.05)


def test_rates_are_events_over_live_and_over_real_time(instant_ioc, connected):
    words = ["events", "input_rate", "output_rate"]
    mca = connected(Mca("I:mca1", name="mca", rois=COPPER, statistics=words))
    values = counted(mca)
    assert values["mca_events"] == values["mca"].sum()
    assert values["mca_input_rate"] == values["mca_events"] / values["mca_live_time"]
    assert values["mca_output_rate"] == values["mca_events"] / values["mca_real_time"]
    assert mca.describe()["mca_input_rate"]["units"] == "Hz"
    assert list(mca.describe()) == mca.counter_names == list(values)


def test_a_part_of_the_spectrum_is_recorded_and_regions_stay_where_they_are(
    instant_ioc, connected, engine, documents
):
    mca = connected(Mca("I:mca1", name="mca", rois=COPPER, spectrum_range=(8000, 12_000)))
    engine(bp.count([mca]))
    (event,) = events(documents)
    spectrum, energies = event["data"]["mca"], mca.energies()
    assert spectrum.shape == energies.shape == (401,)
    assert (energies[0], energies[-1]) == pytest.approx((8000, 12_000), abs=5)
    assert event["data"]["Cu"] > spectrum[energies <= 8300].sum()
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    assert descriptor["data_keys"]["mca"]["shape"] == [401]
    assert descriptor["configuration"]["mca"]["data"]["mca_first_channel"] == 800
