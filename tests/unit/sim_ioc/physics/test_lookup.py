"""Reading a curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.lookup import Curve

X = [1.0, 2.0, 4.0, 8.0]
Y = [0.0, 3.0, 1.0, 1.5]


@given(st.floats(-10, 20))
def test_curve_reads_as_numpy_interpolates(x):
    assert Curve(X, Y)(x) == pytest.approx(np.interp(x, X, Y), abs=1e-12)


@pytest.mark.parametrize(("x", "y"), [(-5.0, 0.0), (1.0, 0.0), (8.0, 1.5), (99.0, 1.5)])
def test_curve_is_constant_beyond_its_ends(x, y):
    assert Curve(X, Y)(x) == y
