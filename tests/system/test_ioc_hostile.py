"""The IOC and clients that mean harm or are broken: rows W1 and W2 of the fault catalogue."""

import contextlib
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import time

import caproto as ca
import psutil
import pytest

from sim_ioc.faults import COUNTER_FAULTS, MOTOR_FAULTS, SERVER_FAULTS
from sim_ioc.process import IocProcess
from tests.system.raw_client import RawClient

#: Bytes that rubbish may make it grow.
MOST_MEMORY = 50e6
#: Seconds in which it ends, whatever it does (W1).
SOON = 1.0


@pytest.fixture(name="ioc", scope="module")
def _ioc():
    with IocProcess(time_factor=100) as process:
        yield process


@pytest.fixture(name="client")
def _client(ioc):
    client = RawClient(ioc.port)
    yield client
    client.close()


def pv_names():
    """Give every name that is served, and the faults of a record of each kind."""
    command = [sys.executable, "-m", "sim_ioc", "--list"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    faults = {"sample:x": MOTOR_FAULTS, "scaler1": COUNTER_FAULTS, "sim": SERVER_FAULTS}
    return [line.split()[0] for line in text.splitlines()[1:]] + [
        f"BL:{record}:fault:{fault}" for record, table in faults.items() for fault in table
    ]


ABSURD = [
    ((float("inf"),), ca.ChannelType.DOUBLE),
    ((float("nan"),), ca.ChannelType.DOUBLE),
    ((1e300,), ca.ChannelType.DOUBLE),
    ((-1.0, 2.0, 3.0), ca.ChannelType.DOUBLE),
    ((float("nan"),) * 3000, ca.ChannelType.DOUBLE),
    ((b"nonsense\x1b[31m",), ca.ChannelType.STRING),
    ((-(2**31),), ca.ChannelType.LONG),
    ((60000,), ca.ChannelType.ENUM),
    (b"bytes", ca.ChannelType.CHAR),
    (b"../" * 500, ca.ChannelType.CHAR),
]
#: Names that one circuit has: caproto looks at all of them whenever it reports an error.
_TOGETHER = 100


def absurd_values(names):
    """Give each name some absurd values: all of them where no like name had them before."""
    known, values = set(), {}
    for number, name in enumerate(names):
        kind = re.split("[.:]", re.sub(r"\d+", "", name))[-1]
        few = [ABSURD[(number + step) % len(ABSURD)] for step in (0, 3)]
        values[name] = few if kind in known else ABSURD
        known.add(kind)
    return values


def insult(ioc, values):
    """Put values to some PVs over one circuit; each must answer then."""
    with RawClient(ioc.port) as client:
        for name, absurd in values:
            for data, data_type in absurd:
                client.put(name, data, data_type)
        client.settle()
        for name, _ in values:
            assert isinstance(client.get(name), ca.ReadNotifyResponse), name


def test_every_pv_answers_after_absurd_puts(capfd):
    values = list(absurd_values(pv_names()).items())
    with IocProcess(time_factor=100) as ioc:
        process = psutil.Process(ioc.pid)
        time.sleep(1.5)  # the physics is being prepared: not what is measured here
        before = process.memory_info().rss
        for start in range(0, len(values), _TOGETHER):
            insult(ioc, values[start : start + _TOGETHER])
        assert process.memory_info().rss - before < MOST_MEMORY
        assert ioc.is_running()
    complaints = capfd.readouterr().err
    assert "Traceback" not in complaints
    assert complaints.count("\n") < 50


@pytest.mark.parametrize("data", [(float("inf"),), (float("nan"),), (1e300,)])
def test_impossible_target_is_refused_and_moves_nothing(ioc, client, data):
    client.put("BL:sample:x", data, ca.ChannelType.DOUBLE)
    client.wait_for(ca.ErrorResponse)
    assert list(client.get("BL:sample:x").data) == [0.0]


def test_word_monitored_as_a_number_does_not_keep_others_from_reading(ioc, client):
    channel = client.channel("BL:sample:x.DESC")
    client.send(channel.subscribe(data_type=ca.ChannelType.TIME_DOUBLE))
    client.put("BL:sample:x.DESC", (b"new",), ca.ChannelType.STRING)
    client.wait_for(ca.WriteNotifyResponse)
    assert b"".join(client.get("BL:sample:x.DESC").data).strip(b"\0") == b"new"


def rubbish(generator):
    """Yield what a port scanner, a broken client and a malicious one might send over TCP."""
    for _ in range(100):
        yield generator.randbytes(generator.randrange(1, 2000))
    for command in range(40):
        header = struct.pack(">HHHHII", command, 16, 5, 1, 12345, 54321)
        yield header + generator.randbytes(16)
        yield struct.pack(">HHHHII", 0, 0, 0, 13, 0, 0) + header + generator.randbytes(16)
    yield struct.pack(">HHHHIIII", 4, 0xFFFF, 6, 0, 1, 1, 2**31, 2**28)


def test_malformed_packets_neither_end_it_nor_flood_its_log(tmp_path):
    log = tmp_path / "stderr.txt"
    with log.open("w") as stderr:
        command = [sys.executable, "-m", "sim_ioc"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
        try:
            port = int(child.stdout.readline().split('"port": ')[1].split(",")[0])
            survive(port, psutil.Process(child.pid))
            assert child.poll() is None
        finally:
            child.kill()
            child.wait()
            child.stdout.close()
    complaints = log.read_text()
    assert "Traceback" not in complaints
    assert len(complaints.splitlines()) < 60


def survive(port, process):
    """Send rubbish by TCP and UDP, hold circuits half open; a proper client must be served."""
    generator = random.Random(1)  # noqa: S311 - the same rubbish every time
    time.sleep(1.5)  # the physics is being prepared: not what is measured here
    before = process.memory_info().rss
    half_open = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    for packet in rubbish(generator):
        with socket.create_connection(("127.0.0.1", port)) as victim:
            victim.sendall(packet)
            with contextlib.suppress(OSError):
                victim.shutdown(socket.SHUT_WR)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for _ in range(1500):
            datagrams.sendto(generator.randbytes(generator.randrange(1, 500)), ("127.0.0.1", port))
    client = RawClient(port)
    assert list(client.get("BL:sim:seed").data) == [0]
    client.close()
    for connection in half_open:
        connection.close()
    assert process.memory_info().rss - before < MOST_MEMORY


MONITOR = r"""
import sys, time
import epics
seen = {}
pvs = [epics.PV("BL:sample:x.TWV", auto_monitor=True)]
chid = pvs[0]
chid.wait_for_connection(timeout=20)
subscriptions = []
for number in range(int(sys.argv[1])):
    def note(value, number=number, **_):
        seen[number] = value
    subscriptions.append(epics.ca.create_subscription(chid.chid, callback=note))
epics.ca.poll()
time.sleep(0.3)
print("watching", flush=True)
deadline = time.time() + 40
while time.time() < deadline and set(seen.values()) != {float(sys.argv[2])}:
    time.sleep(0.05)
print(sorted(set(seen.values())), flush=True)
"""


@contextlib.contextmanager
def watch(ioc, subscriptions, last):
    """Monitor a PV from another process until all its subscriptions have told `last`."""
    environment = os.environ | {
        "EPICS_CA_ADDR_LIST": f"127.0.0.1:{ioc.port}",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
    }
    command = [sys.executable, "-c", MONITOR, str(subscriptions), repr(float(last))]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline() == "watching\n"
            yield child
        finally:
            child.kill()


def result(child):
    return child.communicate(timeout=50)[0].strip()


def burst(client, count):
    """Put 1, 2 … count as fast as the wire takes it."""
    channel = client.channel("BL:sample:x.TWV")
    for start in range(1, count + 1, 100):
        requests = [
            channel.write((float(number),), data_type=ca.ChannelType.DOUBLE, notify=False)
            for number in range(start, min(start + 100, count + 1))
        ]
        client.send(*requests)
    client.get("BL:sample:x.TWV")


def test_last_value_of_a_burst_always_arrives(ioc, client):
    with watch(ioc, 3, 5000) as watcher:
        burst(client, 5000)
        assert result(watcher) == "[5000.0]"


def test_client_that_does_not_read_holds_up_nobody_and_gets_the_last_value(ioc, client):
    with watch(ioc, 40, 4000) as stuck, watch(ioc, 1, 4000) as other:
        psutil.Process(stuck.pid).suspend()
        before = psutil.Process(ioc.pid).memory_info().rss
        burst(client, 4000)
        assert result(other) == "[4000.0]"
        assert psutil.Process(ioc.pid).memory_info().rss - before < 100e6
        psutil.Process(stuck.pid).resume()
        assert result(stuck) == "[4000.0]"


BUSY = {
    "idle": {},
    "moving": {f"BL:sample:{axis}": 20.0 for axis in ("x", "y", "theta")},
    "counting": {"BL:scaler1.TP": 1e4, "BL:scaler1.CNT": 1},
    "storming": {"BL:sim:fault:storm": 10_000},
    "frozen": {"BL:sim:fault:freeze": 60},
    "holding": {"BL:sample:x:fault:hold": 1, "BL:sample:x": 1},
}


@pytest.mark.parametrize("puts", BUSY.values(), ids=BUSY)
def test_sigterm_ends_it_soon_whatever_it_does(puts):
    with IocProcess() as process:
        with RawClient(process.port) as client:
            for name, value in puts.items():
                client.put(name, (float(value),), ca.ChannelType.DOUBLE)
            client.settle()
            time.sleep(0.3)
            began = time.monotonic()
            os.kill(process.pid, signal.SIGTERM)
            while process.is_running():
                assert time.monotonic() - began < SOON
                time.sleep(0.01)
