import asyncio
import math
import threading

import pytest
from bluesky.protocols import Status
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import DeadlineError, MoveError
from devices.status import UNKNOWN_DEADLINE, DeadlineStatus, all_of, finished

#: Far above what anything here takes on a busy machine.
PATIENCE = 10.0
SOON = 0.05


@pytest.fixture
def status():
    return DeadlineStatus("moving x to 3 mm", PATIENCE)


@pytest.fixture
def parts():
    made = [DeadlineStatus(f"moving {name}", PATIENCE) for name in "abc"]
    yield made
    for part in made:
        part.finish()


def test_it_is_what_bluesky_takes_for_a_status(status):
    assert isinstance(status, Status)


def test_it_begins_unfinished(status):
    assert not status.done
    assert not status.success


def test_finishing_is_success(status):
    status.finish()
    assert status.done
    assert status.success
    assert status.exception() is None


def test_failing_keeps_its_reason(status):
    reason = MoveError("it stuck")
    status.fail(reason)
    assert status.done
    assert not status.success
    assert status.exception() is reason


def test_waiting_for_a_failure_raises_its_reason(status):
    status.fail(MoveError("it stuck"))
    with pytest.raises(MoveError, match="it stuck"):
        status.wait(PATIENCE)


def test_waiting_ends_when_another_thread_finishes_it(status):
    threading.Timer(SOON, status.finish).start()
    status.wait(PATIENCE)
    assert status.success


def test_waiting_no_longer_than_asked_leaves_it_unfinished(status):
    with pytest.raises(TimeoutError, match="moving x to 3 mm has not ended yet"):
        status.wait(SOON)
    assert not status.done


def test_asking_for_the_reason_before_the_end_is_refused(status):
    with pytest.raises(TimeoutError, match="has not ended yet"):
        status.exception()


@given(st.lists(st.sampled_from(["finish", "fail"]), min_size=1, max_size=5))
def test_only_the_first_end_counts(ends):
    status = DeadlineStatus("moving", PATIENCE)
    for end in ends:
        if end == "finish":
            status.finish()
        else:
            status.fail(MoveError("it stuck"))
    assert status.success == (ends[0] == "finish")


def test_a_callback_is_told_once_when_it_ends(status):
    told = []
    status.add_callback(told.append)
    assert told == []
    status.finish()
    status.finish()
    assert told == [status]


def test_a_callback_that_comes_late_is_told_at_once(status):
    status.finish()
    told = []
    status.add_callback(told.append)
    assert told == [status]


def test_a_callback_sees_the_end(status):
    seen = []
    status.add_callback(lambda ended: seen.append((ended.done, ended.success)))
    status.fail(MoveError("it stuck"))
    assert seen == [(True, False)]


def test_at_the_deadline_it_fails_and_says_what_did_not_end():
    status = DeadlineStatus("moving x to 3 mm", SOON)
    with pytest.raises(DeadlineError, match=r"^moving x to 3 mm did not end within 0\.05 s$"):
        status.wait(PATIENCE)


def test_at_the_deadline_the_hardware_is_stopped_once_and_the_sentence_says_so():
    stopped = []

    def stop():
        stopped.append(True)
        return "it was stopped at 2 mm"

    status = DeadlineStatus("moving x to 3 mm", SOON, stop)
    with pytest.raises(DeadlineError, match=r"within 0\.05 s; it was stopped at 2 mm$"):
        status.wait(PATIENCE)
    status.expire()
    assert stopped == [True]


def test_what_ended_in_time_is_not_stopped_at_its_deadline():
    stopped = []
    status = DeadlineStatus("moving", SOON, lambda: stopped.append(True))
    status.finish()
    DeadlineStatus("a later deadline", 3 * SOON).exception(PATIENCE)
    assert stopped == []
    assert status.success


def test_deadlines_come_in_their_own_order():
    ended = []
    several = [DeadlineStatus("moving", SOON * factor) for factor in (3, 1, 2)]
    for status in several:
        status.add_callback(lambda each: ended.append(each.deadline))
    for status in several:
        status.exception(PATIENCE)
    assert ended == sorted(ended)


@pytest.mark.parametrize("deadline", [math.nan, math.inf, -math.inf])
def test_a_deadline_that_is_no_number_keeps_no_other_from_coming(deadline):
    unclear = DeadlineStatus("moving x", deadline)
    with pytest.raises(DeadlineError, match="moving y did not end"):
        DeadlineStatus("moving y", SOON).wait(PATIENCE)
    unclear.finish()


@pytest.mark.parametrize("deadline", [math.nan, math.inf, -math.inf])
def test_a_deadline_that_is_no_number_comes_all_the_same(deadline):
    unclear = DeadlineStatus("moving x", deadline)
    unclear.finish()
    assert unclear.deadline == UNKNOWN_DEADLINE


def test_a_thousand_take_no_thread_of_their_own():
    DeadlineStatus("the first one starts the watch", PATIENCE).finish()
    before = threading.active_count()
    several = [DeadlineStatus("moving", PATIENCE) for _ in range(1000)]
    assert threading.active_count() <= before  # some of others may have ended
    for status in several:
        status.finish()


def test_it_says_how_it_stands(status):
    assert str(status) == "moving x to 3 mm: not ended yet"
    status.finish()
    assert str(status) == "moving x to 3 mm: done"


def test_a_failure_says_its_reason(status):
    status.fail(MoveError("it stuck"))
    assert repr(status) == "it stuck"


