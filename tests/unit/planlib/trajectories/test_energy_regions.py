import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.errors import PlanError
from planlib.trajectories import DEFAULT_REGIONS, Region, regions_from_bounds, xafs_trajectory
from planlib.trajectories.energy_region import count_times, energies, wave_number

CU_EDGE = 8979.0
CU_EXAMPLE = [
    Region(8950, 8970, step=2, time=1.0),
    Region(8970, 9000, step=0.5, time=0.5),
    Region(9000, 9600, k_step=0.05, time=0.5, final_time=2.0, weight=2),
]


def test_copper_example_has_279_points():
    """ES-60: acquisition 10.2."""
    parts = [energies(region, CU_EDGE) for region in CU_EXAMPLE]
    assert [len(part) for part in parts] == [10, 60, 209]
    assert len(xafs_trajectory(CU_EXAMPLE, CU_EDGE)) == 279


def test_copper_example_ends_at_9598_14_ev():
    last = xafs_trajectory(CU_EXAMPLE, CU_EDGE).positions[-1, 0]
    assert round(float(last), 2) == 9598.14


def test_wave_numbers_of_the_specification():
    assert round(wave_number(9000, CU_EDGE), 5) == 2.34773
    assert round(wave_number(9600, CU_EDGE), 5) == 12.76687


def test_bmm_example_has_372_points():
    regions = [
        Region(8779, 8949, step=10),
        Region(8949, 8969, step=2),
        Region(8969, 8994.5, step=0.3),
        Region(8994.5, CU_EDGE + 3.809980849 * 15**2, k_step=0.05),
    ]
    assert [len(energies(region, CU_EDGE)) for region in regions] == [17, 10, 85, 260]


@given(st.floats(9000, 9500), st.floats(10, 2000), st.floats(0.02, 1))
def test_k_region_follows_the_photoelectron_dispersion(start, width, k_step):
    found = energies(Region(start, start + width, k_step=k_step), CU_EDGE)
    k = math.sqrt((start - CU_EDGE) / 3.809980849)
    expected = [CU_EDGE + 3.809980849 * (k + i * k_step) ** 2 for i in range(len(found))]
    assert found.tolist() == pytest.approx(expected, abs=1e-9 * start)
    assert found[-1] < start + width + 1e-6
    assert CU_EDGE + 3.809980849 * (k + len(found) * k_step) ** 2 >= start + width - 1e-6


@given(st.floats(100, 20000), st.floats(0.5, 1000), st.floats(0.1, 50))
def test_energy_region_is_equidistant_and_excludes_its_end(start, width, step):
    found = energies(Region(start, start + width, step=step), None)
    assert np.diff(found) == pytest.approx(step, abs=1e-9 * start)
    assert start + width - step - 1e-6 <= found[-1] < start + width or len(found) == 1


def test_count_times_grow_with_their_weight():
    """ES-62."""
    times = count_times(Region(0, 1, step=1, time=1, final_time=5, weight=2), 5)
    assert times.tolist() == [1.0, 1.25, 2.0, 3.25, 5.0]


def test_count_time_is_constant_without_a_final_one():
    assert count_times(Region(0, 1, step=1, time=0.3), 3).tolist() == [0.3, 0.3, 0.3]


def test_count_time_of_a_single_point_is_the_first():
    assert count_times(Region(0, 1, step=1, time=0.3, final_time=2), 1).tolist() == [0.3]


@given(st.lists(st.floats(1, 500), min_size=2, max_size=5), st.floats(0.5, 20))
def test_energies_always_rise_where_regions_join(widths, step):
    borders = list(itertools.accumulate(widths, initial=8000.0))
    regions = [Region(a, b, step=step) for a, b in itertools.pairwise(borders)]
    assert (np.diff(xafs_trajectory(regions).positions[:, 0]) > 0).all()


def test_points_that_regions_share_are_measured_once():
    trajectory = xafs_trajectory([Region(100, 105, step=1), Region(103, 107, step=1)])
    assert trajectory.positions[:, 0].tolist() == [100, 101, 102, 103, 104, 105, 106]


NAN, INF = float("nan"), float("inf")
REFUSED = {
    "no step": Region(1, 2),
    "two steps": Region(1, 2, step=1, k_step=1),
    "zero step": Region(1, 2, step=0),
    "negative step": Region(1, 2, step=-1),
    "falling": Region(2, 1, step=1),
    "empty": Region(1, 1, step=1),
    "nan start": Region(NAN, 2, step=1),
    "infinite stop": Region(1, INF, step=1),
    "nan step": Region(1, 2, step=NAN),
    "zero time": Region(1, 2, step=1, time=0),
    "nan time": Region(1, 2, step=1, time=NAN),
    "nan final time": Region(1, 2, step=1, final_time=NAN),
    "infinite final time": Region(1, 2, step=1, final_time=INF),
    "negative final time": Region(1, 2, step=1, final_time=-1),
    "nan weight": Region(1, 2, step=1, weight=NAN),
    "negative weight": Region(1, 2, step=1, final_time=2, weight=-1),
    "text": Region("8950", 9000, step=1),  # pyright: ignore[reportArgumentType]
    "nothing": Region(None, 9000, step=1),  # pyright: ignore[reportArgumentType]
    "too many points": Region(0, 1e12, step=1e-9),
    "a tuple": (8950, 8970, 2),
}


