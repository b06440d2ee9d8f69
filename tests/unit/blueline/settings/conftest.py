"""Settings in a file and in a Redis: both must do the same."""

from pathlib import Path

import pytest

from blueline.settings import open_settings
from tests.redis_server import redis_server


@pytest.fixture(scope="session")
def redis_address(tmp_path_factory):
    """A Redis for all tests."""
    with redis_server(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture(params=["file", "redis"])
def where(request, tmp_path):
    """A store that is empty, as it is given to `open_settings`."""
    if request.param == "file":
        return tmp_path / "settings.sqlite"
    address = request.getfixturevalue("redis_address")
    import redis

    with redis.Redis.from_url(address) as client:
        client.flushall()
    return address


@pytest.fixture
def settings(where: Path | str):
    """Settings that are closed when the test ends."""
    with open_settings(where) as opened:
        yield opened


@pytest.fixture
def others(where: Path | str):
    """The same settings, as another process has them."""
    with open_settings(where) as opened:
        yield opened
