"""A pause injected between each step of a point, without and with hooks."""

import asyncio
import itertools

import pytest
from bluesky import plan_stubs as bps
from bluesky import plans as bp
from bluesky import preprocessors as bpp
from bluesky.utils import Msg, RunEngineInterrupted, single_gen
from ophyd import Signal

from planlib.stepping import Hook, Hooks, Pace, StepScan, step_scan
from planlib.stepping.presets import PointPreset
from planlib.stepping.rewinding import forgotten, repeatable
from planlib.trajectories import line, still
from planlib.wrapping import wrapped
from tests.pausing import paused_at, resumed

DEFERRED = pytest.mark.parametrize("deferred", [False, True], ids=["hard", "deferred"])
STEPS = ["set", "wait", "trigger", "wait", "create", "read", "read", "save", "checkpoint"]
NAN = float("nan")


def primary(emitted):
    return [(doc["seq_num"], doc["data"]) for name, doc in emitted if name == "event"]


@pytest.mark.parametrize(
    ("number", "deferred"),
    [*((number, False) for number in range(9)), (0, True), (4, True)],
    ids=[
        *(f"{n}-{step}-hard" for n, step in enumerate(STEPS)),
        "0-set-deferred",
        "4-create-deferred",
    ],
)
def test_documents_of_a_resumed_scan_are_those_of_stock_bluesky(
    either_engine, emitted, triggered_axis, plain_detector, number, deferred
):
    x, detector = triggered_axis, plain_detector
    ours = step_scan(StepScan((x,), line([(0, 2)], 2), [detector]))
    assert resumed(either_engine, paused_at(ours, number, deferred)) == 1
    found = primary(emitted)
    stop = emitted[-1][1]
    x.set(0)
    emitted.clear()
    assert resumed(either_engine, paused_at(bp.scan([detector], x, 0, 2, 3), number, deferred)) == 1
    assert found == primary(emitted)
    assert (stop["exit_status"], stop["num_events"]) == ("success", {"primary": 3})


class Balanced(PointPreset):
    """Notes whether it is on; it may be stopped where it was about to start."""

    def __init__(self):
        self.is_on = False
        self.mistakes = []

    def start(self):
        self.mistakes += ["started twice"] * self.is_on
        self.is_on = True

    def stop(self):
        self.is_on = False


def hooked(kind, preset):
    """Hooks at each moment of a point that compute a column from what was counted."""

    def fill(point):
        point.columns["twice"] = 2 * point.values["det"]

    def plan(point):
        yield from bps.null()
        value = point.values["det"]
        yield from bps.sleep(0)
        point.columns["twice"] = 2 * value

    def note(point):
        point.columns["index"] = point.index

    def noting(point):
        yield from bps.null()
        point.columns["index"] = point.index

    first, last = (note, fill) if kind == "function" else (noting, plan)
    return Hooks(pre_point=first, operation=first, post_operation=last, presets=preset)


@DEFERRED
@pytest.mark.parametrize("kind", ["function", "plan"])
def test_hooks_and_columns_belong_to_what_is_recorded_wherever_a_pause_comes(
    either_engine, emitted, logged_x, logged_det, kind, deferred
):
    """Each count differs from the one before: what was computed from a lost one would show."""
    logged_det.seconds = 0.001
    for number in itertools.count(step := 20 if deferred else 0, step or 1):
        emitted.clear()
        preset = Balanced()
        scan = StepScan(
            (logged_x,),
            line([(0, 1)], 1),
            [logged_det],
            hooks=hooked(kind, preset),
            columns={"twice": NAN, "index": NAN},
        )
        pauses = resumed(either_engine, paused_at(step_scan(scan), number, deferred))
        events = dict(primary(emitted))
        where = (number, events)
        assert [events[n]["twice"] for n in (1, 2)] == [2 * events[n]["det"] for n in (1, 2)], where
        assert [events[n]["index"] for n in (1, 2)] == [0, 1], where
        assert [events[n]["x"] for n in (1, 2)] == [0, 1], where
        assert emitted[-1][1]["exit_status"] == "success", where
        assert (preset.is_on, preset.mistakes) == (False, []), where
        assert not either_engine._staged
        if not pauses:
            break
    assert number > 40


def test_column_that_was_set_in_a_count_that_is_lost_is_forgotten(
    either_engine, emitted, logged_x, logged_det
):
    calls = []

    def once(point):
        calls.append(point.index)
        if calls == [0]:
            point.columns["n"] = 1

    hooks = Hooks(operation=once)
    scan = StepScan((logged_x,), line([(0, 1)], 1), [logged_det], hooks=hooks, columns={"n": NAN})

    resumed(either_engine, _paused_after_first("create", step_scan(scan)))
    assert calls == [0, 0, 1]
    assert [event["n"] != event["n"] for _, event in primary(emitted)] == [True, True]


def _paused_after_first(command, plan):
    pauses = iter([Msg("pause")])

    def around(message):
        answer = yield message
        if message.command == command:
            yield from pauses
        return answer

    return wrapped(plan, around)


def test_axes_are_sent_again_when_a_point_begins_again(either_engine, log, logged_x, logged_det):
    """A pause stops them wherever they are."""
    hooks = Hooks(operation=lambda: None)
    plan = step_scan(StepScan((logged_x,), line([(0, 1)], 1), [logged_det], hooks=hooks))
    resumed(either_engine, _paused_after_first("create", plan))
    assert [word for word in log if word.startswith("x to")] == ["x to 0", "x to 0", "x to 1"]


def test_period_is_not_waited_for_twice(either_engine, log, logged_det):
    scan = StepScan((), still(2), [logged_det], pace=Pace(period=0.05), columns={"n": NAN})
    plan = _paused_after_first("create", step_scan(scan))
    slept = []
    either_engine.msg_hook = lambda m: slept.append(m.args[0]) if m.command == "sleep" else None
    resumed(either_engine, plan)
    assert len(slept) <= 1


