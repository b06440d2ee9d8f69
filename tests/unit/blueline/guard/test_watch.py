"""What the watching process says, and when it does nothing."""

import os
import subprocess
import sys

import pytest

from blueline.guard.puts import BUSY, Line, Put, Watched
from blueline.guard.watch import sentence, what_was

X = Put("x", "BL:sample:x.STOP", 1.0)
SHUT = Put("shutter", "BL:shutter:open", 0.0)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        pytest.param({}, "it had moved nothing, and there is no shutter", id="nothing"),
        pytest.param({X: "", SHUT: ""}, "stopped or shut x, shutter", id="all"),
        pytest.param(
            {X: "", SHUT: "why"},
            "stopped or shut x; NOT stopped or shut: shutter (BL:shutter:open: why)",
            id="one",
        ),
        pytest.param({X: "why"}, "NOT stopped or shut: x (BL:sample:x.STOP: why)", id="none"),
    ],
)
def test_the_sentence_names_what_was_stopped_and_what_was_not(outcome, said):
    watched = Watched()
    watched.take([Line(BUSY)])
    whole = sentence(what_was(12, watched), outcome)
    assert whole.startswith("the engine (process 12) has died while something was under way")
    assert whole.endswith(said)


@pytest.mark.parametrize(
    "heard", [b"", b"busy\nidle\n", b"busy\nbye\n"], ids=["nothing", "idle", "leave"]
)
def test_it_ends_without_a_word_where_nothing_is_to_be_done(heard, tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-m", "blueline.guard.watch", str(os.getpid()), str(log)]
    done = subprocess.run(command, input=heard, capture_output=True, timeout=30, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert not log.exists()


def test_it_says_that_an_engine_has_died_before_it_moved_anything(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-m", "blueline.guard.watch", str(os.getpid()), str(log)]
    subprocess.run(command, input=b"busy\n", capture_output=True, timeout=30, check=True)
    assert "has died while something was under way: it had moved nothing" in log.read_text()


@pytest.mark.parametrize(("stay", "owners"), [(b"", "x, shutter"), (b"stay\n", "x")])
def test_a_session_that_is_closed_with_something_under_way_is_not_called_dead(
    stay, owners, tmp_path
):
    log = tmp_path / "log"
    nowhere = b"\t0.0\t127.0.0.1:9\n"
    told = b"shutter\tshutter\tX:shut" + nowhere + b"busy\nmoved\tx\tX:stop" + nowhere
    command = [sys.executable, "-m", "blueline.guard.watch", str(os.getpid()), str(log)]
    subprocess.run(
        command, input=told + stay + b"left\n", capture_output=True, timeout=30, check=True
    )
    said = log.read_text()
    assert "was closed while something was under way; NOT stopped or shut: x (" in said
    assert ("shutter" in said) == ("shutter" in owners)
