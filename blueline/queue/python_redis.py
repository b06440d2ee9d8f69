"""The last resort: a Redis written in Python, which keeps what it has in a JSON file.

``python -m blueline.queue.python_redis PORT SNAPSHOT`` serves fakeredis on loopback, where there is
no Redis for a platform. It has no password, so it is for a machine of one's own. The snapshot is
written within `SNAP_EVERY` of a change, so a kill can lose that much, which a true Redis does not.
"""

import contextlib
import json
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.whole_files import replace_file

if TYPE_CHECKING:
    from redis import Redis

#: Seconds between two looks whether something has changed.
SNAP_EVERY = 0.1


def content(database: "Redis") -> dict[str, Any]:
    """Give all texts and lists of texts by their key; the queue has nothing else."""
    found: dict[str, Any] = {}
    keys: Any = database.keys("*")
    for key in sorted(keys):
        if database.type(key) == "list":
            found[key] = database.lrange(key, 0, -1)
        else:
            found[key] = database.get(key)
    return found


def restore(database: "Redis", snapshot: Path) -> None:
    """Put back what the snapshot has; a snapshot that is not there has nothing."""
    with contextlib.suppress(FileNotFoundError):
        for key, value in json.loads(snapshot.read_bytes()).items():
            if isinstance(value, list):
                database.rpush(key, *value)
            else:
                database.set(key, value)


def snap(found: dict[str, Any], snapshot: Path) -> None:
    """Write a snapshot, whole or not at all."""
    replace_file(snapshot, json.dumps(found), mode=0o600, is_durable=True)


def main() -> int:
    """Serve until the process is terminated."""
    from fakeredis import FakeStrictRedis, TcpFakeServer

    port, snapshot = int(sys.argv[1]), Path(sys.argv[2])
    server = TcpFakeServer(("127.0.0.1", port), server_type="redis")
    server.daemon_threads = True
    database = FakeStrictRedis(server=server.fake_server, decode_responses=True)
    restore(database, snapshot)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept = content(database)
    is_last = False
    while not is_last:
        is_last = ended.wait(SNAP_EVERY)
        now = content(database)
        if now != kept:
            snap(now, snapshot)
            kept = now
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
