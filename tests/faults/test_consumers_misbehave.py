"""C1-C9, C11: whatever a consumer does, the run neither ends, nor waits, nor loses a document."""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from bluesky.plans import count
from ophyd.sim import SynAxis, SynSignal

from blueline.engine import Engine
from callbacks import DataFolder, InProcess, InThread, Journal, Recorder
from callbacks.backlog import Policy
from callbacks.journal import to_line
from callbacks.replay import Replay, from_line, journals
from planlib import ascan
from planlib.context import NoSession
from tests.unit.callbacks.consumers import HERE, written
from tests.waiting import PATIENCE, wait_until

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning"),
]

POINTS = 11
#: Seconds that closing may take where a consumer never ends.
BRIEFLY = 0.2


@dataclass
class Rig:
    """An engine that is recorded, with one consumer that behaves, and what it emitted itself."""

    engine: Engine
    recorder: Recorder
    folder: DataFolder
    notices: list[str]
    got: list[tuple[str, Any]] = field(default_factory=list)
    emitted: list[tuple[str, Any]] = field(default_factory=list)

    def join(self, consumer: Any, **policy: Any) -> InThread:
        """Let a consumer take part from now on."""
        isolated = InThread("the test's", consumer, self.notices.append, Policy(**policy))
        self.recorder.add(isolated)
        return isolated

    def scan(self) -> str:
        """Run a scan, and say how it ended."""
        axis = SynAxis(name="axis")
        detector = SynSignal(func=lambda: 1.5, name="detector")
        self.engine(ascan(axis, 0, 1, POINTS - 1, None, detector))
        return self.recorded()[-1][1]["exit_status"]

    def recorded(self) -> list[tuple[str, Any]]:
        """Give the documents of the journals of all runs."""
        return [document for path in journals(self.folder.root) for document in Replay(path)]

    def others_have_everything(self) -> bool:
        """Tell whether the consumer that behaves and the journal have what was emitted."""
        assert self.recorder.consumers[0].drain(PATIENCE)
        sent = [from_line(to_line(name, doc)) for name, doc in self.emitted]
        names = [name for name, _ in self.got]
        return self.got == self.recorded() == sent and names.count("event") >= POINTS


@pytest.fixture
def rig(tmp_path):
    folder = DataFolder(tmp_path / "data")
    notices: list[str] = []
    number = iter(range(1, 100))
    engine = Engine(NoSession(), scan_id_source=lambda _md: next(number))
    made = Rig(engine, Recorder(Journal(folder.journal_path)), folder, notices)
    made.recorder.add(
        InThread("the good one", lambda n, d: made.got.append((n, d)), notices.append)
    )
    engine.subscribe(made.recorder)
    engine.subscribe(lambda name, doc: made.emitted.append((name, doc)))
    yield made
    made.recorder.close(BRIEFLY)
    engine.close()


# --- C1-C5: raising


@pytest.mark.parametrize("at", ["start", "descriptor", "event", "stop"])
@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_run_goes_on_when_a_consumer_raises(rig, at, error):
    def raises(name, _doc):
        if name == at:
            raise error("broken")

    bad = rig.join(raises)
    assert rig.scan() == "success"
    assert not bad.drain(PATIENCE)
    assert rig.others_have_everything()
    reason = f"{error.__name__}: broken"
    assert rig.notices == [
        f"the test's was put aside: it failed (details in the log): {reason}; "
        "it stays away in this session; the journal has everything"
    ]
    assert rig.recorder.status()["the test's"].failure == reason


def test_a_consumer_that_raises_has_no_part_in_the_next_run(rig):
    calls = []

    def raises(name, _doc):
        calls.append(name)
        raise ValueError

    bad = rig.join(raises)
    for _ in range(2):
        assert rig.scan() == "success"
        assert not bad.drain(PATIENCE)
    assert rig.others_have_everything()
    assert calls == ["start"]
    assert len(rig.notices) == 1


@pytest.mark.parametrize("how", ["sys.exit", "os._exit"])
def test_a_run_goes_on_when_a_consumer_ends_its_process(rig, how):
    arguments = {"status": 3, "how": how}
    child = InProcess("the writer", f"{HERE}:exits", arguments, rig.notices.append)
    rig.recorder.add(child)
    assert rig.scan() == "success"
    assert not child.drain(PATIENCE)
    assert rig.others_have_everything()
    (sentence,) = rig.notices
    assert sentence.startswith("the writer was put aside: ")


# --- C6, C7: slowness


def test_a_consumer_that_blocks_for_ever_is_put_aside_while_the_run_goes_on(rig):
    release = threading.Event()
    told_while = []
    bad = InThread(
        "the test's",
        lambda _name, _doc: release.wait(),
        lambda sentence: told_while.append((rig.engine.state, sentence)),
        Policy(stall=0.3),
    )
    rig.recorder.add(bad)
    rig.engine(count([SynSignal(func=lambda: 1.5, name="detector")], POINTS, delay=0.1))
    assert rig.others_have_everything()
    reason = "one document takes it more than 0.3 s"
    sentence = (
        f"the test's was put aside: {reason}; it stays away in this session; "
        "the journal has everything"
    )
    assert told_while == [("running", sentence)]
    began = time.monotonic()
    rig.recorder.close(BRIEFLY)
    assert time.monotonic() - began < BRIEFLY + 1
    release.set()


