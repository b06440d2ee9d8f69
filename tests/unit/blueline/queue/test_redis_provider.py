"""Which Redis a queue has."""

import pytest

from blueline.queue import redis_provider
from blueline.queue.errors import QueueError
from blueline.queue.places import QueueFolder
from blueline.queue.redis_provider import PYTHON, RedisPlace, choose, free_port, start
from tests.system.running_queue import PACKAGED


def test_a_configured_redis_that_does_not_answer_is_told():
    with pytest.raises(QueueError, match=r"the configured Redis .* does not answer"):
        choose(f"127.0.0.1:{free_port()}")


def test_where_a_redis_is_is_told_without_its_password():
    place = RedisPlace("redis-server", ":1234@127.0.0.1:6379/0")
    assert place.told == "redis-server at 127.0.0.1:6379/0"
    assert place.password == str(1234)
    assert place.port == 6379


def test_a_redis_without_a_password_has_none():
    assert RedisPlace("configured", "127.0.0.1:6379/0").password == ""


def test_the_installed_redis_comes_before_the_one_of_a_wheel(monkeypatch, tmp_path):
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose().program == str(program)


def test_a_machine_without_redis_has_another(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose().kind in redis_provider.KINDS[1:]


def test_a_kind_that_is_asked_for_is_taken():
    assert choose(PYTHON).kind == PYTHON


def test_a_kind_that_is_not_here_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(QueueError, match="there is no redis-server here"):
        choose("redis-server")


def test_each_redis_of_ours_has_a_password_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "redis-server").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    first, second = choose(), choose()
    assert len(first.password) >= 40
    assert first.password != second.password


@pytest.mark.parametrize(
    ("kind", "file", "content"),
    [
        (PACKAGED, "appendonly.aof", b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\nXXXXXXXXXXXXX\r\n"),
        (PYTHON, "snapshot.json", b'{"queue": ["a"'),
    ],
    ids=["redis", "python"],
)
def test_a_redis_that_cannot_read_its_file_says_what_to_do(tmp_path, kind, file, content):
    folder = QueueFolder(tmp_path / "queue").made()
    (folder.redis / file).write_bytes(content)
    with pytest.raises(QueueError, match=f"which is damaged: `mv {folder.redis} {folder.redis}-d"):
        start(choose(kind), folder)
