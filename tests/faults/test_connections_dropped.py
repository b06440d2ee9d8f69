"""H3 and H2 without the end of the IOC: connections close and come back, or nothing is answered."""

import bluesky.plans as bp
import pytest
from bluesky.utils import FailedStatus

from devices import MoveError
from tests.another_client import read_pv
from tests.waiting import PATIENCE, wait_until

#: Seconds that libca may take to search again for a name it has lost.
COMING_BACK = 30.0
#: libca dies now and then (tcpiiu::uninstallChan) when channels are closed that their server has
#: dropped, which takes all tests of the process along: these are run apart.
DROPPED = pytest.mark.soak


@DROPPED
def test_a_move_whose_connection_is_dropped_fails_though_the_motor_arrives(inject, x):
    status = x.set(1.0)
    wait_until("the motor is on its way", lambda: x.position > 0.2)
    inject("sim", "drop")
    with pytest.raises(MoveError, match="moving x to 1 mm failed"):
        status.wait(PATIENCE)
    wait_until("the motor arrives", lambda: read_pv("X:sample:x.RBV") == 1.0)


@DROPPED
def test_the_motor_works_again_when_its_connection_is_back(inject, x):
    inject("sim", "drop")
    wait_until("the connection is lost", lambda: not x.connected)
    wait_until("the connection is back", lambda: x.connected, COMING_BACK)
    x.set(0.5).wait(PATIENCE)
    assert x.position == 0.5


def test_a_freeze_in_which_the_motor_arrives_fails_nothing(inject, engine, documents, x):
    inject("sim", "freeze", 1.0)
    engine(bp.list_scan([], x, [0.2, 0.4]))
    assert [doc["data"]["x"] for name, doc in documents if name == "event"] == [0.2, 0.4]


def test_a_freeze_beyond_the_deadline_fails_the_run_without_the_point(inject, engine, documents, x):
    inject("sim", "freeze", x.deadline_to(0.2) + 2.0)
    with pytest.raises(FailedStatus, match="did not end within"):
        engine(bp.list_scan([], x, [0.2]))
    assert [doc for name, doc in documents if name == "event"] == []
