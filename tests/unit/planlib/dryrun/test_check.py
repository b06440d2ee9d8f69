import bluesky.plan_stubs as bps
import bluesky.plans as bp
import bluesky.preprocessors as bpp
import numpy as np
import pytest
from bluesky.utils import Msg
from ophyd import Signal
from ophyd.sim import MockFlyer, SynAxis, SynSignal

from planlib.dryrun import check
from planlib.dryrun.overhead import COLD
from planlib.timings import Overhead
from tests.unit.planlib.dryrun.pseudo_axes import Table, doubled, slit


def nested(detector, x):
    yield from bp.scan([detector], x, 0, 1, 3)
    yield from bps.mv(x, 5)
    yield from bp.count([detector], 2)


def subscribed(detector):
    yield from bpp.subs_wrapper(bp.count([detector], 4), lambda _name, _doc: None)


STOCK = {
    "count": (lambda d, _x, _y: bp.count([d], 5), 5),
    "scan": (lambda d, x, _y: bp.scan([d], x, 0, 1, 11), 11),
    "rel_scan": (lambda d, x, _y: bp.rel_scan([d], x, -1, 1, 5), 5),
    "list_scan": (lambda d, x, _y: bp.list_scan([d], x, [1, 2, 4]), 3),
    "rel_list_scan": (lambda d, x, _y: bp.rel_list_scan([d], x, [1, 2, 4]), 3),
    "grid_scan": (lambda d, x, y: bp.grid_scan([d], x, 0, 1, 3, y, 0, 1, 4), 12),
    "list_grid_scan": (lambda d, x, y: bp.list_grid_scan([d], x, [0, 1], y, [2, 3]), 4),
    "inner product": (lambda d, x, y: bp.scan([d], x, 0, 1, y, 0, 2, 3), 3),
    "log_scan": (lambda d, x, _y: bp.log_scan([d], x, 0, 1, 4), 4),
    "spiral_square": (lambda d, x, y: bp.spiral_square([d], x, y, 0, 0, 1, 1, 3, 3), 9),
    "adaptive_scan": (lambda d, x, _y: bp.adaptive_scan([d], "det", x, 0, 1, 0.5, 1, 5, False), 4),
    "nested": (lambda d, x, _y: nested(d, x), 5),
    "subscribed": (lambda d, _x, _y: subscribed(d), 4),
    "baseline": (lambda d, x, _y: bpp.baseline_wrapper(bp.count([d], 2), [x]), 2),
    "relative wrapper": (
        lambda d, x, _y: bpp.reset_positions_wrapper(bp.scan([d], x, 0, 1, 2)),
        2,
    ),
}


@pytest.mark.parametrize("name", STOCK)
def test_stock_plans_are_run_through_without_moving_anything(name, detector, x, y):
    plan, points = STOCK[name]
    report = check(plan(detector, x, y))
    assert report.ok, report
    assert report.points == points
    assert x.targets == y.targets == []


def test_the_report_says_where_each_axis_goes(detector, x):
    report = check(bp.scan([detector], x, 1, 3, 3))
    (row,) = report.axes
    assert (row.name, row.first, row.last, row.moves) == ("x", 1.0, 3.0, 3)
    assert "1 to 3" in repr(report)


def test_a_position_beyond_the_limits_is_named_with_axis_and_limits(detector, x):
    report = check(bp.scan([detector], x, 0, 200, 11))
    assert report.problems == ("x cannot go to 200: its limits are -100 to 100",)
    assert not report.ok


def test_the_real_axis_behind_a_pseudo_axis_is_named_with_the_pseudo_position(detector):
    double, _ = doubled()
    (problem,) = check(bp.scan([detector], double, 0, 5, 6)).problems
    assert problem == (
        "double cannot go to 5 mm: real would have to go to 10 mm, and its limits are -9 to 9 mm"
    )


def test_members_of_a_group_are_checked_at_the_same_time(detector):
    """Each alone could go there."""
    group = slit()
    alone = [
        bp.scan([detector], group.gap, 2, 16, 3),
        bp.scan([detector], group.center, 0, 7, 3),
    ]
    assert all(check(plan).ok for plan in alone)
    report = check(bp.grid_scan([detector], group.gap, 2, 16, 3, group.center, 0, 7, 3))
    assert "and its limits are -9 to 9 mm" in report.problems[0]


