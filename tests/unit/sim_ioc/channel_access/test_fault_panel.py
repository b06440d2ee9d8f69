"""The PVs of faults: names, ranges, what happens once, and who hears of it."""

import asyncio
from typing import ClassVar

import pytest

from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import checked, double, table
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.errors import PutRefusedError
from sim_ioc.faults import MOTOR_FAULTS, NO_FAULTS, SERVER_FAULTS


class Server(Group):
    """A group on which `drop` happens once."""

    FAULTS: ClassVar = SERVER_FAULTS
    dropped = 0

    async def fault_changed(self, name):
        if name == "drop" and self.faults.is_on("drop"):
            self.dropped += 1
            self.faults.put_off("drop")


class Axis(Record):
    FAULTS: ClassVar = MOTOR_FAULTS


@pytest.fixture(name="axis")
def _axis():
    return Axis("BL:x", "motor", table((double("VAL", "position"), *COMMON_FIELDS)), EGU="mm")


@pytest.fixture(name="server")
def _server():
    return Server("BL:sim:", {})


@pytest.fixture(name="database")
def _database(axis, server):
    return Database([axis, server])


async def inject(database, name, value):
    channel = database[name]
    await channel.put(channel.field, checked(channel.field, value))


def test_record_has_no_faults_before_anybody_asks(axis, database):
    assert database["BL:x"] is database["BL:x"]
    assert axis.faults is NO_FAULTS


def test_faults_of_a_record_and_of_a_group_stand_behind_their_names(database):
    assert database["BL:x:fault:stall"].value == 0.0
    assert database["BL:sim:fault:drop"].value == "No"


@pytest.mark.parametrize(
    "name", ["BL:x:fault:none", "BL:x:fault:", "BL:none:fault:nan", "BL:x:fault:nan:fault:nan"]
)
def test_unknown_fault_is_not_served(database, name):
    with pytest.raises(KeyError):
        database[name]


def test_fault_tells_its_range_and_unit(database):
    stall, noise = database["BL:x:fault:stall"], database["BL:x:fault:noise"]
    assert (stall.lower_ctrl_limit, stall.upper_ctrl_limit) == (0.0, 1.0)
    assert database["BL:x:fault:slow"].units == "s"
    assert noise.lower_ctrl_limit == 0.0


@pytest.mark.parametrize(
    ("fault", "value"), [("stall", 1.5), ("slow", -1.0), ("late", 1e9), ("noise", -0.1)]
)
def test_impossible_strength_is_refused(axis, database, fault, value):
    with pytest.raises(PutRefusedError, match=f"{fault} takes numbers from 0 to "):
        asyncio.run(inject(database, f"BL:x:fault:{fault}", value))
    assert not axis.faults.is_on(fault)


def test_what_happens_once_is_off_again(server, database):
    asyncio.run(inject(database, "BL:sim:fault:drop", "Yes"))
    assert server.dropped == 1
    assert database["BL:sim:fault:drop"].value == "No"


def test_active_faults_are_words(axis, database):
    asyncio.run(inject(database, "BL:x:fault:stall", 0.6))
    asyncio.run(inject(database, "BL:x:fault:alarm", "MAJOR"))
    asyncio.run(inject(database, "BL:x:fault:lie", 1))
    assert axis.faults.active() == ["alarm MAJOR", "stall 0.6", "lie"]


def test_clearing_puts_every_fault_of_the_record_off(axis, database):
    asyncio.run(inject(database, "BL:x:fault:stall", 0.6))
    asyncio.run(inject(database, "BL:x:fault:refuse", 1))
    asyncio.run(database.panels["BL:x"].clear())
    assert axis.faults.active() == []
    assert database["BL:x:fault:stall"].value == 0.0


def test_listener_hears_of_every_change(database):
    heard = []

    async def listen():
        heard.append(database.panels["BL:x"].subject.active())

    database.faults_changed = listen
    asyncio.run(inject(database, "BL:x:fault:stall", 0.6))
    asyncio.run(inject(database, "BL:x:fault:stall", 0.0))
    assert heard == [["stall 0.6"], []]
