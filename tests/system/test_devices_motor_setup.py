"""What is set up on a motor, what it refuses then, and the motions that are no moves."""

import threading
import time

import pytest
from ophyd import EpicsSignalRO

from devices import InvalidTargetError, MotionHook, Motor, MoveError, OutOfLimitsError, Slit
from devices.errors import DiscrepancyError
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

PV = "F:sample:x"


@pytest.fixture
def kept():
    """Put back what a test writes to the record."""
    fields = ["FOFF", "DIR", "OFF", "LLM", "HLM", "BDST", "SPMG"]
    before = {field: read_pv(f"{PV}.{field}") for field in fields}
    yield
    write_pv(f"{PV}.SPMG", 3)
    for field, value in before.items():
        write_pv(f"{PV}.{field}", value)


@pytest.fixture
def x(fast_ioc, connected, kept):
    motor = connected(Motor(PV, name="x"))
    motor.set(0.0).wait(PATIENCE)
    yield motor
    motor.stop()
    wait_until("the motor stands", lambda: not motor.moving)


# what its numbers mean


def test_set_position_changes_the_offset_and_leaves_the_dial(x):
    x.set_position(5.0)
    assert (x.position, x.target, x.dial_position) == (5.0, 5.0, 0.0)
    assert x.limits == (-20.0, 30.0)


def test_set_dial_changes_the_offset_and_leaves_the_position(x):
    x.set_dial(3.0)
    assert (x.position, x.dial_position, read_pv(f"{PV}.OFF")) == (0.0, 3.0, -3.0)
    assert read_pv(f"{PV}.SET") == 0
    x.set_dial(0.0)
    assert (x.position, x.dial_position) == (0.0, 0.0)


def test_user_is_sign_times_dial_plus_offset(x):
    write_pv(f"{PV}.DIR", 1)
    write_pv(f"{PV}.OFF", 2.0)
    wait_until("the direction is known", lambda: x.sign == -1)
    x.set(5.0).wait(PATIENCE)
    assert x.dial_position == x.sign * (x.position - 2.0) == -3.0
    assert x.raw_position == -30000
    assert (x.dial_target, x.raw_target) == (-3.0, -30000)


def test_where_it_was_sent_is_told_on_its_dial_and_in_steps_while_it_moves(x):
    write_pv(f"{PV}.OFF", 2.0)
    wait_until("the offset is known", lambda: x.position == 2.0)
    status = x.set(22.0)
    wait_until("it is on its way", lambda: 3.0 < x.position < 20.0)
    assert (x.target, x.dial_target, x.raw_target) == (22.0, 20.0, 200_000)
    status.wait(PATIENCE)


def test_a_frozen_offset_is_not_changed(x):
    write_pv(f"{PV}.FOFF", 1)
    with pytest.raises(MoveError, match="has its offset frozen"):
        x.set_position(5.0)
    assert x.position == 0.0


def test_positions_are_not_redefined_on_the_way(x):
    x.set(20.0)
    wait_until("it moves", lambda: x.moving)
    with pytest.raises(MoveError, match="x moves: its positions can be redefined when it stands"):
        x.set_position(0.0)


def test_dial_limits_become_user_limits(x):
    x.set_position(5.0)
    x.set_dial_limits(-1.0, 2.0)
    assert x.limits == (4.0, 7.0)


# what is refused


def test_the_overshoot_for_the_backlash_counts_against_the_limits(x):
    write_pv(f"{PV}.BDST", 1.0)
    wait_until("the backlash is known", lambda: x.backlash.get() == 1.0)
    with pytest.raises(
        OutOfLimitsError,
        match=r"cannot go to -24\.5 mm: for its backlash it would overshoot to -25\.5 mm, and its",
    ):
        x.check_value(-24.5)
    x.check_value(24.5)


@pytest.mark.parametrize(("mode", "word"), [(0, "Stop"), (1, "Pause")])
def test_a_record_that_is_switched_off_is_told(x, mode, word):
    write_pv(f"{PV}.SPMG", mode)
    wait_until("the switch is known", lambda: x.mode.get() == mode)
    with pytest.raises(MoveError, match=f"x does not move: it is switched to {word}"):
        x.set(1.0)


def test_an_axis_that_is_not_where_it_was_sent_moves_only_after_sync(x):
    x.discrepancy = 0.1
    write_pv(f"{PV}:fault:stall", 0.6)
    with pytest.raises(MoveError):
        x.set(10.0).wait(PATIENCE)
    write_pv(f"{PV}:fault:stall", 0.0)
    with pytest.raises(DiscrepancyError, match=r"x stands at 6 mm but was sent to 10 mm: .*sync"):
        x.set(1.0)
    x.sync()
    assert x.target == x.position == pytest.approx(6.0)
    x.set(1.0).wait(PATIENCE)


