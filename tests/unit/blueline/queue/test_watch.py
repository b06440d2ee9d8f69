"""What the supervisor sees, and what it then does."""

import pytest

from blueline.queue.watch import DEAD_AFTER, STUCK_AFTER, Look, Mending, Watch

IDLE = {
    "manager_state": "idle",
    "worker_environment_exists": True,
    "worker_environment_state": "idle",
    "re_state": "idle",
}
RUNNING = {
    **IDLE,
    "manager_state": "executing_queue",
    "worker_environment_state": "executing_plan",
    "re_state": "running",
}
STUCK = {**IDLE, "manager_state": "executing_queue"}
CLOSED = {**IDLE, "worker_environment_exists": False, "worker_environment_state": "closed"}


def watched(status, seconds, lives=True, watch=None, begin=0.0):
    """Look four times a second for so long; give the first mending and when it came."""
    watch = watch or Watch()
    for quarter in range(int(4 * seconds) + 1):
        mending = watch.decide(Look(begin + quarter / 4, status, lives))
        if mending is not None:
            return mending, begin + quarter / 4
    return None, None


@pytest.mark.parametrize("status", [IDLE, RUNNING, None], ids=["idle", "running", "silent"])
def test_nothing_is_mended_where_nothing_is_broken(status):
    assert watched(status, 100) == (None, None)


@pytest.mark.parametrize("status", [IDLE, RUNNING], ids=["idle", "running"])
def test_a_dead_worker_is_seen_after_a_second(status):
    assert watched(status, 10, lives=False) == (Mending.WORKER_DIED, DEAD_AFTER)


def test_a_worker_that_dies_while_it_starts_is_seen():
    creating = {**CLOSED, "manager_state": "creating_environment"}
    assert watched(creating, 10, lives=False)[0] is Mending.WORKER_DIED


@pytest.mark.parametrize("state", ["closing_environment", "destroying_environment"])
def test_a_worker_that_is_being_closed_may_end(state):
    assert watched({**IDLE, "manager_state": state}, 100, lives=False) == (None, None)


def test_a_queue_that_executes_nothing_is_seen_after_five_seconds():
    assert watched(STUCK, 10) == (Mending.STUCK, STUCK_AFTER)


def test_a_plan_that_takes_long_to_begin_is_not_stuck():
    slow = {**STUCK, "worker_environment_state": "executing_plan"}
    assert watched(slow, 100) == (None, None)


def test_what_is_idle_between_two_plans_is_not_stuck():
    watch = Watch()
    for quarter in range(400):
        status = STUCK if quarter % 8 else RUNNING
        assert watch.decide(Look(quarter / 4, status, worker_lives=True)) is None


@pytest.mark.parametrize("changing", ["running_item_uid", "plan_history_uid"])
def test_plans_that_are_always_over_when_one_looks_are_not_stuck(changing):
    watch = Watch()
    for quarter in range(400):
        status = {**STUCK, changing: f"item {quarter // 2}"}
        assert watch.decide(Look(quarter / 4, status, worker_lives=True)) is None


def test_what_was_not_looked_at_did_not_last():
    watch = Watch()
    assert watch.decide(Look(0, STUCK, worker_lives=True)) is None
    assert watch.decide(Look(60, STUCK, worker_lives=True)) is None


def test_the_mending_of_one_trouble_begins_the_others_anew():
    watch = Watch()
    assert watched(STUCK, 10, lives=False, watch=watch)[0] is Mending.WORKER_DIED
    assert watched(STUCK, STUCK_AFTER - 1, watch=watch, begin=DEAD_AFTER) == (None, None)


def test_a_manager_without_a_worker_gets_one_where_one_is_wanted():
    assert watched(CLOSED, 1) == (Mending.REOPEN, 0)


def test_a_worker_that_somebody_has_closed_stays_closed():
    watch = Watch()
    watch.wants_worker(False)
    assert watched(CLOSED, 100, watch=watch) == (None, None)
