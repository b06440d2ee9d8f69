from dataclasses import replace

import numpy as np
import pytest
from ophyd import Component, Device, Signal

from devices import OutOfLimitsError
from planlib.dryrun import check, forecast
from planlib.dryrun.announce import accounted, announced
from planlib.dryrun.overhead import COLD
from planlib.errors import PlanError
from planlib.stepping.scan import Pace, StepScan
from planlib.stepping.stopwatch import Stopwatch
from planlib.timings import Overhead
from planlib.trajectories import grid, line, points, still
from planlib.trajectories.trajectory import Trajectory
from tests.unit.planlib.dryrun.pseudo_axes import doubled, slit


@pytest.fixture
def scan(slow, detector):
    """Eleven points, one unit apart, that count 0.5 s."""
    return StepScan([slow], line([(0, 10)], 10), [detector], 0.5, metadata={"plan_name": "ascan"})


def test_it_says_points_intervals_and_the_time(scan, session):
    foretold = forecast(scan, session)
    assert foretold.moving == pytest.approx(10)
    assert foretold.counting == pytest.approx(5.5)
    assert str(foretold) == "11 points, 10 intervals, about 16 s"


def test_a_mesh_says_its_lines(slow, y, detector, session):
    scan = StepScan([slow, y], grid([(0, 1, 4), (0, 1, 2)]), [detector], 1.0)
    assert str(forecast(scan, session)).startswith("15 points (3 × 5), about ")


def test_an_endless_scan_says_how_long_a_point_takes(detector, session):
    foretold = forecast(StepScan([], still(1), [detector], 2.0, endless=True), session)
    assert foretold.points is None
    assert str(foretold) == "points until it is stopped, about 2.1 s per point"


def test_count_times_of_the_points_add_up(slow, detector, session):
    scan = StepScan([slow], points([0, 1, 2], [0.5, 1.0, 2.0]), [detector])
    assert forecast(scan, session).counting == pytest.approx(3.5)


def test_counts_on_the_monitor_take_as_long_as_they_take(scan, session):
    foretold = forecast(replace(scan, count_time=-1000.0), session)
    assert foretold.counting == 0
    assert "as long as the beam decides" in str(foretold)


def test_a_count_time_for_what_is_only_read_is_noted(scan, x, y, detector, session):
    foretold = forecast(replace(scan, counters=[x, y]), session)
    assert "the count time has no effect: x, y are only read" in str(foretold)
    assert foretold.counting == 0
    assert "only read" not in str(forecast(replace(scan, counters=[x, detector]), session))
    assert "only read" not in str(forecast(replace(scan, counters=[x], count_time=None), session))


def test_counters_that_have_nothing_to_read_are_refused(scan, x, session):
    class Empty(Device):
        hidden = Component(Signal, kind="omitted")

    with pytest.raises(PlanError, match="nothing would be counted or read: door has nothing"):
        forecast(replace(scan, counters=[Empty(name="door")]), session)
    assert forecast(replace(scan, counters=[Empty(name="door"), x]), session).points == 11


def test_settling_happens_after_moves_only(slow, detector, session):
    scan = StepScan([slow], points([0, 1, 1]), [detector], 1.0, pace=Pace(settle=0.5, sleep=0.1))
    assert forecast(scan, session).waiting == pytest.approx(0.5 + 3 * 0.1)


def test_a_period_is_waited_for_where_points_are_shorter(detector, session):
    scan = StepScan([], still(4), [detector], 1.0, pace=Pace(period=3.0))
    foretold = forecast(scan, session)
    assert foretold.duration == pytest.approx(3 * 3.0 + 1.0, rel=0.05)


def test_the_way_back_of_a_relative_scan_counts(scan, session):
    assert forecast(replace(scan, relative=True), session).returning == pytest.approx(10)
    assert forecast(scan, session).returning == 0


def test_axes_that_do_not_tell_their_speed_are_named(x, detector, session):
    class Silent(type(x)):
        velocity = None

    scan = StepScan([Silent(name="silent")], line([(0, 1)], 2), [detector], 1.0)
    assert "how long silent moves is not known" in str(forecast(scan, session))


def unchecked(positions, **times):
    """A trajectory of one axis, as somebody may make one by hand."""
    column = np.array(positions, float).reshape(-1, 1)
    arrays = {name: np.array(values, float) for name, values in times.items()}
    return Trajectory(column, (len(column),), (0,), **arrays)


@pytest.mark.parametrize(
    ("trajectory", "said"),
    [
        (unchecked([]), "there are no points"),
        (unchecked([0, np.nan]), "slow cannot go to nan, its position 2 of 2"),
        (unchecked([np.inf]), "slow cannot go to inf"),
        (unchecked([0, 1], count_times=[1, np.nan]), "the count time of point 2 is nan"),
        (unchecked([0, 1], delays=[0, np.inf]), "the delay of point 2 is inf"),
    ],
    ids=["no points", "nan", "infinite", "count time", "delay"],
)
def test_what_cannot_be_is_refused(trajectory, said, slow, session):
    with pytest.raises(PlanError, match=said):
        forecast(StepScan([slow], trajectory, []), session)


