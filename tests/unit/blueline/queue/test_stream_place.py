"""Where the documents of a queue can be followed."""

import socket

import pytest

from blueline.queue.stream_place import chosen_stream, free_stream
from callbacks.publish import Publisher

FREE, OWN = "127.0.0.1:15000", "127.0.0.1:5577"


@pytest.mark.parametrize(
    ("said", "described", "chosen"),
    [
        ("", "", FREE),
        ("", OWN, None),
        ("127.0.0.1:1", OWN, "127.0.0.1:1"),
        ("127.0.0.1:0", OWN, FREE),
        ("none", OWN, "none"),
    ],
    ids=["nothing", "the description", "an address", "a free one", "none"],
)
def test_people_go_before_the_description_and_both_before_a_free_port(said, described, chosen):
    assert chosen_stream(said, described, FREE) == chosen


def test_a_session_can_publish_at_what_is_free():
    address = free_stream()
    publisher = Publisher(address)
    assert publisher.address == address
    publisher.close()


def test_the_address_of_last_time_is_kept_while_both_its_ports_are_free():
    kept = free_stream()
    assert free_stream(kept) == kept
    with socket.create_server(("127.0.0.1", int(kept.rpartition(":")[2]) + 1)):
        assert free_stream(kept) != kept


@pytest.mark.parametrize("kept", ["nonsense", "127.0.0.1:x", "127.0.0.1:65535", "0.0.0.0:15000"])
def test_what_is_no_address_of_this_machine_is_not_kept(kept):
    assert free_stream(kept) != kept