# motions that are no moves


def test_tweak_moves_by_a_distance_from_where_it_was_sent(x):
    x.tweak(1.5).wait(PATIENCE)
    x.tweak(-0.5).wait(PATIENCE)
    assert x.position == 1.0


def test_a_jog_goes_on_until_it_is_stopped(x):
    status = x.jog(-2.0)
    wait_until("it is on its way", lambda: x.position < -1.0)
    assert not status.done
    x.stop(success=True)
    status.wait(PATIENCE)
    assert not x.moving


def test_a_jog_changes_its_velocity_in_flight(x):
    first = x.jog(2.0)
    wait_until("it is on its way", lambda: x.position > 0.5)
    second = x.jog(-2.0)
    first.wait(PATIENCE)
    turned = x.position
    wait_until("it comes back", lambda: x.position < turned - 0.5)
    x.stop(success=True)
    second.wait(PATIENCE)


def test_a_jog_is_no_end_of_a_search_for_home(x):
    x.set(20.0).wait(PATIENCE)
    searching = x.home("reverse")
    wait_until("it is on its way", lambda: x.position < 19.0)
    with pytest.raises(MoveError, match="searching the home of x has not ended; stop it first"):
        x.jog(1.0)
    assert not searching.done
    x.stop()
    with pytest.raises(MoveError, match="searching the home of x failed: it was stopped"):
        searching.wait(PATIENCE)


def test_a_jog_is_no_end_of_a_search_for_a_limit_switch(x):
    searching = x.find_limit("high")
    wait_until("it is on its way", lambda: x.position > 1.0)
    with pytest.raises(MoveError, match="searching the high limit switch of x has not ended"):
        x.jog(1.0)
    searching.wait(PATIENCE)
    assert "LIMPOS" in x.state


def test_a_jog_that_was_stopped_has_failed_whatever_comes_next(x):
    first = x.jog(2.0)
    wait_until("it is on its way", lambda: x.position > 0.5)
    x.stop()
    second = x.jog(-2.0)
    with pytest.raises(MoveError, match="it was stopped at"):
        first.wait(PATIENCE)
    x.stop(success=True)
    second.wait(PATIENCE)


@pytest.mark.parametrize("velocity", [0, float("nan"), "fast"])
def test_a_jog_without_a_velocity_is_refused(x, velocity):
    with pytest.raises(InvalidTargetError, match="cannot jog"):
        x.jog(velocity)


def test_home_is_found_and_told(x):
    x.set(3.0).wait(PATIENCE)
    x.home("reverse").wait(PATIENCE)
    assert x.position == pytest.approx(0.0, abs=1e-3)
    wait_until("the state says so", lambda: "HOME" in x.state)


@pytest.mark.parametrize(("direction", "word"), [("high", "LIMPOS"), ("low", "LIMNEG")])
def test_a_limit_switch_is_found_beyond_the_soft_limits(x, direction, word):
    limits = x.limits
    x.find_limit(direction).wait(PATIENCE)
    assert not limits[0] <= x.position <= limits[1]
    wait_until("the state says so", lambda: word in x.state)
    assert x.limits == limits


def test_it_goes_no_further_into_a_limit_switch(x):
    x.find_limit("high").wait(PATIENCE)
    wait_until("the switch is known", lambda: x.switches == (False, True))
    x.set_limits(-100.0, 100.0)
    with pytest.raises(OutOfLimitsError, match=r"on its high limit switch at 27.*further up"):
        x.set(30.0)
    x.set(0.0).wait(PATIENCE)


@pytest.mark.parametrize("direction", ["left", "", "both"])
def test_a_direction_is_a_known_word(x, direction):
    with pytest.raises(InvalidTargetError, match="x goes forward, up, high"):
        x.home(direction)


# hooks


class Logged(MotionHook):
    def __init__(self, log, name, fail=None):
        self.log, self.name, self.fail = log, name, fail

    def pre_move(self, motions):
        (motion,) = motions
        self.log.append(("pre", self.name, motion.target, motion.axis.position))
        if self.fail == "pre":
            raise RuntimeError("no air")

    def post_move(self, motions):
        (motion,) = motions
        self.log.append(("post", self.name, motion.target, motion.axis.position))
        if self.fail == "post":
            raise RuntimeError("brake stuck")


