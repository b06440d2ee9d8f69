"""Whatever is put into counting electronics, in whatever order, they can be stopped and go on."""

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim_ioc.channel_access.fields import checked
from sim_ioc.counting.mca import Mca
from sim_ioc.counting.mca_settings import McaSettings
from sim_ioc.counting.multichannel_scaler import MultichannelScaler
from sim_ioc.counting.multichannel_scaler_settings import MultichannelScalerSettings
from sim_ioc.counting.scaler import Scaler
from sim_ioc.counting.scaler_settings import ScalerSettings
from sim_ioc.errors import PutRefusedError
from sim_ioc.site import Site
from tests.unit.sim_ioc.counting.steady_beam import SteadyBeam
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock

NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 2.0, 1e-9, 0.5, 100.0, 1e6, 1e12, -1e12, 2**31 - 1, 32767]),
    st.floats(-1e12, 1e12),
    st.integers(-3, 50),
)
PUTS = st.lists(st.tuples(st.integers(0, 10**6), NUMBERS), max_size=10)


def scaler(site):
    return Scaler(ScalerSettings(), site, SteadyBeam())


def mca(site):
    made = Mca(McaSettings(channels=64, gain=300.0), site, SteadyBeam())
    made.prepare()
    return made


def mcs(site):
    return MultichannelScaler(
        MultichannelScalerSettings(channels=50, signals=3), site, SteadyBeam()
    )


STOPS = {scaler: ("CNT", 0), mca: ("STOP", 1), mcs: ("StopAll", 1)}
STARTS = {scaler: ("CNT", 1), mca: ("ERST", 1), mcs: ("EraseStart", 1)}
STATES = {scaler: "CNT", mca: "ACQG", mcs: "Acquiring"}


async def put(record, name, value):
    try:
        await record.put(record.fields[name], checked(record.fields[name], value))
    except PutRefusedError:
        return


def writable(part):
    return [
        (record, field.name)
        for record in part.records
        for field in record.fields.values()
        if field.writable
    ]


def assert_is_representable(part):
    for record in part.records:
        for name, field in record.fields.items():
            value = record.values[name]
            if field.is_array:
                assert np.asarray(value).size <= field.length, name
            elif not isinstance(value, str):
                assert np.isfinite(value), name


@pytest.mark.parametrize("make", [scaler, mca, mcs])
@settings(max_examples=20)
@given(puts=PUTS, instant=st.booleans())
def test_any_puts_leave_it_working(make, puts, instant):
    async def main():
        failures = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: failures.append(context)
        )
        part = make(Site("T:", virtual_clock(instant=instant)))
        for record in part.records:
            for name in record.fields:
                record.channel(name)
        fields = writable(part)
        tasks = []
        for index, value in puts:
            tasks.append(asyncio.create_task(put(*fields[index % len(fields)], value)))
            await asyncio.sleep(0.3)
        await put(part, *STOPS[make])
        assert part.values[STATES[make]] == 0
        assert_is_representable(part)
        counting = asyncio.create_task(put(part, *STARTS[make]))
        await asyncio.sleep(0.5)
        await put(part, *STOPS[make])
        await asyncio.sleep(0.5)
        assert part.values[STATES[make]] == 0
        for task in (*tasks, counting):
            task.cancel()
        assert not failures

    simulate(main())
