"""The spot of the direct beam: its sum, its place and its width."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim_ioc.physics.frames.direct import direct_frame
from sim_ioc.physics.frames.geometry import Geometry


def camera(row=40.0, column=60.0):
    return Geometry((100, 120), 0.05, 100.0, (row, column))


def center_of_mass(frame):
    rows, columns = np.indices(frame.shape)
    total = frame.sum(dtype=float)
    return (rows * frame).sum(dtype=float) / total, (columns * frame).sum(dtype=float) / total


@given(st.floats(30, 60), st.floats(40, 80), st.floats(0.0, 0.2), st.floats(0.0, 0.2))
def test_whole_beam_is_on_the_camera(row, column, width, height):
    frame = direct_frame(camera(row, column), width, height)
    assert frame.sum(dtype=float) == pytest.approx(1.0, abs=1e-5)


@given(st.floats(30, 60), st.floats(40, 80))
def test_center_of_mass_is_where_the_beam_is(row, column):
    frame = direct_frame(camera(row, column), 0.2, 0.1)
    assert center_of_mass(frame) == pytest.approx((row, column), abs=1e-4)


def test_width_goes_along_the_columns_and_height_along_the_rows():
    frame = direct_frame(camera(), 0.25, 0.10)
    rows, columns = np.indices(frame.shape) * 0.05
    # a pixel adds p²/12 to the variance (Sheppard)
    across = ((columns - 60 * 0.05) ** 2 * frame).sum(dtype=float) - 0.05**2 / 12
    down = ((rows - 40 * 0.05) ** 2 * frame).sum(dtype=float) - 0.05**2 / 12
    assert (across**0.5, down**0.5) == pytest.approx((0.25, 0.10), rel=1e-3)


def test_half_a_beam_at_the_edge_is_seen():
    frame = direct_frame(camera(row=-0.5), 0.2, 0.1)
    assert frame.sum(dtype=float) == pytest.approx(0.5, abs=1e-6)


def test_beam_far_beside_the_camera_is_not_seen():
    assert not direct_frame(camera(row=-1e4), 0.2, 0.1).any()