def test_hooks_run_around_a_move_the_last_one_first_at_its_end(x):
    log = []
    x.hooks = [Logged(log, "a"), Logged(log, "b")]
    x.set(1.0).wait(PATIENCE)
    assert log == [
        ("pre", "a", 1.0, 0.0),
        ("pre", "b", 1.0, 0.0),
        ("post", "b", 1.0, 1.0),
        ("post", "a", 1.0, 1.0),
    ]


def test_a_hook_that_fails_before_forbids_the_motion(x):
    log = []
    x.hooks = [Logged(log, "a", "pre"), Logged(log, "b")]
    with pytest.raises(MoveError, match=r"moving x to 1 mm failed: .*no air"):
        x.set(1.0).wait(PATIENCE)
    assert x.position == 0.0
    assert [entry[:2] for entry in log] == [("pre", "a"), ("post", "a")]


def test_a_hook_that_fails_after_fails_the_move(x):
    x.hooks = [Logged([], "a", "post")]
    with pytest.raises(MoveError, match="brake stuck"):
        x.set(1.0).wait(PATIENCE)


def test_hooks_run_after_a_move_that_was_stopped(x):
    log = []
    x.hooks = [Logged(log, "a")]
    status = x.set(20.0)
    wait_until("it is on its way", lambda: x.position > 1.0)
    x.stop()
    with pytest.raises(MoveError, match="it was stopped"):
        status.wait(PATIENCE)
    assert [entry[0] for entry in log] == ["pre", "post"]


def test_a_hook_may_take_longer_than_the_move(x, monkeypatch):
    monkeypatch.setattr("devices.travel.TRAVEL_GRACE", 0.1)
    mere = x.deadline_to(1.0)

    class Slow(MotionHook):
        def pre_move(self, motions):
            time.sleep(mere + 0.5)

    x.hooks = [Slow()]
    x.set(1.0).wait(PATIENCE)
    assert x.position == 1.0


def test_a_hook_may_take_longer_than_a_search(x):
    class Slow(MotionHook):
        def pre_move(self, motions):
            time.sleep(2.5)

    x.hooks = [Slow()]
    x.home("reverse", deadline=2.0).wait(PATIENCE)


def test_hooks_run_around_a_jog(x):
    log = []
    x.hooks = [Logged(log, "a")]
    status = x.jog(2.0)
    wait_until("it is on its way", lambda: x.position > 0.5)
    x.stop(success=True)
    status.wait(PATIENCE)
    assert [entry[:3] for entry in log] == [("pre", "a", None), ("post", "a", None)]


def test_a_slit_over_motors_tells_a_hook_of_both(x, connected):
    log = []

    class Both(MotionHook):
        def pre_move(self, motions):
            log.append([motion.axis.name for motion in motions])

    x.hooks = [hook := Both()]
    y = connected(Motor("F:sample:y", name="y", hooks=[hook]))
    slit = Slit(name="slit", low=x, high=y)
    slit.set({"gap": 1.0, "center": 0.0}).wait(PATIENCE)
    assert log == [["x", "y"]]
    assert slit.gap.position == pytest.approx(1.0, abs=1e-3)


def test_a_hook_may_wait_without_holding_up_who_asked(x):
    gate = threading.Event()

    class Slow(MotionHook):
        def pre_move(self, motions):
            gate.wait(PATIENCE)

    x.hooks = [Slow()]
    began = time.monotonic()
    status = x.set(1.0)
    assert time.monotonic() - began < 1.0
    gate.set()
    status.wait(PATIENCE)


# encoder, words


def test_an_encoder_that_agrees_lets_a_move_pass(fast_ioc, connected, x):
    encoder = connected(EpicsSignalRO(f"{PV}.DRBV", name="encoder"))
    motor = connected(Motor(PV, name="x", encoder=encoder))
    motor.set(2.0).wait(PATIENCE)


def test_an_encoder_that_contradicts_fails_the_move(fast_ioc, connected, x):
    connected(Motor("F:sample:y", name="y")).set(0.0).wait(PATIENCE)
    encoder = connected(EpicsSignalRO("F:sample:y.RBV", name="encoder"))
    motor = connected(Motor(PV, name="x", encoder=encoder, encoder_tolerance=0.5))
    with pytest.raises(MoveError, match=r"it says 2 mm, but its encoder 0 mm: more"):
        motor.set(2.0).wait(PATIENCE)


def test_info_tells_what_people_look_for(x):
    told = x.info()
    for word in (PV, "READY", "0.0000 mm", "-25 to 25 mm", "2 mm/s"):
        assert word in told


def test_the_state_is_moving_on_the_way(x):
    x.set(20.0)
    wait_until("it moves", lambda: x.state.startswith("MOVING"))
