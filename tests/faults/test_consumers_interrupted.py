"""A Ctrl-C that comes while a consumer misbehaves still pauses the run."""

import os
import signal
import subprocess
import sys

import pytest

from tests.waiting import PATIENCE

pytestmark = pytest.mark.timeout(60)

#: The consumer says when it is at its worst; the signal comes from outside while it is.
CHILD = """
import sys, threading, time
from bluesky.plans import count
from bluesky.utils import RunEngineInterrupted
from ophyd.sim import SynSignal
from blueline.engine import Engine
from callbacks import DataFolder, InThread, Journal, Recorder
from callbacks.backlog import Policy
from planlib.context import NoSession

def say(*what):
    print("told:", *what, flush=True)

def worst(how):
    if how == "raising":
        time.sleep(0.2)
        raise ValueError("broken")
    if how == "exiting":
        time.sleep(0.2)
        sys.exit(1)
    if how == "interrupting":
        time.sleep(0.2)
        raise KeyboardInterrupt
    if how == "blocking":
        threading.Event().wait()
    time.sleep(0.3)

events = 0
def consume(name, doc):
    global events
    if name == "event":
        events += 1
        if events == 3:
            say("now")
            worst(sys.argv[2])

got = []
consumers = [
    InThread("bad", consume, lambda sentence: None, Policy(gather=0)),
    InThread("good", lambda name, doc: got.append(name), say),
]
recorder = Recorder(Journal(DataFolder(sys.argv[1]).journal_path), consumers)
engine = Engine(NoSession())
engine.subscribe(recorder)
detector = SynSignal(func=lambda: 1.5, name="detector")
try:
    engine(count([detector], 200, delay=0.02))
except RunEngineInterrupted:
    say("state", engine.state)
say("points", got.count("event"))
engine.stop()
assert consumers[1].drain(5)
say("ended", engine.state, got[-1])
recorder.close(0.2)
engine.close()
"""


@pytest.mark.parametrize("how", ["raising", "sleeping", "exiting", "interrupting", "blocking"])
def test_an_interrupt_during_a_bad_consumer_pauses_the_run(tmp_path, how):
    command = [sys.executable, "-c", CHILD, str(tmp_path / "data"), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            if line == "told: now\n":
                os.kill(child.pid, signal.SIGINT)
                break
        said, _ = child.communicate(timeout=3 * PATIENCE)
    assert child.returncode == 0
    told = [line.split(maxsplit=2)[1:] for line in said.splitlines() if line.startswith("told:")]
    facts = dict(told)
    assert facts["state"] == "paused"
    assert int(facts["points"]) < 200
    assert facts["ended"] == "idle stop"
