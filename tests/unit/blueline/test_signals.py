"""What Ctrl-C and the signals that end a process do to a plan."""

import os
import signal
import threading
import time

import pytest
from bluesky.utils import FailedStatus, Msg, RunEngineInterrupted
from ophyd.status import Status

from blueline.ending import CLEAN_UP
from blueline.engine import Engine
from blueline.signals import APART, REMIND, Interrupts
from devices.status import DeadlineStatus
from planlib.context import NoSession
from tests.unit.blueline.interrupted_plans import sleeping, stop_documents
from tests.waiting import PATIENCE

#: Seconds between two presses that count.
NEXT = 1.5 * APART


@pytest.fixture
def engine(engines):
    return engines(Engine(NoSession()))


@pytest.fixture
def stops(engine):
    return stop_documents(engine)


@pytest.fixture
def told():
    return []


@pytest.fixture
def prompt():
    """Whether there is a prompt, as an item."""
    return [False]


@pytest.fixture
def interrupts(engine, told, prompt):
    before = signal.getsignal(signal.SIGTERM)
    made = Interrupts(engine, told.append, lambda: prompt[0])
    yield made
    made.close()
    assert signal.getsignal(signal.SIGTERM) == before


class Slow:
    """Counts until it is told to end."""

    name = "slow"
    parent = None

    def __init__(self):
        self.status = None

    def trigger(self):
        self.status = DeadlineStatus("counting slow for 30 s", 30)
        return self.status

    def finish(self):
        """End the count under way."""
        self.status.finish()


def scan(device, points=1000):
    yield Msg("open_run")
    for _ in range(points):
        yield Msg("checkpoint")
        yield Msg("trigger", device, group="g")
        yield Msg("wait", None, group="g")
    yield Msg("close_run")


def signal_me(number):
    """Send this process a signal, and give it time to come."""
    os.kill(os.getpid(), number)
    time.sleep(1)


def press(times, after=0.1):
    """Press Ctrl-C from another thread."""

    def presses():
        time.sleep(after)
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(NEXT)

    threading.Thread(target=presses, daemon=True).start()


def test_ctrl_c_pauses_at_a_prompt(engine, interrupts, prompt, told):
    prompt[0] = True
    press(1)
    with pytest.raises(RunEngineInterrupted):
        engine(sleeping())
    assert engine.state == "paused"
    assert told == ["Ctrl-C: pausing at the next point; again: at once"]
    engine.abort()


def test_ctrl_c_says_what_it_waits_for(engine, interrupts, told, prompt):
    slow = Slow()
    press(1, after=0.3)
    threading.Timer(0.8, slow.finish).start()
    with pytest.raises(RunEngineInterrupted):
        engine(scan(slow))
    waits = "when counting slow for 30 s is done"
    assert told == [f"Ctrl-C: stopping the plan {waits}; again: aborting it at once"]


def without_checkpoint(device):
    yield Msg("trigger", device, group="g")
    yield Msg("wait", None, group="g")


@pytest.mark.parametrize("has_prompt", [True, False], ids=["prompt", "script"])
def test_ctrl_c_in_a_plan_that_has_no_point_to_pause_at_ends_what_has_called_it(
    engine, interrupts, prompt, has_prompt
):
    prompt[0] = has_prompt
    slow = Slow()
    press(1, after=0.3)
    threading.Timer(0.8, slow.finish).start()
    with pytest.raises(KeyboardInterrupt):
        engine(without_checkpoint(slow))
    assert engine.state == "idle"
    engine([Msg("null")])  # the next one is not interrupted


def test_ctrl_c_in_a_plan_that_fails_hides_not_why(engine, interrupts):
    slow, status = Slow(), Status()
    slow.trigger = lambda: status
    press(1, after=0.3)
    threading.Timer(0.8, status.set_exception, [RuntimeError("broken")]).start()
    with pytest.raises(FailedStatus):
        engine(without_checkpoint(slow))


def test_ctrl_c_twice_pauses_at_once(engine, interrupts, prompt):
    prompt[0] = True
    press(2)
    begun = time.monotonic()
    with pytest.raises(RunEngineInterrupted):
        engine(scan(Slow()))
    assert time.monotonic() - begun < 5
    assert engine.state == "paused"
    engine.abort()


def test_without_a_prompt_what_ctrl_c_pauses_is_stopped_as_a_success(engine, interrupts, stops):
    press(1)
    with pytest.raises(RunEngineInterrupted):
        engine(sleeping())
    assert engine.state == "idle"
    assert [stop["exit_status"] for stop in stops] == ["success"]


