"""Where devices of any framework stand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from ophyd import Signal, SoftPositioner
from ophyd.signal import AttributeSignal
from ophyd.sim import det

from blueline.positions import PositionError
from blueline.positions.standing import Standing, standing


def located(setpoint, readback, **more):
    location = {"setpoint": setpoint, "readback": readback}
    return SimpleNamespace(name="x", set=print, locate=lambda: location, **more)


def test_what_can_be_located_is():
    assert standing(located(np.float64(1.5), 1.49)) == Standing(1.5, 1.49)


def test_several_positions_are_kept_by_name():
    at = {"low": np.float32(-1), "high": 1}
    assert standing(located(at, at)).setpoint == {"low": -1.0, "high": 1}


def test_a_positioner_of_ophyd_tells_its_position():
    assert standing(SoftPositioner(name="x", init_pos=2.0)).setpoint == 2.0


def test_a_signal_tells_its_value():
    assert standing(Signal(name="gain", value=3)).setpoint == 3


@pytest.mark.parametrize("name", ["state", "gain"])
def test_a_device_tells_its_state(name):
    assert standing(SimpleNamespace(name="s", set=print, **{name: "open"})).setpoint == "open"


def test_numbers_of_what_is_in_become_a_list():
    device = SimpleNamespace(name="filters", set=print, inserted=(1, 3))
    assert standing(device).setpoint == [1, 3]


def test_what_moves_is_refused():
    with pytest.raises(PositionError, match="x moves: wait"):
        standing(located(1, 1, moving=True))


@pytest.mark.parametrize("value", [math.nan, math.inf, None, {"low": math.nan}])
def test_what_nothing_can_be_sent_to_is_refused(value):
    with pytest.raises(PositionError, match=r"stands at|no value"):
        standing(located(value, 0))


def test_what_nothing_sets_is_refused():
    with pytest.raises(PositionError, match="nothing sets it"):
        standing(SimpleNamespace(name="scaler", position=3))
    with pytest.raises(PositionError, match="nothing sets it"):
        standing(AttributeSignal("name", name="a", parent=det, write_access=False))


def test_what_does_not_tell_is_refused():
    with pytest.raises(PositionError, match="does not tell"):
        standing(SimpleNamespace(name="robot", set=print))


def test_what_does_not_answer_is_told():
    def locate():
        message = "x is not connected"
        raise TimeoutError(message)

    with pytest.raises(PositionError, match="stands is not known: x is not connected"):
        standing(SimpleNamespace(name="x", set=print, locate=locate))
