"""The axes of a run go back to where they were before it (BL-89)."""

import pytest
from ophyd.utils import LimitError

from planlib import ascan, dscan, mesh
from planlib.errors import PlanError
from planlib.restore import restore_motor_positions
from planlib.spec import loopscan
from tests.unit.planlib.scanning import Remembering, in_session


@pytest.fixture
def session(engine, documents, x, y, detector):
    x.set(2.5).wait(1)
    y.set(-1.5).wait(1)
    return in_session(engine, Remembering(documents, x, y, detector))


def places(*axes):
    return [axis.setpoint.get() for axis in axes]


def test_all_axes_of_a_scan_go_back(engine, session, result, x, y, detector):
    engine(mesh(x, 0, 1, 1, y, 0, 1, 1, None, detector))
    assert places(x, y) == [1, 1]
    assert result(restore_motor_positions()) == {"x": 2.5, "y": -1.5}
    assert places(x, y) == [2.5, -1.5]
    assert session.told[-1] == "going back to before the scan: x 2.5, y -1.5"


def test_axes_that_were_not_scanned_stay(engine, session, x, y, detector):
    engine(ascan(x, 0, 1, 1, None, detector))
    y.set(7).wait(1)
    engine(restore_motor_positions())
    assert places(x, y) == [2.5, 7]


def test_an_earlier_run_is_named_by_its_number(engine, session, documents, x, detector):
    engine(ascan(x, 0, 1, 1, None, detector))
    engine(dscan(x, 0, 1, 1, None, detector))
    engine(restore_motor_positions(1))
    assert places(x) == [2.5]


def test_a_run_that_moved_nothing_is_told(engine, session, detector):
    engine(loopscan(1, None, detector))
    with pytest.raises(PlanError, match="there is nothing to restore"):
        engine(restore_motor_positions())


def test_a_run_that_is_not_there_is_told(engine, session):
    with pytest.raises(PlanError, match="there is no run 12"):
        engine(restore_motor_positions(12))


def test_nothing_moves_where_an_axis_is_not_here(engine, session, x, y, detector):
    engine(mesh(x, 0, 1, 1, y, 0, 1, 1, None, detector))
    del session.devices["y"]
    with pytest.raises(PlanError, match="there is no device y here"):
        engine(restore_motor_positions())
    assert places(x) == [1]


def test_nothing_moves_where_an_axis_cannot_go_back(engine, session, x, y, detector):
    engine(mesh(x, 0, 1, 1, y, 0, 1, 1, None, detector))

    def closed(_position):
        raise LimitError("y cannot go anywhere")

    y.check_value = closed
    with pytest.raises(LimitError):
        engine(restore_motor_positions())
    assert places(x) == [1]
