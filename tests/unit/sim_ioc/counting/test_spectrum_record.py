"""What every mca record shows, whatever fills it."""

import numpy as np
import pytest

from sim_ioc.counting.spectrum_record import SpectrumRecord, stop_time
from tests.unit.sim_ioc.virtual_time import simulate


def shown(*steps):
    """Return a record after coroutine functions that take it."""

    async def main():
        record = SpectrumRecord("m", 100, "test")
        for step in steps:
            await step(record)
        return record

    return simulate(main())


async def ramp(record):
    await record.show(np.arange(100, dtype=np.int32))


def dead(real, live):
    async def step(record):
        await record.post(**record.dead_times(real, live))
        await record.warn()

    return step


def test_region_and_its_background_are_shown():
    async def region(record):
        for name, value in {"R3LO": 10, "R3HI": 20, "R3BG": 1}.items():
            await record.put(record.fields[name], value)

    record = shown(ramp, region)
    assert record.values["R3"] == sum(range(10, 21))
    assert record.values["R3N"] == pytest.approx(0.0)
    assert record.values["BG"][10:21].tolist() == list(range(10, 21))
    assert record.values["NORD"] == 100


def test_dead_time_is_told_of_all_and_of_the_last_span():
    record = shown(dead(1.0, 0.5), dead(2.0, 1.4))
    assert record.values["DTIM"] == pytest.approx(30.0)
    assert record.values["IDTIM"] == pytest.approx(10.0)


def test_alarm_of_dead_time_ends_well_below_its_limit():
    steps = [dead(1.0, 0.55), dead(2.0, 1.21), dead(3.0, 2.1)]
    alarms = [shown(*steps[:number]).values["SEVR"] for number in (1, 2, 3)]
    assert alarms == [1, 1, 0]


def test_stop_time_reads_as_that_of_the_record():
    day, time = stop_time().rsplit(" ", 1)
    assert len(time) == len("12:34:56.789")
    assert day.count(",") == 1
