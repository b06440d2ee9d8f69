"""What happens around motions, whoever asks for them (BL-59)."""

import threading

import bluesky.plan_stubs as bps
import pytest
from bluesky.utils import FailedStatus
from ophyd.sim import SynAxis

from devices import MotionHook, MoveError, PseudoAxis, Slit, SoftAxis, motion_hooks
from devices.errors import DeadlineError
from tests.unit.devices.soft_stage import Slow, go, soft
from tests.waiting import PATIENCE, wait_until


class Told(MotionHook):
    """Keeps what it is told; says no where it is to."""

    def __init__(self, *, forbids=False, fails_after=False):
        self.calls = []
        self.forbids, self.fails_after = forbids, fails_after

    def init(self):
        self.calls.append(("init", []))

    def pre_move(self, motions):
        self.calls.append(("pre", said(motions)))
        if self.forbids:
            raise RuntimeError("no air")

    def post_move(self, motions):
        self.calls.append(("post", said(motions)))
        if self.fails_after:
            raise RuntimeError("brake stuck")


def said(motions):
    return [(motion.axis.name, motion.target) for motion in motions]


class Held(MotionHook):
    """Lets motions begin when it is told to."""

    def __init__(self):
        self.has_begun, self.may_go, self.calls = threading.Event(), threading.Event(), []

    def pre_move(self, motions):
        self.calls.append("pre")
        self.has_begun.set()
        assert self.may_go.wait(PATIENCE)

    def post_move(self, motions):
        self.calls.append("post")


def slow(name, hook):
    return SoftAxis(Slow(), "where", "go", name=name, egu="mm", hooks=[hook])


def pair(hook_of_a=None, hook_of_b=None):
    """Give a slit over two blades, and the blades."""
    blades = [
        soft(name, limits=(-9, 9), hooks=[] if hook is None else [hook])
        for name, hook in (("a", hook_of_a), ("b", hook_of_b))
    ]
    return Slit(name="slit", low=blades[0], high=blades[1]), blades


# --- one axis


def test_a_hook_is_prepared_once_and_told_before_and_after_each_move():
    hook = Told()
    x = soft("x", hooks=[hook])
    go(x, 1)
    go(x, 2)
    assert hook.calls == [
        ("init", []),
        ("pre", [("x", 1.0)]),
        ("post", [("x", 1.0)]),
        ("pre", [("x", 2.0)]),
        ("post", [("x", 2.0)]),
    ]


def test_a_hook_that_cannot_be_prepared_forbids_the_motion_and_is_told_nothing():
    hook = Told()
    hook.init = lambda: 1 / 0
    x = soft("x", hooks=[hook])
    with pytest.raises(MoveError, match="moving x to 1 mm failed: what must happen before it"):
        go(x, 1)
    assert (x.position, hook.calls) == (0.0, [])


def test_a_hook_that_forbids_keeps_the_axis_where_it_is_and_is_told_of_the_end():
    hook = Told(forbids=True)
    x = soft("x", hooks=[hook])
    with pytest.raises(MoveError, match="before it did not: no air"):
        go(x, 1)
    assert x.position == 0.0
    assert hook.calls[1:] == [("pre", [("x", 1.0)]), ("post", [("x", 1.0)])]


def test_a_stock_positioner_has_hooks_as_a_soft_axis_around_it(engine):
    hook, stock = Told(), SynAxis(name="stock")
    x = SoftAxis(stock, name="x", hooks=[hook])
    engine(bps.mv(x, 3))
    assert stock.position == 3
    assert [call for call, _ in hook.calls] == ["init", "pre", "post"]


def test_a_stock_positioner_is_not_moved_where_a_hook_forbids_it(engine):
    stock = SynAxis(name="stock")
    x = SoftAxis(stock, name="x", hooks=[Told(forbids=True)])
    with pytest.raises(FailedStatus):
        engine(bps.mv(x, 3))
    assert stock.position == 0


def test_an_axis_stopped_before_its_hooks_allow_it_never_begins():
    hook = Held()
    x = slow("x", hook)
    status = x.set(5)
    assert hook.has_begun.wait(PATIENCE)
    x.stop()
    hook.may_go.set()
    with pytest.raises(MoveError, match="it was stopped"):
        status.wait(PATIENCE)
    assert 5 not in x.thing.calls
    assert hook.calls == ["pre", "post"]


