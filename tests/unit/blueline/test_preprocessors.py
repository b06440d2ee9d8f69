"""A plan is refused at its first message to a device that does not answer, and cleans up."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import Msg, RunEngineInterrupted
from ophyd.sim import SynAxis, SynSignal

from blueline.beamline import Beamline
from blueline.connections import connect
from blueline.preprocessors import Baseline, OnlyConnected
from devices import NotConnectedError
from tests.waiting import meanwhile, wait_until


class Absent(SynAxis):
    """An axis that does not answer until it is told to."""

    is_there = False
    looks = 0

    @property
    def connected(self):
        self.looks += 1
        return self.is_there


@pytest.fixture
def parts():
    return {
        "x": SynAxis(name="x"),
        "absent": Absent(name="absent"),
        "detector": SynSignal(name="detector"),
    }


@pytest.fixture
def connections(parts):
    return connect(Beamline(parts), deadline=0.0)


@pytest.fixture
def guarded(engine, connections):
    engine.preprocessors.append(OnlyConnected(connections))
    return engine


def names(documents):
    return [name for name, _ in documents]


def test_a_scan_of_what_answers_is_as_without(guarded, documents, parts):
    guarded(bp.scan([parts["detector"]], parts["x"], 0, 1, 3))
    assert names(documents) == ["start", "descriptor", *["event"] * 3, "stop"]


@pytest.mark.parametrize("role", ["axis", "counter"])
def test_a_scan_with_a_dead_device_is_refused_before_its_run(guarded, documents, parts, role):
    x, absent = parts["x"], parts["absent"]
    plan = bp.scan([absent], x, 1, 2, 3) if role == "counter" else bp.scan([x], absent, 1, 2, 3)
    with pytest.raises(NotConnectedError, match="absent is not connected"):
        guarded(plan)
    assert documents == []
    assert x.position == 0


def test_a_device_that_has_come_is_taken(guarded, documents, parts):
    parts["absent"].is_there = True
    guarded(bp.scan([parts["detector"]], parts["absent"], 0, 1, 3))
    assert names(documents)[-1] == "stop"


def test_a_plan_that_waits_for_a_device_to_come_is_paused_at_once(guarded, connections, parts):
    new = parts["new"] = Absent(name="new")
    connections.look_again()

    def pause():
        before = new.looks
        wait_until("it is waited for", lambda: new.looks > before + 3)
        guarded.request_pause()

    with pytest.raises(RunEngineInterrupted), meanwhile(pause):
        guarded(bps.mv(new, 1))
    new.is_there = True
    guarded.resume()
    assert new.position == 1


def test_the_plan_can_do_without(guarded, parts):
    """What is refused is thrown into the plan, which may catch it."""
    done = []

    def plan():
        try:
            yield from bps.mv(parts["absent"], 1)
        except NotConnectedError:
            done.append((yield from bps.rd(parts["x"])))

    guarded(plan())
    assert done == [0]


def test_the_plan_cleans_up(guarded, parts):
    def plan():
        yield from bps.mv(parts["x"], 1)
        yield from bps.mv(parts["absent"], 1)

    with pytest.raises(NotConnectedError):
        guarded(bpp.finalize_wrapper(plan(), bps.mv(parts["x"], 5)))
    assert parts["x"].position == 5


def test_clean_up_of_what_was_lost_is_not_refused(connections, parts):
    plan = OnlyConnected(connections)(iter([Msg("unstage", parts["absent"])]))
    assert [message.command for message in plan] == ["unstage"]


def test_it_gives_what_the_plan_gives(guarded, connections):
    def plan():
        answer = yield Msg("null")
        return answer, 42

    wrapped = OnlyConnected(connections)(plan())
    next(wrapped)
    with pytest.raises(StopIteration) as end:
        wrapped.send("reply")
    assert end.value.value == ("reply", 42)


def test_closing_it_closes_the_plan(connections):
    closed = []

    def plan():
        try:
            yield Msg("null")
        finally:
            closed.append(True)

    wrapped = OnlyConnected(connections)(plan())
    next(wrapped)
    wrapped.close()
    assert closed == [True]


@pytest.fixture
def told():
    return []


@pytest.fixture
def with_baseline(engine, connections, told):
    engine.preprocessors.append(Baseline(["x", "absent"], connections, told.append))
    return engine


def baseline_of(documents):
    keys = [doc["data_keys"] for name, doc in documents if doc.get("name") == "baseline"]
    return [sorted(set(found) & {"x", "absent"}) for found in keys]


def test_the_baseline_is_read_of_what_answers_and_the_rest_is_told_once(
    with_baseline, documents, parts, told
):
    for _ in range(2):
        with_baseline(bp.count([parts["detector"]]))
    assert baseline_of(documents) == [["x"], ["x"]]
    assert told == ["the baseline is read without absent: not connected"]


def test_a_device_that_has_come_is_in_the_next_baseline(with_baseline, documents, parts, told):
    parts["absent"].is_there = True
    with_baseline(bp.count([parts["detector"]]))
    assert baseline_of(documents) == [["absent", "x"]]
    assert told == []


class Fading(SynSignal):
    """A device that cannot be read any more once `is_gone`."""

    is_gone = False

    def read(self):
        if self.is_gone:
            message = "fading is gone"
            raise TimeoutError(message)
        return super().read()


@pytest.fixture
def fading(parts):
    parts["x"] = Fading(name="x")
    return parts["x"]


def stop_of(documents):
    return documents[-1][1]


def test_a_baseline_that_fails_in_the_end_keeps_the_points_and_is_told(
    fading, with_baseline, documents, parts, told
):
    def plan():
        yield from bpp.run_wrapper(measured())

    def measured():
        yield from bps.trigger_and_read([parts["detector"]])
        fading.is_gone = True

    with_baseline(plan())
    sentence = "the baseline could not be read in the end: TimeoutError: fading is gone"
    assert stop_of(documents)["exit_status"] == "success"
    assert stop_of(documents)["num_events"]["primary"] == 1
    assert stop_of(documents)["reason"] == sentence
    assert told[-1] == sentence


def test_a_baseline_that_fails_in_the_end_does_not_hide_the_error_of_the_plan(
    fading, with_baseline, documents
):
    def broken():
        yield from bps.null()
        fading.is_gone = True
        message = "the detector broke"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="the detector broke"):
        with_baseline(bpp.run_wrapper(broken()))
    assert stop_of(documents)["exit_status"] == "fail"
    assert stop_of(documents)["reason"].startswith("the detector broke; the baseline could not")
