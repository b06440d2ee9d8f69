"""An actuator: command, travel, status."""

import asyncio

from sim_ioc.beam.blade import Blade
from sim_ioc.channel_access.simple_records import switch
from tests.unit.sim_ioc.virtual_time import now, simulate, virtual_clock

WORDS = ("Out", "In")


def test_status_follows_the_command_after_the_travel_in_simulated_time():
    async def main():
        command = switch("c", "Command", WORDS, writable=True)
        status = switch("s", "Status", WORDS, writable=False)
        blade = Blade((command, "VAL"), (status, "VAL"), virtual_clock(10.0), 2.0)
        driving = asyncio.create_task(blade.put(1))
        await asyncio.sleep(0.1)
        assert (command.values["VAL"], blade.state) == (1, 0)
        await driving
        assert 0.2 <= now() < 0.201
        return blade.state

    assert simulate(main()) == 1
