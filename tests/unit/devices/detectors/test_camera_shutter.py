"""What a dark or flat frame asks of the shutter."""

import pytest

from devices import CountError
from devices.detectors.camera_shutter import behind_shutter
from devices.status import DeadlineStatus
from tests.waiting import PATIENCE


class Shutter:
    def __init__(self, state):
        self.state = state

    def set(self, word):
        self.state = word
        return taken()


def taken():
    status = DeadlineStatus("taking a frame", PATIENCE)
    status.finish()
    return status


@pytest.mark.parametrize(("before", "is_open"), [("open", False), ("closed", True)])
def test_the_shutter_is_left_as_it_was(before, is_open):
    shutter, seen = Shutter(before), []

    def take():
        seen.append(shutter.state)
        return taken()

    behind_shutter("a frame", shutter, is_open=is_open, take=take).wait(PATIENCE)
    assert seen == ["open" if is_open else "closed"]
    assert shutter.state == before


def test_nothing_is_taken_where_the_shutter_is_neither_open_nor_closed():
    shutter, seen = Shutter("fault"), []
    status = behind_shutter("a frame", shutter, is_open=False, take=lambda: seen.append(1))
    with pytest.raises(CountError, match="open or closed before; it is fault"):
        status.wait(PATIENCE)
    assert not seen
    assert shutter.state == "fault"
