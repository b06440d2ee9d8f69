"""The engine of a session: what it adds, and that its documents are those of bluesky's own."""

import itertools
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky import RunEngine
from bluesky.utils import Msg
from event_model import EventModelValidationError, compose_run
from ophyd.sim import SynAxis, SynGauss, SynSignal

from blueline.engine import Engine, _QuickCompose
from planlib.context import COMMAND, NoSession, default_counters

#: What differs from run to run.
FLEETING = {"uid", "time", "run_start", "descriptor", "timestamps", "timestamp", "versions"}


class Context(NoSession):
    """A session with one counter."""

    def __init__(self, *counters):
        super().__init__()
        self._counters = counters

    def active_counters(self):
        return self._counters


@pytest.fixture
def x():
    return SynAxis(name="x", value=0.0)


@pytest.fixture
def detector(x):
    return SynGauss("det", x, "x", center=0, Imax=1, sigma=1)


@pytest.fixture
def ours(engines, detector):
    return engines(Engine(Context(detector)))


def documents_of(engine, plan):
    emitted = []
    token = engine.subscribe(lambda name, doc: emitted.append((name, doc)))
    try:
        engine(plan)
    finally:
        engine.unsubscribe(token)
    return emitted


def lasting(value):
    """Give a document without what differs from run to run."""
    if isinstance(value, dict):
        return {key: lasting(v) for key, v in value.items() if key not in FLEETING}
    return [lasting(v) for v in value] if isinstance(value, list | tuple) else value


def baseline(plan, *devices):
    return bpp.baseline_wrapper(plan, devices)


def test_it_is_an_engine_of_bluesky(ours):
    assert isinstance(ours, RunEngine)


def test_a_plan_that_asks_gets_the_session(engines):
    context = Context()
    answers = []

    def plan():
        answers.append((yield Msg(COMMAND)))

    engines(Engine(context))(plan())
    assert answers == [context]


def test_a_plan_without_counters_gets_those_of_the_session(ours, detector):
    given = []

    def plan():
        given.append((yield from default_counters()))

    ours(plan())
    assert given == [[detector]]


@pytest.mark.parametrize("fails", [False, True])
def test_the_prompt_waits_for_what_must_be_done_before_it(engines, fails):
    done = []
    engine = engines(Engine(Context(), before_prompt=lambda: done.append(engine.state)))

    def plan():
        yield from bps.null()
        if fails:
            message = "the plan broke"
            raise RuntimeError(message)

    if fails:
        with pytest.raises(RuntimeError, match="the plan broke"):
            engine(plan())
    else:
        engine(plan())
    assert done == ["idle"]


@pytest.mark.parametrize(
    "make",
    [
        lambda det, x: bp.count([det], 3),
        lambda det, x: bp.scan([det], x, -1, 1, 5),
        lambda det, x: bp.rel_scan([det], x, -1, 1, 3, md={"sample": "Cu"}),
        lambda det, x: baseline(bp.scan([det], x, 0, 1, 3), x),
    ],
    ids=["count", "scan", "rel_scan", "baseline"],
)
def test_its_documents_are_those_of_bluesky(engine, ours, detector, x, make):
    theirs = documents_of(engine, make(detector, x))
    x.set(0.0)
    assert lasting(documents_of(ours, make(detector, x))) == lasting(theirs)


def test_a_device_that_changes_its_keys_in_mid_run_fails_the_run(ours):
    keys = itertools.chain(["a", "a"], itertools.repeat("b"))

    class Fickle(SynSignal):
        def read(self):
            return {next(keys): {"value": 1.0, "timestamp": time.time()}}

        def describe(self):
            return {"a": {"source": "test", "dtype": "number", "shape": []}}

    emitted = []
    ours.subscribe(lambda name, doc: emitted.append((name, doc)))
    with pytest.raises(KeyError):
        ours(bp.count([Fickle(name="fickle")], 4))
    assert emitted[-1][1]["exit_status"] == "fail"


@pytest.fixture
def compose():
    """Compose events of a stream with the key ``a``, as the bundler does."""
    run = compose_run()
    keys = {"a": {"source": "test", "dtype": "number", "shape": []}}
    return _QuickCompose(run.compose_descriptor(name="primary", data_keys=keys).compose_event, keys)


@pytest.mark.parametrize("earlier", [0, 1, 3])
@pytest.mark.parametrize("data", [{}, {"b": 1.0}, {"a": 1.0, "b": 1.0}])
def test_an_event_with_other_keys_than_its_stream_is_refused(compose, earlier, data):
    for _ in range(earlier):
        compose(data={"a": 1.0}, timestamps={"a": 1.0})
    with pytest.raises((EventModelValidationError, KeyError)):
        compose(data=data, timestamps=dict.fromkeys(data, 1.0))


def test_an_event_with_other_timestamps_than_data_is_refused(compose):
    compose(data={"a": 1.0}, timestamps={"a": 1.0})
    with pytest.raises(EventModelValidationError):
        compose(data={"a": 1.0}, timestamps={})


def test_sequence_numbers_count_the_events_of_each_run(ours, detector):
    for _ in range(2):
        emitted = documents_of(ours, bp.count([detector], 3))
        assert [doc["seq_num"] for name, doc in emitted if name == "event"] == [1, 2, 3]


def test_metadata_and_scan_numbers_are_taken_as_bluesky_takes_them(engines, detector):
    engine = engines(Engine(Context(), md={"user": "ada"}, scan_id_source=lambda _: 42))
    ((_, start), *_) = documents_of(engine, bp.count([detector]))
    assert (start["user"], start["scan_id"]) == ("ada", 42)
