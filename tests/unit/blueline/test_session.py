"""What a session refuses before it opens."""

import pytest

from blueline import open_session
from callbacks.stream_wire import StreamError


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1", "0.0.0.0:5577"])
def test_a_stream_with_an_impossible_address_is_refused_before_anything_opens(tmp_path, address):
    with pytest.raises(StreamError):
        open_session(data=tmp_path / "data", stream=address)
    assert not (tmp_path / "data").exists()