def test_abort_in_a_pause_leaves_nothing_behind(either_engine, log, emitted, logged_x, logged_det):
    preset = Balanced()
    hooks = Hooks(presets=preset, post_scan=lambda: log.append("post_scan"))
    scan = StepScan((logged_x,), line([(0, 1)], 1), [logged_det], hooks=hooks)
    for command in ("set", "trigger", "create", "read", "save"):
        emitted.clear()
        log.clear()
        with pytest.raises(RunEngineInterrupted):
            either_engine(_paused_after_first(command, step_scan(scan)))
        either_engine.abort()
        assert emitted[-1][1]["exit_status"] == "abort"
        assert log.count("post_scan") == 1
        assert (preset.is_on, preset.mistakes) == (False, [])
        assert not either_engine._staged


def test_halt_in_a_pause_calls_nothing_more(either_engine, log, emitted, logged_x, logged_det):
    hooks = Hooks(operation=lambda: bps.sleep(0.01), post_scan=lambda: log.append("post_scan"))
    scan = StepScan((logged_x,), line([(0, 1)], 1), [logged_det], hooks=hooks)
    with pytest.raises(RunEngineInterrupted):
        either_engine(_paused_after_first("sleep", step_scan(scan)))
    either_engine.halt()
    assert emitted[-1][1]["exit_status"] == "abort"
    assert "post_scan" not in log


AROUND = {
    "msg_mutator": lambda plan, _: bpp.msg_mutator(plan, lambda message: message),
    "plan_mutator": lambda plan, _: bpp.plan_mutator(plan, _with_null),
    "finalize": lambda plan, _: bpp.finalize_wrapper(plan, bps.null),
    "contingency": lambda plan, _: bpp.contingency_wrapper(plan, except_plan=_never),
    "baseline": lambda plan, device: bpp.baseline_wrapper(plan, [device]),
    "relative_set": lambda plan, device: bpp.relative_set_wrapper(plan, [device]),
    "monitor": lambda plan, _: bpp.monitor_during_wrapper(plan, [Signal(name="s", value=0)]),
    "stub": lambda plan, _: bpp.run_wrapper(bpp.stub_wrapper(plan)),
}


def _with_null(message):
    if message.command == "wait_for":
        return bpp.pchain(bps.null(), single_gen(message)), None
    return None, None


def _never(error):
    pytest.fail(f"a preprocessor has been told of {error!r}")
    yield


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("command", ["set", "trigger", "create", "save"])
def test_preprocessors_around_a_scan_do_not_notice_that_a_point_begins_again(  # noqa: PLR0917
    either_engine, emitted, logged_x, logged_y, logged_det, around, command
):
    scan = StepScan(
        (logged_x,),
        line([(0, 1)], 1),
        [logged_det],
        hooks=hooked("plan", Balanced()),
        columns={"twice": NAN, "index": NAN},
    )
    plan = AROUND[around](_paused_after_first(command, step_scan(scan)), logged_y)
    assert resumed(either_engine, plan) == 1
    events = {number: data for number, data in primary(emitted) if "twice" in data}
    assert sorted(events) == [1, 2]
    assert all(data["twice"] == 2 * data["det"] for data in events.values())
    assert emitted[-1][1]["exit_status"] == "success"


def test_part_that_is_not_interrupted_is_done_once(engine):
    done = []

    def part():
        done.append(1)
        yield from bps.null()
        return 3

    results = []

    def plan():
        results.append((yield from repeatable(part)))

    engine(plan())
    assert (done, results) == ([1], [3])


def test_suspension_repeats_a_point_as_a_pause_does(either_engine, emitted, logged_x, logged_det):
    """H18 waits; here the engine is told to at once."""
    scan = StepScan(
        (logged_x,),
        line([(0, 1)], 1),
        [logged_det],
        hooks=hooked("plan", Balanced()),
        columns={"twice": NAN, "index": NAN},
    )
    asked = []

    def suspend(message):
        if message.command == "create" and not asked:
            asked.append(True)
            released = asyncio.Event()
            either_engine.request_suspend(released.wait)
            either_engine.loop.call_later(0.05, released.set)

    either_engine.msg_hook = suspend
    either_engine(step_scan(scan))
    events = primary(emitted)
    assert [number for number, _ in events] == [1, 2]
    assert all(event["twice"] == 2 * event["det"] for _, event in events)


def test_policy_of_a_hook_does_not_swallow_what_repeats_the_point(
    either_engine, emitted, logged_det
):
    """Nor does a hook that catches everything."""

    def greedy(point):
        try:
            yield from bps.sleep(0.01)
        except Exception:
            yield from bps.null()
        point.columns["twice"] = 2 * point.values["det"]

    hooks = Hooks(post_operation=Hook(greedy, on_error="ignore"))
    scan = StepScan((), still(2), [logged_det], hooks=hooks, columns={"twice": NAN})
    resumed(either_engine, _paused_after_first("sleep", step_scan(scan)))
    events = primary(emitted)
    assert [number for number, _ in events] == [1, 2]
    assert all(event["twice"] == 2 * event["det"] for _, event in events)


def test_what_fails_whenever_an_event_is_dropped_is_not_taken_for_replayed():
    tries = []

    def full(message):
        tries.append(message)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        list(wrapped(forgotten(), full))
    assert len(tries) > 1


def test_an_event_that_was_replayed_and_failed_by_that_is_dropped():
    dropping = forgotten()
    next(dropping)
    again = dropping.throw(OSError("the connection was lost"))
    assert [again.command, *(each.command for each in dropping)] == ["drop", "checkpoint"]
