"""Several people at one prompt, by the line that the page on it shows (BL-34)."""

import os
import re
import shlex
import subprocess
import sys

import pexpect
import pytest

from callbacks.replay import journals, stop_of
from tests.system.documents import ROOT
from tests.waiting import wait_until

pytestmark = [pytest.mark.needs_system, pytest.mark.timeout(180)]

PAGE = (ROOT / "docs/how-to/share-a-shell.md").read_text(encoding="utf-8")
ENVIRONMENT = {**os.environ, "TERM": "xterm"}


def shown(beginning):
    """Give the words of the first command of the page that begins so."""
    found = re.search(rf"[`$ ]({re.escape(beginning)}[^`|\n]*)", PAGE)
    assert found is not None
    return shlex.split(found[1])


@pytest.fixture
def tmux(tmp_path):
    """Make a command of the page one of a server of our own, on a simulated beamline."""
    socket = f"blueline-{tmp_path.name}"

    def own(words):
        flags = ["--data", str(tmp_path), "--time-factor", "20"]
        python = {"blueline": [sys.executable, "-m", "blueline"], "mine": ["mine"]}
        typed = [each for word in words[1:] for each in python.get(word, [word])]
        if "shell" in typed:
            typed = [*typed[:-1], *flags]
        return ["tmux", "-L", socket, *typed]

    yield own
    subprocess.run(["tmux", "-L", socket, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def screen(tmux):
    """Give what all see, colours left out."""

    def captured():
        command = tmux(["tmux", "capture-pane", "-p"])
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    return captured


@pytest.fixture
def people(tmux, screen):
    """Two who have typed the line, one after the other."""
    clients = []
    command, *words = tmux(shown("tmux new-session -A -s mine blueline"))
    for _ in range(2):
        client = pexpect.spawn(
            command, words, env=ENVIRONMENT, encoding="utf-8", timeout=30, dimensions=(40, 120)
        )
        clients.append(client)
        wait_until("there is a prompt", lambda: has_fresh_prompt(screen()), 60)
        client.expect("lists all commands")
    yield clients
    for client in clients:
        client.close(force=True)


def has_fresh_prompt(text):
    return re.search(r"In \[1\]:\s*\Z", text)


def test_all_see_what_one_types_and_the_prompt_stays_when_one_leaves(people):
    ada, bob = people
    ada.sendline("print('from ' + 'ada')")
    bob.expect("from ada")
    ada.close(force=True)
    bob.sendline("print('from ' + 'bob')")
    bob.expect("from bob")


def test_beginning_anew_ends_a_scan_with_its_stop_and_gives_all_a_fresh_prompt(
    people, screen, tmux, tmp_path
):
    ada, bob = people
    ada.sendline("theirs = 5; RE(timescan(0.5))")
    wait_until("the scan runs", lambda: journals(tmp_path), 30)
    subprocess.run(tmux(shown("tmux respawn-pane -k")), check=True, timeout=20)
    wait_until("it has its stop document", lambda: stop_of(journals(tmp_path)[0]), 30)
    wait_until("there is a fresh prompt", lambda: has_fresh_prompt(screen()), 60)
    bob.sendline("print('theirs is kept:', 'theirs' in globals())")
    ada.expect("theirs is kept: False")
    ada.sendline("ascan x 0 1 2 0.1")
    bob.expect("3 points in")
