"""Shapes cover the pixels that a person sees them cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.errors import ConsumerError
from callbacks.plot.custom.shapes import Shape, known_kind, mask_of

PLACES = st.tuples(st.floats(-5, 25), st.floats(-5, 25))


@given(PLACES, PLACES)
def test_a_rectangle_covers_what_the_polygon_of_its_corners_does(one, other):
    (x1, y1), (x2, y2) = one, other
    across = Shape("polygon", ((x1, y1), (x2, y1), (x2, y2), (x1, y2)))
    if all(abs(v - round(v)) > 1e-9 for v in (x1, y1, x2, y2)):  # edges through no pixel's center
        expected = Shape("rectangle", (one, other)).mask(20, 20)
        np.testing.assert_array_equal(across.mask(20, 20), expected)


def test_a_triangle_covers_half_of_its_square():
    mask = Shape("polygon", ((-0.5, -0.5), (19.5, -0.5), (-0.5, 19.4))).mask(20, 20)
    assert mask[0, 0]
    assert not mask[19, 19]
    assert mask.sum() == pytest.approx(200, abs=10)


def test_a_mask_is_what_is_in_one_of_the_shapes():
    shapes = [Shape("rectangle", ((0, 0), (1, 1))), Shape("rectangle", ((1, 1), (2, 2)))]
    assert mask_of(shapes, 4, 4).sum() == 7


def test_a_line_covers_no_pixels():
    with pytest.raises(ConsumerError, match="a line covers no pixels"):
        Shape("line", ((0, 0), (1, 1))).mask(2, 2)


def test_kinds_that_there_are_not_are_refused_with_those_that_there_are():
    with pytest.raises(ConsumerError, match="no shape 'circle'; there are point, hline"):
        known_kind("circle")
