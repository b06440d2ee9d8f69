"""Shapes are told apart whatever their scale, place and width, and noise is none of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.shapes import MOST_POINTS, best_bump, best_step, bumps, look, recognize, steps

X = np.linspace(-5, 5, 41)


def bump(x, center=0.0, width=1.0):
    return bumps(x, np.array([center]), np.array([width]))[0]


def step(x, center=0.0, width=1.0):
    return steps(x, np.array([center]), np.array([width]))[0]


def test_a_bump_has_height_one_and_its_standard_deviation():
    assert bump(np.array([0.0, 2.0]), 0.0, 2.0) == pytest.approx([1, np.exp(-0.5)])


def test_a_step_goes_from_zero_to_one_through_one_half():
    assert step(np.array([-50.0, 0.0, 50.0])) == pytest.approx([0, 0.5, 1])


CURVES = {
    "peak": bump(X, 0.7, 1.1),
    "dip": 3 - bump(X, 0.7, 1.1),
    "edge up": step(X, 0.7, 0.4),
    "edge down": 1 - step(X, 0.7, 0.4),
    "sharp edge": (X > 0.1) * 1.0,
    "peak of one point": (X == X[17]) * 8.0,
    "peak on a slope": 4 * bump(X, 1.0, 0.6) + 0.8 * X,
    "dip on a slope": -4 * bump(X, 1.0, 0.6) + 0.8 * X,
    "flat-topped peak": (np.abs(X) < 2) * 1.0,
    "peak at the end": bump(X, 5.0, 1.0),
    "peak and a lower one": bump(X, -2.0, 0.5) + 0.6 * bump(X, 2.0, 0.5),
    "edge with a white line": step(X, -2.0, 0.4) + 0.5 * bump(X, -1.2, 0.5),
    "edge with long tails": np.arctan(5 * X),
}


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_a_shape_is_recognized_at_any_scale(name, scale):
    kind = next(kind for kind in ("peak", "dip", "edge") if kind in name)
    assert recognize(X, scale * CURVES[name]).kind == kind


@pytest.mark.parametrize("name", sorted(set(CURVES) - {"peak at the end"}))  # or is it an edge?
def test_a_shape_is_recognized_under_noise_of_ten_percent(name):
    kind = next(kind for kind in ("peak", "dip", "edge") if kind in name)
    height = 4 if "slope" in name else 1
    random = np.random.default_rng(5)
    found = [
        recognize(X, CURVES[name] + random.normal(0, 0.1 * height, X.size)).kind for _ in range(10)
    ]
    assert found.count(kind) >= 9


NOTHING = {
    "no points": (np.array([]), np.array([])),
    "one point": (np.array([1.0]), np.array([2.0])),
    "two points": (np.array([1.0, 2.0]), np.array([2.0, 3.0])),
    "flat": (X, np.full(X.size, 7.0)),
    "line": (X, 3 * X + 1),
    "falling line": (X, -2e9 * X),
}


@pytest.mark.parametrize("name", NOTHING)
def test_there_is_no_shape_in(name):
    assert recognize(*NOTHING[name]).kind == "none"


@pytest.mark.parametrize("points", [11, 41, 101, 1001])
@pytest.mark.parametrize("slope", [0, 10, 1000])
def test_noise_is_hardly_ever_taken_for_a_shape(points, slope):
    random, x = np.random.default_rng(6), np.linspace(0, 1, points)
    found = [recognize(x, slope * x + random.normal(0, 1, points)).kind for _ in range(60)]
    assert found.count("none") >= 55


CURVED = {
    "square": lambda x: x**2,
    "fourth power": lambda x: x**4,
    "growth": lambda x: np.exp(3 * x),
    "steep growth": lambda x: np.exp(10 * x),
    "decay": lambda x: np.exp(-5 * x),
    "root": np.sqrt,
    "logarithm": lambda x: np.log(x + 0.01),
    "hyperbola": lambda x: 1 / (x + 0.05),
    "saturation": lambda x: x / (x + 0.2),
}


@pytest.mark.parametrize("noise", [0, 0.02])
@pytest.mark.parametrize("name", CURVED)
def test_a_curve_that_only_bends_is_no_edge(name, noise):
    x = np.linspace(0, 1, 31)
    y = CURVED[name](x)
    y = y + noise * np.ptp(y) * np.random.default_rng(8).normal(size=x.size)
    assert recognize(x, y).kind == "none"
    assert recognize(x, -y).kind == "none"


@pytest.mark.parametrize("points", [3, 4, 5, 6, 7, 8])
def test_noise_of_few_points_is_hardly_ever_taken_for_a_shape(points):
    random, x = np.random.default_rng(9), np.arange(float(points))
    found = [recognize(x, random.normal(size=points)).kind for _ in range(150)]
    assert found.count("none") >= 140


@pytest.mark.parametrize(("points", "least"), [(6, 0.8), (7, 0.95), (9, 0.95)])
def test_a_peak_of_few_points_is_still_seen(points, least):
    random, x = np.random.default_rng(10), np.arange(float(points))
    peaks = [
        bump(x, random.uniform(0.3, 0.7) * (points - 1), points / 8)
        + 0.03 * random.normal(size=points)
        for _ in range(100)
    ]
    assert np.mean([recognize(x, y).kind == "peak" for y in peaks]) >= least


def test_the_template_says_where_how_wide_and_how_high():
    match = best_bump(X, 20 * bump(X, 0.83, 0.9) + 100)
    assert match.center == pytest.approx(0.83, abs=0.05)
    assert match.width == pytest.approx(0.9, rel=0.1)
    assert match.height == pytest.approx(20, rel=0.05)
    assert match.explained > 0.99


def test_the_height_of_a_dip_is_negative():
    assert best_bump(X, -20 * bump(X)).height == pytest.approx(-20, rel=0.05)


def test_the_step_says_where_and_how_high():
    match = best_step(X, 5 - 20 * step(X, 0.83, 0.5))
    assert match.center == pytest.approx(0.83, abs=0.05)
    assert match.height == pytest.approx(-20, rel=0.05)


def test_a_background_that_is_asked_for_does_not_count():
    match = best_bump(X, 5 * bump(X, -1.2, 0.7) + 3 * X + 10, degree=1)
    assert match.center == pytest.approx(-1.2, abs=0.05)
    assert match.height == pytest.approx(5, rel=0.05)


def test_long_curves_are_averaged_before_they_are_compared():
    x = np.linspace(-5, 5, 50 * MOST_POINTS)
    noise = np.random.default_rng(7).normal(0, 1, x.size)
    assert recognize(x, 0.5 * bump(x) + noise).kind == "peak"


def test_a_peak_of_one_point_among_many_is_seen():
    x = np.arange(400.0)
    assert recognize(x, np.where(x == 123, 10.0, 0.0)).kind == "peak"


@given(
    center=st.floats(-3, 3),
    width=st.floats(0.4, 1.2),
    height=st.floats(1e-9, 1e9),
    offset=st.floats(-2, 2),
    place=st.floats(-1e4, 1e4),
    step_size=st.floats(1e-3, 1e3),
)
def test_a_clean_peak_is_one_wherever_it_is(center, width, height, offset, place, step_size):
    y = height * (bump(X, center, width) + offset)
    shape = recognize(place + step_size * X, y)
    assert shape.kind == "peak"
    assert shape.match.center == pytest.approx(place + step_size * center, abs=0.2 * step_size)


def test_any_points_may_be_looked_at():
    x = np.random.default_rng(11).permutation(X)
    y = bump(x, 0.7)
    y[4] = np.nan
    assert look(x, y).kind == "peak"


#: Counts of a fluorescence line over a wide sample, of which the scan saw one flank and the top.
TOP_AND_ONE_FLANK = np.array([12491.0, 16902, 19460, 21453, 22145, 22224, 22270, 21639, 20676])


def test_the_top_and_one_flank_of_a_wide_peak_are_a_peak_and_no_dip_at_the_other_end():
    found = recognize(np.linspace(0, 2, 9), TOP_AND_ONE_FLANK)
    assert (found.kind, round(found.match.center, 1)) == ("peak", 1.3)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("low", "high"), [(0, 2), (0.2, 2), (-0.5, 2.2)])
def test_a_wide_peak_that_is_cut_off_is_never_a_dip(low, high, seed):
    x = np.linspace(low, high, 21)
    counts = np.random.default_rng(seed).poisson(22_000 * bump(x, 1.3, 1.2) + 300)
    assert recognize(x, counts.astype(float)).kind == "peak"


@pytest.mark.parametrize("number", [20, 41, 300])
@pytest.mark.parametrize("counts", [[1], [1.0004], [2], [1, 1, 1]], ids=str)
@pytest.mark.parametrize("background", [0, 7])
def test_a_few_stray_counts_are_no_shape(number, counts, background):
    y = np.full(number, float(background))
    y[number // 3 : number // 3 + len(counts)] += counts
    assert look(np.arange(number), y).kind == "none"


@pytest.mark.parametrize("y", [[0, 0, 8, 0, 0], [0, 0, 3, 5, 3, 0, 0]], ids=str)
def test_a_few_counts_together_are_a_peak(y):
    assert look(np.arange(len(y)), y).kind == "peak"


def test_a_signal_that_is_small_is_no_stray_count():
    assert look(X, 1e-9 * bump(X)).kind == "peak"
