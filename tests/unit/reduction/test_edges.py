import numpy as np
import pytest

from reduction.edges import find_edge

ENERGY = np.arange(8950, 9050, 0.5)


def step(center=8979.2, width=1.5):
    return 0.5 + np.arctan((ENERGY - center) / width) / np.pi


@pytest.mark.parametrize("center", [8975.0, 8979.2, 8990.13])
def test_an_edge_is_found_where_the_absorption_rises_fastest(center):
    found = find_edge(ENERGY, step(center))
    assert found.success
    assert found.energy == pytest.approx(center, abs=0.1)


def test_the_jump_is_the_rise_across_the_edge():
    assert find_edge(ENERGY, 2.4 * step()).jump == pytest.approx(2.4, rel=0.1)


def test_the_order_of_the_points_does_not_matter():
    assert find_edge(ENERGY[::-1], step()[::-1]).energy == find_edge(ENERGY, step()).energy


def test_the_error_of_the_edge_is_its_scatter():
    edges = [
        find_edge(ENERGY, step() + np.random.default_rng(seed).normal(0, 0.005, ENERGY.size))
        for seed in range(60)
    ]
    pulls = [(edge.energy - 8979.2) / edge.error for edge in edges]
    assert 0.5 < np.std(pulls) < 1.7


def test_noise_has_no_edge():
    noise = [np.random.default_rng(seed).normal(size=ENERGY.size) for seed in range(30)]
    assert not any(find_edge(ENERGY, y).success for y in noise)


def test_a_falling_edge_is_none():
    assert not find_edge(ENERGY, -step()).success


def test_too_few_points_say_so():
    found = find_edge([8978, 8979, 8980], [0, 1, 2])
    assert found.message == "3 points are too few to find an edge"
    assert np.isnan(found.energy)
