"""Quicker messages do exactly what those of bluesky do."""

import asyncio
import hashlib
import inspect
import itertools
import time

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import IllegalMessageSequence, Msg, RunEngineInterrupted
from ophyd.sim import SynSignal

from blueline.engine.quick import STANDS_IN_FOR
from planlib.wrapping import wrapped

#: Of the source of what is done again in `blueline.engine.quick`. Where one has changed, compare
#: the new source with ours before you write the new number here.
KNOWN = {
    "RunEngine._set": "f532073ee515",
    "RunEngine._trigger": "1a5f47511712",
    "RunEngine._wait": "90a7bb018576",
    "RunEngine._wait_for": "17ca6f02e238",
    "RunEngine._read": "1817f26327a5",
    "RunEngine._rewind": "2823e9ea89dd",
    "RunEngine._add_status_to_group": "913da5518ade",
    "RunEngine._status_object_completed": "cb06d9d52aeb",
    "RunEngine._reset_checkpoint_state_meth": "e762c1c0369b",
    "RunEngine._clear_call_cache": "752a899b59aa",
    "RunEngine._open_run": "bde74de84e1a",
    "RunEngine._close_run": "75a588bc7131",
    "RunEngine.request_suspend": "08f833ba6259",
    "RunEngine._run": "166a57e829f8",
    "RunBundler._prepare_stream": "186267853cf5",
    "RunBundler.create": "1b50246007ed",
    "RunBundler.read": "5323c5d471af",
    "RunBundler.save": "1373802c21d5",
    "RunBundler.monitor": "02e70889c4ad",
}


def fingerprint(function):
    source = inspect.getsource(inspect.unwrap(function))
    return hashlib.sha256(source.encode()).hexdigest()[:12]


@pytest.mark.parametrize("function", STANDS_IN_FOR, ids=lambda each: each.__qualname__)
def test_what_is_done_again_is_still_the_same_upstream(function):
    assert fingerprint(function) == KNOWN[function.__qualname__]


def test_signals_still_say_whether_a_monitor_follows_them():
    from ophyd.signal import EpicsSignalBase

    assert "self._auto_monitor = auto_monitor" in inspect.getsource(EpicsSignalBase.__init__)


def baseline(plan, *devices):
    return bpp.baseline_wrapper(plan, devices)


PLANS = {
    "count": lambda det, x, y: bp.count([det], 3),
    "scan": lambda det, x, y: bp.scan([det], x, -1, 1, 5),
    "rel_scan": lambda det, x, y: bp.rel_scan([det], x, -1, 1, 3, md={"sample": "Cu"}),
    "grid_scan": lambda det, x, y: bp.grid_scan([det], x, 0, 1, 3, y, 0, 2, 2, snake_axes=True),
    "baseline": lambda det, x, y: baseline(bp.scan([det], x, 0, 1, 3), x),
    "streams": lambda det, x, y: two_streams(det, x),
}


def two_streams(detector, axis):
    yield from bps.open_run()
    for stream in ("first", "second", "first"):
        yield from bps.trigger_and_read([detector, axis], name=stream)
    yield from bps.create("second")
    yield from bps.read(detector)
    yield from bps.drop()
    yield from bps.close_run()


@pytest.mark.parametrize("make", PLANS.values(), ids=PLANS)
def test_the_documents_are_those_of_bluesky(  # noqa: PLR0917 - fixtures
    engine, either, detector, x, y, make, documents_of, lasting
):
    theirs = documents_of(engine, make(detector, x, y))
    for axis in (x, y):
        axis.set(0.0)
    assert lasting(documents_of(either, make(detector, x, y))) == lasting(theirs)


@pytest.mark.parametrize("make", PLANS.values(), ids=PLANS)
def test_the_messages_and_their_answers_are_those_of_bluesky(engine, ours, detector, x, y, make):
    def asked(by):
        told = []

        def noted(message):
            answer = yield message
            told.append((message.command, message.obj, type(answer)))
            return answer

        by(wrapped(make(detector, x, y), noted))
        for axis in (x, y):
            axis.set(0.0)
        return told

    assert asked(ours) == asked(engine)


def test_a_device_that_changes_its_keys_in_mid_run_fails_the_run(either):
    keys = itertools.chain(["a", "a"], itertools.repeat("b"))

    class Fickle(SynSignal):
        def read(self):
            return {next(keys): {"value": 1.0, "timestamp": time.time()}}

        def describe(self):
            return {"a": {"source": "test", "dtype": "number", "shape": []}}

    emitted = []
    either.subscribe(lambda name, doc: emitted.append((name, doc)))
    with pytest.raises(KeyError):
        either(bp.count([Fickle(name="fickle")], 4))
    assert emitted[-1][1]["exit_status"] == "fail"