def test_finished_gives_a_success():
    assert finished("preparing").success


def test_all_of_ends_with_the_last_part(parts):
    whole = all_of("moving all", parts)
    for part in parts:
        assert not whole.done
        part.finish()
    assert whole.success


def test_all_of_nothing_is_success():
    assert all_of("moving nothing", []).success


def test_all_of_waits_for_the_others_after_a_failure(parts):
    whole = all_of("moving all", parts)
    parts[0].fail(MoveError("a stuck"))
    assert not whole.done
    parts[1].finish()
    parts[2].finish()
    assert whole.done


def test_all_of_gives_the_first_error(parts):
    whole = all_of("moving all", parts)
    parts[1].finish()
    parts[2].fail(MoveError("c stuck"))
    parts[0].fail(MoveError("a was stopped"))
    with pytest.raises(MoveError, match="c stuck"):
        whole.wait(PATIENCE)


def test_all_of_stops_the_others_once_at_the_first_failure(parts):
    stopped = []
    whole = all_of("moving all", parts, lambda: stopped.append(whole.done))
    parts[0].fail(MoveError("a stuck"))
    parts[1].fail(MoveError("b was stopped"))
    parts[2].fail(MoveError("c was stopped"))
    assert stopped == [False]


def test_all_of_does_not_stop_anything_where_nothing_failed(parts):
    stopped = []
    all_of("moving all", parts, lambda: stopped.append(True))
    for part in parts:
        part.finish()
    assert stopped == []


def test_all_of_leaves_every_part_its_own_deadline(parts):
    assert all_of("moving all", parts).deadline > max(part.deadline for part in parts)


def test_all_of_tells_how_a_part_was_stopped_whose_stop_takes_a_while():
    def stop_slowly():
        threading.Event().wait(1.5)
        return "it was stopped at 3 mm"

    whole = all_of("moving both", [DeadlineStatus("moving x", SOON, stop_slowly)])
    with pytest.raises(DeadlineError, match=r"moving x did not end .* it was stopped at 3 mm"):
        whole.wait(PATIENCE)


def test_all_of_parts_that_end_in_many_threads_at_once_ends_once():
    several = [DeadlineStatus("moving", PATIENCE) for _ in range(50)]
    ends = []
    whole = all_of("moving all", several)
    whole.add_callback(ends.append)
    together = threading.Barrier(len(several))

    def end(part):
        together.wait(PATIENCE)
        part.finish()

    threads = [threading.Thread(target=end, args=(part,)) for part in several]
    for thread in threads:
        thread.start()
    whole.wait(PATIENCE)
    for thread in threads:
        thread.join(PATIENCE)
    assert ends == [whole]


def cannot_stop():
    raise OSError("the axis is gone")


def test_a_stop_that_fails_at_the_deadline_fails_the_status_all_the_same():
    with pytest.raises(DeadlineError):
        DeadlineStatus("moving x", SOON, cannot_stop).wait(PATIENCE)


def test_a_stop_that_fails_at_the_deadline_keeps_no_other_deadline_from_coming():
    DeadlineStatus("moving x", SOON, cannot_stop)
    with pytest.raises(DeadlineError):
        DeadlineStatus("moving y", 2 * SOON).wait(PATIENCE)


@pytest.fixture
def hang():
    """Do not come back before the test ends."""
    may_end = threading.Event()
    yield lambda *_: may_end.wait(3 * PATIENCE)
    may_end.set()


def test_a_stop_that_hangs_at_the_deadline_keeps_no_other_deadline_from_coming(hang):
    DeadlineStatus("moving x", SOON, hang)
    with pytest.raises(DeadlineError, match="moving y"):
        DeadlineStatus("moving y", 2 * SOON).wait(PATIENCE)


def test_a_stop_that_hangs_at_the_deadline_fails_the_status_all_the_same(hang, monkeypatch):
    monkeypatch.setattr("devices.status.HALT_PATIENCE", 2 * SOON)
    sentence = r"within 0\.05 s; to stop it takes longer than 0\.1 s$"
    with pytest.raises(DeadlineError, match=sentence):
        DeadlineStatus("moving x", SOON, hang).wait(PATIENCE)


def test_a_callback_that_hangs_keeps_no_other_deadline_from_coming(hang):
    DeadlineStatus("moving x", SOON).add_callback(hang)
    with pytest.raises(DeadlineError, match="moving y"):
        DeadlineStatus("moving y", 2 * SOON).wait(PATIENCE)


def test_all_of_ends_although_the_others_could_not_be_stopped():
    parts = [DeadlineStatus(f"moving {name}", PATIENCE) for name in "ab"]
    whole = all_of("moving both", parts, cannot_stop)
    for part in parts:
        part.fail(OSError("it stuck"))
    assert whole.done


def test_a_callback_that_raises_keeps_no_other_callback_from_being_told():
    status = DeadlineStatus("moving x", PATIENCE)
    told = []
    status.add_callback(lambda _: cannot_stop())
    status.add_callback(told.append)
    status.finish()
    assert told == [status]


def test_who_waited_may_be_gone(caplog):
    """The engine was closed before the device has ended."""
    loop = asyncio.new_event_loop()
    loop.close()
    status = DeadlineStatus("moving x", PATIENCE)
    status.add_callback(lambda _: loop.call_soon_threadsafe(print))
    status.finish()
    assert caplog.text == ""
