"""Minutes of everything at once: puts of all kinds to all PVs, broken packets, clients that vanish.

`BLUELINE_FUZZ_SEED` repeats a run, `BLUELINE_FUZZ_SECONDS` makes it longer; both are printed.
"""

import contextlib
import os
import random
import socket
import time

import caproto as ca
import psutil
import pytest

from sim_ioc.process import IocProcess
from tests.system.raw_client import RawClient
from tests.system.test_ioc_hostile import ABSURD, pv_names, rubbish

#: PVs whose puts end or mute the server on purpose.
_NOT_THESE = ("sim:fault:freeze", "sim:fault:drop")
#: Bytes that it may grow in all the time.
MOST_MEMORY = 150e6


def a_value(generator):
    """Give something that some PV takes."""
    return generator.choice(
        [
            *ABSURD,
            ((float(generator.randrange(4)),), ca.ChannelType.DOUBLE),
            ((generator.gauss(0, 5),), ca.ChannelType.DOUBLE),
            ((generator.randrange(-3, 20),), ca.ChannelType.LONG),
            ((str(generator.randrange(9)).encode(),), ca.ChannelType.STRING),
            ((b"Yes",), ca.ChannelType.STRING),
        ]
    )


def act(client, names, generator):
    """Do one thing that a client does."""
    name = generator.choice(names)
    what = generator.randrange(10)
    if what < 6:
        client.put(name, *a_value(generator))
    elif what < 8:
        client.send(client.channel(name).subscribe())
    else:
        client.get(name)


def visit(port, names, generator):
    """Be a client for a while, and vanish; one of three leaves rubbish behind."""
    with RawClient(port) as client, contextlib.suppress(OSError, ca.CaprotoError, TimeoutError):
        for _ in range(generator.randrange(1, 200)):
            act(client, names, generator)
        client.settle()
    if generator.randrange(3) == 0:
        with socket.create_connection(("127.0.0.1", port)) as victim:
            victim.sendall(generator.choice(list(rubbish(generator))))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_pv_answers_after_minutes_of_everything(capfd):
    seed = int(os.environ.get("BLUELINE_FUZZ_SEED", random.SystemRandom().randrange(2**31)))
    seconds = float(os.environ.get("BLUELINE_FUZZ_SECONDS", "180"))
    print(f"seed {seed}, {seconds:g} s")
    generator = random.Random(seed)  # noqa: S311 - to be repeated
    names = pv_names()
    fuzzed = [name for name in names if not name.endswith(_NOT_THESE)]
    with IocProcess(time_factor=100, seed=seed) as ioc:
        process = psutil.Process(ioc.pid)
        time.sleep(2)
        before = process.memory_info().rss
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            visit(ioc.port, fuzzed, generator)
            assert ioc.is_running()
        with RawClient(ioc.port) as client:
            for name in names:
                assert isinstance(client.get(name), ca.ReadNotifyResponse), name
        assert process.memory_info().rss - before < MOST_MEMORY
    assert "Traceback" not in capfd.readouterr().err
