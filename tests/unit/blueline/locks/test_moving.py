import time

import pytest
from bluesky import plan_stubs as bps
from bluesky import plans as bp
from bluesky.utils import Msg, RunEngineInterrupted
from ophyd.sim import SynAxis

from blueline.engine import Engine
from blueline.locks import DeviceLocks, LockedError, StolenLockError
from blueline.locks.device_locks import Why
from blueline.locks.moving import LOOK, LockMoved
from planlib.context import NoSession


@pytest.fixture
def ours(tmp_path):
    return DeviceLocks(tmp_path)


@pytest.fixture
def theirs(tmp_path):
    locks = DeviceLocks(tmp_path)
    yield locks
    locks.close()


@pytest.fixture
def locking(engine, ours):
    """An engine whose plans lock what they move."""
    engine.preprocessors.append(LockMoved(ours))
    return engine


@pytest.fixture
def x():
    return SynAxis(name="x")


def test_a_device_is_locked_while_a_plan_moves_it(locking, theirs, x):
    seen = []

    def plan():
        seen.append(list(theirs.lslock()))
        yield from bps.mv(x, 1)
        seen.append(list(theirs.lslock()))
        yield from bps.mv(x, 2)

    locking(plan())
    assert seen == [[], ["x"]]
    assert theirs.lslock() == {}


def test_a_plan_that_moves_what_others_have_locked_is_refused_and_cleans_up(locking, theirs, x):
    theirs.lock("x")
    y = SynAxis(name="y")
    cleaned = []

    def plan():
        try:
            yield from bps.mv(y, 1)
            yield from bps.mv(x, 1)
        finally:
            yield from bps.mv(y, 0)
            cleaned.append(y.position)

    with pytest.raises(LockedError, match="x is locked by"):
        locking(plan())
    assert (x.position, cleaned) == (0, [0])
    assert list(theirs.lslock()) == ["x"]


def test_reading_what_others_have_locked_is_allowed(locking, theirs, x):
    theirs.lock("x")
    read = []

    def plan():
        read.append((yield from bps.rd(x)))

    locking(plan())
    assert read == [0]


def test_a_device_stays_locked_after_a_plan_where_somebody_asked_for_it(locking, ours, theirs, x):
    ours.lock(x)
    locking(bps.mv(x, 1))
    assert list(theirs.lslock()) == ["x"]
    ours.close()


