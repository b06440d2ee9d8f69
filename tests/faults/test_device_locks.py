"""Two processes never move one device; what a killed one has locked is free at once (BL-25)."""

import signal
import subprocess
import sys

import pytest
from bluesky import plan_stubs as bps
from ophyd.sim import SynAxis

from blueline.locks import DeviceLocks, LockedError
from blueline.locks.moving import LockMoved


@pytest.fixture
def other(tmp_path):
    """Another process that has locked the device."""
    command = [sys.executable, "-m", "tests.faults.device_lock_child", str(tmp_path), "th"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


@pytest.fixture
def locks(tmp_path):
    made = DeviceLocks(tmp_path)
    yield made
    made.close()


def test_a_plan_that_moves_a_locked_device_is_refused_until_its_holder_is_killed(
    other, locks, run_engine
):
    th = SynAxis(name="th")
    run_engine.preprocessors.append(LockMoved(locks))
    with pytest.raises(LockedError, match=rf"th is locked by .*\(pid {other.pid}\)"):
        run_engine(bps.mv(th, 1))
    assert th.position == 0
    other.send_signal(signal.SIGKILL)
    other.wait(10)
    assert locks.lslock() == {}
    run_engine(bps.mv(th, 1))
    assert th.position == 1


@pytest.fixture
def run_engine(engines):
    """bluesky's own engine, without a beamline."""
    from bluesky import RunEngine

    return engines(RunEngine({}))