def test_the_clean_up_of_a_plan_that_ctrl_c_has_stopped_is_waited_for(engine, interrupts, stops):
    def slow():
        try:
            yield from sleeping()
        finally:
            yield Msg("sleep", None, 1.5 * CLEAN_UP)
            cleaned.append(True)

    cleaned = []
    press(1)
    with pytest.raises(RunEngineInterrupted):
        engine(slow())
    assert cleaned == [True]
    assert [stop["exit_status"] for stop in stops] == ["success"]


def test_without_a_prompt_ctrl_c_twice_aborts(engine, interrupts, stops, told):
    press(2)
    with pytest.raises(RunEngineInterrupted):
        engine(scan(Slow()))
    assert engine.state == "idle"
    assert told[-1] == "Ctrl-C: aborting the plan"
    assert [stop["exit_status"] for stop in stops] == ["abort"]
    assert stops[0]["reason"] == "ended by Ctrl-C"


def test_a_plan_that_pauses_itself_stays_paused_without_a_prompt(engine, interrupts):
    def plan():
        yield Msg("checkpoint")
        yield Msg("pause")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert engine.state == "paused"
    engine.abort()


def stubborn():
    """Clean up for long, whatever comes meanwhile."""
    try:
        yield from sleeping()
    finally:
        yield Msg("sleep", None, 30)


def test_the_tenth_ctrl_c_cuts_the_clean_up_off(engine, interrupts, stops, told):
    press(10)
    begun = time.monotonic()
    with pytest.raises(RunEngineInterrupted):
        engine(stubborn())
    assert time.monotonic() - begun < 10
    assert [stop["exit_status"] for stop in stops] == ["abort"]
    assert len([said for said in told if said.endswith("times more cut that off")]) == 1
    assert told[-1] == "Ctrl-C: cutting the clean-up off"


def test_a_key_that_is_held_counts_once(engine, interrupts, prompt, told):
    prompt[0] = True

    def hold():
        time.sleep(0.3)
        for _ in range(30):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(APART / 5)

    threading.Thread(target=hold, daemon=True).start()
    slow = Slow()
    threading.Timer(1.2, slow.finish).start()
    with pytest.raises(RunEngineInterrupted):
        engine(scan(slow))
    assert len(told) == 1
    engine.abort()


def test_ctrl_c_between_two_plans_is_python_s_own(engine, interrupts):
    engine([Msg("null")])
    with pytest.raises(KeyboardInterrupt):
        signal_me(signal.SIGINT)


@pytest.fixture
def no_alarm():
    """Let no alarm end the tests."""
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
@pytest.mark.usefixtures("no_alarm")
def test_a_plan_is_aborted_before_the_process_ends(engine, interrupts, stops, number):
    threading.Timer(0.2, os.kill, (os.getpid(), number)).start()
    with pytest.raises(SystemExit) as ended:
        engine(sleeping())
    assert ended.value.code == 128 + number
    assert engine.state == "idle"
    assert [stop["exit_status"] for stop in stops] == ["abort"]
    assert stops[0]["reason"] == f"the process was told to end by {number.name}"


@pytest.mark.usefixtures("no_alarm")
def test_an_idle_process_ends_at_once(interrupts):
    with pytest.raises(SystemExit):
        signal_me(signal.SIGTERM)
    assert interrupts.ending == signal.SIGTERM


@pytest.mark.usefixtures("no_alarm")
def test_a_prompt_that_swallows_the_end_is_reminded_until_it_closes(interrupts, prompt):
    prompt[0] = True
    for _ in range(2):
        with pytest.raises(SystemExit):
            signal_me(signal.SIGTERM) if interrupts.ending is None else time.sleep(2 * PATIENCE)
    interrupts.close()
    come = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: come.append(number))
    time.sleep(1.5 * REMIND)
    signal.signal(signal.SIGTERM, before)
    assert not come


@pytest.mark.usefixtures("no_alarm")
def test_what_is_shielded_is_done_before_the_process_ends(interrupts):
    done = []

    def close():
        with interrupts.shielded():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.1)
            done.append(True)

    with pytest.raises(SystemExit):
        close()
    assert done


def test_ctrl_c_is_raised_when_what_is_shielded_is_done(interrupts):
    done = []

    def close():
        with interrupts.shielded():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        close()
    assert done


def test_a_signal_that_is_ignored_stays_so(engine):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    made = Interrupts(engine, print)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    made.close()
    signal.signal(signal.SIGHUP, before)


def test_a_plan_in_another_thread_is_run_as_well(engine, interrupts):
    running = threading.Thread(target=engine, args=(sleeping(2),))
    running.start()
    running.join(5)
    assert engine.state == "idle"
