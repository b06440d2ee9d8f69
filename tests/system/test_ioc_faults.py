"""Faults injected through PVs, seen by pyepics: what a client must live with, and that it ends."""

import contextlib
import math
import time

import pytest
from caproto import ErrorResponseReceived

from sim_ioc.process import IocProcess
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

PREFIX = "Y:"
#: A field that keeps what is put and does nothing: what is seen is Channel Access alone.
FIELD = f"{PREFIX}sample:x.TWV"
#: Seconds in which nothing must happen that must not.
A_WHILE = 0.2


@pytest.fixture(name="ioc", scope="module")
def _ioc(ca_ports):
    import epics

    with IocProcess(PREFIX, time_factor=20, port=ca_ports.faulty) as process:
        kept = epics.PV(f"{PREFIX}sim:seed")  # libca closes a circuit with its last channel
        assert kept.wait_for_connection(timeout=PATIENCE)
        yield process
        kept.disconnect()


@pytest.fixture(name="inject")
def _inject(ioc):
    """Put a fault by the name of its record; all are off after the test."""

    def inject(record, fault, value=1):
        write_pv(f"{PREFIX}{record}:fault:{fault}", value)

    yield inject
    write_pv(f"{PREFIX}sim:fault:clear", 1)


class Seen:
    """A PV of pyepics and everything that its monitor and its connection told."""

    def __init__(self, name):
        import epics

        self.values, self.connections = [], []
        self.pv = epics.PV(
            name,
            callback=lambda value, **_: self.values.append(value),
            form="time",
            auto_monitor=True,
            connection_callback=self._connection,
        )
        assert self.pv.wait_for_connection(timeout=PATIENCE)
        wait_until("the first value is told", lambda: self.values)

    def _connection(self, *, conn, **_):
        self.connections.append(conn)

    def put(self, value, **how):
        return self.pv.put(value, **how)

    def get(self, **how):
        return self.pv.get(use_monitor=False, **how)


@pytest.fixture(name="see")
def _see(ioc):
    made = []

    def see(name):
        made.append(Seen(name))
        return made[-1]

    yield see
    for seen in made:
        seen.pv.disconnect()


@pytest.fixture(name="field")
def _field(see):
    seen = see(FIELD)
    seen.put(0.0, wait=True)
    return seen


# --- puts


def test_refused_put_is_an_error_to_the_client_and_changes_nothing(inject, field):
    inject("sample:x", "refuse")
    with pytest.raises(ErrorResponseReceived, match="takes nothing now: its fault"):
        write_pv(FIELD, 1.0)
    assert field.get() == 0.0
    inject("sample:x", "refuse", 0)
    write_pv(FIELD, 1.0)
    assert field.get() == 1.0


def test_held_move_arrives_and_completes_only_when_it_is_let_go(inject, see):
    motor, readback = see(f"{PREFIX}sample:x"), see(f"{PREFIX}sample:x.RBV")
    inject("sample:x", "hold")
    motor.put(1.0, use_complete=True)
    wait_until("the motor arrives", lambda: readback.values[-1] == 1.0)
    assert not motor.pv.put_complete
    inject("sample:x", "hold", 0)
    wait_until("the put completes", lambda: motor.pv.put_complete)


def test_slow_put_acts_and_completes_after_its_time(inject, field):
    inject("sample:x", "slow", 0.3)
    began = time.monotonic()
    field.put(1.0, use_complete=True)
    assert field.get() == 0.0
    wait_until("the put completes", lambda: field.pv.put_complete)
    assert time.monotonic() - began >= 0.3
    assert field.get() == 1.0


# --- monitors


def test_late_monitor_comes_after_completion_and_a_get_knows_before_it(inject, field):
    inject("sample:x", "late", 0.3)
    field.put(1.0, wait=True)
    assert field.values[-1] == 0.0
    assert field.get() == 1.0
    wait_until("the monitor comes", lambda: field.values[-1] == 1.0)


