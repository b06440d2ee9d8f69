"""A detector of several elements behind the PVs of the dxp module: sums, presets, maps."""

import time

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus
from ophyd import EpicsSignal

from devices import CountError, InvalidTargetError, MeasurementGroup, Scaler, array_access
from devices.detectors.multi_element_mca import MultiElementMca
from planlib.spec import sct
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, meanwhile, wait_until

COPPER = {"Cu": (7800, 8300)}
STATISTICS = (
    "real_time",
    "live_time",
    "dead_time",
    "triggers",
    "events",
    "input_rate",
    "output_rate",
)


@pytest.fixture
def xmap(instant_ioc, connected):
    """It counts in no time."""
    return connected(MultiElementMca("I:xmap:", name="xmap", rois=COPPER))


@pytest.fixture
def make(fast_ioc, connected):
    """Make one that needs a twentieth of the time it counts for."""

    def made(**options):
        return connected(MultiElementMca("F:xmap:", name="xmap", rois=COPPER, **options))

    yield made
    write_pv("F:xmap:StopAll", 1)
    for name, value in (("CollectMode", 0), ("PresetMode", 1), ("GateSignal", 0)):
        write_pv(f"F:xmap:{name}", value)


def counted(device, seconds=1.0):
    device.prepare(CountPolicy(seconds=seconds)).wait(PATIENCE)
    device.trigger().wait(PATIENCE)
    return {name: reading["value"] for name, reading in device.read().items()}


def under_way():
    wait_until("it acquires", lambda: read_pv("F:xmap:Acquiring") == 1)


def events(documents):
    return [doc for name, doc in documents if name == "event"]


# --- one spectrum of each element


def test_regions_are_summed_over_all_elements(xmap):
    values = counted(xmap)
    energies = xmap.energies()
    inside = (energies >= 7800) & (energies <= 8300)
    assert values["xmap"].shape == (4, 2048)
    assert values["Cu"] == values["xmap"][:, inside].sum() > 0


def test_each_element_is_corrected_by_its_own_rates(xmap):
    values = counted(xmap)
    energies = xmap.energies()
    inside = (energies >= 7800) & (energies <= 8300)
    factors = values["xmap_input_rate"] / values["xmap_output_rate"]
    assert len(set(factors)) == 4
    expected = (values["xmap"][:, inside].sum(axis=1) * factors).sum()
    assert values["Cu_corrected"] == pytest.approx(expected, rel=1e-12)
    assert values["Cu_corrected"] > values["Cu"]


def test_corrected_sums_are_those_of_a_detector_without_dead_time(xmap):
    """What an ideally fast detector would count is told by the input rates."""
    values = counted(xmap, 20.0)
    ideal = (values["xmap_input_rate"] * values["xmap_real_time"]).sum()
    assert values["xmap_sum"].sum() == pytest.approx(ideal, rel=1e-9)


def test_statistics_are_told_of_each_element(xmap):
    values = counted(xmap)
    told = {word: values[f"xmap_{word}"] for word in STATISTICS}
    assert all(value.shape == (4,) for value in told.values())
    assert (told["events"] == values["xmap"].sum(axis=1)).all()
    assert (told["triggers"] > told["events"]).all()
    assert told["output_rate"] == pytest.approx(told["events"] / told["real_time"])
    assert told["dead_time"] == pytest.approx(1 - told["live_time"] / told["real_time"])


def test_broken_elements_are_left_out(instant_ioc, connected):
    whole = connected(MultiElementMca("I:xmap:", name="xmap", rois=COPPER))
    part = connected(MultiElementMca("I:xmap:", name="part", elements=[1, 4], rois=COPPER))
    every, some = counted(whole), counted(part)
    assert some["part"].shape == (2, 2048)
    assert some["Cu"] < 0.6 * every["Cu"]


def test_it_works_in_stock_plans_and_in_ours(xmap, engine, documents):
    engine(bp.count([xmap], num=2))
    engine(sct(0.5, xmap))
    assert [doc["data"]["xmap"].shape for doc in events(documents)] == [(4, 2048)] * 3
    assert events(documents)[-1]["data"]["xmap_real_time"] == pytest.approx([0.5] * 4)


def test_a_part_of_the_spectra_is_recorded(instant_ioc, connected):
    xmap = connected(
        MultiElementMca("I:xmap:", name="xmap", rois=COPPER, spectrum_range=(8000, 12_000))
    )
    values = counted(xmap)
    assert values["xmap"].shape == (4, 401)
    assert values["xmap_sum"].shape == xmap.energies().shape == (401,)


def test_a_region_that_a_spectrum_has_not_is_refused_before_the_count(instant_ioc, connected):
    xmap = connected(MultiElementMca("I:xmap:", name="xmap", rois={"Pb": (70_000, 75_000)}))
    with pytest.raises(InvalidTargetError, match="the region Pb is 70000 to 75000 eV, which is"):
        xmap.stage()


