"""Counting under way: slices, stops, changes on the way, in time and without."""

import asyncio
import math

import pytest

from sim_ioc.counting.count import Count
from sim_ioc.faults import COUNTER_FAULTS, Faults
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock


class Stopwatch:
    """An exposure that knows only seconds."""

    def __init__(self, preset=math.inf):
        self.preset = preset
        self.spans = []

    @property
    def elapsed(self):
        return sum(seconds for _, seconds in self.spans)

    def expose(self, start, seconds):
        self.spans.append((start, seconds))

    def left(self, now):
        return self.preset - self.elapsed


class Shown:
    def __init__(self):
        self.times = []

    async def __call__(self):
        self.times.append(now())


def run(scenario, faults=None, **options):
    async def main():
        shown = Shown()
        async with asyncio.timeout(1000):
            count = Count(virtual_clock(**options), shown, faults or Faults({}))
            await scenario(count, shown)

    simulate(main())


@pytest.mark.parametrize("options", [{}, {"factor": 20.0}, {"instant": True}], ids=str)
def test_exposure_ends_exactly_with_its_preset(options):
    async def scenario(count, _):
        watch = Stopwatch(3.0)
        await count.expose(watch, 10.0)
        assert watch.elapsed == pytest.approx(3.0, abs=1e-12)

    run(scenario, **options)


def test_spans_follow_each_other_without_gap():
    async def scenario(count, _):
        watch = Stopwatch(1.0)
        await count.expose(watch, 10.0)
        ends = [start + seconds for start, seconds in watch.spans]
        assert [start for start, _ in watch.spans[1:]] == pytest.approx(ends[:-1])

    run(scenario)


def test_progress_is_shown_on_the_way_but_not_at_the_end():
    async def scenario(count, shown):
        await count.expose(Stopwatch(1.05), 10.0)
        assert shown.times == pytest.approx([0.1 * n for n in range(1, 11)], abs=1e-6)

    run(scenario)


def test_stop_ends_a_wait_and_an_exposure():
    async def scenario(count, _):
        waiting = asyncio.create_task(count.wait(100.0))
        await asyncio.sleep(2.0)
        count.stop()
        await waiting
        watch = Stopwatch(5.0)
        await count.expose(watch, 10.0)
        assert (now(), watch.spans) == (pytest.approx(2.0), [])

    run(scenario)


def test_endless_exposure_passes_its_preset():
    faults = Faults(COUNTER_FAULTS)

    async def scenario(count, _):
        faults.values["endless"] = 1
        watch = Stopwatch(1.0)
        counting = asyncio.create_task(count.expose(watch, 10.0))
        await asyncio.sleep(7.0)
        faults.values["endless"] = 0
        await counting
        assert watch.elapsed == pytest.approx(7.0, abs=0.2)

    run(scenario, faults)


def test_preset_that_shrinks_is_heeded_when_looked_at_again():
    async def scenario(count, _):
        watch = Stopwatch()
        counting = asyncio.create_task(count.expose(watch, 10.0))
        await asyncio.sleep(1.01)
        watch.preset = 1.0
        count.look_again()
        await counting
        assert now() == pytest.approx(1.01, abs=1e-6)

    run(scenario)


def test_other_exposure_takes_over_from_its_moment():
    async def scenario(count, _):
        first, second = Stopwatch(10.0), Stopwatch(1.0)
        counting = asyncio.create_task(count.expose(first, 10.0))
        await asyncio.sleep(2.5)
        count.change(second)
        await counting
        assert first.elapsed == pytest.approx(2.5, abs=1e-6)
        assert second.spans[0][0] == pytest.approx(2.5, abs=1e-6)

    run(scenario)
