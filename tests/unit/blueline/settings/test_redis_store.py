import re

import pytest
import redis

from blueline.settings import SettingsError, open_settings
from tests.redis_server import redis_server


def test_a_redis_that_is_not_there_is_told_without_its_password():
    address = "redis://:secret@127.0.0.1:1/0"
    with pytest.raises(SettingsError, match=r"redis://127\.0\.0\.1:1/0 cannot be used") as caught:
        open_settings(address)
    assert "secret" not in str(caught.value)


def test_a_redis_that_dies_is_told_and_one_that_comes_back_is_used_again(tmp_path):
    with redis_server(tmp_path) as address:
        settings = open_settings(address)
        kept = settings.namespace("n")
        kept["x"] = 1
    with pytest.raises(SettingsError, match="see that this Redis runs"):
        kept["x"] = 2
    with pytest.raises(SettingsError, match="see that this Redis runs"):
        kept["x"]
    settings.close()


def test_a_store_that_was_emptied_by_others_is_seen_as_empty(redis_address):
    with open_settings(redis_address) as settings, redis.Redis.from_url(redis_address) as client:
        kept = settings.namespace("n")
        kept["x"] = 1
        assert kept["x"] == 1
        client.flushall()
        assert kept.copy() == {}
        with open_settings(redis_address) as others:
            others.namespace("n")["x"] = 2
        assert kept.copy() == {"x": 2}


def test_a_damaged_field_is_told(redis_address):
    with open_settings(redis_address) as settings, redis.Redis.from_url(redis_address) as client:
        client.flushall()
        client.hset("blueline:settings:values:n", "x", "not ours")
        with pytest.raises(SettingsError, match=re.escape("the field b'x'")):
            settings.namespace("n")["x"]


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "others change it meanwhile"])
def test_a_change_whose_answer_was_lost_is_not_made_twice(redis_address, others):
    from blueline.settings.redis_store import RedisStore
    from blueline.settings.store import Change

    store, theirs = RedisStore(redis_address), RedisStore(redis_address)
    store._redis.flushall()
    pipelines = []
    make = store._redis.pipeline

    def pipeline(transaction):
        made = make(transaction=transaction)
        pipelines.append(made)
        execute = made.execute

        def lose_the_first_answer(*arguments, **named):
            made.execute = execute
            execute(*arguments, **named)
            for _ in range(others):
                theirs.change("n", lambda _: Change(None, put={"theirs": 1}))
            raise redis.WatchError("the connection broke while keys were watched")

        made.execute = lose_the_first_answer
        return made

    store._redis.pipeline = pipeline
    edits = []

    def edit(kept):
        edits.append(dict(kept))
        following = kept.get("number", 0) + 1
        return Change(following, put={"number": following})

    assert store.change("n", edit) == 1
    assert edits == [{}]
    store._redis.pipeline = make
    assert store.read("n")["number"] == 1
    store.close()
    theirs.close()


@pytest.mark.parametrize("address", ["postgres://host/db", "http://x"])
def test_an_address_of_something_else_is_refused(address):
    with pytest.raises(SettingsError, match="give a file, or redis://"):
        open_settings(address)