def test_late_monitors_of_a_move_come_in_order(inject, see):
    motor = see(f"{PREFIX}sample:x")
    readback, done = see(f"{PREFIX}sample:x.RBV"), see(f"{PREFIX}sample:x.DMOV")
    inject("sample:x", "late", 0.3)
    motor.put(-1.0, wait=True, timeout=PATIENCE)
    assert done.values[-1] == 1
    assert readback.values[-1] != -1.0
    wait_until("the end of the move is told", lambda: readback.values[-1] == -1.0)
    wait_until("DMOV is told", lambda: done.values[-2:] == [0, 1])
    told = readback.values[1:]
    assert told == sorted(told, reverse=True)


def test_quiet_record_tells_nothing_of_a_value_that_stayed(inject, field):
    inject("sample:x", "quiet")
    told = len(field.values)
    field.put(0.0, wait=True)
    field.put(1.0, wait=True)
    wait_until("the change is told", lambda: field.values[-1] == 1.0)
    assert len(field.values) == told + 1


def test_mute_record_tells_nothing_though_a_get_does(inject, field):
    inject("sample:x", "mute")
    told = len(field.values)
    field.put(1.0, wait=True)
    assert field.get() == 1.0
    time.sleep(A_WHILE)
    assert len(field.values) == told


# --- values


def test_alarm_is_shown_with_every_value(inject, see):
    readback = see(f"{PREFIX}sample:x.RBV")
    inject("sample:x", "alarm", 2)
    wait_until("the monitor tells of it", lambda: readback.pv.severity == 2)
    assert read_pv(f"{PREFIX}sample:x.SEVR") == 2
    inject("sample:x", "alarm", 0)
    wait_until("the monitor tells of its end", lambda: readback.pv.severity == 0)


def test_counts_are_nan_and_come_back(inject, see):
    counts = see(f"{PREFIX}scaler1.S2")
    inject("scaler1", "nan")
    wait_until("NaN is told", lambda: math.isnan(counts.values[-1]))
    inject("scaler1", "nan", 0)
    wait_until("counts are told", lambda: not math.isnan(counts.values[-1]))


# --- the server


def test_dropped_connections_come_back_with_the_values_of_now(inject, field):
    inject("sim", "drop")
    wait_until("the connection goes", lambda: False in field.connections)
    wait_until("the connection comes back", lambda: field.connections[-1], 30)
    assert field.get() == 0.0
    assert read_pv(f"{PREFIX}sim:fault:drop") == 0


def test_frozen_server_answers_nothing_keeps_connections_and_goes_on(inject, field):
    inject("sim", "freeze", 1.0)
    time.sleep(A_WHILE)
    with pytest.warns(UserWarning, match="timed out after 0.30 seconds"):
        assert field.get(timeout=0.3) is None
    field.put(2.0)
    wait_until("the put is done", lambda: field.values[-1] == 2.0)
    assert field.connections == [True]


def test_storm_reaches_the_client_and_its_last_value_too(inject, see):
    storm = see(f"{PREFIX}sim:storm")
    inject("sim", "storm", 2000)
    wait_until("a thousand updates came", lambda: len(storm.values) > 1000)
    inject("sim", "storm", 0)
    last = read_pv(f"{PREFIX}sim:storm")
    wait_until("the last one came", lambda: storm.values[-1] == last)
    assert storm.values == sorted(storm.values)


def test_server_counts_its_clients(field):
    before = read_pv(f"{PREFIX}sim:clients")
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(_connection(field))
        wait_until("all are counted", lambda: read_pv(f"{PREFIX}sim:clients") >= before + 2)


@contextlib.contextmanager
def _connection(field):
    import socket

    with socket.create_connection(("127.0.0.1", int(field.pv.host.split(":")[1]))) as idle:
        yield idle


def test_active_faults_are_told_and_cleared(inject, see):
    told = see(f"{PREFIX}sim:faults")
    inject("sample:x", "slow", 0.1)
    inject("scaler1", "nan")
    words = "sample:x slow 0.1; scaler1 nan"
    wait_until("both are told", lambda: told.pv.get(as_string=True) == words)
    inject("sim", "clear")
    wait_until("none is told", lambda: told.pv.get(as_string=True) == "")
    assert read_pv(f"{PREFIX}scaler1:fault:nan") == 0
