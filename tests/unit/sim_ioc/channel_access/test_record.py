"""A record: values, channels made when asked for, what clients are shown."""

import asyncio

import pytest

from sim_ioc.channel_access.fields import Field, Kind, double, string, table
from sim_ioc.channel_access.record import COMMON_FIELDS, Record
from sim_ioc.channel_access.simple_records import shown_integer, shown_number, switch
from sim_ioc.errors import PutRefusedError

FIELDS = table(
    (
        Field("VAL", Kind.DOUBLE, "position", unit="{EGU}", limits=("LOW", "HIGH")),
        double("SPEED", "speed", unit="{EGU}/s"),
        double("LOW", "limit"),
        double("HIGH", "limit"),
        string("EGU", "unit"),
        Field("PREC", Kind.SHORT, "decimals"),
        *COMMON_FIELDS,
    )
)


@pytest.fixture(name="record")
def _record():
    return Record("r", "test", FIELDS, EGU="mm", PREC=3, LOW=-1.0, HIGH=2.0)


def test_field_without_a_handler_keeps_what_was_put(record):
    asyncio.run(record.put(record.fields["SPEED"], 2.5))
    assert record.values["SPEED"] == 2.5
    assert record.channel("SPEED").value == 2.5


def test_handler_decides_what_a_put_means(record):
    async def refuse(_):
        raise PutRefusedError("no")

    record.handlers["VAL"] = refuse
    with pytest.raises(PutRefusedError):
        asyncio.run(record.put(record.fields["VAL"], 1.0))
    assert record.values["VAL"] == 0.0


def test_what_is_posted_together_has_one_timestamp(record):
    channels = [record.channel(name) for name in ("VAL", "SPEED")]
    asyncio.run(record.post(1.7e9, VAL=1.0, SPEED=2.0))
    assert [channel.value for channel in channels] == [1.0, 2.0]
    assert [channel.timestamp for channel in channels] == [1.7e9, 1.7e9]


def test_channel_made_later_shows_the_value_of_then(record):
    asyncio.run(record.post(1.7e9, VAL=1.5))
    assert (record.channel("VAL").value, record.channel("VAL").timestamp) == (1.5, 1.7e9)


def test_channel_carries_unit_precision_and_limits_and_follows_them(record):
    channel = record.channel("VAL")
    assert (channel.units, channel.precision) == ("mm", 3)
    assert (channel.lower_ctrl_limit, channel.upper_ctrl_limit) == (-1.0, 2.0)

    async def change():
        await record.post(EGU="deg", PREC=5, HIGH=9.0)
        await record.refresh_metadata()

    asyncio.run(change())
    assert (channel.units, channel.precision, channel.upper_ctrl_limit) == ("deg", 5, 9.0)


def test_every_record_says_its_name_and_type(record):
    assert (record.values["NAME"], record.values["RTYP"]) == ("r", "test")


def test_unknown_field_is_a_key_error(record):
    with pytest.raises(KeyError):
        record.channel("NOPE")


def test_simple_records_show_and_switch():
    number = shown_number("n", "current", 200.0, "mA", 3)
    assert not number.fields["VAL"].writable
    assert (number.channel("VAL").units, number.channel("VAL").precision) == ("mA", 3)
    assert shown_integer("i", "seed", 7).channel("VAL").value == 7
    lamp = switch("s", "lamp", ("Off", "On"), 1, writable=False)
    assert (lamp.channel("VAL").value, lamp.record_type) == ("On", "bi")
