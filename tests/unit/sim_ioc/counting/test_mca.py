"""The mca record without a network: spectrum, presets, dead time, order, presence of the beam."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from sim_ioc.channel_access.fields import checked
from sim_ioc.counting.mca import Mca
from sim_ioc.counting.mca_settings import McaSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.site import Site
from tests.unit.sim_ioc.counting.steady_beam import ON_SAMPLE, SteadyBeam
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock

BEAM = replace(ON_SAMPLE, energy=9100.0)


class LoggedMca(Mca):
    """Keep what is posted."""

    def __init__(self, seed=0, settings=None, beam=None, **options):
        self.log = []
        self.beam = beam or SteadyBeam(BEAM)
        site = Site("T:", virtual_clock(**options), seed)
        super().__init__(settings or McaSettings(), site, self.beam)
        self.prepare()
        self.around = {record.name.removeprefix("T:mca1"): record for record in self.records}

    async def post(self, timestamp=None, /, **values):
        self.log += values.items()
        await super().post(timestamp, **values)

    async def caput(self, name, value, record=None):
        record = record or self
        field = record.fields[name]
        await record.put(field, checked(field, value))

    async def press(self, button, value=1):
        await self.caput("VAL", value, self.around[button])

    def spectrum(self):
        return np.asarray(self.values["VAL"])


def run(scenario, **options):
    async def main():
        mca = LoggedMca(**options)
        async with asyncio.timeout(1000):
            await scenario(mca)
        return mca

    return simulate(main())


async def begin(put, seconds):
    """Start a put and look again after `seconds`; return the put."""
    task = asyncio.create_task(put)
    await asyncio.sleep(seconds)
    return task


async def acquire_two_seconds(mca):
    await mca.caput("PRTM", 2.0)
    await mca.caput("ERST", 1)


def names(mca):
    return [name for name, _ in mca.log]


def test_put_completes_when_the_real_time_is_over():
    async def scenario(mca):
        await acquire_two_seconds(mca)
        assert now() == pytest.approx(0.2, abs=1e-6)

    mca = run(scenario, factor=10.0)
    assert mca.values["ERTM"] == pytest.approx(2.0)
    assert mca.values["ACQG"] == 0


def test_strongest_channel_is_that_of_the_copper_line():
    mca = run(acquire_two_seconds)
    assert np.argmax(mca.spectrum()) == pytest.approx(804.8, abs=1.0)
    assert mca.values["NORD"] == len(mca.spectrum()) == 2048


def test_end_is_posted_in_the_order_of_the_record():
    mca = run(acquire_two_seconds)
    last = names(mca)[::-1]
    assert last[0] == "ACQG"
    assert last.index("ACQG") < last.index("RTIM") < last.index("STIM") < last.index("ERTM")
    assert last.index("ERTM") < last.index("VAL")


def test_live_time_runs_slower_by_the_dead_time():
    mca = run(acquire_two_seconds)
    live, counts = mca.number("ELTM"), mca.number("ACT")
    # not paralyzable: live = real − counts·τ
    assert live == pytest.approx(2.0 - counts * 2e-6, rel=1e-3)
    assert mca.values["DTIM"] == pytest.approx(100 * (1 - live / 2.0))
    assert mca.number("DTIM") > 1.0


@pytest.mark.parametrize("instant", [True, False])
def test_live_time_preset_lasts_longer_than_its_time(instant):
    async def scenario(mca):
        await mca.caput("PRTM", 0)
        await mca.caput("PLTM", 2.0)
        await mca.caput("STRT", 1)

    mca = run(scenario, instant=instant)
    assert mca.values["ELTM"] == pytest.approx(2.0)
    assert mca.number("ERTM") > 2.01


@pytest.mark.parametrize("instant", [True, False])
def test_counts_in_a_range_end_an_acquisition(instant):
    async def scenario(mca):
        for name, value in {"PRTM": 0, "PCT": 5000, "PCTL": 780, "PCTH": 820}.items():
            await mca.caput(name, value)
        await mca.caput("ERST", 1)

    mca = run(scenario, instant=instant)
    assert mca.spectrum()[780:821].sum() == mca.values["ACT"]
    assert mca.values["ACT"] == pytest.approx(5000, abs=50)
    assert mca.number("ACT") >= 5000


def test_counts_of_a_region_end_an_acquisition():
    async def scenario(mca):
        region = {"R0LO": 780, "R0HI": 820, "R0NM": "Cu Ka", "R0P": 3000, "R0IP": "Y", "R0BG": 2}
        for name, value in {"PRTM": 0, **region}.items():
            await mca.caput(name, value)
        await mca.press("EraseStart")

    mca = run(scenario)
    assert mca.number("R0N") == pytest.approx(3000, abs=60)
    assert mca.around["Why1"].values["M"] == 1.0
    assert mca.around["Why4"].values["VAL"] == 0


def test_sums_follow_when_a_region_is_put():
    async def scenario(mca):
        await acquire_two_seconds(mca)
        await mca.caput("R5LO", 780)
        await mca.caput("R5HI", 820)

    mca = run(scenario)
    assert mca.values["R5"] == mca.spectrum()[780:821].sum()
    assert 0 < mca.number("R5N") < mca.number("R5")


def test_spectra_are_read_on_the_way_as_often_as_asked():
    async def scenario(mca):
        await mca.caput("SCAN", ".5 second", mca.around["Read"])
        await mca.caput("PRTM", 3.0)
        await mca.caput("ERST", 1)

    sums = [value.sum() for name, value in run(scenario).log if name == "VAL"]
    assert len(sums) == pytest.approx(6, abs=1)
    assert sums == sorted(sums)


def test_read_fetches_the_spectrum_now():
    async def scenario(mca):
        acquiring = await begin(acquire_two_seconds(mca), 0.5)
        assert "VAL" not in names(mca)
        await mca.press("Read")
        assert mca.spectrum().sum() > 0
        await acquiring

    run(scenario)


def test_stop_ends_with_what_was_acquired():
    async def scenario(mca):
        await mca.caput("PRTM", 100.0)
        acquiring = await begin(mca.press("Start"), 3.0)
        await mca.press("Stop")
        assert now() == pytest.approx(3.0, abs=1e-6)
        await acquiring

    mca = run(scenario)
    assert mca.values["ERTM"] == pytest.approx(3.0, abs=1e-6)
    assert mca.around["Why4"].values["VAL"] == 1


def test_start_without_erasing_goes_on_where_it_was():
    async def scenario(mca):
        await acquire_two_seconds(mca)
        before = mca.spectrum().copy()
        await mca.caput("PRTM", 3.0)
        await mca.caput("STRT", 1)
        assert now() == pytest.approx(3.0, abs=1e-6)
        assert np.all(mca.spectrum() >= before)

    assert run(scenario).values["ERTM"] == pytest.approx(3.0)


def test_start_after_the_preset_was_reached_ends_at_once():
    async def scenario(mca):
        await acquire_two_seconds(mca)
        await mca.caput("STRT", 1)
        assert now() == pytest.approx(2.0, abs=1e-6)

    run(scenario)


def test_erase_leaves_one_channel_without_counts():
    async def scenario(mca):
        await acquire_two_seconds(mca)
        await mca.caput("ERAS", 1)

    mca = run(scenario)
    assert mca.spectrum().tolist() == [0]
    assert (mca.values["NORD"], mca.values["ERTM"], mca.values["R0"]) == (0, 0.0, 0.0)


def test_second_start_joins_the_running_acquisition():
    async def scenario(mca):
        await asyncio.gather(mca.caput("STRT", 1), mca.caput("STRT", 1))

    assert [value for name, value in run(scenario).log if name == "ACQG"] == [1, 0]


def test_preset_that_changes_on_the_way_counts():
    async def scenario(mca):
        await mca.caput("PRTM", 50.0)
        acquiring = await begin(mca.caput("STRT", 1), 1.0)
        await mca.caput("PRTM", 4.0)
        await acquiring
        assert now() == pytest.approx(4.0, abs=0.01)

    run(scenario)


def test_closed_shutter_leaves_darkness_only():
    async def scenario(mca):
        acquiring = await begin(acquire_two_seconds(mca), 0.1)
        mca.beam.change(on_sample=replace(BEAM, flux=0.0))
        await acquiring

    shut = run(acquire_two_seconds, beam=SteadyBeam(replace(BEAM, flux=0.0)))
    assert shut.number("ACT") < 20
    part, whole = run(scenario), run(acquire_two_seconds)
    assert part.number("ACT") == pytest.approx(whole.number("ACT") / 20, rel=0.05)


def test_same_seed_gives_the_same_spectrum_however_it_is_watched():
    slow, fast = run(acquire_two_seconds), run(acquire_two_seconds, instant=True)
    assert np.array_equal(slow.spectrum(), fast.spectrum())
    other = run(acquire_two_seconds, instant=True, seed=1)
    assert not np.array_equal(slow.spectrum(), other.spectrum())


def test_each_acquisition_has_noise_of_its_own_as_poisson_says():
    async def scenario(mca):
        await mca.caput("PRTM", 1.0)
        for _ in range(150):
            await mca.caput("ERST", 1)
            spectra.append(mca.spectrum()[600:820].copy())

    spectra: list[np.ndarray] = []
    run(scenario, instant=True)
    ratio = np.var(spectra, axis=0, ddof=1).sum() / np.mean(spectra, axis=0).sum()
    assert ratio == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("instant", [True, False])
def test_endless_acquisition_ends_only_when_it_is_stopped(instant):
    async def scenario(mca):
        mca.make_faults().values["endless"] = 1
        acquiring = await begin(acquire_two_seconds(mca), 10.0)
        assert mca.values["ACQG"] == 1
        await mca.caput("STOP", 1)
        await acquiring

    assert run(scenario, instant=instant).number("ERTM") == pytest.approx(10.0, abs=1e-3)


def test_too_much_dead_time_raises_the_alarm():
    mca = run(acquire_two_seconds, settings=McaSettings(dead_time=1e-3))
    assert mca.number("DTIM") > 70
    assert mca.fields["STAT"].choices[mca.values["STAT"]] == "HIHI"


def test_fewer_channels_may_be_used():
    async def scenario(mca):
        await mca.caput("NUSE", 1000)
        await acquire_two_seconds(mca)
        assert len(mca.spectrum()) == 1000
        await mca.caput("NUSE", 9999)
        assert mca.values["NUSE"] == 2048

    run(scenario)


def test_start_waits_for_a_client_that_asked_for_it():
    async def scenario(mca):
        await mca.press("EnableWait")
        starting = await begin(mca.press("EraseStart"), 5.0)
        assert mca.values["ACQG"] == 0
        assert not starting.done()
        await mca.press("ClientWait", 0)
        await starting

    run(scenario)


def test_calibration_gives_the_energy_of_each_channel():
    mca = run(acquire_two_seconds)
    assert mca.number("CALO") + 805 * mca.number("CALS") == pytest.approx(8.05)
    assert mca.values["EGU"] == "keV"


@pytest.mark.parametrize(
    ("name", "value"), [("PRTM", -1), ("PCT", -5), ("NUSE", 0), ("MODE", "MCS"), ("STRT", "Go")]
)
def test_what_makes_no_sense_is_refused(name, value):
    with pytest.raises(PutRefusedError, match=name):
        run(lambda mca: mca.caput(name, value))


def test_idle_record_has_no_task():
    async def scenario(mca):
        await acquire_two_seconds(mca)
        await asyncio.sleep(1.0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario)


@pytest.mark.parametrize(
    "traces",
    [{"Cu": 1.0}, {"Cu": -0.1, "Fe": 0.2}, {"Xx": 0.1}],
    ids=["nothing left", "negative", "no element"],
)
def test_traces_that_make_no_sense_are_refused(traces):
    with pytest.raises(ValueError, match="traces"):
        McaSettings(traces=traces)


def beam_on(element, **where):
    beam = SteadyBeam(replace(BEAM, energy=12000.0, **where))
    beam.element = element
    return beam


@pytest.mark.parametrize(("element", "channel"), [("Ni", 747.8), ("Zn", 863.9), ("Fe", 640.4)])
def test_strongest_line_is_that_of_the_sample_in_the_beam(element, channel):
    mca = run(acquire_two_seconds, beam=beam_on(element))
    assert np.argmax(mca.spectrum()) == pytest.approx(channel, abs=1.5)


def test_traces_show_beside_the_element_of_the_sample():
    def iron(**settings):
        mca = run(acquire_two_seconds, beam=beam_on("Zn"), settings=McaSettings(**settings))
        return mca.spectrum()[630:652].sum()

    assert iron(traces={"Fe": 0.05}) > 10 * iron(traces={})


def test_without_a_sample_there_is_only_darkness():
    assert run(acquire_two_seconds, beam=beam_on(None)).number("ACT") < 20