def test_a_group_may_go_where_one_member_alone_could_not(detector):
    group = slit()

    def plan():
        yield from bps.mv(group.center, -5)
        yield from bps.mv(group.gap, 2)
        yield from bp.scan([detector], group.center, -8, 8, 3)

    assert check(plan()).ok


def test_ophyds_pseudo_positioners_are_asked_with_their_real_axes(detector):
    table = Table("", name="table")
    assert check(bp.scan([detector], table.total, 0, 9, 3)).ok
    (problem,) = check(bp.scan([detector], table.total, 0, 10, 3)).problems
    assert "10" in problem
    assert "-9" in problem


def test_singles_of_a_pseudo_positioner_are_checked_at_the_same_time(detector):
    table = Table("", name="table")
    report = check(bp.scan([detector], table.total, 0, 6, table.half, 0, 6, 3))
    assert not report.ok


def test_what_is_no_number_is_refused_as_a_position(detector, x):
    (problem,) = check(bp.list_scan([detector], x, [0, np.nan, 2])).problems
    assert problem == "x cannot go to nan, its position 2 of 3: give finite numbers"


def test_a_plan_without_messages_was_probably_not_yielded_from():
    def forgot():
        bp.count([])
        return
        yield

    assert check(forgot()).problems == ("0 messages: did you forget yield from?",)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (bp.count, "count has not been called: write count(...), with its arguments"),
        ("count", "the text 'count' is no plan: write a call, e.g. ascan(x, 0, 5, 10, 1)"),
        (None, "was `yield from` forgotten?"),
    ],
    ids=["function", "text", "nothing"],
)
def test_what_is_no_plan_is_refused(plan, said):
    (problem,) = check(plan).problems
    assert said in problem


def test_a_run_whose_points_a_device_makes_by_itself_is_no_problem(detector, x):
    flyer = MockFlyer("flyer", detector, x, 0, 1, 3)
    assert check(bp.fly([flyer])).problems == ()


def test_an_empty_list_of_points_is_a_problem(detector, x):
    (problem,) = check(bp.list_scan([detector], x, [])).problems
    assert problem == "list_scan measures no points: its list of points is empty"


def test_no_detectors_are_a_problem(x):
    (problem,) = check(bp.scan([], x, 0, 1, 3)).problems
    assert problem == "the list of detectors is empty: name what is to be counted"


def test_a_motor_that_is_counted_as_well_is_a_problem(detector, x):
    (problem,) = check(bp.scan([detector, x], x, 0, 1, 3)).problems
    assert problem == "x is scanned and counted; leave one of them"


def test_two_devices_of_one_name_are_a_problem(x, make_detector):
    plan = bp.count([make_detector("det"), make_detector("det")])
    assert "det is given twice; a device can be in a scan once" in check(plan).problems


def test_a_billion_points_are_refused_before_they_are_made(detector, x, y, make_axis):
    z = make_axis(name="z")
    report = check(bp.grid_scan([detector], x, 0, 1, 1000, y, 0, 1, 1000, z, 0, 1, 1000))
    assert "1000000000 points are too many" in report.problems[0]
    assert report.messages < 20


def test_an_endless_plan_is_looked_at_for_a_while_and_said_to_go_on(detector):
    report = check(bp.count([detector], None), most=500)
    assert report.points is None
    assert report.messages == 500
    assert "after 500 messages it goes on" in report.remarks[0]


def test_a_long_scan_is_scaled_to_the_points_that_it_announces(slow, detector):
    whole = check(bp.list_scan([detector], slow, [0, 1] * 20))
    part = check(bp.list_scan([detector], slow, [0, 1] * 20), most=200)
    assert part.points == 40
    assert part.duration == pytest.approx(whole.duration, rel=0.1)


def test_what_the_plan_raises_is_said_with_its_kind():
    def broken():
        yield Msg("null")
        raise KeyError("energy")

    assert check(broken()).problems == ("the plan raises KeyError: 'energy'",)


