"""The tutorial from `blueline new beamline` to the first scan, typed as it is written."""

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.free_port import free_port

pytestmark = pytest.mark.timeout(180)

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "first-beamline.md"
BLOCK = re.compile(r"```(console|ipython)\n(.*?)```", re.DOTALL)
PROMPT = r"In \[\d+\]: "
#: What a person would see, by what was typed.
SEEN = {
    "wa": r"energy +9000\.00 +9000\.00 +eV",
    "umv x -0.5": r"x -0\.5000 mm",
    "umv energy 9000": "9000",
    "ascan x -1.5 3 20 0.1 mg": r"21 points, 20 intervals",
    "wm x": "x",
    "RE(across_beam())": r"21 points, 20 intervals",
}
#: Five minutes are what the title promises; this is what the machine needs of them.
QUICK = 120.0


def steps():
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        for line in text.splitlines():
            if kind == "console":
                yield kind, line.removeprefix("$ ")
            elif line.startswith("In ["):
                yield kind, line.partition(": ")[2]


class Reader:
    """Somebody who types what the page says, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.said = {}
        self.prompt = None
        self.environment = {**os.environ, "TERM": "dumb", "PROMPT_TOOLKIT_NO_CPR": "1"}

    def console(self, line):
        command = [sys.executable, "-m", "blueline", *shlex.split(line)[1:]]
        if line.startswith("blueline shell"):
            self.prompt = pexpect.spawn(
                command[0],
                command[1:],
                cwd=self.folder,
                encoding="utf-8",
                timeout=60,
                dimensions=(50, 160),
                env=self.environment,
            )
            self.prompt.expect(PROMPT)
            return
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        self.said[line] = done.stdout
        if line.startswith("blueline new"):
            self.adapt()

    def adapt(self):
        """Have a port and a time of its own: other tests run beside this one."""
        file = self.folder / "mine" / "beamline.yml"
        text = file.read_text().replace("port: 5064", f"port: {free_port()}")
        file.write_text(text.replace("time_factor: 1.0", "time_factor: 20.0"))

    def ipython(self, line):
        self.prompt.sendline(line)
        if line == "exit":
            self.prompt.expect(pexpect.EOF)
            self.prompt.close()
            assert self.prompt.exitstatus == 0
            return
        self.prompt.expect(re.escape(line[-1]) + r"[^\n]*\r\n")
        self.prompt.expect(PROMPT)
        self.said[line] = self.prompt.before


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    found = Reader(tmp_path_factory.mktemp("tutorial"))
    began = time.monotonic()
    try:
        for kind, line in steps():
            getattr(found, kind)(line)
    finally:
        if found.prompt is not None:
            found.prompt.close(force=True)
    found.seconds = time.monotonic() - began
    return found


@pytest.mark.parametrize("typed", SEEN)
def test_each_command_shows_what_it_should(reader, typed):
    assert re.search(SEEN[typed], reader.said[typed]), reader.said[typed]


def test_nothing_that_is_typed_fails(reader):
    for typed, said in reader.said.items():
        assert "Error" not in said, (typed, said)


def test_both_scans_are_recorded(reader):
    listed = reader.said["blueline runs list --data mine/data"]
    assert "ascan x -1.5 3 20 0.1" in listed
    assert listed.count("success") == 2


def test_it_takes_less_than_the_minutes_it_promises(reader):
    assert reader.seconds < QUICK
