import numpy as np
import pytest

from reduction.shapes import best_bump, best_step, recognize

X = np.linspace(0, 10, 51)


def test_a_bump_is_matched_in_place_width_and_height():
    found = best_bump(X, 3 * np.exp(-0.5 * ((X - 6) / 0.7) ** 2))
    assert found.center == pytest.approx(6, abs=0.05)
    assert found.width == pytest.approx(0.7, rel=0.1)
    assert found.height == pytest.approx(3, rel=0.05)
    assert found.explained > 0.99


def test_a_step_is_matched_in_place():
    assert best_step(X, np.where(X > 4.1, 2.0, 0.0)).center == pytest.approx(4.1, abs=0.2)


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        (np.exp(-0.5 * (X - 5) ** 2), "peak"),
        (-np.exp(-0.5 * (X - 5) ** 2), "dip"),
        (np.arctan(5 * (X - 5)), "edge"),
        (-np.arctan(5 * (X - 5)), "edge"),
        (X, "none"),
        (np.zeros(51), "none"),
        (X + 3 * np.exp(-0.5 * ((X - 5) / 0.3) ** 2), "peak"),
    ],
)
def test_shapes_are_told_apart(y, kind):
    assert recognize(X, y).kind == kind


def test_a_peak_of_one_point_among_many_is_seen():
    x = np.arange(400.0)
    assert recognize(x, np.where(x == 123, 10.0, 0.0)).kind == "peak"
