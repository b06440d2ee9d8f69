import math
from types import SimpleNamespace

import pytest

from blueline.locks import DeviceLocks, LockedError
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
