import numpy as np
import pytest

from reduction.curve import finite_pairs, local_polynomial, noise_of, ordered
from reduction.errors import ReductionError


def test_pairs_with_a_number_missing_are_left_out():
    x, y = finite_pairs([0, 1, np.nan, 3], [5, np.inf, 7, 8])
    assert (x.tolist(), y.tolist()) == ([0, 3], [5, 8])


def test_different_lengths_are_refused():
    with pytest.raises(ReductionError, match="3 x and 2 y"):
        finite_pairs([1, 2, 3], [1, 2])


def test_points_at_one_place_become_their_mean():
    x, y = ordered(np.array([2.0, 1, 2]), np.array([4.0, 1, 6]))
    assert (x.tolist(), y.tolist()) == ([1, 2], [1, 5])


def test_the_noise_of_a_curve_is_estimated_beside_its_shape():
    x = np.linspace(0, 1, 400)
    y = 100 * np.exp(-0.5 * ((x - 0.5) / 0.1) ** 2) + np.random.default_rng(1).normal(0, 2, 400)
    assert noise_of(y) == pytest.approx(2, rel=0.2)


def test_a_local_polynomial_gives_the_derivatives():
    x = np.linspace(-1, 1, 21)
    local = local_polynomial(x, 3 + 2 * x + 5 * x**2, at=0.0, half_width=1, degree=2)
    assert local.coefficients == pytest.approx([3, 2, 5])
    assert local.residuals == pytest.approx(0, abs=1e-12)
