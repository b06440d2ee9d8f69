"""The shutter: its status follows its command when the blade has moved."""

import asyncio

import pytest

from sim_ioc.beam.shutter import TRAVEL_TIME, Shutter
from sim_ioc.channel_access.fields import checked
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock


async def command(shutter, word):
    field = shutter.command.fields["VAL"]
    await shutter.command.put(field, checked(field, word))


def test_put_completes_when_the_status_has_followed():
    async def main():
        told = []
        shutter = Shutter("s:", virtual_clock(), lambda: told.append(shutter.is_open))
        assert shutter.is_open
        closing = asyncio.create_task(command(shutter, "Closed"))
        await asyncio.sleep(TRAVEL_TIME / 2)
        assert (shutter.command.values["VAL"], shutter.is_open) == (0, True)
        await closing
        assert now() == pytest.approx(TRAVEL_TIME, abs=1e-6)
        assert not shutter.is_open
        assert told == [True]

    simulate(main())


def test_last_of_two_commands_wins():
    async def main():
        told = []
        shutter = Shutter("s:", virtual_clock(), lambda: told.append(shutter.is_open))
        await asyncio.gather(command(shutter, "Closed"), command(shutter, "Open"))
        assert shutter.is_open
        assert told == []

    simulate(main())
