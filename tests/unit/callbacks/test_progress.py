import math

import pytest

from callbacks.progress import Progress
from tests.set_clock import SetClock
from tests.unit.callbacks.scan_documents import Scan, page


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def progress(clock):
    return Progress(clock)


def begin(progress, scan):
    progress("start", scan.start())
    progress("descriptor", scan.descriptor())


def measure(progress, clock, scan, number, each=1.0):
    for index in range(number):
        clock.now += each
        progress("event", scan.event(index))


def test_before_the_first_run_there_is_none(progress):
    assert progress.now is None


def test_points_are_counted(progress, clock):
    scan = Scan()
    begin(progress, scan)
    measure(progress, clock, scan, 4)
    assert (progress.now.done, progress.now.points, progress.now.elapsed) == (4, 11, 4.0)


def test_points_of_pages_are_counted(progress):
    scan = Scan()
    begin(progress, scan)
    progress("event_page", page([scan.event(i) for i in range(5)]))
    assert progress.now.done == 5
    assert progress.now.counting == pytest.approx(0.5)


def test_points_of_other_streams_are_not(progress):
    scan = Scan()
    begin(progress, scan)
    progress("descriptor", scan.descriptor("baseline"))
    progress("event", scan.baseline_event(1))
    assert progress.now.done == 0


def test_the_time_left_is_told_by_the_points_so_far_and_counts_down(progress, clock):
    scan = Scan()
    begin(progress, scan)
    measure(progress, clock, scan, 4, each=2.0)
    assert progress.now.left == pytest.approx(14.0)
    clock.now += 0.5
    assert progress.now.left == pytest.approx(13.5)
    clock.now += 100
    assert progress.now.left == 0.0


def test_before_the_first_point_the_count_time_counts_down(progress, clock):
    begin(progress, Scan(values=((0.0,),), extra={"count_time": 60.0}))
    clock.now += 18
    assert progress.now.left == pytest.approx(42.0)
    assert str(progress.now) == "counting, 42 s left"


def test_what_the_plan_has_foretold_is_better_than_the_count_time(progress, clock):
    begin(progress, Scan(extra={"estimated_time": 30.0}))
    clock.now += 10
    assert progress.now.left == pytest.approx(20.0)


def test_in_a_simulation_that_is_faster_than_life_counting_is_as_well(progress, clock):
    begin(progress, Scan(extra={"count_time": 1.0, "time_factor": 10.0}))
    assert progress.now.left == pytest.approx(1.1)


@pytest.mark.parametrize("count_time", [None, -1000.0, math.nan, "1", True], ids=str)
def test_what_nobody_foretells_is_not_known(progress, count_time):
    begin(progress, Scan(extra={"count_time": count_time}))
    assert progress.now.left is None


def test_an_endless_run_has_no_time_left(progress, clock):
    scan = Scan(extra={"num_points": None})
    begin(progress, scan)
    measure(progress, clock, scan, 3)
    assert progress.now.left is None
    assert str(progress.now).startswith("3 points in 3.0 s")


def test_dead_time_is_what_was_not_counted(progress, clock):
    scan = Scan(extra={"count_time": 0.1})
    begin(progress, scan)
    assert progress.now.dead_time is None
    measure(progress, clock, scan, 4, each=0.5)
    assert progress.now.dead_time == pytest.approx(1.6)
    assert progress.now.dead_fraction == pytest.approx(0.8)


def test_dead_time_is_that_of_the_seconds_that_were_measured(progress, clock):
    begin(progress, Scan())
    clock.now += 2
    progress("event", Scan().event(0, seconds=1.5))
    assert progress.now.dead_time == pytest.approx(0.5)


def test_dead_time_is_never_negative(progress, clock):
    begin(progress, Scan())
    progress("event", Scan().event(0, seconds=9.0))
    assert progress.now.dead_time == 0.0


def test_it_is_said_in_one_line(progress, clock):
    scan = Scan()
    begin(progress, scan)
    measure(progress, clock, scan, 5, each=2.0)
    assert str(progress.now) == "5 of 11 points, 12 s left, dead time 9.5 s (95%)"


def test_when_a_run_has_ended_time_stands_still(progress, clock):
    scan = Scan()
    begin(progress, scan)
    measure(progress, clock, scan, 11)
    progress("stop", scan.stop())
    clock.now += 50
    assert progress.now.has_ended
    assert (progress.now.elapsed, progress.now.left) == (11.0, 0.0)
    assert "left" not in str(progress.now)


def test_the_run_within_a_run_is_told_until_it_ends(progress):
    outer, inner = Scan(uid="outer"), Scan(uid="inner", scan_id=2)
    begin(progress, outer)
    begin(progress, inner)
    assert progress.now.start["uid"] == "inner"
    progress("stop", inner.stop())
    assert progress.now.start["uid"] == "outer"


def test_documents_of_unknown_runs_are_passed_over(progress):
    progress("event", Scan().event(0))
    assert progress.now is None


def test_a_run_that_is_suspended_says_since_when_and_why_in_place_of_the_time_left(progress, clock):
    scan = Scan()
    progress.held = lambda: "suspended since 10:00:00: ring_current is not connected"
    begin(progress, scan)
    measure(progress, clock, scan, 5)
    clock.now += 100
    said = "5 of 11 points, suspended since 10:00:00: ring_current is not connected"
    assert str(progress.now) == said


def test_a_run_that_was_ended_in_a_pause_is_not_called_paused(progress, clock):
    scan = Scan()
    progress.held = lambda: "paused since 10:00:00"
    begin(progress, scan)
    progress("stop", scan.stop())
    assert "paused" not in str(progress.now)


def test_a_pause_is_no_time_that_points_take(progress, clock):
    scan = Scan()
    begin(progress, scan)
    measure(progress, clock, scan, 5, each=2.0)
    clock.now += 600
    progress.go_on()
    assert progress.now.left == pytest.approx(12.0)
    measure(progress, clock, scan, 1, each=2.0)
    assert progress.now.left == pytest.approx(10.0)
    assert progress.now.elapsed == pytest.approx(12.0)
    assert str(progress.now) == "6 of 11 points, 10 s left, dead time 11 s (95%)"


def test_the_time_of_a_long_count_begins_anew_with_the_count_after_a_pause(progress, clock):
    begin(progress, Scan(values=((0.0,),), extra={"count_time": 60.0}))
    clock.now += 50
    clock.now += 5
    progress.go_on()
    assert progress.now.left == pytest.approx(60.0)
