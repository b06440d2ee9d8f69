"""The motor record seen by the command line tools of caproto."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sim_ioc import IocProcess

TOOLS = Path(sys.executable).parent
LONGEST = 30


def environment(ioc):
    """Return an environment in which the tools find the IOC, and only it."""
    return os.environ | {
        "EPICS_CA_ADDR_LIST": f"127.0.0.1:{ioc.port}",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
    }


@pytest.fixture(name="ioc", scope="module")
def _ioc():
    with IocProcess(time_factor=10, seed=3) as ioc:
        yield ioc


@pytest.fixture(name="tool")
def _tool(ioc):
    def run(name, *words):
        done = subprocess.run(
            [TOOLS / f"caproto-{name}", "--no-repeater", *words],
            env=environment(ioc),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


def test_fields_of_every_type_can_be_got(tool):
    names = [f"BL:sample:x.{field}" for field in ("VAL", "EGU", "RTYP", "DMOV", "SPMG", "MSTA")]
    assert tool("get", "--terse", *names).split() == ["0", "mm", "motor", "1", "Go", "2090"]


def test_put_moves_the_axis_and_shows_old_and_new(tool):
    assert [float(word) for word in tool("put", "--terse", "BL:sample:x", "2.5").split()] == [
        0,
        2.5,
    ]


def test_put_takes_words_of_menus(tool):
    tool("put", "BL:slit:hgap.SPMG", "Pause")
    assert tool("get", "--terse", "BL:slit:hgap.SPMG") == "Pause"


def test_monitor_sees_the_way_and_the_end_of_a_move(ioc, tool):
    pv = "BL:sample:theta.RBV"
    watching = subprocess.Popen(
        [TOOLS / "caproto-monitor", "--no-repeater", pv],
        env=environment(ioc) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    end = threading.Timer(LONGEST, watching.kill)
    end.start()
    try:
        assert watching.stdout is not None
        lines = iter(watching.stdout.readline, "")
        assert value_of(next(lines)) == 0.0
        tool("put", "BL:sample:theta", "90")
        seen = [0.0]
        while seen[-1] != 90.0:
            seen.append(value_of(next(lines)))
    finally:
        end.cancel()
        watching.kill()
        watching.communicate()
    assert seen == sorted(seen)
    assert len(seen) >= 5


def value_of(line):
    """Return the number at the end of a line of caproto-monitor."""
    (number,) = re.findall(r"\[(\S+)\]\s*$", line)
    return float(number)
