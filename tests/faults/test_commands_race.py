"""K3, K5: several threads command one engine at once, or want it to run a second plan."""

import itertools
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from bluesky.utils import RunEngineInterrupted, TransitionError
from hypothesis import given, settings
from hypothesis import strategies as st

from blueline.engine import Engine
from planlib import ascan
from planlib.context import NoSession
from tests.conftest import end_engine
from tests.faults.soft_scans import SynAxis, SynGauss
from tests.waiting import PATIENCE, wait_until

COMMANDS = {
    "pause": lambda engine: engine.request_pause(defer=False),
    "pause after the point": lambda engine: engine.request_pause(defer=True),
    "resume": lambda engine: engine.resume(),
    "stop": lambda engine: engine.stop(),
    "abort": lambda engine: engine.abort("raced"),
}
#: What is refused is refused by one of these, at once.
REFUSALS = (TransitionError, RunEngineInterrupted, RuntimeError)
#: Seconds between two commands of one thread, at the most; a scan takes longer than all of them.
APART = 0.01
#: Most orders only pause and resume: what ends the scan leaves nothing to race for.
ORDERS = st.lists(
    st.sampled_from(["pause", "pause after the point", "resume", "resume", *COMMANDS]),
    min_size=3,
    max_size=8,
)


class Raced:
    """An engine with an axis and a detector that take no time, and what it has emitted."""

    def __init__(self):
        self.axis = SynAxis(name="axis")
        self.detector = SynGauss("det", self.axis, "axis", center=0, Imax=1, sigma=1)
        self.engine = Engine(NoSession())
        self.engine.context_managers = []  # bluesky's wants the main thread
        self.emitted = []
        self.engine.subscribe(lambda name, doc: self.emitted.append((name, doc)))

    def scan(self, points=20, sleep=0.002):
        return self.engine(ascan(self.axis, -1, 1, points - 1, None, self.detector, sleep=sleep))

    def runs(self, name, key):
        return [doc[key] for kind, doc in self.emitted if kind == name]


@pytest.fixture
def raced():
    made = Raced()
    yield made
    end_engine(made.engine)


@pytest.fixture
def quiet(caplog):
    """Of aborted plans bluesky logs every place; here there are hundreds."""
    logger = logging.getLogger("bluesky")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    yield
    logger.setLevel(before)


def obeyed(engine, orders, pauses):
    for order, pause in zip(orders, itertools.cycle(pauses)):
        time.sleep(pause)  # the very thing: when a command comes is left to chance
        try:
            COMMANDS[order](engine)
        except REFUSALS:
            continue


@pytest.mark.usefixtures("quiet")
@settings(max_examples=8)
@given(
    st.lists(ORDERS, min_size=2, max_size=3),
    st.lists(st.floats(0, APART), min_size=3, max_size=3),
)
def test_no_commands_in_any_order_leave_the_engine_stuck_or_a_run_without_its_end(orders, pauses):
    """K5."""
    raced = Raced()
    engine = raced.engine
    try:
        with ThreadPoolExecutor(len(orders)) as pool:
            ordered = [pool.submit(obeyed, engine, some, pauses) for some in orders]
            try:
                raced.scan()
            except REFUSALS:
                pass
            assert not wait(ordered, PATIENCE).not_done
        if engine.state == "paused":
            engine.abort("the end of the race")
        wait_until("the engine is idle", lambda: engine.state == "idle")
        assert raced.runs("stop", "run_start") == raced.runs("start", "uid")
        raced.scan(points=3, sleep=0)
        assert raced.runs("stop", "exit_status")[-1] == "success"
        assert raced.runs("stop", "num_events")[-1] == {"primary": 3}
    finally:
        end_engine(engine)


def test_a_plan_from_another_thread_is_refused_while_one_runs(raced):
    """K3."""
    running = threading.Thread(target=raced.scan, kwargs={"points": 50, "sleep": 0.01})
    running.start()
    wait_until("it runs", lambda: raced.engine.state == "running")
    with pytest.raises(RuntimeError, match="running state"):
        raced.scan()
    running.join(PATIENCE)
    assert raced.runs("stop", "exit_status") == ["success"]
    assert raced.runs("stop", "num_events") == [{"primary": 50}]


def test_a_plan_within_a_plan_of_the_same_engine_is_refused(raced):
    """K3: what ran on is `yield from`."""

    def plan():
        yield from ascan(raced.axis, 0, 1, 2, None, raced.detector)
        raced.scan()

    with pytest.raises(RuntimeError, match="running state"):
        raced.engine(plan())
    assert raced.runs("stop", "exit_status") == ["success"]
    raced.scan(points=3)
    assert raced.runs("stop", "exit_status") == ["success", "success"]
