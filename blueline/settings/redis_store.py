"""Settings in a Redis, which several machines can share.

A namespace is one hash: each field is a key, its value ``<place> <JSON>``, where the place keeps
the order in which keys were added, which a hash does not. Beside it a word that is another one
after each change: while it is the same, what was read is good. (A number would not do: a Redis that
has forgotten something may come to the same number again.) Changes are transactions, which Redis
refuses where somebody was faster, and which are then made anew (WATCH,
https://redis.io/docs/latest/develop/using-commands/transactions/).

How much of what was acknowledged survives a crash of the Redis is for its own configuration to say:
``appendonly yes`` with ``appendfsync always`` is as safe as the file is.
"""

import contextlib
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON
from blueline.settings.store import Answer, Change

#: Seconds for one answer of the Redis, which takes less than a millisecond.
DEADLINE = 5.0
#: Seconds for which a change that others outrun is tried again.
PATIENCE = 10.0
#: Seconds for which the Redis remembers that a change was made; longer than `PATIENCE`.
_REMEMBERED = 60
#: At most so many seconds are waited before the next try.
_LONGEST_PAUSE = 0.02
#: Begins the names of all that is ours.
_PREFIX = "blueline:settings:"


class RedisStore:
    """Keep namespaces in a Redis.

    Parameters
    ----------
    address
        Such as ``"redis://host:port/db"``.

    Raises
    ------
    SettingsError
        It does not answer.
    """

    def __init__(self, address: str) -> None:
        self._where = _without_password(address)
        self._closed = False
        self._known: dict[str, tuple[bytes | None, dict[str, JSON]]] = {}
        self._turn = threading.Lock()
        with self._told():
            self._redis: Any = redis.Redis.from_url(
                address,
                socket_timeout=DEADLINE,
                socket_connect_timeout=DEADLINE,
                retry=Retry(NoBackoff(), 1),  # a connection that was idle may have been closed
            )
            self._redis.ping()

    def read(self, namespace: str) -> Mapping[str, JSON]:
        """Give all of a namespace as it is now."""
        with self._told():
            version = self._redis.get(_version(namespace))
            with self._turn:
                known = self._known.get(namespace)
            if known is not None and known[0] == version:
                return known[1]
            with self._redis.pipeline(transaction=True) as both:
                version, fields = both.get(_version(namespace)).hgetall(_hash(namespace)).execute()
        found = {key: value for key, (_, value) in _in_order(fields).items()}
        with self._turn:
            self._known[namespace] = (version, found)
        return found

    def change(
        self, namespace: str, edit: Callable[[Mapping[str, JSON]], Change[Answer]]
    ) -> Answer:
        """Ask `edit` for a change, and make it unless somebody was faster: then again."""
        deadline = time.monotonic() + PATIENCE
        tried: dict[str, Answer] = {}
        with self._told(), self._redis.pipeline(transaction=True) as transaction:
            while True:
                try:
                    return _changed(transaction, namespace, edit, tried)
                except redis.WatchError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 - no secret

    def close(self) -> None:
        """Let go of the connections; may be repeated."""
        self._closed = True
        self._redis.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Make sentences of what Redis says."""
        if self._closed:
            message = f"the settings in {self._where} are closed; open them again"
            raise SettingsError(message)
        try:
            yield
        except (redis.RedisError, OSError) as error:
            message = (
                f"the settings in {self._where} cannot be used "
                f"({error or type(error).__name__}); see that this Redis runs and may be reached"
            )
            raise SettingsError(message) from error


def _changed(
    transaction: Any,  # noqa: ANN401 - a pipeline of redis
    namespace: str,
    edit: Callable[[Mapping[str, JSON]], Change[Answer]],
    tried: dict[str, Answer],
) -> Answer:
    """Make a change in one transaction; WatchError where somebody was faster.

    A connection that breaks says the same, and nothing of whether the change was made before: the
    words of changes that were tried are looked for, so that none is made twice.
    """
    name, version = _hash(namespace), _version(namespace)
    transaction.watch(name, version)
    for word, answer in tried.items():
        if transaction.exists(_made(word)):
            transaction.unwatch()
            return answer
    kept = _in_order(transaction.hgetall(name))
    change = edit({key: value for key, (_, value) in kept.items()})
    transaction.multi()
    left = {key: place for key, (place, _) in kept.items() if key not in change.drop}
    following = max((place for place, _ in kept.values()), default=0) + 1
    dropped = [key for key in change.drop if key in kept]
    if dropped:
        transaction.hdel(name, *dropped)
    for offset, (key, value) in enumerate(change.put.items()):
        place = left.get(key, following + offset)
        transaction.hset(name, key, f"{place} {json.dumps(value)}")
    if dropped or change.put:
        word = uuid.uuid4().hex
        tried[word] = change.answer
        transaction.set(version, word)
        transaction.set(_made(word), 1, ex=_REMEMBERED)
    transaction.execute()
    return change.answer


def _in_order(fields: Mapping[bytes, bytes]) -> dict[str, tuple[int, JSON]]:
    """Read a hash; a field that is not ours is a damaged store and told as such."""
    found: dict[str, tuple[int, JSON]] = {}
    for key, written in fields.items():
        place, _, value = written.partition(b" ")
        try:
            found[key.decode()] = (int(place), json.loads(value))
        except ValueError as error:
            message = f"the field {key!r} of the settings in Redis is damaged; remove it with HDEL"
            raise SettingsError(message) from error
    return dict(sorted(found.items(), key=lambda each: each[1][0]))


def _hash(namespace: str) -> str:
    return f"{_PREFIX}values:{namespace}"


def _version(namespace: str) -> str:
    return f"{_PREFIX}version:{namespace}"


def _made(word: str) -> str:
    return f"{_PREFIX}made:{word}"


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
