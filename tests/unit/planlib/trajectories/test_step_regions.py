import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.trajectories import step_regions

region_sizes = st.tuples(st.integers(1, 20), st.sampled_from([0.1, 0.5, 1, 2]))


@given(st.lists(region_sizes, min_size=1, max_size=4), st.sampled_from([1, -1]))
def test_regions_join_without_visiting_anything_twice(sizes, way):
    regions, at = [], 0.0
    for number, step in sizes:
        regions.append((at, at + way * number * step, step))
        at = regions[-1][1]
    found = step_regions(regions).positions[:, 0]
    assert (way * np.diff(found) > 0.05).all()
    assert len(found) == 1 + sum(number for number, _ in sizes)
    assert found[-1] == pytest.approx(at)


def test_each_region_ends_with_a_breakpoint():
    """ES-06."""
    assert step_regions([(0, 2, 1), (2, 3, 0.5)]).breakpoints == (2, 4)


def test_a_region_may_leave_a_gap():
    assert step_regions([(0, 1, 1), (5, 6, 1)]).positions[:, 0].tolist() == [0, 1, 5, 6]


@pytest.mark.parametrize("way", [1, -1])
def test_a_region_does_not_pass_its_end(way):
    """ES-60 counts a point within a tenth of a step beyond the end; it is measured at the end."""
    assert step_regions([(0, way * 1.95, 1)]).positions[:, 0].tolist() == [0, way, way * 1.95]


def test_a_region_that_goes_back_is_refused():
    with pytest.raises(PlanError, match="begins before the one in front of it has ended"):
        step_regions([(0, 5, 1), (3, 6, 1)])


@pytest.mark.parametrize("bad", [(0, 1), (0, 1, 0), (1, 1, 1), (0, np.nan, 1), "abc", 3], ids=repr)
def test_what_is_no_region_is_refused(bad):
    with pytest.raises(PlanError):
        step_regions([bad])


def test_no_region_is_refused():
    with pytest.raises(PlanError, match="at least one"):
        step_regions([])