@pytest.mark.parametrize("region", REFUSED.values(), ids=REFUSED.keys())
def test_region_that_cannot_be_meant_is_refused(region):
    """U2, U3, U9."""
    with pytest.raises(PlanError):
        xafs_trajectory([region])


@pytest.mark.parametrize("e0", [None, NAN, 9001.0, "8979"])
def test_k_region_needs_an_edge_below_its_start(e0):
    with pytest.raises(PlanError, match="edge energy"):
        xafs_trajectory([Region(9000, 9600, k_step=0.05)], e0)


def test_no_region_is_refused():
    """U5."""
    with pytest.raises(PlanError, match="at least one region"):
        xafs_trajectory([])


def test_regions_in_falling_order_are_refused():
    """Their points would be dropped without a word."""
    with pytest.raises(PlanError, match="begin"):
        xafs_trajectory([Region(9000, 9100, step=1), Region(8950, 9000, step=1)])


def test_steps_of_a_hundredth_of_an_ev_lose_no_point():
    assert len(xafs_trajectory([Region(8978, 8980, step=0.01)])) == 200


def test_default_regions_have_321_points_and_their_joints_once():
    """ES-61."""
    parts = [len(energies(region, CU_EDGE)) for region in DEFAULT_REGIONS]
    assert parts == [46, 81, 96, 101]
    found = xafs_trajectory(DEFAULT_REGIONS, CU_EDGE).positions[:, 0]
    assert len(found) == 321
    assert (found[0], found[-1]) == (CU_EDGE - 100, CU_EDGE + 500)
    assert (np.diff(found) > 0.2).all()


def test_bmm_bounds_give_372_points_that_count_for_608_s():
    """Acquisition 10.2."""
    bounds, steps = (-200, -30, -10, 15.5, "15k"), (10, 2, 0.3, "0.05k")
    regions = regions_from_bounds(bounds, steps, (0.5, 0.5, 0.5, "0.25k"), CU_EDGE)
    found = xafs_trajectory(regions, CU_EDGE)
    assert len(found) == 372
    assert round(float(found.count_times.sum())) == 608


def test_k_weighted_times_are_proportional_to_the_wave_number():
    regions = regions_from_bounds((15.5, "15k"), ("0.05k",), ("0.25k",), CU_EDGE)
    found = xafs_trajectory(regions, CU_EDGE)
    k = np.sqrt((found.positions[:, 0] - CU_EDGE) / 3.809980849)
    assert found.count_times == pytest.approx(0.25 * k, rel=1e-9)


@pytest.mark.parametrize(
    "given_", [((0, 10), (1, 2), (1,)), ((0, "x"), (1,), (1,)), ((0,), (), ())], ids=repr
)
def test_bounds_that_do_not_fit_are_refused(given_):
    with pytest.raises(PlanError):
        regions_from_bounds(*given_, CU_EDGE)


def test_a_number_of_points_includes_both_ends():
    assert energies(Region(0, 10, number=5), None).tolist() == [0, 2.5, 5, 7.5, 10]


@pytest.mark.parametrize("number", [1, 0, 2.5])
def test_a_number_of_points_below_two_is_refused(number):
    with pytest.raises(PlanError, match=r"two points or more|above zero"):
        energies(Region(0, 10, number=number), None)


def test_a_relative_region_without_an_edge_is_refused():
    with pytest.raises(PlanError, match="needs an edge energy"):
        xafs_trajectory([Region(-10, 10, step=1, relative=True)])


def test_a_closed_region_does_not_pass_its_end():
    """ES-60 counts a point within a tenth of a step beyond the end; it is measured at the end."""
    assert energies(Region(0, 1.95, step=1, closed=True), None).tolist() == [0, 1, 1.95]


def test_a_closed_region_in_k_does_not_pass_its_end():
    found = energies(Region(10, 100, k_step=1.0, closed=True), 0.0)
    stop = Region(10, float(found[-1]) - 0.5, k_step=1.0, closed=True)
    again = energies(stop, 0.0)
    assert len(again) == len(found)
    assert again[-1] == pytest.approx(stop.stop)
