"""The prompt in a real terminal: tmux, real keys, the screen as a person sees it."""

import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.system.commands import BLUELINE

pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(180)]


class Terminal:
    """A tmux session of its own server."""

    def __init__(self, socket: str, command: list[str]) -> None:
        self._tmux = ["tmux", "-L", socket]
        self.run("new-session", "-d", "-x", "140", "-y", "50", *command)

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*self._tmux, *words], capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)
        self.run("send-keys", "Enter")

    def wait_for(self, text: str, deadline: float = 60) -> str:
        ends = time.monotonic() + deadline
        while time.monotonic() < ends:
            screen = self.run("capture-pane", "-p")
            if text in screen:
                return screen
            time.sleep(0.2)
        pytest.fail(f"{text!r} did not appear within {deadline} s:\n{screen}")


@pytest.fixture
def terminal(tmp_path):
    command = [*BLUELINE, "shell", "--data", str(tmp_path), "--time-factor", "50"]
    found = Terminal(f"blueline-{tmp_path.name}", command)
    yield found
    subprocess.run([*found._tmux, "kill-server"], check=False, capture_output=True)


def test_a_scan_is_typed_and_its_table_is_on_the_screen(terminal):
    terminal.wait_for("In [1]:")
    terminal.type("RE(ascan(x, -1, 1, 4, 0.1))")
    screen = terminal.wait_for("In [2]:")
    assert "ascan x -1 1 4 0.1" in screen
    assert "5 points" in screen


def test_the_prompt_ends_with_its_beamline(terminal, tmp_path):
    terminal.wait_for("In [1]:")
    family = processes_of(tmp_path)
    assert any("sim_ioc" in process.cmdline() for process in family)
    terminal.type("exit()")
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


def processes_of(folder: Path) -> list[psutil.Process]:
    """The shell that writes into a folder, and its children."""
    shells = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] != "tmux: server"
        and {"shell", str(folder)} <= set(process.info["cmdline"] or ())
    ]
    return [*shells, *(child for shell in shells for child in shell.children(recursive=True))]
