import numpy as np
import pytest

from planlib.spec import lookupscan, pointscan
from tests.unit.planlib.scanning import NAN, column, refused, start_of


def test_pointscan_goes_through_its_points(engine, documents, x, detector):
    """BL-105."""
    engine(pointscan(x, [0, 4, 1], 0.1, detector))
    assert column(documents, "x") == [0, 4, 1]
    assert start_of(documents)["scan_command"] == "pointscan x [0,4,1] 0.1 det"


def test_lookupscan_moves_its_motors_together(engine, documents, x, y, detector):
    """BL-105."""
    engine(lookupscan([(x, [0, 4, 1]), (y, np.array([2.0, 2.0, 3.0]))], 0.1, detector))
    assert column(documents, "x") == [0, 4, 1]
    assert column(documents, "y") == [2, 2, 3]
    start = start_of(documents)
    assert start["scan_command"] == "lookupscan [(x,[0,4,1]),(y,[2,2,3])] 0.1 det"
    assert start["plan_args"]["motors"] == [["x", [0, 4, 1]], ["y", [2, 2, 3]]]


@pytest.mark.parametrize(
    "positions",
    [[], 3, "123", None, [0, NAN], [0, "1"], [0, True], [[0, 1], [2]], [[0, 1]], {0: 1}, [1j]],
    ids=repr,
)
def test_what_is_no_list_of_numbers_is_refused(x, detector, positions):
    """U2, U5."""
    assert "positions of x" in refused(pointscan(x, positions, 0.1, detector))


def test_lists_of_different_lengths_are_refused(x, y, detector):
    """BL-105."""
    sentence = refused(lookupscan([(x, [0, 1]), (y, [0, 1, 2])], 0.1, detector))
    assert "equal length" in sentence
