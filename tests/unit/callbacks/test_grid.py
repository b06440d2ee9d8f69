import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.grid import Axis, Grid, grid_of
from tests.unit.callbacks.scan_documents import Scan, mesh


@pytest.fixture
def grid():
    return grid_of(mesh().start(), mesh().descriptor())


def test_a_mesh_has_a_grid_with_the_slow_axis_first(grid):
    assert [axis.source for axis in grid.axes] == ["y", "x"]
    assert grid.shape == (3, 4)


def test_a_scan_along_a_line_has_none():
    assert grid_of(Scan().start(), Scan().descriptor()) is None


def test_every_point_of_a_mesh_has_its_own_node(grid):
    scan = mesh()
    nodes = [grid.index(scan.event(index)["data"]) for index in range(12)]
    assert nodes == [(row, column) for row in range(3) for column in range(4)]


@pytest.mark.parametrize("value", [None, float("nan"), "text", 99.0])
def test_a_reading_off_the_grid_has_no_node(grid, value):
    assert grid.index({"x": value, "y": 0.0}) is None


@given(st.integers(2, 50), st.integers(0, 49), st.floats(-0.49, 0.49))
def test_a_reading_belongs_to_the_nearest_node(number, index, error):
    axis = Axis("x", tuple(float(position) for position in range(number)))
    assert Grid((axis,)).index({"x": index % number + error}) == (index % number,)
