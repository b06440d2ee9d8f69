import time

import bluesky.plans as bp
import pytest
from bluesky.utils import Msg
from hypothesis import given
from hypothesis import strategies as st

from planlib.account import Account
from planlib.stepping.stopwatch import Stopwatch, timed


def slept(message):
    """An engine that needs a hundredth of a second for each message."""
    time.sleep(0.01)
    return message.command


def run(plan, engine=slept):
    watch = Stopwatch()
    answered = timed(plan, watch)
    message = next(answered)
    while True:
        try:
            message = answered.send(engine(message))
        except StopIteration as end:
            return watch, end.value


def point():
    yield Msg("set", None, 1.0, group="go")
    yield Msg("wait", None, group="go")
    yield Msg("sleep", None, 0.0)
    yield Msg("trigger", None, group="count")
    yield Msg("wait", None, group="count")
    yield Msg("create", None, name="primary")
    yield Msg("read", None)
    yield Msg("save")


def test_each_second_goes_to_what_it_was_spent_on():
    account = run(point())[0].account()
    assert account.points == 1
    for spent in (account.moving, account.counting, account.waiting, account.reading):
        assert 0.01 <= spent < 0.03
    # set, trigger, create and save
    assert 0.04 <= account.software < 0.08


def test_the_parts_add_up_to_the_whole():
    watch, _ = run(point())
    assert watch.account().duration == pytest.approx(watch.ended - watch.began)


def test_counting_wins_where_axes_move_in_the_same_group():
    def both():
        yield Msg("trigger", None, group="all")
        yield Msg("set", None, 1.0, group="all")
        yield Msg("wait", None, group="all")

    account = run(both())[0].account()
    assert account.counting > 0
    assert account.moving == 0


def test_stock_waits_name_their_group_as_an_argument():
    def waiting():
        yield Msg("set", None, 1.0, group="go")
        yield Msg("wait", None, "go")

    assert run(waiting())[0].account().moving >= 0.01


def test_a_wait_for_nothing_known_is_the_softwares():
    account = run(iter([Msg("wait", None, group="unknown")]))[0].account()
    assert account.software >= 0.01


def test_points_of_other_streams_are_none():
    def extras():
        yield Msg("create", None, name="extra")
        yield Msg("save")

    assert run(extras())[0].points == 0


def test_pauses_are_nobodys_time():
    paused = iter([0.0, 0.6, 0.6, 0.6, 0.6])
    watch = Stopwatch(lambda: next(paused, 0.6))
    plan = timed(point(), watch)
    message = next(plan)
    try:
        while True:
            time.sleep(0.61 if message.command == "wait" and watch.account().moving == 0 else 0)
            message = plan.send(None)
    except StopIteration:
        pass
    assert watch.account().duration < 0.3


def test_answers_and_the_result_pass_through():
    def asking():
        answer = yield Msg("locate")
        return answer

    assert run(asking())[1] == "locate"


def test_errors_reach_the_plan():
    def careful():
        try:
            yield Msg("read", None)
        except ValueError:
            yield Msg("null")
        return "saved"

    plan = timed(careful(), Stopwatch())
    next(plan)
    assert plan.throw(ValueError("bad")).command == "null"
    with pytest.raises(StopIteration) as ended:
        plan.send(None)
    assert ended.value.value == "saved"


def test_a_plan_that_fails_has_not_ended_well():
    def failing():
        yield Msg("null")
        raise ValueError("broken")

    watch = Stopwatch()
    with pytest.raises(ValueError, match="broken"):
        list(timed(failing(), watch))
    assert watch.ended is None
    assert watch.account().duration > 0


def test_a_plan_is_closed_with_the_stopwatch():
    closed = []

    def careful():
        try:
            yield Msg("null")
        finally:
            closed.append(True)

    plan = timed(careful(), Stopwatch())
    next(plan)
    plan.close()
    assert closed == [True]


def test_it_works_around_stock_plans(engine, timed_detector):
    watch = Stopwatch()
    engine(timed(bp.count([timed_detector], 3), watch))
    assert watch.points == 3
    assert watch.account().reading > 0


seconds = st.floats(0, 1e5)


@given(seconds, seconds, seconds, seconds, seconds)
def test_dead_time_is_a_part_of_the_whole(counting, moving, waiting, reading, software):
    account = Account(1, counting, moving, waiting, reading, software)
    assert 0 <= account.dead_time <= 1


def test_a_pause_during_one_message_is_not_taken_from_the_next():
    watch, paused = Stopwatch(lambda: sum(paused)), []
    watch.start()
    paused.append(0.5)
    watch.charge(Msg("sleep", None, 0.2), None, 0.7)
    watch.charge(Msg("trigger", None, group="count"), None, 0.0)
    watch.charge(Msg("wait", None, group="count"), None, 0.6)
    account = watch.account()
    assert (account.waiting, account.counting) == (pytest.approx(0.2), 0.6)
    assert account.paused == 0.5


def test_pauses_are_told_besides():
    account = Account(1, counting=1.0, moving=0.0, waiting=0.0, reading=0.0, software=0.0, paused=9)
    assert str(account) == "1 point in 1.0 s: counting 1.0 s, dead time 0 %, paused 9.0 s"


def test_an_account_is_one_line():
    account = Account(31, counting=3.1, moving=7.9, waiting=0.0, reading=0.9, software=0.5)
    assert str(account) == (
        "31 points in 12.4 s: counting 3.1 s, moving 7.9 s, reading 0.9 s, software 0.5 s, "
        "dead time 75 %"
    )


def test_the_time_before_the_points_and_after_them_is_known():
    watch = Stopwatch()

    def scan():
        yield Msg("open_run")
        watch.enter_points()
        yield from point()
        watch.leave_points()
        yield Msg("close_run")
        yield Msg("unstage", None)

    for message in timed(scan(), watch):
        slept(message)
    timing = watch.timing()
    assert 0.01 <= timing.before < 0.03
    assert 0.08 <= timing.points < 0.16
    assert 0.02 <= timing.after < 0.05
    assert timing.before + timing.points + timing.after == pytest.approx(timing.runtime)


def test_a_plan_that_marks_nothing_is_points_alone():
    timing = run(point())[0].timing()
    assert (timing.before, timing.after) == (0, 0)
    assert timing.points == pytest.approx(timing.runtime)


def test_the_runs_that_were_opened_are_known():
    assert run(iter([Msg("open_run")]), lambda _: "a1b2")[0].runs == ["a1b2"]


def test_readings_that_are_fetched_together_are_reading():
    assert run(iter([Msg("fetch")]))[0].account().reading >= 0.01


def test_it_knows_what_each_device_of_a_scan_did(engine, x, timed_detector):
    watch = Stopwatch()
    engine(timed(bp.scan([timed_detector], x, 0, 1, 3), watch))
    found = watch.timing().devices
    assert found["x"]["set"].number == found["x"]["read"].number == 3
    assert found["timed"]["trigger"].number == found["timed"]["wait"].number == 3
