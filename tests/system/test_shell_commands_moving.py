"""The commands of the prompt while axes move: live positions, Ctrl-C, keys."""

import io
import os
import re
import signal
import sys
import termios
import threading

import pytest
from ophyd.sim import SynAxis

from blueline.locks import DeviceLocks
from blueline.shell.desk import Desk
from blueline.shell.engine_call import InterruptedMoveError
from blueline.shell.tweak import tweak
from planlib import ascan
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, meanwhile, wait_until


@pytest.fixture(scope="module")
def session(fast_session):
    return fast_session


@pytest.fixture
def x(session):
    axis = session.devices["x"]
    axis.set(0).wait(PATIENCE)
    yield axis
    axis.stop()
    wait_until("x stands", lambda: not axis.moving)


#: The status is wiped with spaces before the last line is written.
LAST_OF_TWEAK = " \rx 0.5000 mm\r\n"


class Terminal:
    """A terminal of 80 columns, and what has been written to it."""

    def __init__(self):
        self.master, slave = os.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        self.file = slave
        self.out = os.fdopen(os.dup(slave), "w", buffering=1)
        self.keys = os.fdopen(os.dup(slave), "r")
        self.seen = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while True:
            try:
                self.seen += os.read(self.master, 4096)
            except OSError:
                return

    @property
    def text(self):
        return self.seen.decode()

    def type(self, keys):
        os.write(self.master, keys)

    def close(self):
        self.out.close()
        self.keys.close()
        os.close(self.file)
        self._reader.join(PATIENCE)
        os.close(self.master)


@pytest.fixture
def terminal(session):
    made = Terminal()
    before, session.screen = session.screen, made.out
    yield made
    session.screen = before
    made.close()


def press_ctrl_c_once(condition):
    wait_until("it moves", condition)
    os.kill(os.getpid(), signal.SIGINT)


def test_umv_shows_positions_on_the_way_on_a_terminal(commands, x, terminal):
    commands["umv"](x, 20)
    wait_until("all is on the screen", lambda: "x 20.0000 mm\r\n" in terminal.text)
    shown = [float(number) for number in re.findall(r"x (-?\d+\.\d+) mm", terminal.text)]
    on_the_way = [number for number in shown if 0 < number < 20]
    assert len(on_the_way) >= 2
    assert shown == sorted(shown)


def test_umv_prints_one_line_where_there_is_no_terminal(commands, x, printed):
    commands["umv"](x, 5)
    assert printed() == "x 5.0000 mm\n"


def test_ctrl_c_stops_a_move_and_tells_where_the_axis_stands(commands, session, x):
    with (
        meanwhile(lambda: press_ctrl_c_once(lambda: x.moving)),
        pytest.raises(InterruptedMoveError, match=r"interrupted: x \d+\.\d+ mm"),
    ):
        commands["umv"](x, 24)
    assert session.RE.state == "idle"
    assert not read_pv("F:sample:x.MOVN")
    assert 0 < x.position < 24


def test_a_burst_of_ctrl_c_interrupts_a_move_once(commands, session, x):
    def press():
        for _ in range(5):
            press_ctrl_c_once(lambda: signal.getsignal(signal.SIGINT) is not usual)

    usual = signal.getsignal(signal.SIGINT)

    with meanwhile(press), pytest.raises(InterruptedMoveError):
        commands["mv"](x, 24)
    assert session.RE.state == "idle"
    assert not x.moving
    assert signal.getsignal(signal.SIGINT) is usual


def test_a_move_can_follow_one_that_was_interrupted(commands, session, x):
    with (
        meanwhile(lambda: press_ctrl_c_once(lambda: x.moving)),
        pytest.raises(InterruptedMoveError),
    ):
        commands["mv"](x, -24)
    commands["mv"](x, 1)
    assert x.position == pytest.approx(1, abs=1e-3)


def test_the_engine_handles_ctrl_c_as_before_after_a_move(commands, session, x):
    before = list(session.RE.context_managers)
    commands["mv"](x, 1)
    assert session.RE.context_managers == before
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_mmv_comes_back_while_axes_move_and_waitmove_waits(commands, session, x):
    commands["mmv"](x=20, y=1)
    assert x.moving or x.pending_target == 20
    commands["waitmove"]()
    assert x.position == pytest.approx(20, abs=1e-3)
    commands["mv"]("y", 0)


@pytest.fixture
def locked(session):
    """Tell what other processes see locked."""
    return DeviceLocks(session.device_locks._folder).lslock


def test_mmv_locks_an_axis_until_it_stands(commands, x, locked):
    commands["mmv"](x=24)
    wait_until("it moves", lambda: x.moving)
    assert "x" in locked()
    commands["stop"]()
    wait_until("it is free", lambda: not locked())


def test_what_mmv_moves_stays_locked_after_a_plan(commands, x, locked):
    commands["mmv"](x=24)
    commands["mv"]("y", 0.1)
    assert "x" in locked()
    assert "y" not in locked()
    commands["stop"]()
    wait_until("it is free", lambda: not locked())
    commands["mv"]("y", 0)


class Interrupted(SynAxis):
    """Ctrl-C comes when it is sent somewhere."""

    def set(self, value):
        raise KeyboardInterrupt

    def stop(self, *, success=False):
        """Stand."""


@pytest.mark.parametrize("command", ["mmv", "mmvr"])
def test_ctrl_c_while_axes_are_started_stops_those_that_were(commands, x, locked, command):
    with pytest.raises(KeyboardInterrupt):
        commands[command](x, 24, Interrupted(name="interrupted"), 1)
    wait_until("it stands and is free", lambda: not x.moving and not locked())
    assert x.position < 20


