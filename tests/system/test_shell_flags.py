"""Sessions are made, listed and opened by name from the command line (BL-33)."""

import os
import re
import sys

import pexpect
import pytest

from tests.free_port import free_port
from tests.system.commands import run

pytestmark = pytest.mark.timeout(180)

PROMPT = r"In \[\d+\]"
ENVIRONMENT = {**os.environ, "TERM": "dumb", "PROMPT_TOOLKIT_NO_CPR": "1"}


def blueline(where, *words):
    done = run(*words, cwd=where)
    assert done.returncode == 0
    return done.stdout


@pytest.fixture
def mine(tmp_path):
    """A beamline whose simulation runs at a port of its own."""
    blueline(tmp_path, "new", "beamline", "mine")
    file = tmp_path / "mine" / "beamline.yml"
    file.write_text(file.read_text().replace("port: 5064", f"port: {free_port()}"))
    return tmp_path / "mine"


def answered(mine, line, *flags):
    """Open a shell with flags, type a line, and give what is shown before the next prompt."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "blueline", "shell", *flags],
        cwd=str(mine),
        encoding="utf-8",
        timeout=60,
        dimensions=(50, 160),
        env=ENVIRONMENT,
    )
    child.expect(PROMPT)
    child.sendline(line)
    child.expect(r"\n")
    child.expect(PROMPT)
    shown = child.before
    child.sendline("exit()")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return shown


def test_a_session_is_created_listed_and_started_by_its_name(mine):
    blueline(mine, "new", "session", "users")
    assert re.search(r"^users +25 devices$", blueline(mine, "config", "sessions"), re.MULTILINE)
    (mine / "setup" / "users.py").write_text("guests = 'ada and bob'\n")
    assert "users: ada and bob" in answered(mine, "f'{session.name}: {guests}'", "-s", "users")


def test_without_a_name_the_first_session_starts_and_keeps_what_is_asked_for(mine):
    shown = answered(mine, "RE(bps.null()); session.name, x.connected", "-l", "DEBUG")
    assert "('default', True)" in shown
    assert " DEBUG " in (mine / "data" / "blueline.log").read_text()


def test_a_level_that_there_is_not_is_refused_with_those_that_are():
    done = run("shell", "-l", "LOUD")
    assert done.returncode == 2
    assert "'DEBUG', 'INFO', 'WARNING', 'ERROR'" in done.stderr.replace("\n", " ")
