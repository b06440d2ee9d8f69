"""The IOC as a process: starts, says so, stays on loopback, ends when told, comes back."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim_ioc import IocProcess
from sim_ioc.errors import ProcessError

READ = "import sys, epics; print(epics.caget(sys.argv[1], timeout=5))"
WRITE = "import sys, epics; assert epics.caput(*sys.argv[1:], wait=True, timeout=20) == 1"


def environment(port):
    return os.environ | {
        "EPICS_CA_ADDR_LIST": f"127.0.0.1:{port}",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
    }


def caget(port, name):
    command = [sys.executable, "-c", READ, name]
    done = subprocess.run(
        command, env=environment(port), capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout.strip()


def caput_and_wait(port, name, value):
    command = [sys.executable, "-c", WRITE, name, str(value)]
    subprocess.run(command, env=environment(port), timeout=30, check=True)


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_ready_line_tells_how_to_connect():
    command = [sys.executable, "-m", "sim_ioc", "--prefix", "R:", "--time-factor", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            line = child.stdout.readline()
            told = json.loads(line.removeprefix("READY "))
            assert told == {
                "port": told["port"],
                "prefix": "R:",
                "time_factor": 20.0,
                "pid": child.pid,
            }
            assert caget(told["port"], "R:sim:time_factor") == "20.0"
        finally:
            child.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_within_a_second(number):
    with IocProcess() as ioc:
        child = psutil.Process(ioc.pid)
        started = time.monotonic()
        child.send_signal(number)
        assert wait_until(lambda: not ioc.is_running(), 5)
        assert time.monotonic() - started < 1.0


def test_every_socket_is_bound_to_loopback_whatever_the_environment_says(monkeypatch):
    for name in ("EPICS_CAS_INTF_ADDR_LIST", "EPICS_CAS_BEACON_ADDR_LIST", "EPICS_CA_ADDR_LIST"):
        monkeypatch.setenv(name, "0.0.0.0 255.255.255.255")
    monkeypatch.setenv("EPICS_CAS_AUTO_BEACON_ADDR_LIST", "YES")
    with IocProcess() as ioc:
        caget(ioc.port, "BL:sample:x")
        sockets = psutil.Process(ioc.pid).net_connections()
        assert {connection.laddr.ip for connection in sockets} == {"127.0.0.1"}
        assert psutil.Process(ioc.pid).children() == []


def test_replies_are_not_held_back_by_nagle():
    script = (
        "import time, epics\n"
        "monitor = epics.PV('BL:sample:x.TWV', auto_monitor=True); monitor.get()\n"
        "pv = epics.PV('BL:sample:x.TWV'); pv.wait_for_connection(timeout=5)\n"
        "seconds = []\n"
        "for i in range(100):\n"
        "    started = time.perf_counter()\n"
        "    pv.put(0.1 + i, wait=True)\n"
        "    seconds.append(time.perf_counter() - started)\n"
        "print(sorted(seconds)[50])\n"
    )
    with IocProcess() as ioc:
        command = [sys.executable, "-c", script]
        seconds = float(
            subprocess.run(
                command,
                env=environment(ioc.port),
                capture_output=True,
                text=True,
                timeout=30,
                check=True,
            ).stdout
        )
    assert seconds < 0.010


def test_two_run_side_by_side():
    with IocProcess(prefix="A:") as first, IocProcess(prefix="B:", seed=7) as second:
        assert first.port != second.port
        assert caget(first.port, "A:sim:seed") == "0"
        assert caget(second.port, "B:sim:seed") == "7"


def test_restart_comes_back_on_the_same_port():
    with IocProcess() as ioc:
        port, pid = ioc.port, ioc.pid
        ioc.kill()
        assert not ioc.is_running()
        ioc.restart()
        assert ioc.port == port
        assert ioc.pid != pid
        assert caget(port, "BL:sim:seed") == "0"


def test_frozen_one_lives_but_does_not_answer():
    with IocProcess() as ioc:
        ioc.freeze()
        assert wait_until(lambda: psutil.Process(ioc.pid).status() == psutil.STATUS_STOPPED, 2)
        assert ioc.is_running()
        ioc.thaw()
        assert caget(ioc.port, "BL:sim:seed") == "0"


def test_frozen_one_is_stopped_as_well():
    ioc = IocProcess().start()
    ioc.freeze()
    ioc.stop()
    assert not ioc.is_running()


def test_taken_port_is_one_sentence(capfd):
    with IocProcess() as first, pytest.raises(ProcessError, match="ended with status 1 before"):
        IocProcess(port=first.port).start()
    complaint = capfd.readouterr().err
    assert (
        complaint == f"Port {first.port} of 127.0.0.1 is taken: choose another one, or 0 for any.\n"
    )


def test_one_that_does_not_answer_in_time_is_killed():
    ioc = IocProcess()
    with pytest.raises(ProcessError, match=r"did not answer within 0.01 s"):
        ioc.start(timeout=0.01)
    assert not ioc.is_running()


@pytest.mark.parametrize("action", ["freeze", "thaw"])
def test_one_that_does_not_run_cannot_be_frozen_or_thawed(action):
    with pytest.raises(ProcessError, match="does not run"):
        getattr(IocProcess(), action)()


def test_prefix_may_begin_with_a_dash():
    with IocProcess(prefix="-A:") as ioc:
        assert caget(ioc.port, "-A:sim:seed") == "0"


def test_child_ends_when_its_parent_is_killed():
    script = (
        "import time\n"
        "from sim_ioc import IocProcess\n"
        "ioc = IocProcess().start()\n"
        "print(ioc.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert wait_until(lambda: not psutil.pid_exists(pid), 3)


def test_idle_one_uses_next_to_no_processor():
    with IocProcess(time_factor=100) as ioc:
        child = psutil.Process(ioc.pid)
        caput_and_wait(ioc.port, "BL:scaler1.CNT", 1)  # when that has ended the physics is prepared
        before = sum(child.cpu_times()[:2])
        time.sleep(1.5)
        assert (sum(child.cpu_times()[:2]) - before) / 1.5 < 0.02


def test_package_imports_without_epics():
    script = (
        "import sim_ioc, sys; print([m for m in ('caproto', 'epics', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
