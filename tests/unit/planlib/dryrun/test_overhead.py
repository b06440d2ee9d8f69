import numpy as np
import pytest

from planlib.dryrun.overhead import ANY, COLD, compared, expected, kind_of, learned
from planlib.stepping.stopwatch import Stopwatch
from planlib.timings import NoTimings, Overhead


class Known(NoTimings):
    """Remembers what it is made with."""

    def __init__(self, known):
        self._known = known

    def recall(self, kind):
        return self._known.get(kind)


def watched(saves, began=0.0, ended=None):
    watch = Stopwatch()
    watch.began = began
    watch.saves.extend(saves)
    watch.points = len(saves)
    watch.ended = saves[-1] if ended is None else ended
    return watch


def test_kinds_are_told_apart_by_plan_axes_and_counters():
    kinds = {
        kind_of(*each) for each in (("ascan", ["x"], 1), ("dscan", ["x"], 1), ("ascan", ["y"], 1))
    } | {kind_of("ascan", ["x"], 2)}
    assert len(kinds) == 4


def test_without_earlier_scans_the_usual_is_expected():
    assert expected(NoTimings(), "ascan x, 1 counter") == (COLD, False)


def test_what_points_take_beyond_what_they_should_is_learned():
    watch = watched([2.0 + 1.1 * index for index in range(10)], ended=12.5)
    overhead = learned(watch, np.ones(10), COLD, returning=0.2)
    assert overhead.per_point == pytest.approx(0.1)
    # 0.9 s before the first point, 0.6 s - 0.2 s after the last
    assert overhead.per_scan == pytest.approx(0.9 + 0.4)


def test_a_pause_in_one_point_teaches_nothing():
    saves = [1.1 * index for index in range(1, 21)]
    saves[10:] = [each + 600.0 for each in saves[10:]]
    overhead = learned(watched(saves), np.ones(20), COLD)
    assert overhead.per_point == pytest.approx(0.1)
    assert abs(overhead.per_scan) < 0.2


def test_a_single_point_teaches_what_the_scan_costs():
    before = Overhead(per_scan=5.0, per_point=0.5)
    overhead = learned(watched([2.0], ended=2.25), np.ones(1), before)
    assert overhead == Overhead(per_scan=0.75, per_point=0.5)


@pytest.mark.parametrize("reason", ["failed", "no points", "too many points"])
def test_nothing_is_learned_from_what_is_not_a_whole_scan(reason):
    watch = watched([1.0, 2.0])
    if reason == "failed":
        watch.ended = None
    steps = np.ones(1 if reason == "too many points" else 2)
    if reason == "no points":
        watch = Stopwatch()
        watch.ended = 1.0
    assert learned(watch, steps, COLD) is None


def test_a_new_kind_of_scan_is_expected_as_quick_as_the_others_were():
    """A simulation that runs twenty times faster than life."""
    timings = Known({ANY: Overhead(0.0, 0.0, moving=0.05, counting=0.5)})
    found, is_learned = expected(timings, "ascan x, 1 counter")
    assert (found.moving, found.counting, is_learned) == (0.05, 0.5, False)
    assert found.per_point == COLD.per_point


@pytest.mark.parametrize(
    ("took", "foretold", "expected_ratio"), [(1.0, 2.0, 0.25), (0.001, 2.0, 0.5), (1.0, 0.0, 0.5)]
)
def test_how_quick_devices_are_is_not_learned_from_a_moment(took, foretold, expected_ratio):
    assert compared(0.5, took, foretold) == expected_ratio
