"""The prompt in a real terminal: tmux, real keys, the screen as a person sees it."""

import subprocess
import sys
import time

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
    assert "success" in screen


def test_the_prompt_ends_with_its_beamline(terminal):
    terminal.wait_for("In [1]:")
    terminal.type("exit()")
    ends = time.monotonic() + 20
    while time.monotonic() < ends and still_running():
        time.sleep(0.2)
    assert not still_running()


def still_running() -> bool:
    done = subprocess.run(
        ["pgrep", "-f", f"{sys.executable} -m sim_ioc"], capture_output=True, check=False
    )
    return done.returncode == 0
