"""Many PVs under one prefix, each of them a record to its clients."""

import asyncio

import pytest

from sim_ioc.channel_access.database import Database
from sim_ioc.channel_access.fields import Kind, array, double, menu, table, text
from sim_ioc.channel_access.group import Group
from sim_ioc.channel_access.simple_records import shown_integer

FIELDS = table(
    (
        double("Time", "Exposure", 0.5, "s"),
        menu("Mode", "What to do", ("One", "Many")),
        menu("Shape", "How it looks", ("Round", "Oval", "Square")),
        text("Path", "Folder"),
        array("Data", Kind.LONG, "Image", 4),
    )
)


@pytest.fixture(name="group")
def _group():
    return Group("T:cam1:", FIELDS, Time=2.0, PREC=4)


@pytest.fixture(name="database")
def _database(group):
    return Database([group, shown_integer("T:seed", "Seed", 7)])


def test_members_are_found_behind_the_prefix(database):
    assert database["T:cam1:Time"].value == 2.0
    assert database["T:cam1:Time.VAL"] is database["T:cam1:Time"]
    assert database["T:seed"].value == 7


@pytest.mark.parametrize(
    ("attribute", "told"),
    [
        ("Time.RTYP", "ao"),
        ("Time.DESC", "Exposure"),
        ("Time.EGU", "s"),
        ("Time.NAME", "T:cam1:Time"),
        ("Time.PREC", 4),
        ("Time.SEVR", "NO_ALARM"),
        ("Time.STAT", "NO_ALARM"),
        ("Time.SCAN", "Passive"),
        ("Mode.ZNAM", "One"),
        ("Mode.ONAM", "Many"),
        ("Shape.ONST", "Oval"),
        ("Shape.FFST", ""),
        ("Data.NELM", 4),
        ("Data.NORD", 4),
        ("Data.FTVL", "LONG"),
        ("Path.NELM", 256),
        ("Path.NORD", 0),
    ],
)
def test_a_member_answers_as_a_record(database, attribute, told):
    assert database[f"T:cam1:{attribute}"].value == told


@pytest.mark.parametrize("name", ["Mode.PREC", "Time.ZNAM", "Time.NELM", "Mode.ZRST", "Path.ONAM"])
def test_a_member_has_the_fields_of_its_own_type_only(database, name):
    with pytest.raises(KeyError):
        database[f"T:cam1:{name}"]


def test_length_and_alarm_of_a_member_follow(group, database):
    length, severity = database["T:cam1:Path.NORD"], database["T:cam1:Time.SEVR"]

    async def change():
        await group.post(Path="/data", Time=3.0)
        await group.set_alarm("HIGH", "MINOR")

    asyncio.run(change())
    assert (length.value, severity.value) == (5, "MINOR")
    assert database["T:cam1:Data.STAT"].value == "HIGH"


@pytest.mark.parametrize(
    "name", ["T:cam1:", "T:cam1:None", "T:cam1:Time.NONE", "T:cam2:Time", "T", "", ":", "T:cam1"]
)
def test_other_names_are_unknown(database, name):
    with pytest.raises(KeyError):
        database[name]


def test_a_put_reaches_its_member(group, database):
    asyncio.run(group.put(FIELDS["Path"], "/data"))
    assert database["T:cam1:Path"].value == "/data"


def test_two_records_of_one_name_are_refused(group):
    with pytest.raises(ValueError, match="two records T:cam1:"):
        Database([group, Group("T:cam1:", FIELDS)])
