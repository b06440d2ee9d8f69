"""What other machines can reach needs keys, whatever its name begins with."""

import pytest
from pydantic import ValidationError

from blueline.config.beamline_model import QueueModel, StreamModel

ELSEWHERE = ["127.evil.example.com:5577", "localhost.evil.com:1", "0.0.0.0:5577", "[::]:5577"]
HERE = ["127.0.0.1:5577", "127.0.0.2:1", "localhost:5577"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_stream_that_others_reach_is_refused_without_keys(address):
    with pytest.raises(ValidationError, match="can be reached from elsewhere: give keys"):
        StreamModel(address=address)


@pytest.mark.parametrize("part", ["control", "information"])
@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_queue_that_others_reach_is_refused_without_keys(address, part):
    with pytest.raises(ValidationError, match="can be reached from elsewhere: give keys"):
        QueueModel(**{part: address})


@pytest.mark.parametrize("address", HERE)
def test_an_address_of_this_machine_needs_no_keys(address):
    assert StreamModel(address=address).address == address
    assert QueueModel(control=address).control == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_keys_open_an_address_to_others(address):
    assert QueueModel(control=address, keys="keys").control == address