# --- presets


@pytest.mark.parametrize(
    ("preset", "column"), [("real", "real_time"), ("live", "live_time")], ids=["real", "live"]
)
def test_it_counts_seconds(make, preset, column):
    values = counted(make(preset=preset), 2.0)
    assert values[f"xmap_{column}"] == pytest.approx([2.0] * 4, rel=0.05)
    assert (values["xmap_live_time"] < values["xmap_real_time"]).all()


@pytest.mark.parametrize("what", ["events", "triggers"])
def test_each_element_counts_until_it_has_its_pulses(make, what):
    values = counted(make(preset=what, counts=20_000))
    assert (values[f"xmap_{what}"] >= 20_000).all()
    assert len(set(values["xmap_real_time"])) == 4


def test_too_few_pulses_fail_it(make):
    status = make(preset="triggers", counts=10**8).trigger()
    under_way()
    write_pv("F:xmap:StopAll", 1)
    sentence = r"to 100000000 triggers failed: element 1: it counted .* of 100000000 triggers only"
    with pytest.raises(CountError, match=sentence):
        status.wait(PATIENCE)


def test_without_a_preset_it_ends_with_the_counter_that_leads(make, connected, engine, documents):
    scaler = connected(Scaler("F:scaler1", name="scaler", counters={"I0": 2}))
    group = MeasurementGroup("mg", [make(preset="none"), scaler])
    engine(sct(4.0, group))
    (event,) = events(documents)
    assert event["data"]["xmap_real_time"] == pytest.approx([4.0] * 4, rel=0.5)
    assert event["data"]["Cu"] > 0


def test_a_count_that_somebody_else_ends_is_too_short(make):
    xmap = make()
    xmap.prepare(CountPolicy(seconds=20.0))
    status = xmap.trigger()
    under_way()
    write_pv("F:xmap:StopAll", 1)
    with pytest.raises(CountError, match=r"for 20 s failed: element 1: it counted .* s only"):
        status.wait(PATIENCE)


def test_the_count_of_somebody_else_is_not_ours_and_goes_on_as_it_was(make, connected):
    xmap = make()
    counted(xmap)
    theirs = connected(EpicsSignal("F:xmap:EraseStart", name="theirs"))
    write_pv("F:xmap:PresetReal", 100.0)
    theirs.put(1, wait=False)
    under_way()
    xmap.prepare(CountPolicy(seconds=2.0)).wait(PATIENCE)
    with pytest.raises(CountError, match="xmap for 2 s failed: it was counting already"):
        xmap.trigger().wait(PATIENCE)
    assert read_pv("F:xmap:Acquiring") == 1
    assert read_pv("F:xmap:PresetReal") == 100.0


def test_the_next_count_begins_when_a_stopped_one_has_ended(make):
    xmap = make()
    xmap.prepare(CountPolicy(seconds=100.0)).wait(PATIENCE)
    stopped = xmap.trigger()
    under_way()
    xmap.stop()
    assert counted(xmap, 2.0)["xmap_real_time"] == pytest.approx([2.0] * 4, rel=0.05)
    with pytest.raises(CountError, match="it was stopped"):
        stopped.wait(PATIENCE)


def test_a_preset_that_others_change_is_noticed(make):
    xmap = make()
    xmap.prepare(CountPolicy(seconds=20.0))
    status = xmap.trigger()
    under_way()
    write_pv("F:xmap:PresetMode", 2)
    write_pv("F:xmap:StopAll", 1)
    with pytest.raises(CountError, match="another preset ended it"):
        status.wait(PATIENCE)


def test_a_run_that_is_over_leaves_it_idle(make, engine, documents):
    xmap = make()
    xmap.prepare(CountPolicy(seconds=40.0))

    def stop_it():
        under_way()
        write_pv("F:xmap:StopAll", 1)

    with pytest.raises(FailedStatus), meanwhile(stop_it):
        engine(bp.count([xmap]))
    assert events(documents) == []
    assert read_pv("F:xmap:AcquireBusy") == 0


# --- maps


def pulses(number):
    """Give pulses by hand, each some simulated time after the last."""

    def give():
        under_way()
        for _ in range(number):
            time.sleep(0.1)
            write_pv("F:xmap:NextPixel", 1)

    return give


def gates(number):
    def give():
        under_way()
        for _ in range(number):
            write_pv("F:xmap:GateSignal", 1)
            time.sleep(0.1)
            write_pv("F:xmap:GateSignal", 0)

    return give


