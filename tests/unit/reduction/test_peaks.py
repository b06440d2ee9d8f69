import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.errors import ReductionError
from reduction.peaks import analyse
from reduction.running import RunningPeak

X = np.linspace(-5, 5, 41)
FWHM_PER_SIGMA = 2.3548200450309493


def gaussian(center=0.0, sigma=1.0, height=1.0, base=0.0):
    return base + height * np.exp(-0.5 * ((X - center) / sigma) ** 2)


def test_a_peak_is_found_with_center_and_width():
    found = analyse(X, gaussian(0.7))
    assert found.kind == "peak"
    assert found.center == pytest.approx(0.7, abs=0.02)
    assert found.fwhm == pytest.approx(FWHM_PER_SIGMA, rel=0.03)


def test_a_dip_is_found_as_a_dip():
    found = analyse(X, gaussian(0.7, height=-1, base=5))
    assert found.kind == "dip"
    assert found.center == pytest.approx(0.7, abs=0.02)
    assert found.minimum_at == pytest.approx(0.75)


def test_an_edge_has_its_center_at_half_height():
    found = analyse(X, 1 / (1 + np.exp(-(X - 1.3) / 0.4)))
    assert found.kind == "edge"
    assert found.center == pytest.approx(1.3, abs=0.05)


def test_noise_shows_nothing():
    kinds = [analyse(X, np.random.default_rng(s).normal(size=41)).kind for s in range(50)]
    assert kinds.count("none") >= 45


def test_a_flat_curve_shows_nothing_and_keeps_its_extrema():
    found = analyse(X, np.full(41, 3.0))
    assert found.kind == "none"
    assert (found.peak, found.minimum) == (3.0, 3.0)


def test_a_peak_in_thirty_percent_noise_is_found_within_half_its_sigma():
    centers = [
        analyse(X, gaussian(0.3) + np.random.default_rng(s).normal(0, 0.3, 41)).center
        for s in range(60)
    ]
    assert np.mean(np.abs(np.array(centers) - 0.3) < 0.5) >= 0.95


def test_center_of_mass_is_taken_above_the_minimum_and_plainly():
    found = analyse([0, 1, 2], [1, 1, 3])
    assert found.com == pytest.approx(2.0)
    assert found.com_plain == pytest.approx((1 + 6) / 5)


def test_the_order_of_the_points_does_not_matter():
    order = np.random.default_rng(1).permutation(41)
    assert analyse(X[order], gaussian(0.7)[order]).center == analyse(X, gaussian(0.7)).center


def test_points_that_are_not_finite_do_not_count():
    y = gaussian(0.7)
    y[[0, 5]] = np.nan, np.inf
    found = analyse(X, y)
    assert found.count == 39
    assert found.center == pytest.approx(0.7, abs=0.02)


def test_no_points_give_no_numbers():
    found = analyse([], [])
    assert found.count == 0
    assert np.isnan(found.peak)


def test_different_lengths_are_refused():
    with pytest.raises(ReductionError, match="2 x and 1 y"):
        analyse([1, 2], [1])


values = st.lists(
    st.tuples(st.floats(-1e300, 1e300), st.floats(allow_nan=True, allow_infinity=True)),
    max_size=30,
)


@given(values)
def test_no_values_raise(points):
    found = analyse([x for x, _ in points], [y for _, y in points])
    assert found.count <= len(points)


ascending = st.lists(
    st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=30,
    unique_by=lambda point: point[0],
).map(sorted)  # fmt: skip


@given(ascending)
def test_running_numbers_equal_those_of_all_points_at_once(points):
    running = RunningPeak()
    for x, y in points:
        running.add(x, y)
    found = analyse([x for x, _ in points], [y for _, y in points])
    assert running.count == found.count
    assert (running.peak, running.peak_at) == (found.peak, found.peak_at)
    assert (running.minimum, running.minimum_at) == (found.minimum, found.minimum_at)


def test_running_centers_of_mass_equal_those_of_all_points_at_once():
    y = gaussian(0.7, base=3)
    running = RunningPeak()
    for point in zip(X, y, strict=True):
        running.add(*point)
    found = analyse(X, y)
    assert running.com == pytest.approx(found.com, rel=1e-9)
    assert running.com_plain == pytest.approx(found.com_plain, rel=1e-9)


def test_running_numbers_pass_over_what_is_not_finite():
    running = RunningPeak()
    for point in [(0, 1), (np.nan, 9), (1, np.inf), (2, 3)]:
        running.add(*point)
    assert (running.count, running.peak, running.peak_at) == (2, 3, 2)
