"""The PVs that our devices use are among those that the virtual beamline says it serves."""

import asyncio

import pytest
from ophyd.signal import EpicsSignalBase

from blueline.beamline import virtual_beamline
from devices.health import channels_of
from sim_ioc.beamline import Beamline
from sim_ioc.layout import builtin_beamline
from sim_ioc.listing import pv_rows
from tests.waiting import PATIENCE

PREFIX = "I:"


async def served():
    settings = builtin_beamline().model_copy(update={"prefix": PREFIX})
    return {row.name: row for row in pv_rows(Beamline(settings).database.records.values())}


@pytest.fixture(scope="module")
def table():
    return asyncio.run(served())


@pytest.fixture(scope="module")
def signals(instant_ioc):
    beamline = virtual_beamline(PREFIX)
    beamline.make_later()
    devices = [*beamline.devices.values(), *beamline.facts.values()]
    found = [signal for device in devices for signal in signals_of(device)]
    # pyepics minds a channel that goes while it connects
    for signal in found:
        signal.wait_for_connection(timeout=PATIENCE)
    yield found
    for device in devices:
        device.destroy()


def signals_of(device):
    """All channels of a device, those it opens only when they are first used included."""
    if isinstance(device, EpicsSignalBase):
        return [device]
    walked = [walk.item for walk in device.walk_signals(include_lazy=True)]
    own = dict.fromkeys([*walked, *channels_of(device)])
    return [signal for signal in own if isinstance(signal, EpicsSignalBase)]


def names(signal):
    return [name.removesuffix(".VAL") for name in (signal.pvname, written(signal)) if name]


def written(signal):
    return getattr(signal, "setpoint_pvname", None)


def test_every_pv_of_a_device_is_in_the_table(signals, table):
    missing = [name for signal in signals for name in names(signal) if name not in table]
    assert len(signals) > 100
    assert all(any(part in signal.pvname for signal in signals) for part in ("cam:", "mca1"))
    assert not missing


def test_what_a_device_writes_may_be_written(signals, table):
    wrong = [
        written(signal)
        for signal in signals
        if written(signal) and table[written(signal).removesuffix(".VAL")].access != "read/write"
    ]
    assert not wrong


def test_units_of_the_table_are_those_that_clients_see(signals, table):
    for signal in signals:
        units = (signal.metadata.get("units") or "").strip()
        if units:
            assert units == table[signal.pvname.removesuffix(".VAL")].unit[:7], signal.pvname
