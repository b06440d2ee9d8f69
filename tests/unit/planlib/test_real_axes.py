import numpy as np
import pytest
from ophyd import Signal

from planlib.dryrun.travel import travel_seconds
from planlib.errors import PlanError
from planlib.reach.positions import require_reachable
from planlib.real_axes import members_of, parent_of, real_axes
from tests.unit.planlib.dryrun.pseudo_axes import Table, doubled, slit


@pytest.fixture
def table():
    return Table("", name="table")


def test_a_coordinate_of_a_pseudo_positioner_is_of_it(table):
    assert parent_of(table.total) is table


def test_the_real_axes_of_a_pseudo_positioner_are_no_coordinates_of_it(table):
    assert parent_of(table.left) is None
    assert parent_of(table) is None


def test_axes_that_share_their_real_ones_have_them_once(table):
    double, real = doubled()
    assert real_axes([table.total, table.half, double, real]) == [table.left, table.right, real]


def test_members_have_the_names_that_they_have_in_their_device(table):
    group = slit()
    assert members_of(group) == {"gap": group.gap, "center": group.center}
    assert members_of(table) == {"total": table.total, "half": table.half}
    assert members_of(group.gap) == {}


def test_real_axes_of_one_pseudo_positioner_are_scanned_together(table):
    require_reachable([table.left, table.right], np.array([[0.0, 1.0], [8.0, 2.0]]))
    with pytest.raises(PlanError, match="table_total moves table_left: a scan can move one"):
        require_reachable([table.total, table.left], np.array([[0.0, 1.0]]))


def test_how_long_real_axes_of_a_pseudo_positioner_travel_is_known_its_coordinates_do_not(table):
    table.left.velocity = table.total.velocity = Signal(name="velocity", value=2.0)
    assert travel_seconds(table.left, np.array([4.0])) == pytest.approx(2.0)
    assert travel_seconds(table.total, np.array([4.0])) is None
