"""Waiting for groups ends when, and as, it ends in bluesky's engine."""

import asyncio
import threading

import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import pytest
from bluesky.utils import FailedStatus, Msg, RunEngineInterrupted
from ophyd.sim import SynSignal
from ophyd.status import Status


class Told(SynSignal):
    """A detector whose count ends when it is told to, from another thread or from this one."""

    def __init__(self, name, end):
        super().__init__(lambda: 1.0, name=name)
        self.end = end
        self.statuses = []

    def trigger(self):
        status = Status(timeout=20)
        self.statuses.append(status)
        self.end(status)
        return status


def at_once(status):
    status.set_finished()


def later(status):
    threading.Timer(0.02, status.set_finished).start()


def fails_later(status):
    threading.Timer(0.02, status.set_exception, [ValueError("no beam")]).start()


def fails_at_once(status):
    status.set_exception(ValueError("no beam"))


def never(status):
    """Leave it open; the tests end it."""


@pytest.mark.parametrize("end", [at_once, later])
def test_a_group_is_waited_for_until_all_have_ended(either, end):
    detectors = [Told(f"d{number}", end) for number in range(3)]
    answers = []

    def plan():
        for detector in detectors:
            yield Msg("trigger", detector, group="g")
        answers.append((yield Msg("wait", None, group="g")))
        answers.append([status.done for detector in detectors for status in detector.statuses])

    either(plan())
    assert answers == [True, [True] * 3]


@pytest.mark.parametrize("end", [fails_at_once, fails_later])
def test_the_first_failure_ends_the_wait_for_all(either, end):
    slow, failing = Told("slow", never), Told("failing", end)

    def plan():
        yield Msg("trigger", slow, group="g")
        yield Msg("trigger", failing, group="g")
        yield Msg("wait", None, group="g")
        yield Msg("null")

    with pytest.raises(FailedStatus) as failed:
        either(plan())
    assert isinstance(failed.value.__cause__, ValueError)
    assert not slow.statuses[0].done
    slow.statuses[0].set_finished()


def test_a_failure_that_nobody_waits_for_ends_the_plan(either):
    failing = Told("failing", fails_later)

    def plan():
        yield Msg("trigger", failing, group="g")
        yield Msg("sleep", None, 0.2)

    with pytest.raises(FailedStatus):
        either(plan())


def test_a_wait_for_nothing_ends_at_once(either):
    answers = []

    def plan():
        answers.append((yield Msg("wait", None, group="nobody")))

    either(plan())
    assert answers == [True]


def test_the_waiting_hook_is_told_what_is_waited_for_and_when_it_is_over(either):
    told = []
    either.waiting_hook = told.append
    detector = Told("d", later)
    either(bps.trigger(detector, wait=True))
    assert [list(each) if each else each for each in told] == [detector.statuses, None]


def test_a_wait_that_may_time_out_gives_what_bluesky_gives(either):
    slow = Told("slow", never)
    answers = []

    def plan():
        yield Msg("trigger", slow, group="g")
        wait = Msg("wait", None, group="g", timeout=0.05, error_on_timeout=False)
        answers.append((yield wait))
        slow.statuses[0].set_finished()
        answers.append((yield Msg("wait", None, group="g")))

    either(plan())
    assert answers == [False, True]


def test_a_watched_group_ends_the_wait_for_another(either):
    slow, failing = Told("slow", never), Told("failing", fails_later)

    def plan():
        yield Msg("trigger", slow, group="g")
        yield Msg("trigger", failing, group="watched")
        yield Msg("wait", None, group="g", watch=("watched",))

    with pytest.raises((FailedStatus, asyncio.CancelledError)):
        either(plan())
    slow.statuses[0].set_finished()


def test_a_status_that_ends_after_the_call_harms_nobody(either, detector, documents_of):
    late = Told("late", never)

    def plan():
        yield Msg("trigger", late, group="g")

    either(plan())
    late.statuses[0].set_exception(ValueError("too late"))
    assert documents_of(either, bp.count([detector]))[-1][1]["exit_status"] == "success"


def test_an_axis_that_was_set_is_stopped_at_the_end(either, x):
    stopped = []
    x.stop = lambda *, success=False: stopped.append(success)
    either(bps.abs_set(x, 1.0, wait=True))
    assert stopped == [True]


@pytest.mark.parametrize("how", ["abort", "stop", "halt"])
def test_a_wait_can_be_ended(either, how):
    slow = Told("slow", lambda _: threading.Timer(0.05, either.request_pause).start())

    def plan():
        yield Msg("checkpoint")
        yield Msg("trigger", slow, group="g")
        yield Msg("wait", None, group="g")

    with pytest.raises(RunEngineInterrupted):
        either(plan())
    getattr(either, how)()
    assert either.state == "idle"
    slow.statuses[0].set_finished()


def test_what_was_waited_for_in_a_pause_is_waited_for_again(either):
    pausing = iter([True, False])

    def end(status):
        if next(pausing):
            threading.Timer(0.05, either.request_pause).start()
        else:
            later(status)

    detector = Told("d", end)
    with pytest.raises(RunEngineInterrupted):
        either(bpp.pchain([Msg("checkpoint")], bps.trigger(detector, wait=True)))
    detector.statuses[0].set_finished()
    either.resume()
    assert [status.done for status in detector.statuses] == [True, True]
