"""Which devices answer, without Channel Access: devices that say themselves whether they do."""

import pytest

from blueline.beamline import Beamline
from blueline.connections import connect
from blueline.errors import BluelineError
from devices import NotConnectedError


class Part:
    """A device of another framework, which knows whether it is connected."""

    def __init__(self, connected=True):
        self.connected = connected
        self.waits = 0

    def wait_for_connection(self, timeout):
        self.waits += 1
        if not self.connected:
            raise TimeoutError


@pytest.fixture
def parts():
    return {"x": Part(), "dead": Part(connected=False), "plain": object()}


@pytest.fixture
def connections(parts):
    return connect(Beamline(parts), deadline=0.0)


def test_what_does_not_answer_is_missing(connections):
    assert connections.missing() == {"dead": "some of its parts do not answer"}
    assert connections.missing(["x", "plain"]) == {}


def test_a_device_that_answers_is_waited_for_once_until_it_has_values(connections, parts):
    connections.look_again()
    assert (parts["x"].waits, parts["dead"].waits) == (1, 0)


def test_one_that_comes_later_is_waited_for_then(connections, parts):
    parts["dead"].connected = True
    assert connections.look_again().missing() == {}
    assert parts["dead"].waits == 1


def test_a_device_that_does_not_answer_is_refused_in_a_sentence(connections, parts):
    with pytest.raises(NotConnectedError) as refused:
        connections.require(parts["dead"])
    assert str(refused.value) == (
        "dead is not connected: some of its parts do not answer; health() looks again"
    )


def test_others_are_not_refused(connections, parts):
    for device in (parts["x"], parts["plain"], Part(connected=False), None):
        connections.require(device)


def test_one_that_is_lost_is_refused_until_it_is_back(connections, parts):
    parts["x"].connected = False
    with pytest.raises(NotConnectedError, match="x is not connected"):
        connections.require(parts["x"])
    parts["x"].connected = True
    connections.require(parts["x"])


def test_the_table_has_a_line_for_each_device(connections):
    lines = [line.split(maxsplit=2) for line in repr(connections).splitlines()]
    assert lines == [
        ["x", "connected"],
        ["dead", "failed", "some of its parts do not answer"],
        ["plain", "connected"],
    ]


def test_nothing_is_told_where_all_answer():
    assert connect(Beamline({"x": Part()}), deadline=0.0).notice() == ""


def test_what_is_missing_is_told_a_line_each(connections):
    assert connections.notice().splitlines() == [
        "1 of 3 devices do not answer; health() looks again:",
        "  dead  some of its parts do not answer",
    ]


def test_of_many_that_are_missing_ten_are_told():
    parts = {f"m{number}": Part(connected=False) for number in range(25)}
    lines = connect(Beamline(parts), deadline=0.0).notice().splitlines()
    assert len(lines) == 12
    assert lines[-1] == "  and 15 more"


def test_what_comes_later_is_made_once_the_others_are_looked_at(parts):
    beamline = Beamline(parts, later=lambda: {"camera": Part()})
    connections = connect(beamline, deadline=0.0)
    assert list(beamline.devices) == ["x", "dead", "plain", "camera"]
    assert list(connections.missing()) == ["dead"]


def test_what_comes_later_is_not_told_as_missing_when_a_session_opens(parts):
    beamline = Beamline({"x": Part()}, later=lambda: {"camera": Part(connected=False)})
    connections = connect(beamline, deadline=0.0)
    assert connections.notice() == ""
    with pytest.raises(NotConnectedError, match="camera is not connected"):
        connections.require(beamline.devices["camera"])


def test_what_the_beamline_is_asked_for_later_is_known_from_then_on(parts):
    beamline = Beamline(parts)
    connections = connect(beamline, deadline=0.0)
    beamline.devices["new"] = Part()
    assert connections.missing(["new"]) == {}
    assert "new   " in repr(connections.look_again())
    assert beamline.devices["new"].waits == 1


def test_what_could_not_be_made_has_a_row_with_the_reason(parts):
    """BL-06."""
    beamline = Beamline(parts, failed={"scaler": "ValueError: no such channel"})
    rows = str(connect(beamline, deadline=0.0)).splitlines()
    assert rows[-1] == "scaler  not made   ValueError: no such channel"


class Channel:
    """One that does not answer, or does."""

    pvname = "BL:x"

    def __init__(self, connected):
        self.connected = connected

    def subscribe(self, *_, **__): ...


def test_a_beamline_of_which_nothing_answers_may_be_opened_with_what_to_look_at():
    beamline = Beamline({"x": Channel(connected=False), "plain": object()})
    with pytest.raises(BluelineError, match="none of its devices answers"):
        connect(beamline, deadline=0.0)
    lines = connect(beamline, deadline=0.0, must_answer=False).notice().splitlines()
    assert lines[0].startswith("nothing can be measured, for none of the devices answers: are")
    assert "channel_access in beamline.yml" in lines[0]
    assert lines[1:] == ["  x  1 of 1 channels do not answer: BL:x"]
    silent = connect(beamline, deadline=0.0, must_answer=False)
    with pytest.raises(NotConnectedError, match="none of the devices answers"):
        silent.require_any()
    beamline.devices["x"].connected = True
    silent.require_any()
    beamline.devices["x"].connected = False
    silent.require_any()  # one that is lost later is for its own errors to tell
