"""P1: the engine's process is killed; motors stand within 2 s, and the shutter is shut."""

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from tests.another_client import read_pv, write_pv
from tests.faults.guarded_child import FAR
from tests.faults.session_child import SessionChild
from tests.waiting import PATIENCE, wait_until

#: Seconds within which motors stand (P1).
AT_MOST = 2.0
X, SHUTTER = "X:sample:x", "X:shutter:status"


class Child(SessionChild):
    """A session that is watched."""

    def wait_until(self, word: str) -> None:
        """Wait until it has begun; keep its guard."""
        pid = int(self.wait_for(f"{word} "))
        self.guard = psutil.Process(pid) if psutil.pid_exists(pid) else None

    def log(self) -> str:
        return (self.folder / "blueline.log").read_text()

    def kill(self, *, group: bool = False) -> None:
        kill = os.killpg if group else os.kill
        kill(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def guard_has_ended(self) -> bool:
        """Tell whether it has; nobody may be there to collect what is left of it."""
        try:
            return self.guard is None or self.guard.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True


@pytest.fixture
def start(started):
    """Start a child that does something."""
    return partial(started, partial(Child, "guarded_child"))


def stands():
    return read_pv(f"{X}.DMOV")


def on_its_way(child):
    """Wait until x is well under way, far from where it goes."""
    child.wait_until("moving")
    wait_until("x moves", lambda: not stands() and read_pv(f"{X}.RBV") > 0.5)
    assert read_pv(SHUTTER) == 1


@pytest.mark.parametrize("group", [False, True], ids=["process", "process-group"])
def test_motors_stand_and_the_shutter_is_shut_within_two_seconds(start, group):
    child = start("move")
    on_its_way(child)
    child.kill(group=group)
    wait_until("x stands", stands, AT_MOST)
    wait_until("the shutter is shut", lambda: read_pv(SHUTTER) == 0, AT_MOST)
    where = read_pv(f"{X}.RBV")
    wait_until("the guard has ended", child.guard_has_ended)
    assert where < FAR / 2
    assert read_pv(f"{X}.RBV") == pytest.approx(where, abs=1e-3)
    assert "has died while something was under way: stopped or shut shutter, x" in child.log()


def test_a_server_that_was_started_after_the_engine_had_died_is_left_alone(start, fault):
    child = start("move")
    on_its_way(child)
    os.kill(child.guard.pid, signal.SIGSTOP)  # so that it hears of both deaths when both are over
    fault.kill()
    child.kill()
    fault.start()
    write_pv("X:shutter:open", 1)
    wait_until("the new shutter is open", lambda: read_pv(SHUTTER) == 1)
    os.kill(child.guard.pid, signal.SIGCONT)
    wait_until("the guard has ended", child.guard_has_ended)
    assert read_pv(SHUTTER) == 1
    assert "NOT stopped or shut: shutter (X:shutter:open: its server has ended as well)" in (
        child.log()
    )


def test_a_server_that_came_back_while_the_engine_lived_is_written_to(start, fault):
    child = start("paused")
    child.wait_until("paused")
    fault.kill()
    fault.start()
    write_pv("X:shutter:open", 1)
    wait_until("the new shutter is open", lambda: read_pv(SHUTTER) == 1)
    there = ("127.0.0.1", fault.port, psutil.CONN_ESTABLISHED)  # the old one is closed over there

    def connections():
        return [(*each.raddr, each.status) for each in child.guard.net_connections("tcp")]

    wait_until("the guard is connected again", lambda: there in connections())
    child.kill()
    wait_until("the shutter is shut", lambda: read_pv(SHUTTER) == 0, AT_MOST)
    wait_until("the guard has ended", child.guard_has_ended)


@pytest.mark.parametrize("what", ["started", "searched", "rocked"])
def test_what_moves_without_a_plan_stands_as_well(start, what):
    child = start(what)
    child.wait_until("moving")
    wait_until("x moves", lambda: not stands() and abs(read_pv(f"{X}.RBV")) > 0.5)
    child.kill()
    wait_until("x stands", stands, AT_MOST)
    wait_until("the guard has ended", child.guard_has_ended)
    assert abs(read_pv(f"{X}.RBV")) < FAR / 2
    assert "stopped or shut x, shutter" in child.log()


def test_an_axis_that_searched_its_limit_switch_has_its_soft_limits_again(start):
    child = start("searched")
    child.wait_until("moving")
    limits = (f"{X}.LLM", f"{X}.HLM")
    wait_until("x moves", lambda: not stands() and read_pv(f"{X}.RBV") > 0.5)
    assert [read_pv(each) for each in limits] == [0, 0]
    child.kill()
    wait_until("x stands", stands, AT_MOST)
    wait_until("they are on", lambda: [read_pv(each) for each in limits] == [-25, 25], AT_MOST)


def killed_while_it_heats(child):
    wait_until("it heats", lambda: read_pv("X:temp:heater") == 50.0)
    child.kill()
    wait_until("the output is safe", lambda: read_pv("X:temp:heater") == 5.0, AT_MOST)
    wait_until("the guard has ended", child.guard_has_ended)


def test_the_output_of_a_software_loop_is_made_safe(start):
    child = start("heated")
    child.wait_until("moving")
    killed_while_it_heats(child)
    assert "stopped or shut oven, shutter" in child.log()


def test_a_software_loop_is_made_safe_between_two_plans_too(start):
    child = start("held")
    child.wait_until("holding")
    killed_while_it_heats(child)
    assert read_pv(SHUTTER) == 1
    assert "has died between two plans: stopped or shut oven" in child.log()


def test_a_forked_process_that_lives_on_hides_nothing(start):
    child = start("forked")
    sleeper = child.wait_for("sleeper ")
    on_its_way(child)
    child.kill()
    wait_until("x stands", stands, AT_MOST)
    assert read_pv(f"{X}.RBV") < FAR / 2
    os.kill(int(sleeper), signal.SIGKILL)
    wait_until("the guard has ended", child.guard_has_ended)


@pytest.fixture
def moved_by_another(fault):
    """Have somebody else send x far, who does not wait for it; it is stopped in the end."""

    def go(target):
        command = [sys.executable, "-c", GO.format(name=f"{X}.VAL", target=target)]
        subprocess.run(command, check=True, timeout=30)
        wait_until("x moves", lambda: not stands())

    yield go
    write_pv(f"{X}.STOP", 1)


GO = """
from caproto.sync.client import write
write("{name}", {target}, repeater=False)
"""


def test_nothing_happens_when_an_idle_engine_dies(start, moved_by_another):
    child = start("idle")
    child.wait_until("idle")
    moved_by_another(FAR)
    child.kill()
    wait_until("the guard has ended", child.guard_has_ended)
    time.sleep(1)  # what does not happen meanwhile is the very thing
    assert not stands()
    assert read_pv(SHUTTER) == 1


def test_nothing_happens_while_the_engine_is_stopped(start):
    child = start("move")
    on_its_way(child)
    os.kill(child.process.pid, signal.SIGSTOP)
    time.sleep(5)  # what passes is the very thing
    assert read_pv(f"{X}.RBV") > FAR * 0.8
    os.kill(child.process.pid, signal.SIGCONT)
    assert float(child.wait_for("arrived ")) == pytest.approx(FAR, abs=0.01)
    assert read_pv(SHUTTER) == 1


def test_nothing_happens_while_the_engine_is_paused(start, moved_by_another):
    child = start("paused")
    child.wait_until("paused")
    moved_by_another(FAR)
    time.sleep(2)  # as above
    assert not stands()
    assert read_pv(SHUTTER) == 1
    assert not child.guard_has_ended()


def test_the_shutter_is_shut_when_a_paused_engine_dies(start):
    child = start("paused")
    child.wait_until("paused")
    child.kill()
    wait_until("the shutter is shut", lambda: read_pv(SHUTTER) == 0, AT_MOST)
    wait_until("the guard has ended", child.guard_has_ended)


def test_a_session_that_is_closed_while_an_axis_moves_stops_it_and_is_not_called_dead(start):
    child = start("left")
    on_its_way(child)
    child.wait_for("closed")
    assert stands()
    assert read_pv(f"{X}.RBV") < FAR / 2
    wait_until("the guard has ended", child.guard_has_ended)
    assert read_pv(SHUTTER) == 1
    assert "blueline.guard" not in child.log()


def test_a_session_that_is_closed_takes_its_guard_along(start):
    child = start("leave")
    child.wait_until("closed")
    assert child.guard_has_ended()
    child.kill()
    assert read_pv(SHUTTER) == 1


def test_what_cannot_be_stopped_is_told_and_the_guard_ends(start, fault):
    child = start("move")
    on_its_way(child)
    os.kill(child.process.pid, signal.SIGSTOP)  # or its plan would fail before it dies
    fault.kill()
    child.kill()
    wait_until("the guard has ended", child.guard_has_ended, 2 * PATIENCE)
    failed = (
        r"NOT stopped or shut: shutter \(X:shutter:open: its server (has ended|does not answer)"
    )
    assert re.search(failed, child.log())
