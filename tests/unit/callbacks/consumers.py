"""Consumers of every temper, for tests of what stands between them and a scan.

The functions are factories for child processes: what they get is what JSON can carry.
"""

import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from callbacks.line import to_line
from tests.unit.callbacks.scan_documents import Scan

HERE = "tests.unit.callbacks.consumers"
LINES = [to_line(name, doc) for name, doc in Scan().documents()]
NAMES = [name for name, _ in Scan().documents()]


def offer(consumer: Any, lines: Sequence[bytes] = LINES) -> None:
    """Offer a consumer a small scan, or other lines."""
    for line in lines:
        consumer.offer(line)


class Writes:
    """Write the names of the documents into a file, and how it was ended."""

    def __init__(self, path: str) -> None:
        self.paths = [path]
        self._file = Path(path).open("w")

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        self._file.write(json.dumps([name, doc.get("seq_num")]) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.write("closed\n")
        self._file.close()


def written(path: Path) -> list[str]:
    """Give the names of the documents that `Writes` got, and "closed" where it was."""
    lines = path.read_text().splitlines()
    return [line if line == "closed" else json.loads(line)[0] for line in lines]


class Prints(Writes):
    """Print to everything that could be mistaken for the answers."""

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        print("{", name, flush=True)
        os.write(1, b'{"consumed": -1}\nnoise')
        os.system("echo more noise")  # noqa: S605
        super().__call__(name, doc)


class ClosesNever(Writes):
    """Hang when it is asked to end."""

    def close(self) -> None:
        hang()


def raises(at: str, said: str = "it is broken"):
    """Raise at the first document of that name."""

    def consume(name: str, _doc: dict[str, Any]) -> None:
        if name == at:
            raise ValueError(said)

    return consume


def exits(status: int, how: str):
    """End its process at the first document, politely or not."""
    end = {"sys.exit": sys.exit, "os._exit": os._exit}[how]
    return lambda _name, _doc: end(status)


def hangs(path: str):
    """Say that the first document came, and never come back from it."""

    def consume(name: str, _doc: dict[str, Any]) -> None:
        Path(path).write_text(json.dumps([name]) + "\n")
        hang()

    return consume


def opens_window():
    """Open a window for each run, where there is a display."""

    def consume(name: str, _doc: dict[str, Any]) -> None:
        if name == "start":
            import tkinter

            tkinter.Tk()

    return consume


def opens_figure():
    """Make a figure with the backend of the environment."""
    from matplotlib import pyplot

    return lambda _name, _doc: pyplot.figure()


def hang(seconds: float | None = None) -> None:
    threading.Event().wait(seconds)
