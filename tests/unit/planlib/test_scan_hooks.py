"""What hooks of axes are told of scans (BL-59)."""

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import RunEngineInterrupted

from devices import MotionHook, Slit
from planlib import ScanHooks, check
from planlib.stepping.hook import HookError
from tests.unit.devices.soft_stage import soft
from tests.waiting import wait_until


class Told(MotionHook):
    def __init__(self, log, name="a", fails=""):
        self.log, self.name, self.fails = log, name, fails

    def init(self):
        self._tell("init")

    def pre_move(self, motions):
        self._tell("pre_move")

    def post_move(self, motions):
        self._tell("post_move")

    def pre_scan(self, axes):
        self._tell("pre_scan", axes)

    def post_scan(self, axes):
        self._tell("post_scan", axes)

    def _tell(self, what, axes=()):
        self.log.append(" ".join([self.name, what, *(axis.name for axis in axes)]))
        if what == self.fails:
            raise RuntimeError("no air")


@pytest.fixture
def hooked_engine(engine):
    engine.preprocessors.append(ScanHooks())
    return engine


@pytest.fixture
def log(hooked_engine):
    """What was told, and when runs were opened and closed."""
    told = []
    hooked_engine.subscribe(
        lambda name, _: told.append(name) if name in {"start", "stop"} else None
    )
    return told


def test_a_scan_is_told_before_its_run_is_opened_and_after_it_is_closed(hooked_engine, log):
    x = soft("x", hooks=[Told(log)])
    hooked_engine(bp.scan([], x, 1, 2, 2))
    moves = ["a pre_move", "a post_move"]
    assert log == ["a init", "a pre_scan x", "start", *moves, *moves, "stop", "a post_scan x"]


def test_a_move_is_no_scan(hooked_engine, log):
    hooked_engine(bps.mv(soft("x", hooks=[Told(log)]), 1))
    assert log == ["a init", "a pre_move", "a post_move"]


def test_hooks_of_a_derived_axis_are_those_of_its_real_ones_each_told_once(hooked_engine, log):
    shared = Told(log)
    a, b = soft("a", hooks=[shared]), soft("b", hooks=[shared])
    slit = Slit(name="slit", low=a, high=b)
    hooked_engine(bp.scan([], slit.gap, 1, 2, 2))
    assert [line for line in log if "scan" in line] == ["a pre_scan a b", "a post_scan a b"]


def test_the_last_hook_is_the_first_at_the_end(hooked_engine, log):
    x = soft("x", hooks=[Told(log, "a"), Told(log, "b")])
    hooked_engine(bp.scan([], x, 1, 2, 2))
    told = [line for line in log if "scan" in line]
    assert told == ["a pre_scan x", "b pre_scan x", "b post_scan x", "a post_scan x"]


def test_a_hook_that_fails_before_refuses_the_scan_with_nothing_opened_or_moved(hooked_engine, log):
    x = soft("x", hooks=[Told(log, "a"), Told(log, "b", fails="pre_scan"), Told(log, "c")])
    with pytest.raises(HookError, match="pre_scan of Told failed: no air"):
        hooked_engine(bp.scan([], x, 1, 2, 2))
    assert "start" not in log
    assert x.position == 0.0
    assert [line for line in log if "post" in line] == ["b post_scan x", "a post_scan x"]


def test_a_hook_that_fails_after_fails_the_plan_when_all_were_told(hooked_engine, log):
    x = soft("x", hooks=[Told(log, "a"), Told(log, "b", fails="post_scan")])
    with pytest.raises(HookError, match="post_scan of Told failed: no air"):
        hooked_engine(bp.scan([], x, 1, 2, 2))
    assert log[-3:] == ["stop", "b post_scan x", "a post_scan x"]


def test_a_scan_that_fails_is_told_too(hooked_engine, log):
    def failing():
        yield from bps.stage(x)
        yield from bps.open_run({"motors": ["x"]})
        raise ZeroDivisionError

    x = soft("x", hooks=[Told(log)])
    with pytest.raises(ZeroDivisionError):
        hooked_engine(failing())
    assert "a post_scan x" in log


def test_a_scan_that_is_aborted_in_a_pause_is_told_too(hooked_engine, log):
    x = soft("x", hooks=[Told(log)])

    @bpp.stage_decorator([x])
    @bpp.run_decorator(md={"motors": ["x"]})
    def pausing():
        yield from bps.checkpoint()
        yield from bps.pause()

    with pytest.raises(RunEngineInterrupted):
        hooked_engine(pausing())
    hooked_engine.abort()
    assert log[-2:] == ["stop", "a post_scan x"]


def test_hooks_are_told_once_where_a_pause_comes_after_the_run(hooked_engine, log):
    x = soft("x", hooks=[Told(log)])

    def pausing():
        yield from bp.scan([], x, 1, 2, 2)
        yield from bps.pause()

    with pytest.raises(RunEngineInterrupted):
        hooked_engine(pausing())
    hooked_engine.resume()
    assert log.count("a post_scan x") == 1


def test_a_dry_run_tells_no_hook(log):
    check(bp.scan([], soft("x", hooks=[Told(log)]), 1, 2, 2))
    assert log == []


class Pausing(Told):
    """Has the engine pause while it is told of the end of a scan."""

    engine = None

    def post_scan(self, axes):
        super().post_scan(axes)
        self.engine.request_pause()
        wait_until("it pauses", lambda: self.engine.state in {"paused", "pausing"})


@pytest.mark.parametrize("is_open", [False, True], ids=["the run is closed", "it is left open"])
def test_all_hooks_are_told_where_the_plan_is_aborted_while_one_is(hooked_engine, log, is_open):
    def scan():
        yield from bps.stage(x)
        yield from bps.open_run({"motors": ["x"]})
        if not is_open:
            yield from bps.close_run()

    first, last = Told(log, "a"), Pausing(log, "b")
    last.engine = hooked_engine
    x = soft("x", hooks=[first, last])
    with pytest.raises(RunEngineInterrupted):
        hooked_engine(scan())
    hooked_engine.abort()
    assert [line for line in log if "post_scan" in line] == ["b post_scan x", "a post_scan x"]


def test_hooks_of_every_open_run_are_told_where_one_of_another_run_fails(hooked_engine, log):
    def two_runs():
        yield from bps.stage(x)
        yield from bps.stage(y)
        yield from bpp.set_run_key_wrapper(bps.open_run({"motors": ["x"]}), "one")
        yield from bpp.set_run_key_wrapper(bps.open_run({"motors": ["y"]}), "two")

    x = soft("x", hooks=[Told(log, "a", fails="post_scan")])
    y = soft("y", hooks=[Told(log, "b")])
    with pytest.raises(HookError, match="post_scan of Told failed: no air"):
        hooked_engine(two_runs())
    assert {"a post_scan x", "b post_scan y"} <= set(log)


def test_a_plan_is_passed_through_as_it_is_where_nobody_has_a_hook():
    """A look at each of its messages would cost every point of every scan."""
    plan = bps.null()
    assert ScanHooks(lambda: False)(plan) is plan
    list(plan)


def test_a_hook_that_is_made_later_is_told_of_the_next_scan(engine, monkeypatch):
    monkeypatch.setattr(MotionHook, "are_any", False)
    engine.preprocessors.append(ScanHooks(lambda: MotionHook.are_any))
    log, x = [], soft("x")
    engine(bp.scan([], x, 1, 2, 2))
    x.hooks = [Told(log)]
    engine(bp.scan([], x, 1, 2, 2))
    assert [line for line in log if "scan" in line] == ["a pre_scan x", "a post_scan x"]
