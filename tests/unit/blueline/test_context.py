"""What a session answers to plans."""

import pytest

from blueline.beamline import Beamline
from blueline.connections import connect
from blueline.context import Context
from blueline.errors import BluelineError
from callbacks import LastScan
from devices import NotConnectedError


class Counter:
    """One that does not answer until it is told to."""

    def __init__(self, connected):
        self.connected = connected


def context(tmp_path, told, **counters):
    devices = {name: Counter(connected) for name, connected in counters.items()}
    beamline = Beamline(devices, counters=list(devices))
    return Context(beamline, connect(beamline, deadline=0.0), tmp_path, told.append, LastScan)


def test_the_counters_are_those_of_the_beamline(tmp_path):
    session = context(tmp_path, [], a=True, b=True)
    assert session.active_counters() == [session.device("a"), session.device("b")]


def test_counters_that_do_not_answer_are_left_out_with_a_notice(tmp_path):
    told = []
    session = context(tmp_path, told, a=True, b=False)
    assert session.active_counters() == [session.device("a")]
    assert told == ["counting without b: not connected"]


def test_without_any_counter_that_answers_a_scan_is_refused(tmp_path):
    session = context(tmp_path, [], a=False)
    with pytest.raises(NotConnectedError, match="a is not connected"):
        session.active_counters()


def test_without_any_run_there_is_no_last_one(tmp_path):
    with pytest.raises(BluelineError, match=r"there is no run in .* yet"):
        context(tmp_path, [], a=True).start_document(-1)