def test_a_screen_that_blocks_does_not_stop_a_run(rig):
    release = threading.Event()
    blocked = InThread(
        "the test's",
        lambda _name, _doc: release.wait(),
        lambda _sentence: release.wait(),
        Policy(stall=0.05),
    )
    rig.recorder.add(blocked)
    rig.engine(count([SynSignal(func=lambda: 1.5, name="detector")], POINTS, delay=0.02))
    assert rig.others_have_everything()
    assert blocked.failure is not None
    release.set()


def test_a_run_ends_before_a_slow_consumer_does_and_its_lag_is_shown(rig):
    taken = []

    def slow(name, _doc):
        time.sleep(0.02)  # of the fault, not of the test
        taken.append(name)

    consumer = rig.join(slow)
    assert rig.scan() == "success"
    assert "stop" not in taken
    state = rig.recorder.status()["the test's"]
    assert state.lag > 0
    assert state.state == "behind"
    assert f" {state.lag} " in str(rig.recorder.status()).splitlines()[2]
    assert consumer.drain(PATIENCE)
    assert taken == [name for name, _ in rig.emitted]
    assert rig.notices == []


def test_what_was_not_finished_is_named_at_the_end(rig):
    release = threading.Event()
    rig.join(lambda _name, _doc: release.wait())
    rig.scan()
    rig.recorder.close(BRIEFLY)
    release.set()
    left = len(rig.emitted)
    assert rig.notices == [
        f"the test's was put aside: it did not finish in time, {left} documents were left; "
        "the journal has everything"
    ]


# --- C8: changing documents


def spoil(_name, doc):
    for value in doc.values():
        if isinstance(value, dict | list):
            value.clear()
    doc.clear()


def test_a_consumer_that_changes_documents_changes_its_own(rig):
    consumer = rig.join(spoil, gather=0)
    assert rig.scan() == "success"
    assert consumer.drain(PATIENCE)
    assert rig.others_have_everything()
    assert all(doc for _, doc in rig.emitted)


# --- C9: coming and going


def test_a_consumer_may_leave_inside_itself(rig):
    seen = []

    def leaves(name, _doc):
        seen.append(name)
        if name == "event":
            rig.recorder.remove(consumer)

    consumer = rig.join(leaves, gather=0)
    rig.engine(count([SynSignal(func=lambda: 1.5, name="detector")], POINTS, delay=0.01))
    assert rig.others_have_everything()
    wait_until("it has ended", lambda: not consumer._part._thread.is_alive())
    assert rig.notices == []
    assert consumer not in rig.recorder.consumers


def test_a_consumer_may_close_itself(rig):
    consumer = rig.join(lambda _name, _doc: consumer.close(PATIENCE))
    assert rig.scan() == "success"
    assert rig.others_have_everything()
    wait_until("it has ended", lambda: not consumer._part._thread.is_alive())
    assert rig.notices == []


def test_a_consumer_may_bring_another_which_gets_what_comes_then(rig):
    late = []

    def brings(name, _doc):
        if name == "start":
            another = InThread("late", lambda n, _d: late.append(n), rig.notices.append)
            rig.recorder.add(another)

    rig.join(brings, gather=0)
    rig.engine(count([SynSignal(func=lambda: 1.5, name="detector")], POINTS, delay=0.02))
    assert rig.recorder.drain(PATIENCE)
    assert rig.others_have_everything()
    names = [name for name, _ in rig.emitted]
    assert late
    assert late == names[-len(late) :]


def test_a_consumer_may_subscribe_to_the_engine_and_leave_it(rig):
    seen, tokens = [], []

    def subscribes(name, _doc):
        if name == "start":
            tokens.append(rig.engine.subscribe(lambda each, _: seen.append(each)))
        elif name == "stop":
            rig.engine.unsubscribe(tokens.pop())

    consumer = rig.join(subscribes)
    assert [rig.scan(), rig.scan()] == ["success", "success"]
    assert consumer.drain(PATIENCE)
    assert rig.others_have_everything()
    assert tokens == []
    assert rig.notices == []


# --- C11: no display


def test_a_window_without_a_display_is_put_aside(rig, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    child = InProcess("the plots", f"{HERE}:opens_window", {}, rig.notices.append)
    rig.recorder.add(child)
    assert rig.scan() == "success"
    assert not child.drain(PATIENCE)
    assert rig.others_have_everything()
    (sentence,) = rig.notices
    # a Python without tkinter has no window either
    reasons = ("TclError: ", "ImportError: ", "ModuleNotFoundError: ")
    prefix = "the plots was put aside: it failed (details in the log): "
    assert sentence.removeprefix(prefix).startswith(reasons)


def test_a_plot_whose_backend_is_missing_is_put_aside(rig, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://no_such_backend")
    child = InProcess("the plots", f"{HERE}:opens_figure", {}, rig.notices.append)
    rig.recorder.add(child)
    assert rig.scan() == "success"
    assert not child.drain(3 * PATIENCE)
    assert rig.others_have_everything()
    (sentence,) = rig.notices
    assert "no_such_backend" in sentence


# --- next to each other


def test_all_of_them_together_hurt_neither_the_run_nor_a_writer(rig, tmp_path):
    release = threading.Event()

    def raises(_name, _doc):
        raise SystemExit

    for bad in (raises, lambda _n, _d: release.wait(), spoil):
        rig.join(bad)
    made = tmp_path / "made"
    writer = InProcess("the writer", f"{HERE}:Writes", {"path": str(made)}, rig.notices.append)
    rig.recorder.add(writer)
    assert rig.scan() == "success"
    assert rig.others_have_everything()
    assert writer.drain(PATIENCE)
    assert written(made) == [name for name, _ in rig.emitted]
    rig.recorder.close(BRIEFLY)
    release.set()
    assert json.dumps(rig.notices).count("was put aside") == 2
