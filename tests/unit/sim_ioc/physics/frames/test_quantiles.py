"""The table of small Poisson numbers: its moments, row by row, with no drawing at all."""

import numpy as np
import pytest
from scipy.stats import norm

from sim_ioc.physics.frames.quantiles import (
    COLUMNS,
    LARGEST,
    REACH,
    ROWS_PER_UNIT,
    column_of,
    quantile_table,
)

EDGES = np.linspace(-REACH, REACH, COLUMNS + 1)
EDGES[[0, -1]] = -np.inf, np.inf
WEIGHTS = np.diff(norm.cdf(EDGES))


@pytest.fixture(scope="module")
def rows():
    return quantile_table().reshape(-1, COLUMNS).astype(float)


def means(rows):
    return np.arange(len(rows)) / ROWS_PER_UNIT


def test_mean_of_every_row_is_exact(rows):
    assert rows @ WEIGHTS == pytest.approx(means(rows), abs=1e-6)


def test_variance_of_every_row_is_its_mean(rows):
    variance = rows**2 @ WEIGHTS - means(rows) ** 2
    assert variance[1:] == pytest.approx(means(rows)[1:], rel=0.015)


def test_skewness_of_every_row_is_that_of_poisson(rows):
    third = (rows - means(rows)[:, None]) ** 3 @ WEIGHTS
    assert third[1:] == pytest.approx(means(rows)[1:], rel=0.04)


def test_numbers_grow_along_every_row(rows):
    assert (np.diff(rows, axis=1) >= 0).all()


def test_first_row_is_empty(rows):
    assert not rows[0].any()


def test_last_mean_has_a_row_above_it(rows):
    assert means(rows)[-1] > LARGEST


@pytest.mark.parametrize(("deviate", "column"), [(-9.0, 0), (0.0, COLUMNS // 2), (9.0, 2047)])
def test_deviates_beyond_the_table_take_its_ends(deviate, column):
    assert column_of(np.array([deviate], np.float32))[0] == column
