"""What the server tells of itself, and the faults that befall all its clients at once."""

import asyncio
import contextlib

import pytest

from sim_ioc.channel_access.context import LoopbackServer
from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import checked
from sim_ioc.channel_access.simple_records import shown_integer
from sim_ioc.errors import PutRefusedError
from sim_ioc.server_control import ServerControl
from sim_ioc.site import Site
from tests.unit.sim_ioc.channel_access.watched import monitor
from tests.unit.sim_ioc.virtual_time import simulate, virtual_clock


class Scene:
    """A server of one record and its control, without sockets."""

    def __init__(self):
        site = Site("BL:", virtual_clock())
        self.control = ServerControl(site)
        many = [shown_integer(f"BL:axis_of_the_stage:{n}", "one of many", 0) for n in range(20)]
        self.database = Database([self.control, shown_integer("BL:x", "an axis", 0), *many])
        self.server = LoopbackServer(self.database)

    async def inject(self, name, value=1):
        channel = self.database[f"BL:{name}"]
        await channel.put(channel.field, checked(channel.field, value))

    @property
    def told(self):
        return self.control.values["faults"]


def run(scenario):
    async def main():
        scene = Scene()
        running = asyncio.create_task(scene.control.run(scene.server, scene.database))
        await asyncio.sleep(0)
        await scenario(scene)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    simulate(main())


@pytest.mark.parametrize("rate", [1, 30, 1000, 10_000])
def test_storm_counts_as_often_as_asked_for(rate):
    async def scenario(scene):
        await scene.inject("sim:fault:storm", rate)
        await asyncio.sleep(10)
        assert scene.control.values["storm"] == pytest.approx(10 * rate, rel=0.01, abs=1)

    run(scenario)


def test_every_count_of_a_storm_is_posted():
    async def scenario(scene):
        watching = await monitor(scene.database["BL:sim:storm"])
        await scene.inject("sim:fault:storm", 5000)
        await asyncio.sleep(0.5)
        assert watching.values == list(range(len(watching.values)))
        assert len(watching.values) > 2000

    run(scenario)


def test_storm_ends_when_put_off():
    async def scenario(scene):
        await scene.inject("sim:fault:storm", 1000)
        await asyncio.sleep(1)
        await scene.inject("sim:fault:storm", 0)
        counted = scene.control.values["storm"]
        await asyncio.sleep(10)
        assert scene.control.values["storm"] - counted <= 1

    run(scenario)


def test_storm_beyond_what_a_server_can_is_refused():
    async def scenario(scene):
        with pytest.raises(PutRefusedError, match="storm takes numbers from 0 to 10000"):
            await scene.inject("sim:fault:storm", 1e5)

    run(scenario)


def test_frozen_server_answers_again_after_its_time():
    async def scenario(scene):
        await scene.inject("sim:fault:freeze", 3.0)
        assert scene.server.answers.is_set()
        await asyncio.sleep(0.1)
        assert not scene.server.answers.is_set()
        await asyncio.sleep(3.0)
        assert scene.server.answers.is_set()
        assert scene.database["BL:sim:fault:freeze"].value == 0.0

    run(scenario)


def test_later_freeze_that_is_longer_is_not_cut_short_by_an_earlier_one():
    async def scenario(scene):
        scene.server.freeze(1.0)
        scene.server.freeze(5.0)
        await asyncio.sleep(2.0)
        assert not scene.server.answers.is_set()
        await asyncio.sleep(4.0)
        assert scene.server.answers.is_set()

    run(scenario)


def test_active_faults_are_told_by_the_names_of_their_records():
    async def scenario(scene):
        await scene.inject("x:fault:alarm", "MAJOR")
        await scene.inject("sim:fault:storm", 10)
        assert scene.told == "x alarm MAJOR; sim storm 10"
        await scene.inject("sim:fault:storm", 0)
        assert scene.told == "x alarm MAJOR"

    run(scenario)


def test_more_faults_than_a_text_holds_are_counted():
    async def scenario(scene):
        for number in range(20):
            await scene.inject(f"axis_of_the_stage:{number}:fault:refuse")
        assert scene.told.startswith("axis_of_the_stage:0 refuse; ")
        assert scene.told.endswith(" more")
        listed = scene.told.count("refuse")
        assert scene.told.endswith(f"and {20 - listed} more")
        assert len(scene.told) <= 255

    run(scenario)


def test_clearing_puts_all_faults_of_all_records_off():
    async def scenario(scene):
        await scene.inject("x:fault:alarm", "MAJOR")
        await scene.inject("x:fault:refuse")
        await scene.inject("sim:fault:storm", 10)
        await scene.inject("sim:fault:clear")
        assert scene.told == ""
        assert scene.database["BL:x:fault:refuse"].value == "No"
        assert scene.database["BL:x.SEVR"].value == "NO_ALARM"
        assert scene.database["BL:sim:fault:clear"].value == "No"

    run(scenario)
