"""An IOC that goes and comes back is noticed."""

from devices import Health
from tests.waiting import PATIENCE, wait_until


def test_a_device_is_lost_and_found_again_and_both_are_told(fault, devices):
    health = Health({"x": devices["x"]}).connect(PATIENCE)
    assert not health.dead
    fault.kill()
    wait_until("the loss is seen", lambda: health.dead["x"].state == "lost" if health.dead else 0)
    assert "channels do not answer: X:sample:x" in health.dead["x"].reason
    fault.start()
    wait_until("it is there again", lambda: not health.dead, 30.0)
    assert [(row.state, row.losses) for row in health] == [("connected", 1)]
    assert "lost 1 times" in str(health)
