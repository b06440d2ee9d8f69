"""The Redis written in Python keeps what it has."""

import pytest
from fakeredis import FakeStrictRedis

from blueline.queue.python_redis import content, restore, snap


@pytest.fixture
def database():
    return FakeStrictRedis(decode_responses=True)


def test_texts_and_lists_come_back(database, tmp_path):
    database.rpush("queue", "one", "two")
    database.set("mode", '{"loop": false}')
    snap(content(database), tmp_path / "snapshot.json")
    other = FakeStrictRedis(decode_responses=True)
    restore(other, tmp_path / "snapshot.json")
    assert other.lrange("queue", 0, -1) == ["one", "two"]
    assert other.get("mode") == '{"loop": false}'


def test_without_a_snapshot_there_is_nothing(database, tmp_path):
    restore(database, tmp_path / "snapshot.json")
    assert content(database) == {}