def test_a_plan_that_fails_leaves_nothing_locked(locking, theirs, x):
    def plan():
        yield from bps.mv(x, 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        locking(plan())
    assert theirs.lslock() == {}


def test_a_plan_gets_what_its_messages_answer(ours, engine, x):
    def plan():
        yield from bps.mv(x, 3)
        return (yield from bps.rd(x))

    assert list(LockMoved(ours)(iter([]))) == []
    seen = []

    def outer():
        seen.append((yield from LockMoved(ours)(plan())))

    engine(outer())
    assert seen == [3]


@pytest.mark.parametrize("command", ["set", "kickoff", "prepare"])
def test_each_message_that_moves_locks(ours, theirs, x, command):
    plan = LockMoved(ours)(message for message in [Msg(command, x), Msg("null")])
    next(plan)
    assert list(theirs.lslock()) == ["x"]
    plan.close()
    assert theirs.lslock() == {}


def test_what_moves_without_a_plan_stays_locked_after_a_plan_that_moves_it_too(
    locking, ours, theirs, x
):
    names = ours.take([x], Why.MOVED)
    locking(bps.mv(x, 1))
    assert list(theirs.lslock()) == ["x"]
    ours.give(names, Why.MOVED)
    assert theirs.lslock() == {}


def test_a_plan_keeps_its_locks_when_a_move_without_a_plan_ends(locking, ours, theirs, x):
    names = ours.take([x], Why.MOVED)
    seen = []

    def plan():
        yield from bps.mv(x, 1)
        ours.give(names, Why.MOVED)
        seen.append(list(theirs.lslock()))

    locking(plan())
    assert seen == [["x"]]
    assert theirs.lslock() == {}


def test_what_is_refused_leaves_nothing_locked(ours, theirs, x):
    theirs.lock("y")
    with pytest.raises(LockedError, match="y is locked by"):
        ours.take([x, "y"], Why.MOVED)
    assert list(theirs.lslock()) == ["y"]
    theirs.unlock()
    ours.give(ours.take([x, "y"], Why.MOVED), Why.MOVED)
    assert theirs.lslock() == {}


def later(plan):
    """Run a plan when it is time to look at the locks again."""
    yield from bps.sleep(LOOK)
    yield from plan


@pytest.mark.parametrize("then", ["moves", "keeps a point"])
def test_a_plan_whose_lock_is_taken_away_fails_and_leaves_the_device_alone(
    locking, documents, theirs, x, then
):
    def plan():
        yield from bps.open_run()
        try:
            yield from bps.mv(x, 1)
            yield from bps.create("primary")
            yield from bps.read(x)
            theirs.lock("x", priority=60)
            yield from (bps.mv(x, 2) if then == "moves" else later(bps.save()))
        finally:
            yield from bps.mv(x, 0)

    with pytest.raises(StolenLockError, match="the lock of x was taken away by"):
        locking(plan())
    assert x.position == 1
    assert [name for name, _ in documents] == ["start", "stop"]
    assert documents[-1][1]["exit_status"] == "fail"


class Stoppable(SynAxis):
    """An axis that counts how often it is stopped."""

    stops = 0

    def stop(self, *, success=False):
        self.stops += 1


@pytest.fixture
def sparing(engines, ours):
    """Our own engine, which does not stop what others have."""
    made = engines(Engine(NoSession()))
    made.preprocessors.append(LockMoved(ours))
    made.is_others = ours.is_others
    return made


def test_the_moves_of_who_has_taken_a_device_away_are_not_stopped(sparing, theirs):
    x, y = Stoppable(name="x"), Stoppable(name="y")

    def plan():
        yield from bps.mv(x, 1, y, 1)
        theirs.lock("x", priority=60)
        yield from bps.mv(x, 2)

    with pytest.raises(StolenLockError, match="the lock of x was taken away by"):
        sparing(plan())
    assert (x.stops, y.stops) == (0, 1)


def test_a_device_that_is_taken_away_in_a_pause_is_not_stopped_either(sparing, ours, theirs):
    x = Stoppable(name="x")

    def plan():
        yield from bps.mv(x, 1)
        theirs.lock("x", priority=60)
        yield from bps.pause()

    with pytest.raises(RunEngineInterrupted):
        sparing(plan())
    assert ours.is_others(x)
    sparing.abort()
    assert x.stops == 0


@pytest.mark.parametrize("is_asked_for", [False, True])
def test_what_nobody_else_has_is_stopped_at_the_end_of_a_plan(sparing, ours, is_asked_for):
    x = Stoppable(name="x")
    if is_asked_for:
        ours.lock(x)
    sparing(bps.mv(x, 1))
    ours.close()
    assert x.stops == 1


class Counted(DeviceLocks):
    """Locks that count how often the files of some are looked at."""

    looks = 0

    def require_kept(self, names):
        self.looks += len(list(names))
        super().require_kept(names)


def test_points_in_a_row_do_not_look_at_the_locks_each_time(tmp_path, x):
    locks = Counted(tmp_path)
    begun = time.monotonic()
    list(LockMoved(locks)(iter([Msg("set", x, 1), *[Msg("save")] * 500])))
    assert locks.looks <= 2 + (time.monotonic() - begun) / LOOK


def test_a_move_looks_at_the_locks_of_what_it_moves_each_time(ours, theirs, x):
    plan = LockMoved(ours)(iter([Msg("set", x, 1), Msg("set", x, 2)]))
    next(plan)
    theirs.lock(x, priority=60)
    with pytest.raises(StolenLockError):
        next(plan)


def test_a_scan_of_what_others_have_locked_is_refused_before_its_run_is_opened(
    locking, theirs, x, documents
):
    theirs.lock("x")
    with pytest.raises(LockedError, match="x is locked by"):
        locking(bp.scan([], x, 0, 1, 3))
    assert documents == []
    assert locking.md.get("scan_id") is None
