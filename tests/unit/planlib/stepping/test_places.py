"""Where axes of any framework say that they are set to."""

import math
from types import SimpleNamespace

import pytest
from ophyd import SoftPositioner

from planlib.stepping import StepScan, step_scan
from planlib.stepping.places import told_position
from planlib.trajectories import line


@pytest.mark.parametrize(
    ("told", "position"),
    [
        ({"position": 1.5}, 1.5),
        ({"position": 1.5, "target": 2.0}, 2.0),
        ({"position": 1.5, "target": None}, 1.5),
        ({"position": 1.5, "user_setpoint": SimpleNamespace(get=lambda: 3.0)}, 3.0),
    ],
)
def test_an_axis_is_asked_what_it_is_set_to_before_where_it_is(told, position):
    assert told_position(SimpleNamespace(**told)) == position


def test_an_axis_that_has_no_position_yet_is_nowhere():
    assert math.isnan(told_position(SoftPositioner(name="soft")))


def test_an_axis_that_has_no_position_yet_can_be_scanned(engine, documents, detector):
    soft = SoftPositioner(name="soft")
    engine(step_scan(StepScan((soft,), line([(0, 1)], 1), [detector])))
    assert [name for name, _ in documents].count("event") == 2
