"""What a session answers to plans."""

import threading

import pytest

from blueline.beamline import Beamline
from blueline.connections import connect
from blueline.context import Context, up_to_date
from blueline.engine import Engine
from blueline.errors import BluelineError
from blueline.mnemonics import UnknownDeviceError
from callbacks import InThread, LastScan
from callbacks.journal import to_line
from devices import NotConnectedError
from planlib.errors import PlanError
from planlib.repeat import repeat


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


def test_counters_that_could_not_be_made_are_told_where_scans_read_the_others(tmp_path):
    told = []
    beamline = Beamline({"a": Counter(connected=True)}, counters=["a"], uncounted=["b"])
    session = Context(beamline, connect(beamline, deadline=0.0), tmp_path, told.append, LastScan)
    assert session.active_counters() == [session.device("a")]
    assert told == ["counting without b: not made; health() says why"]


def test_without_any_counter_that_could_be_made_a_scan_is_refused_with_the_reason(tmp_path):
    """BL-06."""
    failed = {"b": "ValueError: no such channel"}
    beamline = Beamline({}, failed=failed, uncounted=["b"])
    session = Context(beamline, connect(beamline, deadline=0.0), tmp_path, print, LastScan)
    sentence = "b could not be made: ValueError: no such channel"
    with pytest.raises(BluelineError, match=sentence):
        session.active_counters()
    with pytest.raises(UnknownDeviceError, match=sentence):
        session.device("b")


def test_without_any_run_there_is_no_last_one(tmp_path):
    with pytest.raises(BluelineError, match=r"there is no run in .* yet"):
        context(tmp_path, [], a=True).start_document(-1)


def test_a_run_that_is_not_there_cannot_be_repeated(tmp_path, engines):
    session = context(tmp_path, [], a=True)
    with pytest.raises(PlanError, match="there is no run 7 to repeat"):
        engines(Engine(session))(repeat(7))


def test_what_is_said_of_a_missing_run_is_a_sentence(tmp_path):
    with pytest.raises(BluelineError, match=r"has no run '7'; `blueline runs list`") as refusal:
        context(tmp_path, [], a=True).start_document(7)
    assert str(refusal.value).startswith(str(tmp_path))


def scan_start(uid):
    return {"uid": uid, "time": 0.0, "motors": ["x"]}


def test_the_last_scan_is_what_its_consumer_has_consumed():
    last = LastScan()
    consumer = InThread("the last scan", last, print)
    consumer.offer(to_line("start", scan_start("a")))
    assert up_to_date(consumer, last, 5.0).start["uid"] == "a"
    consumer.close()


def test_an_older_scan_is_not_given_where_the_consumer_is_behind_or_put_aside():
    last = LastScan()
    may_go_on = threading.Event()

    def consume(name, doc):
        may_go_on.wait(5.0)
        message = "no memory"
        raise MemoryError(message)

    consumer = InThread("the last scan", consume, lambda _: None)
    consumer.offer(to_line("start", scan_start("a")))
    with pytest.raises(BluelineError, match="is not known: it is 1 documents behind, try again"):
        up_to_date(consumer, last, 0.01)
    may_go_on.set()
    with pytest.raises(BluelineError, match=r"put aside \(MemoryError: no memory\)"):
        up_to_date(consumer, last, 5.0)
    consumer.close()
