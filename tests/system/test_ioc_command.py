"""`python -m sim_ioc` as a person uses it: typed, read from elsewhere, ended by Ctrl-C."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "sim_ioc"]
CAPROTO_GET = Path(sys.executable).with_name("caproto-get")


@contextmanager
def typed(*arguments):
    """Start the command; give its process and what its first line tells."""
    child = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child, json.loads(child.stdout.readline().removeprefix("READY "))
    finally:
        child.kill()
        child.communicate()


def caproto_get(port, *names):
    """Read PVs as the help of the command says."""
    environment = os.environ | {
        "EPICS_CA_ADDR_LIST": "127.0.0.1",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
        "EPICS_CA_SERVER_PORT": str(port),
    }
    done = subprocess.run(
        [CAPROTO_GET, "--no-repeater", "--terse", *names],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return [float(word) for word in done.stdout.split()]


def test_two_are_read_by_an_independent_client():
    with typed("--time-factor", "20") as (_, first), typed("--prefix", "X:") as (_, second):
        x, factor = caproto_get(first["port"], "BL:sample:x.RBV", "BL:sim:time_factor")
        bragg, gap = caproto_get(second["port"], "X:mono:bragg.RBV", "X:mono:gap.RBV")
    assert (x, factor) == (0.0, 20.0)
    # 9000 eV: see the tests of the monochromator
    assert (bragg, gap) == pytest.approx((12.6899, 12.8130), abs=1e-4)


def test_somebody_at_a_terminal_reads_words():
    ours, theirs = pty.openpty()
    child = subprocess.Popen(COMMAND, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        with os.fdopen(ours, encoding="utf-8") as terminal:
            first, second = terminal.readline(), terminal.readline()
    finally:
        child.kill()
        child.wait()
    assert first.startswith("the virtual beamline BL: answers at 127.0.0.1, port ")
    assert second.startswith("in another terminal: blueline shell --port ")


def test_ctrl_c_ends_it_at_once_and_quietly():
    with typed() as (child, _):
        started = time.monotonic()
        child.send_signal(signal.SIGINT)
        out, complaints = child.communicate(timeout=10)
        assert time.monotonic() - started < 1.0
    assert (child.returncode, out, complaints) == (0, "", "")


def test_ctrl_c_while_counting_and_moving_is_quiet_as_well():
    with typed() as (child, told):
        environment = os.environ | {"EPICS_CA_ADDR_LIST": f"127.0.0.1:{told['port']}"}
        script = (
            "import epics, sys\n"
            "for put in (('sample:x', 20), ('scaler1.CONT', 1), ('scaler1.CNT', 1)):\n"
            "    assert epics.caput('BL:' + put[0], put[1], timeout=5) == 1\n"
            "print(epics.caget('BL:scaler1.CNT', timeout=5))\n"
        )
        command = [sys.executable, "-c", script]
        subprocess.run(command, env=environment, timeout=30, check=True, capture_output=True)
        child.send_signal(signal.SIGINT)
        _, complaints = child.communicate(timeout=10)
    assert (child.returncode, complaints) == (0, "")


def test_ctrl_c_while_loading_shows_no_traceback():
    with subprocess.Popen(
        COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        maps = Path(f"/proc/{child.pid}/maps")
        deadline = time.monotonic() + 20
        while "numpy" not in maps.read_text() and time.monotonic() < deadline:
            time.sleep(0.001)
        child.send_signal(signal.SIGINT)
        _, complaints = child.communicate(timeout=10)
    # a shell shows the end by a signal as status 130
    assert child.returncode in {0, -signal.SIGINT}
    assert complaints == ""


def run(*arguments):
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=30, check=False
    )


def test_taken_port_is_one_sentence():
    with typed() as (_, told):
        done = run("--port", str(told["port"]))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Port {told['port']} of 127.0.0.1 is taken")
    assert done.stderr.count("\n") == 1


def test_wrong_option_is_one_sentence_and_serves_nothing():
    done = run("--time-factor", "-2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "from 0.001 to 1000000, not '-2'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_list_prints_the_table_of_pvs():
    lines = run("--list", "--prefix", "Z:").stdout.splitlines()
    assert any(line.startswith("Z:mono:bragg ") for line in lines)


def test_list_may_be_cut_short():
    with (
        subprocess.Popen(
            [*COMMAND, "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as listing,
        subprocess.Popen(["head", "-1"], stdin=listing.stdout, stdout=subprocess.PIPE) as head,
    ):
        listing.stdout.close()
        assert head.communicate(timeout=30)[0].startswith(b"name")
        assert listing.stderr.read() == ""