def test_a_hook_that_does_not_come_back_fails_the_motion_which_never_begins(monkeypatch):
    monkeypatch.setattr(motion_hooks, "HOOK_DEADLINE", 0.05)
    hook = Held()
    x = soft("x", hooks=[hook])
    with pytest.raises(DeadlineError, match="a hook of x has not come back"):
        go(x, 1)
    hook.may_go.set()
    wait_until("it is told of the end", lambda: hook.calls == ["pre", "post"])
    assert x.position == 0.0


# --- several axes


def test_axes_that_share_a_hook_have_its_end_when_the_last_of_them_has_ended():
    hook = Told()
    x, y = slow("x", hook), slow("y", hook)
    first = x.set(1)
    wait_until("x is under way", lambda: x.thing.calls == [1.0])
    second = y.set(2)
    wait_until("y is under way", lambda: y.thing.calls == [2.0])
    x.thing.may_end.set()
    first.wait(PATIENCE)
    assert [call for call, _ in hook.calls] == ["init", "pre", "pre"]
    y.thing.may_end.set()
    second.wait(PATIENCE)
    assert hook.calls[-1] == ("post", [("x", 1.0), ("y", 2.0)])


def test_a_derived_axis_tells_a_hook_of_all_its_real_axes_together():
    hook = Told()
    slit, _ = pair(hook, hook)
    go(slit.gap, 4)
    assert hook.calls == [
        ("init", []),
        ("pre", [("a", -2.0), ("b", 2.0)]),
        ("post", [("a", -2.0), ("b", 2.0)]),
    ]


def test_a_hook_of_one_real_axis_keeps_all_axes_of_a_derived_one_from_moving():
    other = Told()
    slit, (a, b) = pair(other, Told(forbids=True))
    with pytest.raises(MoveError, match=r"moving slit_gap to 4 mm failed: .*no air"):
        go(slit.gap, 4)
    assert (a.position, b.position, slit.gap.position) == (0.0, 0.0, 0.0)
    assert other.calls[-1][0] == "post"
    with pytest.raises(MoveError):
        go(slit.gap, 4)  # it is not taken to be under way


def test_a_derived_axis_that_is_stopped_before_its_hooks_allow_it_never_begins():
    hook = Held()
    slit, (a, b) = pair(hook)
    status = slit.gap.set(4)
    assert hook.has_begun.wait(PATIENCE)
    slit.gap.stop()
    hook.may_go.set()
    with pytest.raises(MoveError, match="it was stopped before it began"):
        status.wait(PATIENCE)
    assert (a.position, b.position) == (0.0, 0.0)


def test_siblings_set_together_arrive_together_with_hooks_as_well(engine):
    hook = Told()
    slit, (a, b) = pair(hook, hook)
    engine(bps.mv(slit.gap, 4, slit.center, 1))
    assert (a.position, b.position) == (-1.0, 3.0)
    assert hook.calls[-1][0] == "post"


def test_a_hook_of_an_axis_at_the_bottom_of_a_chain_acts():
    hook = Told()
    x = soft("x", hooks=[hook])

    class Twice:
        def forward(self, pseudo):
            return {"real": 2 * pseudo}

        def inverse(self, reals):
            return reals["real"] / 2

    half = PseudoAxis(name="half", reals={"real": x}, formula=Twice(), egu="mm")
    quarter = PseudoAxis(name="quarter", reals={"real": half}, formula=Twice(), egu="mm")
    go(quarter, 1)
    assert hook.calls[1:] == [("pre", [("x", 4.0)]), ("post", [("x", 4.0)])]


def test_a_hook_that_fails_after_a_derived_axis_has_moved_fails_the_move():
    slit, _ = pair(Told(fails_after=True))
    with pytest.raises(MoveError, match="after it did not: brake stuck"):
        go(slit.gap, 4)
    assert slit.gap.position == 4.0


def test_a_derived_axis_whose_move_never_ends_is_stopped_together_with_it(monkeypatch):
    monkeypatch.setattr("devices.axes.joint_move.HOOKED_BACKSTOP", 0.2)
    hook = Told()
    blades = [slow(name, hook) for name in "ab"]
    slit = Slit(name="slit", low=blades[0], high=blades[1])
    with pytest.raises(DeadlineError, match="its axes are stopped"):
        go(slit.gap, 4)
    wait_until("both stand", lambda: not any(blade.moving for blade in blades))
    assert all("stop" in blade.thing.calls for blade in blades)
