"""A display in memory, and what a person does to a window on it."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageGrab

from blueline import open_session

#: Seconds in which a display ends.
_LAST = 30.0


@contextlib.contextmanager
def display_in_memory() -> Iterator[str]:
    found = shutil.which("Xvfb")
    assert found, "apt-get install xvfb xdotool"
    reads, writes = os.pipe()
    command = [found, "-displayfd", str(writes), "-screen", "0", "1000x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writes,), stderr=subprocess.DEVNULL)
    os.close(writes)
    with os.fdopen(reads) as numbers:
        number = numbers.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(_LAST)


def told(*command: str) -> str:
    done = subprocess.run(["xdotool", *command], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def window_of(title: str) -> str:
    return told("search", "--onlyvisible", "--name", title)


def click(x: int, y: int) -> None:
    told("mousemove", str(x), str(y), "click", "1")


def drag(start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move in steps as a hand does, and let go."""
    told("mousemove", *map(str, start), "mousedown", "1")
    for part in (0.3, 0.6, 1.0):
        at = (round(a + part * (b - a)) for a, b in zip(start, end, strict=True))
        told("mousemove", *map(str, at))
    told("mouseup", "1")


def press(key: str) -> None:
    told("key", key)


def pixels_of(color: tuple[int, int, int]) -> int:
    """How many pixels of the screen have exactly one color."""
    screen = ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).convert("RGB")
    return sum(number for number, each in screen.getcolors(1 << 24) or () if each == color)


def colors() -> int:
    """How many pixels of the screen have a color, as curves do and axes do not."""
    screen = ImageGrab.grab(xdisplay=os.environ["DISPLAY"])
    pixels = screen.convert("HSV").getchannel("S").histogram()
    return sum(pixels[100:])


@contextlib.contextmanager
def session_on_display(ioc, folder: Path):
    """A session on a simulated beamline whose plots have a display, in memory."""
    where = {"data": folder, "port": ioc.port, "prefix": ioc.prefix}
    with (
        display_in_memory() as display,
        pytest.MonkeyPatch.context() as patch,
        (folder / "screen").open("w") as screen,
    ):
        patch.setenv("DISPLAY", display)
        patch.delenv("BLUELINE_PLOTS", raising=False)
        with open_session(**where, screen=screen) as opened:
            yield opened
