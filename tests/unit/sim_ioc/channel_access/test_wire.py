"""What is packed quickly is the same, byte for byte, as what caproto makes of it."""

import asyncio

import caproto as ca
import numpy as np
import pytest
from caproto import ChannelType

from sim_ioc.channel_access.channels import make_channel
from sim_ioc.channel_access.fields import Field, Kind
from sim_ioc.channel_access.wire import pack, stamp, timed_number

TIMED = {
    Kind.DOUBLE: ChannelType.TIME_DOUBLE,
    Kind.FLOAT: ChannelType.TIME_FLOAT,
    Kind.LONG: ChannelType.TIME_LONG,
    Kind.SHORT: ChannelType.TIME_INT,
}
NOW = 1_700_000_000.25


async def nobody(field, value):
    """Take a put."""


def channel_of(kind, value=-3, **options):
    return make_channel("r", Field("F", kind, "field", **options), value, nobody)


async def generic(channel, data_type):
    """Read as caproto does."""
    return await ca.ChannelData._read(channel, data_type)


@pytest.mark.parametrize("kind", list(TIMED), ids=[kind.name for kind in TIMED])
def test_number_with_its_time_is_what_caproto_makes_of_it(kind):
    channel = channel_of(kind)

    async def both():
        await channel.post(-3, NOW)
        await channel.alarm.write(status=7, severity=2)
        return timed_number(channel, TIMED[kind]), await generic(channel, TIMED[kind])

    quick, slow = asyncio.run(both())
    assert bytes(quick[0]) == bytes(slow[0])
    assert pack(quick[1], quick[0], TIMED[kind], 1) == pack(slow[1], slow[0], TIMED[kind], 1)


@pytest.mark.parametrize(
    ("channel", "data_type"),
    [
        (channel_of(Kind.DOUBLE), ChannelType.DOUBLE),
        (channel_of(Kind.DOUBLE), ChannelType.CTRL_DOUBLE),
        (channel_of(Kind.LONG), ChannelType.TIME_DOUBLE),
        (channel_of(Kind.ENUM, 1, choices=("a", "b")), ChannelType.TIME_ENUM),
        (channel_of(Kind.DOUBLE, np.zeros(4), length=4), ChannelType.TIME_DOUBLE),
    ],
    ids=["no time", "limits", "other type", "enum", "array"],
)
def test_all_else_is_left_to_caproto(channel, data_type):
    assert timed_number(channel, data_type) is None


@pytest.mark.parametrize("time", [NOW, 1_795_270_000.999999, 631_152_000.0])
def test_time_is_caprotos_to_a_microsecond(time):
    assert stamp(time).timestamp == pytest.approx(time, abs=1e-6)
    assert abs(stamp(time).timestamp - ca.TimeStamp.from_unix_timestamp(time).timestamp) < 2e-6


@pytest.mark.parametrize(
    ("values", "data_type"),
    [
        (np.array([1.5]), ChannelType.DOUBLE),
        (np.arange(7, dtype="i2"), ChannelType.INT),
        (np.zeros(100_000), ChannelType.DOUBLE),
        ([b"some words"], ChannelType.STRING),
        (b"characters", ChannelType.CHAR),
    ],
    ids=["scalar", "padded", "extended header", "string", "text"],
)
def test_update_is_the_command_that_caproto_makes(values, data_type):
    count = len(values)
    command = ca.EventAddResponse(values, data_type, count, 1, 4_000_000_000)
    sent = b"".join((bytes(command.header), *command.buffers))
    assert pack(values, None, data_type, count).to(4_000_000_000) == sent


def test_elements_that_are_not_there_are_sent_as_zero():
    message = pack(np.array([1.0, 2.0]), None, ChannelType.DOUBLE, 4).to(1)
    circuit = ca.VirtualCircuit(ca.CLIENT, ("127.0.0.1", 1), 0)
    (command,), _ = circuit.recv(message)
    assert list(command.data) == [1, 2, 0, 0]
