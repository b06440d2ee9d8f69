"""Start the programs of `stream_children`, and hear what they tell."""

import contextlib
import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from callbacks.publish import Publisher
from callbacks.stream_wire import StreamError
from tests.system.documents import ROOT


class Child:
    """A process, and everything it has told so far."""

    def __init__(self, *command: str) -> None:
        self.told: list[Any] = []
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.told.append(json.loads(line) if line.startswith(b"[") else line.decode().rstrip())

    def documents(self) -> list[tuple[str, dict[str, Any]]]:
        """Give the documents among what it has told."""
        return [tuple(told) for told in self.told if len(told) == 2 and told[0] != "notice"]

    def notices(self) -> list[str]:
        """Give the notices among what it has told."""
        return [told[1] for told in self.told if told[0] == "notice"]

    def say(self, line: bytes) -> None:
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()


def free_address() -> str:
    """Give an address whose port is free, and the one after it.

    It is none of those that the system gives away until somebody publishes there.
    """
    while True:
        address = f"127.0.0.1:{12_000 + 2 * secrets.randbelow(9_000)}"
        with contextlib.suppress(StreamError):
            Publisher(address).close()
            return address


@contextlib.contextmanager
def children() -> Iterator[Callable[..., Child]]:
    """Start programs by name; they end with the block."""
    with contextlib.ExitStack() as ending:

        def start(*arguments: str) -> Child:
            child = Child("-m", "tests.system.stream_children", *arguments)
            ending.callback(child.close)
            return child

        yield start
