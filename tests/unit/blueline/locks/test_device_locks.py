import contextlib
import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from blueline.locks import DeviceLocks, LockedError, StolenLockError
from blueline.locks.device_locks import Why, names_of
from tests.waiting import meanwhile


@pytest.fixture
def ours(tmp_path):
    locks = DeviceLocks(tmp_path)
    yield locks
    locks.close()


@pytest.fixture
def theirs(tmp_path):
    """The locks as another process has them."""
    locks = DeviceLocks(tmp_path)
    yield locks
    locks.close()


def device(name, parent=None, **reals):
    made = SimpleNamespace(name=name, parent=parent)
    if reals:
        made.reals = reals
    return made


def test_a_device_is_locked_by_one_process(ours, theirs):
    th = device("th")
    ours.lock(th)
    with pytest.raises(LockedError, match=r"^th is locked by .*\(pid \d+\) since .*; wait until"):
        theirs.lock(th, timeout=0)
    with pytest.raises(LockedError, match="th is locked by"):
        theirs.require(th)
    ours.require(th)
    ours.unlock(th)
    theirs.require(th)
    theirs.lock(th, timeout=0)


def test_the_folder_of_the_locks_is_made(tmp_path):
    locks = DeviceLocks(tmp_path / "state" / "devices")
    locks.lock("th")
    assert list(locks.lslock()) == ["th"]
    locks.close()


def test_who_has_locked_what_is_listed(ours, theirs):
    assert ours.lslock() == {}
    ours.lock("th", "a/b")
    theirs.lock("x")
    assert list(ours.lslock()) == ["a/b", "th", "x"]
    assert ours.lslock() == theirs.lslock()
    ours.unlock()
    assert list(ours.lslock()) == ["x"]


def test_all_devices_are_locked_or_none(ours, theirs):
    theirs.lock("m")
    with pytest.raises(LockedError, match="m is locked"):
        ours.lock("a", "m", "z", timeout=0)
    assert list(ours.lslock()) == ["m"]


def test_what_was_locked_before_stays_so_when_more_cannot_be(ours, theirs):
    ours.lock("a")
    theirs.lock("m")
    with pytest.raises(LockedError):
        ours.lock("a", "m", timeout=0)
    assert ours.has("a")


def test_locking_and_unlocking_may_be_repeated(ours, theirs):
    ours.unlock("th")
    ours.lock("th")
    ours.lock("th")
    ours.unlock("th")
    theirs.lock("th", timeout=0)


def test_a_lock_is_waited_for(ours, theirs):
    ours.lock("th")
    with meanwhile(lambda: theirs.lock("th", timeout=10)):
        ours.unlock("th")
    assert theirs.has("th")


@pytest.mark.parametrize("timeout", [-1, math.inf, math.nan])
def test_a_wait_has_an_end(ours, timeout):
    with pytest.raises(LockedError, match="give 0 or more"):
        ours.lock("th", timeout=timeout)


def test_a_part_is_locked_with_the_whole():
    slits = device("slits")
    assert names_of([device("slits_left", slits), slits]) == ["slits"]


def test_a_calculated_axis_is_locked_with_what_is_behind_it():
    bragg = device("bragg", parent=device("mono"))
    energy = device("energy", bragg=bragg)
    group = device("group", energy=energy, z=device("z"))
    assert names_of([device("group_a", parent=group)]) == ["group", "energy", "mono", "z"]


def test_what_moves_twice_stays_locked_until_both_have_ended(ours, theirs):
    twice = [ours.take(["th", "x"], Why.MOVED), ours.take(["x"], Why.MOVED)]
    ours.give(twice[0], Why.MOVED)
    assert list(theirs.lslock()) == ["x"]
    ours.give(twice[1], Why.MOVED)
    assert theirs.lslock() == {}


def test_closing_unlocks_what_moves_twice_and_what_is_given_back_later_is_no_matter(ours, theirs):
    names = ours.take(["th"], Why.MOVED)
    ours.take(names, Why.MOVED)
    ours.close()
    assert theirs.lslock() == {}
    ours.give(names, Why.MOVED)
    ours.lock("th")
    assert list(theirs.lslock()) == ["th"]


def test_what_a_plan_moves_stays_locked_until_nothing_needs_it(ours, theirs):
    ours.lock("th")
    ours.take(["th", "x"], Why.MOVED)
    ours.unlock()
    assert list(theirs.lslock()) == ["th", "x"]
    ours.lock("x")
    ours.give(["th", "x"], Why.MOVED)
    assert list(theirs.lslock()) == ["x"]


def test_a_higher_priority_takes_a_lock_away_and_its_loser_is_refused(ours, theirs):
    ours.lock("th", "tth", timeout=0)
    theirs.lock("th", timeout=0, priority=51)
    assert (ours.has("th"), ours.has("tth"), theirs.has("th")) == (False, True, True)
    assert ours.lslock()["th"].priority == 51
    with pytest.raises(StolenLockError, match=rf"lock of th was taken away by .*pid {os.getpid()}"):
        ours.require("th")
    with pytest.raises(StolenLockError):
        ours.take(["th"], Why.MOVED)
    ours.require("tth")


def test_a_lock_that_was_taken_away_is_missed_also_when_it_is_free_again(ours, theirs):
    ours.lock("th")
    theirs.lock("th", priority=99)
    theirs.unlock()
    with pytest.raises(StolenLockError, match="somebody who has given it back"):
        ours.require("th")
    ours.unlock("th")
    ours.require("th")


def test_what_was_taken_away_can_be_locked_again_when_it_is_free(ours, theirs):
    ours.lock("th")
    theirs.lock("th", priority=99)
    with pytest.raises(LockedError, match="th is locked by"):
        ours.lock("th", timeout=0)
    theirs.unlock()
    ours.lock("th", timeout=0)
    assert ours.has("th")


@pytest.mark.parametrize("priority", [50, 49, -1])
def test_the_same_or_a_lower_priority_waits(ours, theirs, priority):
    ours.lock("th")
    with pytest.raises(LockedError, match="th is locked by"):
        theirs.lock("th", timeout=0, priority=priority)
    assert ours.has("th")


def test_of_many_who_take_it_away_the_highest_priority_has_it(tmp_path):
    all_of_them = [DeviceLocks(tmp_path) for _ in range(12)]
    start = threading.Barrier(len(all_of_them))

    def take(priority):
        start.wait(10)
        with contextlib.suppress(LockedError):
            all_of_them[priority].lock("th", timeout=1, priority=priority)

    with ThreadPoolExecutor(len(all_of_them)) as pool:
        list(pool.map(take, range(len(all_of_them))))
    assert [each.has("th") for each in all_of_them] == [*[False] * 11, True]
    for each in all_of_them:
        each.close()
    assert all_of_them[0].lslock() == {}