@pytest.mark.parametrize(("mode", "signal"), [("sync", pulses), ("gate", gates)])
def test_pulses_or_a_gate_separate_the_spectra_of_a_point(make, engine, documents, mode, signal):
    xmap = make(trigger_mode=mode, spectra=3)
    with meanwhile(signal(3)):
        engine(bp.count([xmap]))
    (event,) = events(documents)
    (descriptor,) = [doc for name, doc in documents if name == "descriptor"]
    data = event["data"]
    assert data["xmap"].shape == (3, 4, 2048) == tuple(descriptor["data_keys"]["xmap"]["shape"])
    assert data["Cu"].shape == data["Cu_corrected"].shape == (3,)
    assert (data["xmap_events"] == data["xmap"].sum(axis=2)).all()
    assert (data["xmap_real_time"] > 0.5).all()
    assert (data["Cu_corrected"] > data["Cu"]).all()
    assert descriptor["configuration"]["xmap"]["data"]["xmap_trigger_mode"] == mode


def test_a_spectrum_by_gate_lasts_as_long_as_the_gate(make):
    xmap = make(trigger_mode="gate", spectra=1)
    status = xmap.trigger()
    under_way()
    time.sleep(0.5)
    gates(1)()
    status.wait(PATIENCE)
    seconds = xmap.read()["xmap_real_time"]["value"]
    assert (1.0 < seconds).all()
    assert (seconds < 8.0).all()


def test_a_map_follows_the_next_one(make, engine, documents):
    xmap = make(trigger_mode="sync", spectra=2)
    with meanwhile(pulses(2)):
        engine(bp.count([xmap]))
    with meanwhile(pulses(2)):
        engine(bp.count([xmap]))
    assert len(events(documents)) == 2


def test_a_map_that_ends_early_has_failed(make):
    xmap = make(trigger_mode="sync", spectra=3)
    status = xmap.trigger()
    pulses(1)()
    write_pv("F:xmap:StopAll", 1)
    with pytest.raises(CountError, match="its buffer has 1 of 3 spectra"):
        status.wait(PATIENCE)


def test_a_map_in_more_buffers_than_one_has_lost_spectra(make):
    """Only the last buffer is shown: what others have done to the electronics must be noticed."""
    xmap = make(trigger_mode="sync", spectra=3)
    xmap.stage()
    write_pv("F:xmap:PixelsPerBuffer", 1)
    status = xmap.trigger()
    under_way()
    for pixels in (1, 2):
        write_pv("F:xmap:NextPixel", 1)
        wait_until("it is counted", lambda: read_pv("F:xmap:CurrentPixel") >= pixels)  # noqa: B023
    write_pv("F:xmap:NextPixel", 1)
    with pytest.raises(CountError, match="buffers came"):
        status.wait(PATIENCE)
    xmap.unstage()


def test_a_buffer_that_does_not_come_is_looked_for_now_and_then(make, monkeypatch):
    looks = []
    request = array_access.request
    monkeypatch.setattr("devices.detectors.dxp_run._BUFFER_DEADLINE", 0.5)
    monkeypatch.setattr(
        array_access, "request", lambda *asked: (looks.append(asked), request(*asked))
    )
    xmap = make(trigger_mode="sync", spectra=1)
    xmap.stage()
    write_pv("F:xmap:image1:EnableCallbacks", 0)
    status = xmap.trigger()
    looks.clear()
    pulses(1)()
    with pytest.raises(CountError, match="no buffer came from it"):
        status.wait(PATIENCE)
    assert 2 < len(looks) < 40
    write_pv("F:xmap:image1:EnableCallbacks", 1)
    status = xmap.trigger()
    pulses(1)()
    with pytest.raises(CountError, match="2 buffers came"):  # that of before was never shown
        status.wait(PATIENCE)
    xmap.unstage()


def test_a_trigger_after_unstaging_sets_up_anew(make):
    xmap = make(trigger_mode="sync", spectra=1)
    xmap.stage()
    xmap.unstage()
    write_pv("F:xmap:CollectMode", 0)
    status = xmap.trigger()
    pulses(1)()
    status.wait(PATIENCE)
    assert xmap.read()["xmap"]["value"].shape == (1, 4, 2048)


def test_more_spectra_than_a_buffer_takes_are_refused(make):
    xmap = make(trigger_mode="sync", spectra=125)
    with pytest.raises(InvalidTargetError, match="takes 124 spectra of 2048 channels at a point"):
        xmap.stage()


def test_pulses_that_do_not_come_fail_it(make):
    xmap = make(trigger_mode="sync", spectra=2, longest_count=0.2)
    with pytest.raises(Exception, match="does its pulse come"):
        xmap.trigger().wait(PATIENCE)
    wait_until("it is idle", lambda: read_pv("F:xmap:Acquiring") == 0)


def test_it_says_what_it_is(xmap):
    assert "elements 1, 2, 3, 4" in xmap.info()
    assert repr(xmap).startswith("MultiElementMca('I:xmap:', name='xmap', elements=[1, 2, 3, 4]")
