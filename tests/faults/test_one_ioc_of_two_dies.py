"""H1 on a beamline of several IOCs: what is left is brought to rest."""

import pytest

from devices import Motor, MoveError, NotConnectedError, PositionSet, PseudoAxis
from tests.waiting import PATIENCE, wait_until


class Both:
    """Move two axes alike."""

    def forward(self, pseudo):
        return {"lost": pseudo, "left": pseudo}

    def inverse(self, reals):
        return reals["left"]


def test_an_axis_that_is_lost_stops_the_others(fault, fast_ioc, x, connected):
    left = connected(Motor("F:sample:y", name="left"))
    left.set(0.0).wait(PATIENCE)
    both = PseudoAxis(name="both", reals={"lost": x, "left": left}, formula=Both(), egu="mm")
    status = both.set(20.0)
    wait_until("they are on their way", lambda: left.position > 1.0)
    fault.kill()
    with pytest.raises(MoveError, match="moving x to 20 mm failed"):
        status.wait(PATIENCE)
    assert not left.moving
    assert left.position < 20.0


def test_an_axis_that_is_lost_keeps_no_other_of_a_set_from_being_stopped(
    fault, fast_ioc, x, connected
):
    left = connected(Motor("F:sample:y", name="left"))
    left.set(0.0).wait(PATIENCE)
    stage = PositionSet("stage", {"lost": x, "left": left})
    fault.kill()
    wait_until("it is lost", lambda: not x.connected)
    status = stage.set({"left": 20.0})
    wait_until("it is on its way", lambda: left.position > 1.0)
    with pytest.raises(NotConnectedError, match="is its IOC running"):
        stage.stop()
    with pytest.raises(MoveError, match="it was stopped at"):
        status.wait(PATIENCE)
