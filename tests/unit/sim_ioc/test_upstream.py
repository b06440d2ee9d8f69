"""What is private to caproto and yet stood on: who changes it must hear of it here."""

import inspect

import pytest
from caproto import ChannelData, _data
from caproto.asyncio.server import Context, VirtualCircuit


@pytest.mark.parametrize(
    "name",
    [
        "_on_disconnect",
        "_process_command",
        "_cull_subscriptions",
        "_start_write_task",
        "_get_db_entry_from_command",
        "subscription_queue_loop",
        "command_queue_loop",
    ],
)
def test_circuit_still_has_what_ours_overrides_or_calls(name):
    assert inspect.isfunction(getattr(VirtualCircuit, name))


@pytest.mark.parametrize("name", ["_read", "subscribe", "unsubscribe", "write", "write_metadata"])
def test_channel_still_has_what_ours_overrides_or_calls(name):
    assert inspect.iscoroutinefunction(getattr(ChannelData, name))


@pytest.mark.parametrize("name", ["server_accept_loop", "tcp_handler", "circuit_disconnected"])
def test_server_still_has_what_ours_calls(name):
    assert inspect.iscoroutinefunction(getattr(Context, name))


def test_updates_still_carry_what_ours_hands_on():
    fields = ("sub_specs", "metadata", "values", "flags", "sub")
    assert _data.SubscriptionUpdate._fields == fields