def test_stop_stops_what_moves_with_no_plan_running(commands, session, x, printed):
    commands["mmv"](x=24)
    wait_until("it moves", lambda: x.moving)
    commands["stop"]()
    wait_until("it stands", lambda: not x.moving)
    assert "told to stop: x\n" in printed()
    assert x.position < 24
    wait_until("the failure is told", lambda: "it was stopped at" in printed())


def test_a_state_says_that_an_axis_moves(commands, x, printed):
    commands["mmv"](x=24)
    wait_until("it moves", lambda: x.moving)
    commands["stm"](x)
    commands["stop"]()
    assert "MOVING" in printed()


def test_moves_are_refused_while_a_scan_is_paused(commands, session, x):
    with meanwhile(lambda: _pause(session)), pytest.raises(Exception, match="paused"):
        session.RE(ascan(x, 0, 1, 100, 0.1))
    try:
        for command in ("mv", "mmv", "set_pos"):
            with pytest.raises(Exception, match=r"has to wait: a scan is paused: RE\.resume"):
                commands[command](x, 1)
    finally:
        session.RE.stop()


def _pause(session):
    wait_until("it runs", lambda: session.progress is not None and session.progress.done > 1)
    session.RE.request_pause(defer=False)


def test_keys_move_an_axis_in_steps(session, x):
    desk = Desk(session)
    tweak(desk, x, 0.5, iter(["+", "+", "-", "0", ".", "1", "enter", "up", "q", "+"]))
    assert x.position == pytest.approx(0.6, abs=1e-3)


def test_the_key_b_moves_an_axis_back_to_where_it_began(session, x):
    x.set(0.25).wait(PATIENCE)
    tweak(Desk(session), x, 0.5, iter(["+", "+", "-", "b", "q"]))
    assert x.position == pytest.approx(0.25, abs=1e-3)


def test_the_key_c_has_counters_counted_after_each_move(session, x, printed):
    tweak(Desk(session), x, 0.5, iter(["+", "c", "+", "b", "c", "+", "q"]), 0.01)
    assert printed().count("I0") == 2


def test_a_key_beyond_the_limits_is_told_and_it_goes_on(session, x, printed):
    tweak(Desk(session), x, 1000.0, iter(["+", "1", "enter", "+", "q"]))
    assert "x cannot go to 1000 mm" in printed()
    assert x.position == pytest.approx(1, abs=1e-3)


def test_tw_takes_lines_where_there_is_no_terminal(commands, x, monkeypatch, printed):
    monkeypatch.setattr(sys, "stdin", io.StringIO("++\n0.25\n-\nq\n"))
    commands["tw"](x, 0.5)
    assert x.position == pytest.approx(0.75, abs=1e-3)
    assert printed().endswith("x 0.7500 mm\n")


def test_tw_takes_keys_where_there_is_a_terminal(commands, x, monkeypatch, terminal):
    monkeypatch.setattr(sys, "stdin", terminal.keys)
    before = termios.tcgetattr(terminal.file)
    with meanwhile(lambda: _type_after(terminal, "step 0.5", b"+\x1b[A-q")):
        commands["tw"](x, 0.5)
    assert x.position == pytest.approx(0.5, abs=1e-3)
    assert termios.tcgetattr(terminal.file) == before
    wait_until("the line of the step is wiped", lambda: terminal.text.endswith(LAST_OF_TWEAK))


def _type_after(terminal, text, keys):
    wait_until(f"{text} is shown", lambda: text in terminal.text)
    terminal.type(keys)


def test_rockit_rocks_and_is_back_at_the_end(commands, x):
    low, high = [], []
    with commands["rockit"](x, 2.0):
        wait_until("it was low", lambda: low.append(x.position) or min(low) < -0.9)
        wait_until("it was high", lambda: high.append(x.position) or max(high) > 0.9)
    assert x.position == pytest.approx(0, abs=1e-3)


def test_rockit_locks_its_axis_until_the_end(commands, x, locked):
    with commands["rockit"](x, 1.0):
        assert "x" in locked()
    assert not locked()


def test_ctrl_c_while_rockit_brings_its_axis_back_stops_it(commands, x, locked):
    def press():
        wait_until("it is on its way back", lambda: is_over and x.moving and x.target == 0)
        os.kill(os.getpid(), signal.SIGINT)

    def rock():
        with commands["rockit"](x, 40.0):
            wait_until("it is far away", lambda: x.position < -15)
            is_over.append(True)

    is_over = []
    with meanwhile(press), pytest.raises(KeyboardInterrupt):
        rock()
    wait_until("it stands", lambda: not x.moving)
    assert x.position < -1
    assert not locked()


def test_rockit_refuses_what_goes_beyond_the_limits(commands, x):
    with (
        pytest.raises(Exception, match="x cannot go to -30 mm"),
        commands["rockit"](x, 60.0),
    ):
        pytest.fail("it must not begin")
    assert x.target == 0


def test_a_move_that_somebody_else_stops_is_told_by_mmv(commands, x, printed):
    commands["mmv"](x=24)
    wait_until("it moves", lambda: x.moving)
    write_pv("F:sample:x.STOP", 1)
    wait_until("the failure is told", lambda: "moving x to 24 mm failed" in printed())
    with pytest.raises(Exception, match="moving x to 24 mm failed"):
        commands["waitmove"]()


def test_countdown_shows_what_is_left(commands, terminal):
    commands["countdown"](0.3, "cooling")
    wait_until("it is shown", lambda: "cooling: 0 s left" in terminal.text)
