"""The scaler record without a network: presets, updates, order, noise that can be repeated."""

import asyncio
import gc

import pytest

from sim_ioc.channel_access.fields import checked
from sim_ioc.counting.scaler import Scaler
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.site import Site
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock


class LoggedScaler(Scaler):
    """Keep what is posted."""

    def __init__(self, seed=0, beam=None, **options):
        self.log = []
        self.beam = beam or SteadyBeam()
        site = Site("T:", virtual_clock(**options), seed)
        super().__init__(ScalerSettings(name="s"), site, self.beam)

    async def post(self, timestamp=None, /, **values):
        self.log += values.items()
        await super().post(timestamp, **values)

    async def caput(self, name, value):
        field = self.fields[name]
        await self.put(field, checked(field, value))

    def counts(self):
        return [self.values[f"S{number}"] for number in (1, 2, 3, 4)]


def run(scenario, **options):
    async def main():
        scaler = LoggedScaler(**options)
        async with asyncio.timeout(1000):
            await scenario(scaler)
        return scaler

    return simulate(main())


async def begin(scaler, name, value, seconds):
    """Start a put and look again after `seconds`; return the put."""
    put = asyncio.create_task(scaler.caput(name, value))
    await asyncio.sleep(seconds)
    return put


async def count_two_seconds(scaler):
    await scaler.caput("TP", 2.0)
    await scaler.caput("CNT", 1)


def test_count_lasts_its_preset_time():
    async def scenario(scaler):
        await count_two_seconds(scaler)
        assert now() == pytest.approx(0.2, abs=1e-6)

    scaler = run(scenario, factor=10.0)
    assert scaler.values["T"] == 2.0
    assert scaler.values["S1"] == 2e7


def test_delay_comes_before_the_count():
    async def scenario(scaler):
        await scaler.caput("DLY", 3.0)
        await count_two_seconds(scaler)
        assert now() == pytest.approx(5.0, abs=1e-6)

    assert run(scenario).values["T"] == 2.0


def test_channels_carry_the_names_of_the_counters():
    async def scenario(scaler):
        assert [scaler.values[f"NM{n}"] for n in range(1, 6)] == ["clock", "I0", "It", "If", ""]

    run(scenario)


def test_counts_are_posted_before_count_is_done():
    events = [name for name, _ in run(count_two_seconds).log]
    assert events.index("CNT") < events.index("S2")
    assert events[-1] == "CNT"


@pytest.mark.parametrize(("asked", "shown"), [(20, 40), (1, 20), (1000, 120)])
def test_counts_grow_at_the_rate_asked_within_reason(asked, shown):
    async def scenario(scaler):
        await scaler.caput("RATE", asked)
        await count_two_seconds(scaler)

    seen = [value for name, value in run(scenario).log if name == "S2"]
    assert len(seen) == pytest.approx(shown, abs=1)
    assert seen == sorted(seen)


def test_same_seed_gives_the_same_counts_however_they_are_watched():
    slow, fast = run(count_two_seconds), run(count_two_seconds, factor=200.0)
    assert slow.counts() == fast.counts()
    assert run(count_two_seconds, instant=True).counts() == slow.counts()


def test_another_seed_gives_other_counts():
    assert run(count_two_seconds, seed=1).counts() != run(count_two_seconds, seed=2).counts()


def test_counts_have_the_variance_of_poisson():
    async def many(scaler):
        for _ in range(400):
            await scaler.caput("CNT", 1)
            seen.append(scaler.values["S3"])

    seen: list[float] = []
    run(many, instant=True)
    mean = sum(seen) / len(seen)
    variance = sum((value - mean) ** 2 for value in seen) / (len(seen) - 1)
    assert mean == pytest.approx(1e4, rel=0.005)
    # 400 samples know the ratio to sqrt(2/400) = 7 %
    assert variance / mean == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("instant", [True, False])
def test_count_ends_at_a_monitor_preset(instant):
    async def scenario(scaler):
        await scaler.caput("TP", 0)
        await scaler.caput("PR2", 50000)
        await scaler.caput("CNT", 1)

    scaler = run(scenario, instant=instant)
    assert scaler.values["S2"] == pytest.approx(50000, abs=1)
    assert scaler.values["T"] == pytest.approx(0.5, rel=0.03)


def test_stopped_count_keeps_what_it_has():
    async def scenario(scaler):
        await scaler.caput("TP", 100.0)
        counting = await begin(scaler, "CNT", 1, 3.0)
        await scaler.caput("CNT", 0)
        assert now() == pytest.approx(3.0, abs=1e-6)
        await counting

    scaler = run(scenario)
    assert scaler.values["T"] == pytest.approx(3.0, abs=1e-6)
    assert scaler.values["CNT"] == 0
    assert scaler.values["S2"] > 0


def test_second_start_joins_the_running_count():
    async def scenario(scaler):
        await asyncio.gather(scaler.caput("CNT", 1), scaler.caput("CNT", 1))

    assert [value for name, value in run(scenario).log if name == "CNT"] == [1, 0]


def test_starts_at_the_same_moment_make_one_count_out_of_auto_count():
    async def scenario(scaler):
        await start_auto_count(scaler)
        await asyncio.gather(scaler.caput("CNT", 1), scaler.caput("CNT", 1))
        assert scaler.values["T"] == 1.0

    assert [value for name, value in run(scenario).log if name == "CNT"] == [1, 0]


def test_count_that_fails_is_done_all_the_same():
    class Broken(SteadyBeam):
        async def ready(self):
            raise OSError("no tables")

    async def main():
        scaler = LoggedScaler(beam=Broken())
        failures = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: failures.append(str(context["exception"]))
        )
        await scaler.caput("CNT", 1)
        assert scaler.values["CNT"] == 0
        scaler._task = None
        gc.collect()
        assert failures == ["no tables"]

    simulate(main())


