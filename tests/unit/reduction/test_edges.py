"""The edge is where the absorption rises fastest, with an error that holds, or none is said."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reduction.edges import EdgeResult, find_edge
from reduction.errors import ReductionError

ENERGY = np.arange(8950, 9050, 0.5)


def step(center=8979.2, width=1.5):
    return 0.5 + np.arctan((ENERGY - center) / width) / np.pi


@pytest.mark.parametrize("center", [8975.0, 8979.2, 8990.13])
def test_an_edge_is_found_where_the_absorption_rises_fastest(center):
    found = find_edge(ENERGY, step(center))
    assert found.success
    assert found.energy == pytest.approx(center, abs=0.1)


def test_points_may_be_far_apart_away_from_the_edge():
    energy = np.concatenate(
        [np.arange(8780, 8960, 5), np.arange(8960, 9000, 0.4), np.arange(9000, 9500, 3.1)]
    )
    absorption = np.arctan((energy - 8979.2) / 1.5) - 1e-4 * (energy - 8979)
    assert find_edge(energy, absorption).energy == pytest.approx(8979.2, abs=0.1)


def test_an_edge_with_a_white_line_and_a_wiggle_is_found():
    white_line = 0.4 * np.exp(-0.5 * ((ENERGY - 8986) / 2) ** 2)
    wiggle = 0.1 * np.sin((ENERGY - 8979) / 6) * (ENERGY > 8990)
    assert find_edge(ENERGY, step() + white_line + wiggle).energy == pytest.approx(8979.2, abs=1)


def test_points_that_are_not_finite_are_passed_over():
    y = step()
    y[[10, 60]] = np.nan, np.inf
    assert find_edge(ENERGY, y).energy == pytest.approx(8979.2, abs=0.1)


@pytest.mark.parametrize("scale", [1e-12, 1e9])
def test_the_scale_of_the_absorption_does_not_matter(scale):
    assert find_edge(ENERGY, scale * step()).energy == pytest.approx(8979.2, abs=0.1)


def test_the_jump_is_the_rise_across_the_edge():
    assert find_edge(ENERGY, 2.4 * step()).jump == pytest.approx(2.4, rel=0.1)


def test_the_order_of_the_points_does_not_matter():
    assert find_edge(ENERGY[::-1], step()[::-1]).energy == find_edge(ENERGY, step()).energy


@pytest.mark.parametrize("noise", [0.005, 0.02])
def test_the_error_of_the_edge_is_its_scatter(noise):
    edges = [
        find_edge(ENERGY, step() + np.random.default_rng(seed).normal(0, noise, ENERGY.size))
        for seed in range(60)
    ]
    pulls = [(edge.energy - 8979.2) / edge.error for edge in edges]
    assert 0.5 < np.std(pulls) < 1.7
    assert 0.5 < np.std([edge.energy for edge in edges]) / np.median([e.error for e in edges]) < 2


def test_noise_has_no_edge_and_says_so():
    noise = [np.random.default_rng(seed).normal(size=ENERGY.size) for seed in range(30)]
    found = [find_edge(ENERGY, y) for y in noise]
    assert not any(edge.success for edge in found)
    assert {edge.message for edge in found} == {"the absorption has no edge above the noise"}
    assert all(math.isnan(edge.energy) and math.isnan(edge.error) for edge in found)


def test_an_edge_below_the_noise_is_not_claimed():
    noise = np.random.default_rng(7).normal(0, 5, ENERGY.size)
    assert not find_edge(ENERGY, step() + noise).success


def test_a_flat_absorption_has_no_edge():
    assert not find_edge(ENERGY, np.full(ENERGY.size, 0.7)).success


def test_a_falling_edge_is_none():
    assert not find_edge(ENERGY, -step()).success


def test_too_few_points_say_so():
    found = find_edge([8978, 8979, 8980], [0, 1, 2])
    assert found.message == "3 points are too few to find an edge"
    assert np.isnan(found.energy)


@pytest.mark.parametrize("noise", [0, 0.01])
def test_a_steady_rise_has_no_edge(noise):
    random = np.random.default_rng(8)
    rises = [0.05 * (ENERGY - 8950) + random.normal(0, noise, ENERGY.size) for _ in range(20)]
    assert not any(find_edge(ENERGY, rise).success for rise in rises)


def test_an_edge_on_a_steady_rise_is_found():
    noise = np.random.default_rng(9).normal(0, 0.005, ENERGY.size)
    absorption = step() + 0.05 * (ENERGY - 8950) + noise
    assert find_edge(ENERGY, absorption).energy == pytest.approx(8979.2, abs=0.2)


def test_lengths_that_differ_are_refused():
    with pytest.raises(ReductionError, match="as many x as y"):
        find_edge([1, 2, 3], [1, 2])


_ANY = st.one_of(st.floats(), st.integers(-3, 3).map(float), st.sampled_from([5e-324, 1.7e308]))


@given(st.lists(st.tuples(_ANY, _ANY), max_size=20))
@example([(float(i), (-1.0) ** i * 1.7e308) for i in range(8)])
@example([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.25, 0.0), (-1.0, 1.4e308), (-0.5, 0.0)])
@example([(i * 4e307 - 1.7e308, float(i > 3)) for i in range(8)])
@example([(i * 5e-324, float(i > 3)) for i in range(8)])
def test_whatever_the_points_there_is_an_edge_or_it_says_why(points):
    edge = find_edge(*zip(*points, strict=True)) if points else find_edge([], [])
    assert isinstance(edge, EdgeResult)
    assert edge.message
    assert edge.success == math.isfinite(edge.energy)
