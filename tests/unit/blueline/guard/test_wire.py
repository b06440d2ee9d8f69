"""Our Channel Access messages, held against caproto's."""

import caproto as ca
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.guard import wire

HERE = ("127.0.0.1", 5064)


def server_hears(*sent):
    """Give what a server of caproto understands of bytes."""
    circuit = ca.VirtualCircuit(ca.SERVER, HERE, None)
    commands, _ = circuit.recv(b"".join(sent))
    return [command for command in commands if command is not ca.NEED_DATA]


def test_the_first_messages_say_version_user_and_host():
    version, user, host = server_hears(wire.hello("ada", "here"))
    assert isinstance(version, ca.VersionRequest)
    assert version.version == wire.VERSION
    assert (user.name, host.name) == ("ada", "here")


def test_a_channel_is_asked_for_by_name():
    (asked,) = server_hears(wire.create("BL:sample:x.STOP", 7))
    assert isinstance(asked, ca.CreateChanRequest)
    assert (asked.name, asked.cid) == ("BL:sample:x.STOP", 7)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(ca.ChannelType.STRING, b"1", id="string"),
        pytest.param(ca.ChannelType.INT, 1, id="int"),
        pytest.param(ca.ChannelType.FLOAT, 1.0, id="float"),
        pytest.param(ca.ChannelType.ENUM, 1, id="enum"),
        pytest.param(ca.ChannelType.CHAR, 1, id="char"),
        pytest.param(ca.ChannelType.LONG, 1, id="long"),
        pytest.param(ca.ChannelType.DOUBLE, 1.0, id="double"),
    ],
)
def test_a_number_is_written_in_the_type_of_its_channel(kind, value):
    answer = wire.messages(bytes(ca.CreateChanResponse(kind, 1, cid=3, sid=9)))[0][0]
    (written,) = server_hears(wire.write(answer, 1.0))
    assert isinstance(written, ca.WriteRequest)
    assert (written.sid, written.data_type, written.data_count) == (9, kind, 1)
    assert list(written.data) == [value]


def test_a_value_is_asked_for_under_the_number_of_its_channel():
    answer = wire.messages(bytes(ca.CreateChanResponse(ca.ChannelType.INT, 1, cid=3, sid=9)))[0][0]
    (asked,) = server_hears(wire.read(answer))
    assert isinstance(asked, ca.ReadNotifyRequest)
    assert (asked.sid, asked.ioid) == (9, 3)


def test_a_search_asks_for_each_name():
    broadcaster = ca.Broadcaster(ca.SERVER)
    _, *asked = broadcaster.recv(wire.search({1: "a", 2: "b:c"}), HERE)
    assert [(each.name, each.cid) for each in asked] == [("a", 1), ("b:c", 2)]


@pytest.mark.parametrize(
    ("told", "host"), [("255.255.255.255", "10.0.0.9"), ("10.0.0.1", "10.0.0.1")]
)
def test_an_answer_to_a_search_tells_the_server(told, host):
    answer = b"".join(
        (bytes(ca.VersionResponse(13)), bytes(ca.SearchResponse(5070, told, 4, version=13)))
    )
    assert wire.found(answer, "10.0.0.9") == {4: (host, 5070)}


@given(st.binary(max_size=200), st.integers(0, 200))
def test_messages_do_not_depend_on_how_the_bytes_come(data, cut):
    whole, rest = wire.messages(data)
    first, left = wire.messages(data[:cut])
    second, end = wire.messages(left + data[cut:])
    assert (first + second, end) == (whole, rest)


def test_a_message_with_a_long_header_is_understood():
    payload = bytes(range(256)) * 300
    long = ca.ReadNotifyResponse(payload, ca.ChannelType.CHAR, len(payload), 1, 5)
    (message,), rest = wire.messages(bytes(long))
    assert (message.command, message.second, message.payload, rest) == (wire.READ, 5, payload, b"")
