"""The scaler record without a network: presets, updates, order, noise that can be repeated."""

import asyncio
import time

import pytest

from sim_ioc.clock import Clock
from sim_ioc.errors import PutRefusedError
from sim_ioc.fields import checked
from sim_ioc.scaler import Scaler

NAMES = ("I0", "It", "If")


class LoggedScaler(Scaler):
    """Keep what is posted."""

    def __init__(self, rates=(1e5, 1e4, 3.0), factor=20.0, seed=0, **options):
        self.log = []
        self.rates = rates
        super().__init__("s", NAMES, self, Clock(factor, **options), seed)

    async def ready(self):
        """Be the beam as well: its rates can be told at once."""

    def average_rates(self, start, end):
        return self.rates

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
        async with asyncio.timeout(10):
            await scenario(scaler)
        return scaler

    return asyncio.run(main())


async def count_two_seconds(scaler):
    await scaler.caput("TP", 2.0)
    await scaler.caput("CNT", 1)


def test_count_lasts_its_preset_time():
    started = time.monotonic()
    scaler = run(count_two_seconds, factor=10.0)
    # a busy machine may be late, never early
    assert 0.99 * 0.2 < time.monotonic() - started < 0.2 + 0.5
    assert scaler.values["T"] == 2.0
    assert scaler.values["S1"] == 2e7


def test_channels_carry_the_names_of_the_counters():
    scaler = LoggedScaler()
    assert [scaler.values[f"NM{n}"] for n in range(1, 6)] == ["clock", "I0", "It", "If", ""]


def test_counts_are_posted_before_count_is_done():
    events = [name for name, _ in run(count_two_seconds).log]
    assert events.index("CNT") < events.index("S2")
    assert events[-1] == "CNT"


def test_counts_grow_while_counting():
    async def scenario(scaler):
        await scaler.caput("TP", 1.0)
        await scaler.caput("CNT", 1)

    shown = [value for name, value in run(scenario, factor=2.0).log if name == "S2"]
    assert len(shown) >= 5
    assert shown == sorted(shown)


def test_same_seed_gives_the_same_counts_however_they_are_watched():
    slow, fast = run(count_two_seconds, factor=8.0), run(count_two_seconds, factor=200.0)
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
        counting = asyncio.create_task(scaler.caput("CNT", 1))
        await asyncio.sleep(0.1)
        await scaler.caput("CNT", 0)
        await counting

    scaler = run(scenario)
    assert 0.5 < scaler.values["T"] < 5.0
    assert scaler.values["CNT"] == 0
    assert scaler.values["S2"] > 0


def test_second_start_joins_the_running_count():
    async def scenario(scaler):
        await asyncio.gather(scaler.caput("CNT", 1), scaler.caput("CNT", 1))

    assert [value for name, value in run(scenario).log if name == "CNT"] == [1, 0]


def test_change_of_the_beam_counts_from_its_moment():
    async def scenario(scaler):
        await scaler.caput("TP", 20.0)
        counting = asyncio.create_task(scaler.caput("CNT", 1))
        await asyncio.sleep(0.1)
        scaler.advance()
        scaler.rates = (0.0, 0.0, 0.0)
        await counting

    scaler = run(scenario, factor=20.0)
    # 0.1 s at 20 simulated seconds per second of the 20 s asked for
    assert 0.99 * 1e5 * 2.0 < scaler.values["S2"] < 1e5 * 19


def test_auto_count_shows_counts_without_being_asked():
    async def scenario(scaler):
        await scaler.caput("TP1", 0.5)
        await scaler.caput("CONT", "AutoCount")
        await asyncio.sleep(0.15)
        assert scaler.values["S2"] > 0
        assert scaler.values["CNT"] == 0
        await scaler.caput("CNT", 1)
        assert scaler.values["T"] == 1.0
        await scaler.caput("CONT", "OneShot")

    run(scenario)


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