def test_a_plan_may_deal_with_what_it_has_read(x):
    def asking():
        where = yield from bps.rd(x)
        yield from bps.mv(x, where + 2)
        again = yield from bps.rd(x)
        yield from bps.mv(x, again + 2)

    (row,) = check(asking()).axes
    assert (row.first, row.last) == (2.0, 4.0)


def test_axes_that_move_together_take_as_long_as_the_slowest(slow, x):
    report = check(bps.mv(slow, 30, x, 1))
    assert report.time.moving == pytest.approx(30.0)


def test_stock_motors_are_timed_by_velocity_and_acceleration(x):
    x.velocity.put(2.0)
    x.acceleration.put(0.5)
    assert check(bps.mv(x, 10)).time.moving == pytest.approx(10 / 2 + 0.5)


def test_an_axis_whose_speed_nobody_knows_is_named(make_axis):
    axis = make_axis(name="silent")
    axis.velocity.put(0)
    assert check(bps.mv(axis, 10)).remarks == ("how long silent moves is not known",)


def test_moves_one_after_the_other_add_up(slow):
    def there_and_back():
        yield from bps.mv(slow, 3)
        yield from bps.mv(slow, 1)

    assert check(there_and_back()).time.moving == pytest.approx(5.0)


def test_counting_takes_what_the_detector_is_set_to(timed_detector):
    timed_detector.count_time.put(2.0)
    assert check(bp.count([timed_detector], 3)).time.counting == pytest.approx(6.0)


def test_a_count_time_that_the_plan_sets_counts(timed_detector):
    def longer():
        yield from bps.mv(timed_detector.count_time, 4.0)
        yield from bp.count([timed_detector])

    report = check(longer())
    assert report.time.counting == pytest.approx(4.0)
    assert report.axes == ()


def test_delays_are_waited_for(detector):
    assert check(bp.count([detector], 3, delay=2.0)).time.waiting >= 3.9


def test_overhead_is_what_was_learned_of_this_kind(detector, x, session):
    cold = check(bp.scan([detector], x, 0, 1, 3), session)
    assert cold.time.overhead == pytest.approx(COLD.per_scan + 3 * COLD.per_point)
    session.timings.known["scan x, 1 counter"] = Overhead(2.0, 1.0)
    assert check(bp.scan([detector], x, 0, 1, 3), session).time.overhead == pytest.approx(5.0)


def test_data_that_would_fill_the_disk_are_refused(detector, x, small_disk):
    (problem,) = check(bp.scan([detector], x, 0, 1, 100), small_disk).problems
    assert "10 kB are free: make room, or measure fewer points" in problem


def test_frames_count_with_their_shape(small_disk):
    class Camera(SynSignal):
        def describe(self):
            key = {"source": "", "dtype": "array", "dtype_numpy": "<u2", "shape": [3, 100, 200]}
            return {self.name: key | {"external": "STREAM:"}}

    report = check(bp.count([Camera(name="camera")], 10))
    assert report.size == pytest.approx(10 * 3 * 100 * 200 * 2, rel=0.01)


def test_limits_that_nobody_knows_are_said_to_be_unknown(detector):
    report = check(bp.scan([detector], SynAxis(name="plain"), 0, 1, 2))
    assert report.axes[0].limits.remark == "limits unknown"
    assert "limits unknown" in repr(report)


def test_inverted_limits_are_said_to_limit_nothing(detector, make_axis):
    axis = make_axis(name="open")
    axis.limits = (0, 0)
    report = check(bp.scan([detector], axis, 0, 1, 2))
    assert "its limits are 0 to 0, which limits nothing" in repr(report)


def test_what_a_rehearsed_plan_tells_nobody_hears(session, detector):
    def talking():
        context = yield Msg("session_context")
        context.tell("hello")
        context.control.stop_after_point()
        context.timings.remember("kind", Overhead(1, 1))
        yield from bp.count([detector])

    assert check(talking(), session).ok
    assert session.told == []
    assert session.control.take_stop() is None
    assert session.timings.known == {}


def test_a_signal_refuses_values_in_the_dry_run_too(detector):
    class Limited(Signal):
        def check_value(self, value):
            if value > 5:
                raise ValueError(f"{self.name} takes 5 at the most, not {value}")

    report = check(bps.mv(Limited(name="gain", value=1), 9))
    assert report.problems == ("gain takes 5 at the most, not 9",)
