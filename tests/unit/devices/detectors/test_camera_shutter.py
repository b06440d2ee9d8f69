"""The shutter around a dark or a flat frame."""

import pytest

from devices import CountError, DeadlineStatus
from devices.detectors.camera_shutter import behind_shutter
from devices.status import finished
from tests.waiting import PATIENCE


class Flap:
    """A shutter that keeps a log, and may jam."""

    def __init__(self, state="open", *, jams_at=None):
        self.state = state
        self.log = []
        self._jams_at = jams_at

    def set(self, word):
        if word == self._jams_at:
            raise RuntimeError("it jams")
        self.state = word
        self.log.append(word)
        return finished(word)


def taken(flap, *, is_open=False, take=None):
    def expose():
        flap.log.append("take")
        return finished("exposing")

    status = behind_shutter("taking dark", flap, is_open=is_open, take=take or expose)
    return status.exception(PATIENCE)


@pytest.mark.parametrize(
    ("before", "is_open", "log"),
    [
        ("open", False, ["closed", "take", "open"]),
        ("closed", False, ["take"]),
        ("closed", True, ["open", "take", "closed"]),
        ("open", True, ["take"]),
    ],
)
def test_it_is_as_it_was_after_the_frame(before, is_open, log):
    flap = Flap(before)
    assert taken(flap, is_open=is_open) is None
    assert (flap.log, flap.state) == (log, before)


def test_it_is_as_it_was_where_the_frame_could_not_be_taken():
    def fails():
        status = DeadlineStatus("exposing", 5.0)
        status.fail(CountError("no link"))
        return status

    flap = Flap()
    assert str(taken(flap, take=fails)) == "no link"
    assert flap.state == "open"


@pytest.mark.parametrize("jams_at", ["closed", "open"])
def test_one_that_jams_fails_the_frame(jams_at):
    assert str(taken(Flap(jams_at=jams_at))) == "taking dark failed: it jams"
