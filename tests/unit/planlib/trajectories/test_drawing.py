import numpy as np
import pytest

from planlib.trajectories import draw, grid, line, points


def texts(figure):
    return [axes.get_xlabel() + "|" + axes.get_ylabel() for axes in figure.axes]


@pytest.mark.parametrize(
    ("trajectory", "expected"),
    [
        (line([(0, 1)], 4), ["point|x (mm)"]),
        (line([(0, 1), (2, 3), (4, 5)], 4), ["point|position"]),
        (grid([(0, 1, 2), (5, 6, 1)]), ["x (mm)|y (mm)"]),
        (points([0, 1], [0.1, 0.2]), ["point|x (mm)", "point|count time (s)"]),
    ],
    ids=["one axis", "three axes", "two axes", "with count times"],
)
def test_axes_of_the_picture_say_what_they_show(trajectory, expected):
    assert texts(draw(trajectory, ["x", "y", "z"], ["mm", "mm", "deg"])) == expected


def test_a_path_of_two_axes_is_drawn_point_by_point():
    figure = draw(grid([(0, 1, 2), (5, 6, 1)], snake=True))
    path = figure.axes[0].lines[0].get_xydata()
    assert np.array_equal(path, grid([(0, 1, 2), (5, 6, 1)], snake=True).positions)
