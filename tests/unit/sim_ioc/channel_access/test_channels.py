"""What comes over the wire is checked and handed to the record; what it shows goes out."""

import asyncio

import numpy as np
import pytest
from caproto import AccessRights, AlarmSeverity, ChannelType

from sim_ioc.channel_access.channels import make_channel
from sim_ioc.channel_access.fields import TYPES, Field, Kind, array, double, menu, readback, string
from sim_ioc.errors import PutRefusedError

FIELDS = [double("VAL", "position"), menu("SET", "use or set", ("Use", "Set")), string("D", "text")]
VALUE, SWITCH, TEXT = FIELDS


class Puts:
    """Be the record: remember what was put."""

    def __init__(self):
        self.seen = []

    async def __call__(self, field, value):
        self.seen.append((field.name, value))


def put(field, data, data_type, initial=0):
    puts = Puts()
    channel = make_channel("r", field, initial, puts)
    asyncio.run(channel.write_from_dbr(data, data_type, None))
    return puts.seen[0][1]


def wire(*values, kind="f8"):
    import numpy as np

    return np.array(values, dtype=kind)


@pytest.mark.parametrize(
    ("field", "data", "data_type", "value"),
    [
        (VALUE, wire(1.5), ChannelType.DOUBLE, 1.5),
        (VALUE, wire(3, kind="i4"), ChannelType.LONG, 3.0),
        (VALUE, [b"2.5\0junk"], ChannelType.STRING, 2.5),
        (SWITCH, [b"Set"], ChannelType.STRING, 1),
        (SWITCH, wire(1, kind="u2"), ChannelType.ENUM, 1),
    ],
)
def test_put_of_any_wire_type_arrives_in_the_type_of_the_field(field, data, data_type, value):
    taken = put(field, data, data_type)
    assert taken == value
    assert type(taken) is type(value)


def test_long_text_may_come_as_bytes():
    assert put(TEXT, b"hello\0\0\0", ChannelType.CHAR, initial="") == "hello"


@pytest.mark.parametrize("data", [wire(), wire(1.0, 2.0)])
def test_only_one_value_at_a_time_is_taken(data):
    with pytest.raises(PutRefusedError, match="r: VAL takes one value"):
        put(VALUE, data, ChannelType.DOUBLE)


def test_acknowledgement_of_alarms_is_no_value():
    with pytest.raises(PutRefusedError, match="takes values"):
        put(VALUE, wire(1, kind="u2"), ChannelType.PUT_ACKT)


def test_readback_cannot_be_written():
    channel = make_channel("r", readback("RBV", "position"), 0.0, Puts())
    assert channel.check_access("host", "user") == AccessRights.READ


def test_posted_choice_is_shown_as_its_word():
    channel = make_channel("r", SWITCH, 0, Puts())
    asyncio.run(channel.post(1, 123.0))
    assert channel.value == "Set"


def test_word_monitored_as_a_number_is_zero_with_an_alarm():
    channel = make_channel("r", TEXT, "word", Puts())
    metadata, values = asyncio.run(channel._read(ChannelType.TIME_DOUBLE))
    assert list(values) == [0.0]
    assert metadata.severity == AlarmSeverity.INVALID_ALARM
    assert channel.value == "word"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_field_has_a_channel(kind):
    field = Field("F", kind, "field", choices=("a", "b"), length=8 if kind is Kind.TEXT else 1)
    initial = "text" if kind in {Kind.STRING, Kind.TEXT} else 1
    channel = make_channel("r", field, initial, Puts())
    shown = {Kind.STRING: "text", Kind.TEXT: "text", Kind.ENUM: "b", Kind.CHAR: b"\x01"}
    assert channel.value == shown.get(kind, 1)


@pytest.mark.parametrize("kind", list(TYPES))
def test_an_array_keeps_all_its_numbers(kind):
    field = array("F", kind, "numbers", 5)
    channel = make_channel("r", field, np.array([1, 2, 0], TYPES[kind]), Puts())
    _, values = asyncio.run(channel.read(channel.data_type))
    assert list(np.frombuffer(values, np.uint8) if kind is Kind.CHAR else values) == [1, 2, 0]