def test_the_axis_behind_a_pseudo_axis_is_named(session):
    double, _ = doubled()
    with pytest.raises(OutOfLimitsError, match="double cannot go to 6 mm: real would have to go"):
        forecast(StepScan([double], points([0, 6]), []), session)


def test_a_pseudo_axis_and_what_it_moves_cannot_be_in_one_scan(session):
    double, real = doubled()
    with pytest.raises(PlanError, match="double moves real: a scan can move one of them"):
        forecast(StepScan([double, real], line([(0, 1), (0, 1)], 2), []), session)


def test_members_of_a_group_are_checked_in_the_order_in_which_they_are_set(session):
    group = slit()
    mesh = StepScan([group.gap, group.center], grid([(2, 16, 2), (0, 7, 2)]), [])
    with pytest.raises(OutOfLimitsError, match="slit_gap and slit_center cannot go to"):
        forecast(mesh, session)


def test_a_full_disk_is_refused_and_a_nearly_full_one_said(slow, detector, small_disk):
    def scan(number):
        return StepScan([slow], line([(0, 1)], number - 1), [detector], 0.1)

    per_point = forecast(scan(2), small_disk).size / 2
    small_disk.free = int(100 * per_point)
    assert not forecast(scan(70), small_disk).warning
    assert "the disk is nearly full then" in str(forecast(scan(85), small_disk))
    with pytest.raises(PlanError, match="make room, or measure fewer points"):
        forecast(scan(95), small_disk)


# --- around a scan


def scanned(scan, hook=lambda: None):
    """What a step scan does with its forecast."""
    from bluesky.plan_stubs import trigger_and_read
    from bluesky.preprocessors import run_wrapper
    from bluesky.utils import Msg

    session = yield Msg("session_context")
    foretold = yield from announced(scan, session)
    if foretold.is_rehearsed:
        return

    def inside():
        hook()
        for row in scan.trajectory.positions:
            for axis, position in zip(scan.axes, row, strict=True):
                yield Msg("set", axis, float(position), group="move")
            yield Msg("wait", None, group="move")
            yield from trigger_and_read([*scan.counters, *scan.axes])

    plan = run_wrapper(inside(), md=dict(scan.metadata))
    yield from accounted(plan, Stopwatch(), foretold, session)


@pytest.fixture
def known_to(engine, session):
    async def answer(_message):
        return session

    engine.register_command("session_context", answer)
    return engine


def test_a_scan_is_announced_and_accounted_for(known_to, session, scan):
    known_to(scanned(scan))
    first, last = session.told
    assert first == "11 points, 10 intervals, about 16 s"
    assert last.startswith("11 points in ")
    assert "dead time" in last


def test_what_a_scan_has_cost_is_remembered_by_its_kind(known_to, session, x, detector):
    scan = StepScan([x], line([(0, 1)], 10), [detector], metadata={"plan_name": "ascan"})
    session.timings.known["other"] = COLD
    known_to(scanned(scan))
    overhead = session.timings.known["ascan x, 1 counter"]
    assert isinstance(overhead, Overhead)
    # the simulated axis claims to take time and takes none
    assert overhead.per_point < COLD.per_point


def test_what_each_device_did_is_kept_with_the_run(known_to, session, x, detector):
    scan = StepScan([x], line([(0, 1)], 10), [detector], metadata={"plan_name": "ascan"})
    known_to(scanned(scan))
    (timing,) = session.timings.kept.values()
    assert timing.account.points == 11
    assert timing.devices[detector.name]["trigger"].number == 11


def test_a_scan_that_fails_is_accounted_for_and_teaches_nothing(known_to, session, scan):
    class BadError(Exception):
        pass

    def failing():
        yield from scanned(scan, hook=lambda: (_ for _ in ()).throw(BadError))

    with pytest.raises(BadError):
        known_to(failing())
    assert session.timings.known == {}
    assert len(session.told) == 1  # no point was measured


def test_a_scan_ends_where_it_is_only_rehearsed(session, scan):
    called = []
    report = check(scanned(scan, hook=lambda: called.append(True)), session)
    assert report.ok
    assert report.points == 11
    assert report.plans == ("ascan",)
    assert report.time.moving == pytest.approx(10)
    assert called == session.told == []


def test_plans_may_go_on_after_a_rehearsed_scan(session, scan, slow):
    def twice():
        yield from scanned(scan)
        yield from scanned(scan)

    report = check(twice(), session)
    assert report.points == 22
    assert report.axes[0].moves == 22


def test_a_refused_scan_moves_nothing(known_to, session, x, detector):
    scan = StepScan([x], points([0, 200]), [detector])
    with pytest.raises(Exception, match="x cannot go to 200: its limits are -100 to 100"):
        known_to(scanned(scan))
    assert x.targets == []
