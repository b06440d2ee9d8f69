"""Total variation denoising is exact: reference results, and the conditions of the optimum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reduction.denoise import tv_denoise
from reduction.errors import ReductionError

CURVES = st.lists(
    st.one_of(st.floats(-1e6, 1e6, width=32), st.integers(-3, 3).map(float)),
    min_size=1,
    max_size=60,
)
STRENGTHS = st.one_of(st.floats(0, 1e6), st.sampled_from([0.5, 1.0, 2.0]))


@pytest.mark.parametrize(
    ("y", "strength", "expected"),
    [
        ([0, 0, 0, 10, 10, 10], 1.5, [0.5, 0.5, 0.5, 9.5, 9.5, 9.5]),
        ([0, 0, 0, 10, 10, 10], 100, [5] * 6),
        ([0, 0, 0, 10, 10, 10], 0, [0, 0, 0, 10, 10, 10]),
        ([1, 2, 3, 4, 5], 1, [2, 2, 3, 4, 4]),
        ([0, 0, 9, 0, 0], 2, [1, 1, 5, 1, 1]),
        ([7], 3, [7]),
        ([1, 9], 2, [3, 7]),
        ([], 1, []),
    ],
)
def test_reference_results_are_met(y, strength, expected):
    assert tv_denoise(y, strength) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("points", [1, 4, 30])
def test_a_stretch_of_n_points_beside_a_step_moves_by_strength_over_n(points):
    y = np.r_[np.zeros(points), np.full(50, 100.0)]
    assert tv_denoise(y, 6)[0] == pytest.approx(6 / points)


@given(CURVES)
def test_strength_zero_gives_the_curve_itself(y):
    assert tv_denoise(y, 0).tolist() == y


@given(CURVES, STRENGTHS)
def test_the_mean_is_kept(y, strength):
    size = 1e-9 * (1 + np.max(np.abs(y)))
    assert np.mean(tv_denoise(y, strength)) == pytest.approx(np.mean(y), abs=size)


@given(CURVES, STRENGTHS)
def test_nothing_better_exists(y, strength):
    """The running sum of what is removed is within ± strength, and at it where the curve steps."""
    x = tv_denoise(y, strength)
    removed = np.cumsum(np.array(y) - x)[:-1]
    size = 1e-9 * (1 + np.sum(np.abs(y)) + strength)
    assert np.all(np.abs(removed) <= strength + size)
    steps = np.diff(x)
    assert removed[steps > 0] == pytest.approx(-strength, abs=size)
    assert removed[steps < 0] == pytest.approx(strength, abs=size)


@given(CURVES, STRENGTHS)
def test_the_variation_never_grows(y, strength):
    before, after = (np.sum(np.abs(np.diff(curve))) for curve in (y, tv_denoise(y, strength)))
    assert after <= before * (1 + 1e-9) + 1e-9


@given(CURVES, st.floats(-1e3, 1e3), STRENGTHS)
def test_a_constant_comes_through(y, constant, strength):
    moved = tv_denoise(np.array(y) + constant, strength) - constant
    assert moved == pytest.approx(tv_denoise(y, strength), abs=1e-6 * (1 + np.max(np.abs(y))))


def test_a_noisy_step_becomes_piecewise_constant():
    truth = np.r_[np.zeros(100), np.full(100, 10.0)]
    noisy = truth + np.random.default_rng(1).normal(0, 1, 200)
    denoised = tv_denoise(noisy, 6)
    assert np.unique(denoised).size < 20
    assert np.sqrt(np.mean((denoised - truth) ** 2)) < 0.35
    assert np.argmax(np.diff(denoised)) == 99


def test_missing_numbers_stay_missing_and_part_the_curve():
    y = [0, 0, 9, 0, 0, np.nan, 1, 9]
    expected = [1, 1, 5, 1, 1, np.nan, 3, 7]
    assert tv_denoise(y, 2) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("strength", [-1, float("nan"), float("inf")])
def test_a_strength_that_is_none_is_refused(strength):
    with pytest.raises(ReductionError, match="zero or more, not"):
        tv_denoise([1, 2], strength)


def test_an_infinite_number_is_refused():
    with pytest.raises(ReductionError, match="infinite"):
        tv_denoise([1, np.inf], 1)
