"""A real terminal for tests: tmux with a server of its own, real keys, the screen as it is seen."""

import os
import re
import subprocess
import time

import pytest

#: Columns and lines.
SIZE = (120, 50)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
#: What took how long: parts that took no time are not told.
_TIMES = re.compile(r"(?<=points in ).*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class Terminal:
    """A program in a terminal."""

    def __init__(self, socket: str, command: list[str], columns: int = SIZE[0]) -> None:
        # of this process: other runs of the tests have servers of their own
        self._tmux = ["tmux", "-L", f"{socket}-{os.getpid()}"]
        size = "-x", str(columns), "-y", str(SIZE[1])
        self.run("new-session", "-d", *size, *command)

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*self._tmux, *words], capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout

    def write(self, text: str) -> None:
        """Type text, without Enter."""
        self.run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: Tab, C-c, F7."""
        self.run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a line."""
        self.write(text)
        self.press("Enter")

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def wait_for(self, text: str, deadline: float = 60) -> str:
        """Wait until the screen has a text, as a regular expression, and give the screen."""
        ends = time.monotonic() + deadline
        screen = ""
        while time.monotonic() < ends:
            screen = self.screen()
            if re.search(text, screen):
                return screen
            time.sleep(0.1)
        pytest.fail(f"{text!r} did not appear within {deadline} s:\n{screen}")

    def prompt(self, deadline: float = 60) -> str:
        """Wait until the last line of the screen is an empty prompt, and give the screen."""
        return self.wait_for(r"In \[\d+\]:\s*\Z", deadline)

    def answer(self, text: str, deadline: float = 60) -> str:
        """Clear the screen, type a line, and give what it is answered with."""
        self.clear()
        self.type(text)
        self.wait_for(rf"(?s)In \[\d+\]: {re.escape(text[:40])}.*In \[\d+\]:\s*\Z", deadline)
        return self.screen()

    def clear(self) -> None:
        self.press("C-l")
        self.wait_for(r"\A\s*In \[\d+\]:\s*\Z")

    def end(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


def masked(screen: str) -> list[str]:
    """Give the lines of a screen with # for every number and one space for many.

    What is measured differs from run to run, what is said of it does not.
    """
    told = (_TIMES.sub("TIME", _DAY.sub("DAY", line)) for line in screen.splitlines())
    lines = (_NUMBER.sub("#", line) for line in told)
    return [folded for line in lines if (folded := " ".join(line.split()))]
