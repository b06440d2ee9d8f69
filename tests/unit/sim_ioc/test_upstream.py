"""What is private to caproto and yet stood on: who changes it must hear of it here."""

import asyncio
import inspect

import caproto as ca
import pytest
from caproto import ChannelData, ChannelDouble, _commands, _data, _dbr, _headers
from caproto.asyncio.server import Context, VirtualCircuit
from caproto.server.common import LoopExit, Subscription, SubscriptionSpec


@pytest.mark.parametrize(
    "name",
    [
        "_on_disconnect",
        "_process_command",
        "_cull_subscriptions",
        "_start_write_task",
        "_get_db_entry_from_command",
        "_command_queue_iteration",
    ],
)
def test_circuit_still_has_what_ours_overrides_or_calls(name):
    assert inspect.isfunction(getattr(VirtualCircuit, name))


@pytest.mark.parametrize("name", ["_read", "subscribe", "unsubscribe", "write", "write_metadata"])
def test_channel_still_has_what_ours_overrides_or_calls(name):
    assert inspect.iscoroutinefunction(getattr(ChannelData, name))


@pytest.mark.parametrize("name", ["circuit_disconnected"])
def test_server_still_has_what_ours_calls(name):
    assert inspect.iscoroutinefunction(getattr(Context, name))


def test_updates_still_carry_what_ours_hands_on():
    fields = ("sub_specs", "metadata", "values", "flags", "sub")
    assert _data.SubscriptionUpdate._fields == fields


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (_commands.data_payload, ["data", "metadata", "data_type", "data_count"]),
        (
            _headers.EventAddResponseHeader,
            ["payload_size", "data_type", "data_count", "status", "subscriptionid"],
        ),
    ],
    ids=["data_payload", "EventAddResponseHeader"],
)
def test_packing_still_takes_what_ours_gives(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters


def test_types_are_still_found_by_name_and_by_number():
    assert _dbr._channel_type_by_name["TIME_DOUBLE"] is ca.ChannelType.TIME_DOUBLE
    assert _dbr.DBR_TYPES[ca.ChannelType.TIME_DOUBLE] is _dbr.DBR_TIME_DOUBLE


def test_circuit_still_leaves_its_loop_by_these_exceptions_and_numbers_channels_so():
    assert issubclass(LoopExit, Exception)
    circuit = ca.VirtualCircuit(ca.SERVER, ("127.0.0.1", 1), None)
    circuit._channel_id_counter = lambda: 77
    assert circuit.new_channel_id() == 77


def test_channel_still_keeps_value_time_and_subscriptions_where_ours_looks():
    class Queue:
        async def put(self, update):
            """Take an update."""

    channel, queue = ChannelDouble(value=1.0), Queue()
    no_filter = ca.ChannelFilter(ts=None, dbnd=None, arr=None, sync=None)
    specification = SubscriptionSpec(channel, "TIME_DOUBLE", 1, no_filter)
    asyncio.run(channel.subscribe(queue, specification, None))
    assert channel._queues[queue][None]["TIME_DOUBLE"] == {specification}
    assert list(channel._content) == ["TIME_DOUBLE"]
    assert channel._data["value"] == 1.0
    assert isinstance(channel._data["timestamp"], ca.TimeStamp)


def test_subscriptions_still_carry_what_ours_hands_on():
    fields = {"circuit", "channel", "data_type", "data_count", "subscriptionid", "db_entry"}
    assert fields <= set(Subscription._fields)


@pytest.mark.parametrize(
    "reply",
    [ca.ErrorResponse(ca.EchoRequest(), 1, 1, "why"), ca.EchoResponse()],
    ids=["error", "echo"],
)
def test_reply_that_ours_sends_past_the_circuit_still_changes_none_of_its_states(reply):
    circuit = ca.VirtualCircuit(ca.SERVER, ("127.0.0.1", 1), None)
    circuit.process_command(ca.VersionRequest(0, ca.DEFAULT_PROTOCOL_VERSION))
    circuit.send(ca.VersionResponse(ca.DEFAULT_PROTOCOL_VERSION))
    before = dict(circuit.states.states)
    sent = b"".join(circuit.send(reply))
    assert circuit.states.states == before
    assert sent == b"".join((bytes(reply.header), *reply.buffers))
