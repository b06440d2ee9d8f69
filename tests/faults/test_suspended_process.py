"""T4, P6: the process that scans is stopped for a while, as on a laptop that sleeps."""

import signal
import subprocess
import sys
import time

import pytest

from tests.waiting import PATIENCE

#: The child scans, and says how each point and the whole went.
CHILD = """
from blueline.epics import use_loopback
use_loopback([{port}])
from bluesky import RunEngine
from devices import Motor, Scaler
from planlib import ascan
x = Motor("F:sample:x", name="x")
scaler = Scaler("F:scaler1", name="scaler", counters={{"I0": 2}})
for device in (x, scaler):
    device.wait_for_connection(timeout=20)
RE = RunEngine()
RE.subscribe(lambda name, doc: print("point", doc["seq_num"], doc["data"]["x_setpoint"], flush=True)
             if name == "event" else None)
RE.subscribe(lambda name, doc: print("stop", doc["exit_status"], doc.get("reason", ""), flush=True)
             if name == "stop" else None)
RE(ascan(x, {start}, {stop}, 4, {count_time}, scaler))
"""


@pytest.fixture
def asleep_during(fast_ioc):
    """Stop the child for some seconds after its second point; give what it has said."""

    def run(asleep, **scan):
        command = [sys.executable, "-c", CHILD.format(port=fast_ioc.port, **scan)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            lines = [child.stdout.readline() for _ in range(2)]
            time.sleep(0.1)  # into the next point, wherever that is
            child.send_signal(signal.SIGSTOP)
            time.sleep(asleep)  # what passes is the very thing
            child.send_signal(signal.SIGCONT)
            rest, _ = child.communicate(timeout=6 * PATIENCE)
        return [line.strip() for line in [*lines, *rest.splitlines()]]

    return run


#: Simulated seconds pass twenty times faster.
COUNTING = {"start": 0, "stop": 0.4, "count_time": 20.0}
MOVING = {"start": 0, "stop": 20, "count_time": 1.0}


def said(positions):
    points = [f"point {number} {position}" for number, position in enumerate(positions, 1)]
    return [*points, "stop success"]


@pytest.mark.parametrize(
    ("scan", "positions"),
    [
        pytest.param(COUNTING, [0.0, 0.1, 0.2, 0.3, 0.4], id="in-a-count"),
        pytest.param(MOVING, [0.0, 5.0, 10.0, 15.0, 20.0], id="in-a-move"),
    ],
)
def test_a_scan_that_slept_has_all_its_points_and_no_failure(asleep_during, scan, positions):
    lines = asleep_during(5.0, **scan)
    assert [line.replace("0.30000000000000004", "0.3") for line in lines] == said(positions)


@pytest.mark.soak
@pytest.mark.timeout(200)
def test_a_scan_that_slept_for_a_minute_has_all_its_points_and_no_failure(asleep_during):
    assert asleep_during(60.0, **MOVING) == said([0.0, 5.0, 10.0, 15.0, 20.0])