def test_what_a_device_posts_while_a_run_goes_on_is_not_checked(either, x):
    posted = SynSignal(lambda: 1.0, name="posted")
    emitted = []
    either.subscribe(lambda name, doc: emitted.append(doc["data"]), "event")

    def plan():
        yield from bps.open_run()
        yield from bps.monitor(posted, name="posted")
        posted.put([1.0, 2.0])
        yield from bps.sleep(0.05)
        yield from bps.unmonitor(posted)
        yield from bps.close_run()

    either(plan())
    assert {"posted": [1.0, 2.0]} in emitted


def test_a_device_that_changes_its_shape_in_mid_run_fails_the_run(either):
    values = iter([1.0, 2.0, [3.0, 4.0], 5.0])
    fickle = SynSignal(lambda: next(values), name="fickle")
    emitted = []
    either.subscribe(lambda name, doc: emitted.append((name, doc)))
    with pytest.raises(Exception, match="fickle was described as a number"):
        either(bp.count([fickle], 3))
    names = [name for name, _ in emitted]
    assert names == ["start", "descriptor", "event", "stop"]
    assert "array of 2 values" in emitted[-1][1]["reason"]


@pytest.mark.parametrize(
    "message",
    [Msg("set", object(), 1.0), Msg("trigger", object()), Msg("read", object())],
    ids=lambda message: message.command,
)
def test_what_is_no_such_device_is_refused(either, message):
    with pytest.raises(AssertionError, match="does not implement all"):
        either(iter([message]))


def test_a_device_without_a_reading_is_refused(either):
    silent = SynSignal(lambda: 1.0, name="silent")
    silent.read = lambda: None
    with pytest.raises(RuntimeError, match="silent"):
        either(bps.read(silent))


def test_readings_that_come_later_are_awaited(either, documents_of):
    class Later(SynSignal):
        async def read(self):
            await asyncio.sleep(0)
            return super().read()

    later_read = Later(lambda: 2.0, name="later")
    emitted = documents_of(either, bp.count([later_read], 2))
    values = [doc["data"]["later"] for name, doc in emitted if name == "event"]
    assert values == [2.0, 2.0]


@pytest.mark.parametrize("points", [1, 2])
def test_two_devices_with_one_field_are_refused(either, points):
    first, second = (SynSignal(lambda: 1.0, name="same") for _ in range(2))

    def plan():
        yield from bps.open_run()
        for _ in range(points - 1):
            yield from bps.trigger_and_read([first])
        yield from bps.create("primary")
        yield from bps.read(first)
        yield from bps.read(second)
        yield from bps.save()

    with pytest.raises(ValueError, match="collide"):
        either(plan())


def test_an_event_of_other_devices_than_its_stream_is_refused(either, x, y):
    def plan():
        yield from bps.open_run()
        yield from bps.trigger_and_read([x])
        yield from bps.trigger_and_read([y])

    with pytest.raises(RuntimeError, match="Mismatched objects"):
        either(plan())


def test_a_second_event_cannot_begin_within_one(either, x):
    def plan():
        yield from bps.open_run()
        yield from bps.create("primary")
        yield from bps.create("primary")

    with pytest.raises(IllegalMessageSequence):
        either(plan())


@pytest.mark.parametrize("defer", [False, True], ids=["now", "deferred"])
def test_a_run_that_was_paused_has_the_documents_of_bluesky(
    engine, either, detector, x, lasting, defer
):
    def paused(by):
        def plan():
            def per_step(detectors, step, pos_cache):
                (position,) = step.values()
                yield Msg("checkpoint")
                yield from bps.abs_set(x, position, wait=True)
                if position == 0.5 and not seen:
                    seen.append(position)
                    yield Msg("pause", None, defer=defer)
                yield from bps.trigger_and_read([*detectors, x])

            yield from bp.scan([detector], x, 0, 1, 3, per_step=per_step)

        seen, emitted = [], []
        token = by.subscribe(lambda name, doc: emitted.append((name, doc)))
        with pytest.raises(RunEngineInterrupted):
            by(plan())
        by.resume()
        by.unsubscribe(token)
        x.set(0.0)
        return lasting(emitted[1:])  # the start document has the address of the function

    assert paused(either) == paused(engine)
