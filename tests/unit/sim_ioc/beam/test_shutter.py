"""The shutter: its status follows its command, and its interlock has the last word."""

import asyncio

import pytest

from sim_ioc.beam.shutter import TRAVEL_TIME, Shutter, ShutterSettings
from sim_ioc.errors import PutRefusedError
from tests.unit.sim_ioc.beam.clients import caput, virtual_site
from tests.unit.sim_ioc.virtual_time import now, simulate


def with_shutter(scenario, **settings):
    """Run a scenario; `told` holds what the shutter was each time it was about to change."""

    async def main():
        told = []
        shutter = Shutter(ShutterSettings(**settings), virtual_site())
        shutter.watch(lambda: told.append(shutter.is_open))
        await scenario(shutter)
        return shutter, told

    return simulate(main())


def test_put_completes_when_the_status_has_followed():
    async def scenario(shutter):
        assert shutter.is_open
        closing = asyncio.create_task(caput(shutter.command, "VAL", "Closed"))
        await asyncio.sleep(TRAVEL_TIME / 2)
        assert (shutter.command.values["VAL"], shutter.is_open) == (0, True)
        await closing
        assert now() == pytest.approx(TRAVEL_TIME, abs=1e-6)

    shutter, told = with_shutter(scenario)
    assert not shutter.is_open
    assert told == [True]


def test_last_of_two_commands_wins():
    async def scenario(shutter):
        puts = (caput(shutter.command, "VAL", word) for word in ("Closed", "Open"))
        await asyncio.gather(*puts)

    shutter, told = with_shutter(scenario)
    assert shutter.is_open
    assert told == []


def test_tripped_interlock_closes_the_shutter():
    async def scenario(shutter):
        await caput(shutter.interlock, "VAL", "Tripped")

    shutter, told = with_shutter(scenario)
    assert not shutter.is_open
    assert shutter.command.values["VAL"] == 0
    assert told == [True]


def test_shutter_refuses_to_open_while_the_interlock_is_tripped():
    async def scenario(shutter):
        await caput(shutter.interlock, "VAL", "Tripped")
        with pytest.raises(PutRefusedError, match="put Ok into T:shutter:interlock first"):
            await caput(shutter.command, "VAL", "Open")
        await caput(shutter.command, "VAL", "Closed")

    shutter, _ = with_shutter(scenario)
    assert not shutter.is_open


def test_reset_interlock_lets_the_shutter_open_but_does_not_open_it():
    async def scenario(shutter):
        await caput(shutter.interlock, "VAL", "Tripped")
        await caput(shutter.interlock, "VAL", "Ok")
        assert not shutter.is_open
        await caput(shutter.command, "VAL", "Open")

    shutter, _ = with_shutter(scenario)
    assert shutter.is_open


def test_interlock_that_trips_while_the_shutter_opens_wins():
    async def scenario(shutter):
        opening = asyncio.create_task(caput(shutter.command, "VAL", "Open"))
        await asyncio.sleep(TRAVEL_TIME / 2)
        await caput(shutter.interlock, "VAL", "Tripped")
        await opening

    shutter, told = with_shutter(scenario, is_open=False)
    assert not shutter.is_open
    assert told == []