def test_change_of_the_beam_counts_from_its_moment():
    async def scenario(scaler):
        await scaler.caput("TP", 20.0)
        counting = await begin(scaler, "CNT", 1, 1.99)
        scaler.beam.change(I0=0.0)
        await counting

    scaler = run(scenario)
    # 1.99 s of the 20 s asked for
    assert scaler.values["S2"] == pytest.approx(1e5 * 1.99, abs=5 * 450)
    assert scaler.values["T"] == 20.0


def test_late_look_does_not_count_beyond_the_preset():
    async def scenario(scaler):
        await scaler.caput("TP", 0.01)
        counting = await begin(scaler, "CNT", 1, 0.0)
        asyncio.get_running_loop()._now += 5.0  # the machine is busy
        scaler.advance()
        await counting

    assert run(scenario).values["T"] == 0.01


async def start_auto_count(scaler):
    await scaler.caput("TP1", 0.5)
    await scaler.caput("CONT", "AutoCount")
    await asyncio.sleep(3.0)


def test_auto_count_shows_counts_without_being_asked():
    async def scenario(scaler):
        await start_auto_count(scaler)
        assert scaler.values["S2"] > 0
        assert scaler.values["CNT"] == 0

    run(scenario)


def test_auto_count_gives_way_to_a_count_and_comes_back():
    async def scenario(scaler):
        await start_auto_count(scaler)
        await scaler.caput("CNT", 1)
        assert scaler.values["T"] == 1.0
        await asyncio.sleep(3.0)
        assert 0 < scaler.values["T"] <= 0.5

    run(scenario)


def test_auto_count_goes_on_when_a_count_that_is_not_is_stopped():
    async def scenario(scaler):
        await start_auto_count(scaler)
        await scaler.caput("CNT", 0)
        scaler.log.clear()
        await asyncio.sleep(3.0)
        assert scaler.log

    run(scenario)


def test_auto_count_that_ends_leaves_its_last_counts():
    async def scenario(scaler):
        await scaler.caput("DLY1", 10.0)
        await start_auto_count(scaler)
        await asyncio.sleep(10.0)
        assert scaler.values["T"] == 0.5
        await scaler.caput("CONT", "OneShot")
        await asyncio.sleep(30.0)
        assert scaler.values["T"] == 0.5
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(scenario)


def test_auto_count_does_not_change_the_noise_of_counts():
    async def idle(scaler):
        await start_auto_count(scaler)
        await scaler.caput("CONT", "OneShot")
        await count_two_seconds(scaler)

    assert run(idle).counts() == run(count_two_seconds).counts()


def test_preset_of_the_clock_and_time_follow_each_other():
    async def scenario(scaler):
        await scaler.caput("TP", 0.5)
        assert scaler.values["PR1"] == 5e6
        await scaler.caput("PR1", 2e7)

    assert run(scenario).values["TP"] == 2.0


@pytest.mark.parametrize("name", ["TP", "PR2", "DLY"])
def test_negative_preset_is_refused(name):
    with pytest.raises(PutRefusedError, match=name):
        run(lambda scaler: scaler.caput(name, -1))


def states(scaler):
    return {name: scaler.values[name] for name in ("SS", "US", "CNT")}


def test_states_tell_delay_count_and_rest():
    async def scenario(scaler):
        await scaler.caput("DLY", 1.0)
        counting = await begin(scaler, "CNT", 1, 0.5)
        assert states(scaler) == {"SS": 0, "US": 1, "CNT": 1}
        await asyncio.sleep(1.0)
        assert states(scaler) == {"SS": 2, "US": 3, "CNT": 1}
        await counting
        assert states(scaler) == {"SS": 0, "US": 0, "CNT": 0}

    run(scenario)


@pytest.mark.parametrize(("counters", "channels"), [(3, 8), (8, 16), (31, 32)])
def test_number_of_channels_is_that_of_the_smallest_card_that_fits(counters, channels):
    async def main():
        names = tuple(f"c{number}" for number in range(counters))
        settings = ScalerSettings(channels=names)
        return Scaler(settings, Site("T:", virtual_clock()), SteadyBeam()).values["NCH"]

    assert simulate(main()) == channels


def test_counter_that_the_beam_does_not_know_counts_nothing():
    async def main():
        settings = ScalerSettings(channels=("I0", "unplugged"))
        scaler = Scaler(settings, Site("T:", virtual_clock()), SteadyBeam())
        await scaler.put(scaler.fields["CNT"], 1)
        assert scaler.number("S2") > 0
        assert scaler.number("S3") == 0

    simulate(main())


@pytest.mark.parametrize("instant", [True, False])
def test_endless_count_ends_only_when_it_is_stopped(instant):
    async def scenario(scaler):
        scaler.make_faults().values["endless"] = 1
        counting = await begin(scaler, "CNT", 1, 30.0)
        assert scaler.values["CNT"] == 1
        await scaler.caput("CNT", 0)
        await counting
        assert scaler.number("T") == pytest.approx(30.0, abs=1e-3)

    run(scenario, instant=instant)


@pytest.mark.parametrize("instant", [True, False])
def test_endless_count_ends_when_the_fault_is_lifted(instant):
    async def scenario(scaler):
        faults = scaler.make_faults()
        faults.values["endless"] = 1
        counting = await begin(scaler, "CNT", 1, 30.0)
        faults.values["endless"] = 0
        await counting
        assert now() == pytest.approx(30.0, abs=0.2)

    run(scenario, instant=instant)
