"""PS-82, BL-86: what other programs can see of a scan, and ask of it, from another thread."""

import re
import threading
from pathlib import Path

import pytest
from bluesky.utils import RunEngineInterrupted

from planlib import ascan, loopscan
from tests.waiting import PATIENCE, wait_until

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "order-of-events.md"


@pytest.fixture
def seen(ours):
    """The states that the engine has been in, one after the other."""
    states = []
    ours.context_managers = []  # bluesky's wants the main thread
    ours.state_hook = lambda new, _old: states.append(str(new))
    return states


@pytest.fixture
def ended(ours):
    """How runs ended."""
    found = []
    ours.subscribe(lambda _, doc: found.append(doc["exit_status"]), "stop")
    return found


def run(engine, plan):
    try:
        engine(plan)
    except (RunEngineInterrupted, RuntimeError):
        pass


@pytest.fixture
def scanning(ours, detector):
    """A scan that goes on until somebody ends it, in a thread of its own."""
    points = []
    ours.subscribe(lambda _, doc: points.append(doc["seq_num"]), "event")
    plan = loopscan(10_000, None, detector, sleep=0.005)
    thread = threading.Thread(target=run, args=(ours, plan))
    thread.start()
    wait_until("it has measured something", lambda: points)
    yield thread
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_another_thread_pauses_a_scan_resumes_it_and_stops_it(ours, seen, ended, scanning):
    ours.request_pause(defer=False)
    wait_until("it is paused", lambda: ours.state == "paused")
    resumed = threading.Thread(target=run_on, args=(ours,))
    resumed.start()
    wait_until("it runs again", lambda: ours.state == "running")
    ours.stop()
    resumed.join(PATIENCE)
    wait_until("it has ended", lambda: ours.state == "idle")
    assert seen == ["running", "pausing", "paused", "running", "stopping", "idle"]
    assert ended == ["success"]


def run_on(engine):
    try:
        engine.resume()
    except RunEngineInterrupted:
        pass


def test_another_thread_interrupts_a_scan(ours, seen, ended, scanning):
    ours.abort("a button")
    wait_until("it has ended", lambda: ours.state == "idle")
    assert seen == ["running", "aborting", "idle"]
    assert ended == ["abort"]


def test_another_thread_has_a_scan_end_after_its_point(ours, session, seen, ended, scanning):
    session.control.stop_after_point()
    wait_until("it has ended", lambda: ours.state == "idle")
    assert seen == ["running", "idle"]
    assert ended == ["success"]


def test_a_scan_that_fails_says_so(ours, x, detector, seen, ended):
    def fail():
        raise RuntimeError("no beam")

    detector.trigger = fail
    run(ours, ascan(x, 0, 1, 1, None, detector))
    assert (seen, ended) == (["running", "idle"], ["fail"])


def test_the_page_has_the_word_of_each_system_for_each_state():
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## States")
    lines = [line for line in section.splitlines() if line.startswith("| `")][1:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    theirs = {word for row in rows for cell in row[2:] for word in cell.split(", ") if word}
    ours = {word for row in rows for cell in row[:2] for word in re.findall(r"`(\w+)`", cell)}
    assert {"idle", "running", "error", "paused", "interrupted"} <= theirs
    assert {"PREPARING", "STARTING", "STOPPING", "DONE", "USER_ABORTED", "KILLED"} <= theirs
    assert {"running", "paused", "stopping", "aborting", "success", "abort", "fail"} <= ours
