"""Clients of a queue of the tests, those of bluesky-queueserver too, and what it is made of."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import zmq

#: Seconds for a program to ask and print.
PROGRAM = 30.0


def qserver(queue, *words):
    """Run the program ``qserver``."""
    program = Path(sys.executable).with_name("qserver")
    environment = {
        **os.environ,
        "QSERVER_ZMQ_CONTROL_ADDRESS": f"tcp://{queue.told['control']}",
    }
    return subprocess.run(
        [program, *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=PROGRAM,
        env=environment,
    )


def run_by_library(queue, items, seconds):
    """Add items with bluesky-queueserver-api, run all that wait; give the results by plan."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.queue_api_child", queue.told["control"], str(seconds)],
        check=False,
        input=json.dumps(items),
        capture_output=True,
        text=True,
        timeout=seconds + PROGRAM,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    queue.wait_idle()
    return {item["name"]: item["result"] for item in json.loads(done.stdout)}


def raw_request(queue, request):
    """Send bytes to its control address; give the answer."""
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect(f"tcp://{queue.told['control']}")
        socket.send(request)
        assert socket.poll(10_000)
        return json.loads(socket.recv())


def family(queue):
    """Give the processes of a queue."""
    parents = [queue.holder(), queue.process("redis"), queue.process("server")]
    processes = [psutil.Process(pid) for pid in parents]
    return processes + [child for each in processes for child in each.children(recursive=True)]


def command_line(process):
    """Give the words of a process; none where it has ended."""
    with contextlib.suppress(psutil.Error):  # it may just have ended
        return " ".join(process.cmdline())
    return ""
