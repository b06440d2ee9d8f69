"""A detector of several elements without a network: presets, statistics, maps by pulse and gate."""

import asyncio

import numpy as np
import pytest

from sim_ioc.channel_access.fields import checked
from sim_ioc.counting.element_exposure import PRESET_MODES
from sim_ioc.counting.multi_element_mca import MultiElementMca
from sim_ioc.counting.multi_element_settings import MultiElementSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.site import Site
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock

SETTINGS = MultiElementSettings(channels=256, gain=80.0, elements=5)


class Detector(MultiElementMca):
    """Take puts as clients give them."""

    def __init__(self, settings=SETTINGS, seed=0):
        super().__init__(settings, Site("T:", virtual_clock(), seed), SteadyBeam())
        self.prepare()

    async def caput(self, name, value):
        field = self.fields[name]
        await self.put(field, checked(field, value))

    def told(self, name):
        return [element.dxp.number(name) for element in self.elements]

    def spectra(self):
        return np.array([element.mca.values["VAL"] for element in self.elements])


def run(scenario, **options):
    async def main():
        detector = Detector(**options)
        async with asyncio.timeout(1000):
            await scenario(detector)
        return detector

    return simulate(main())


def counted(mode, **presets):
    async def scenario(detector):
        await detector.caput("PresetMode", mode)
        for name, value in presets.items():
            await detector.caput(name, value)
        await detector.caput("EraseStart", 1)

    return run(scenario)


def test_it_counts_real_seconds():
    detector = counted("Real time", PresetReal=2.0)
    assert detector.told("ElapsedRealTime") == pytest.approx([2.0] * 5)
    assert detector.values["AcquireBusy"] == detector.values["Acquiring"] == 0


def test_it_counts_live_seconds():
    detector = counted("Live time", PresetLive=2.0)
    assert detector.told("ElapsedTriggerLiveTime") == pytest.approx([2.0] * 5)
    assert min(detector.told("ElapsedRealTime")) > 2.0


@pytest.mark.parametrize("what", ["Events", "Triggers"])
def test_each_element_ends_with_its_own_counts(what):
    detector = counted(what, **{f"Preset{what}": 5000})
    assert all(5000 <= count < 5600 for count in detector.told(what))
    times = detector.told("ElapsedRealTime")
    assert times == sorted(times)
    assert times[0] < times[-1]


def test_without_a_preset_it_counts_until_it_is_stopped():
    async def scenario(detector):
        await detector.caput("PresetMode", PRESET_MODES[0])
        start = asyncio.create_task(detector.caput("EraseStart", 1))
        await asyncio.sleep(7.0)
        assert detector.values["AcquireBusy"] == 1
        await detector.caput("StopAll", 1)
        await start

    assert run(scenario).told("ElapsedRealTime") == pytest.approx([7.0] * 5, abs=0.01)


def test_events_are_in_the_spectrum_and_triggers_are_more():
    detector = counted("Real time", PresetReal=2.0)
    assert detector.told("Events") == detector.spectra().sum(axis=1).tolist()
    pairs = zip(detector.told("Triggers"), detector.told("Events"), strict=True)
    assert all(triggers > events for triggers, events in pairs)


def test_rates_tell_the_dead_time():
    """ICR/OCR is real over live time, and ICR what an ideally fast detector would count."""
    detector = counted("Real time", PresetReal=20.0)
    rates = np.divide(detector.told("InputCountRate"), detector.told("OutputCountRate"))
    times = np.divide(detector.told("ElapsedRealTime"), detector.told("ElapsedLiveTime"))
    assert rates == pytest.approx(times)
    assert rates == pytest.approx(1 + np.array(detector.told("InputCountRate")) * 2e-6, rel=1e-3)


def test_presets_are_copied_to_all_elements():
    async def scenario(detector):
        await detector.caput("PresetReal", 3.0)
        await detector.caput("PresetMode", "Events")

    detector = run(scenario)
    assert [element.mca.values["PRTM"] for element in detector.elements] == [3.0] * 5
    assert detector.told("PresetMode_RBV") == [3] * 5


# --- maps


async def begin_map(detector, mode, pixels, **settings):
    await detector.buffer.take(detector.buffer.fields["EnableCallbacks"], 1)
    for name, value in settings.items():
        await detector.caput(name, value)
    await detector.caput("CollectMode", "MCA mapping")
    await detector.caput("PixelAdvanceMode", mode)
    await detector.caput("PixelsPerRun", pixels)
    start = asyncio.create_task(detector.caput("EraseStart", 1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return start


def modules(detector):
    words = detector.buffer.values["ArrayData"]
    return words.reshape(int(detector.buffer.number("ArraySize1_RBV")), -1)


def test_a_pulse_ends_a_pixel():
    async def scenario(detector):
        start = await begin_map(detector, "Sync", 2)
        for seconds in (3.0, 1.0):
            await asyncio.sleep(seconds)
            await detector.caput("NextPixel", 1)
        await start

    detector = run(scenario)
    first, second = modules(detector)
    # five elements are in two modules, of which the second has one
    assert first[8] == second[8] == 2
    block = 256 + 4 * 256
    assert len(first) == 256 + 2 * block
    ticks = [
        first[256 + number * block + 32] + (first[256 + number * block + 33] << 16)
        for number in (0, 1)
    ]
    assert np.multiply(ticks, 320e-9) == pytest.approx([3.0, 1.0], abs=0.01)


def test_a_pixel_lasts_as_long_as_the_gate_is_open():
    async def scenario(detector):
        start = await begin_map(detector, "Gate", 2)
        for seconds in (1.0, 2.0):
            await asyncio.sleep(5.0)
            await detector.caput("GateSignal", 1)
            await asyncio.sleep(seconds)
            await detector.caput("GateSignal", 0)
        await start

    detector = run(scenario)
    first, _ = modules(detector)
    assert (first[256 + 32] + (first[256 + 33] << 16)) * 320e-9 == pytest.approx(1.0, abs=0.01)


def test_full_buffers_come_while_the_map_goes_on():
    async def scenario(detector):
        start = await begin_map(detector, "Sync", 5, AutoPixelsPerBuffer=0, PixelsPerBuffer=2)
        for _ in range(5):
            await asyncio.sleep(1.0)
            await detector.caput("NextPixel", 1)
        await start

    detector = run(scenario)
    assert detector.buffer.values["UniqueId_RBV"] == 3
    assert modules(detector)[0][8] == 1


def test_other_modes_of_collection_are_refused():
    async def scenario(detector):
        with pytest.raises(PutRefusedError, match="CollectMode takes MCA spectra or MCA mapping"):
            await detector.caput("CollectMode", "List mapping")

    run(scenario)
