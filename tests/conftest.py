"""What every test may ask for: loopback Channel Access, two virtual beamlines, an engine.

libca reads its environment once per process, so the ports of all IOCs that tests of this process
talk to are chosen here, before anything imports EPICS.
"""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings

from blueline.epics import use_loopback

settings.register_profile("blueline", deadline=None, max_examples=50)
settings.load_profile("blueline")


def _free_ports(number: int) -> list[int]:
    """Ports that are free for TCP and UDP; all are held until the last is found."""
    held: list[socket.socket] = []
    ports: list[int] = []
    while len(ports) < number:
        stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held += [stream, datagram]
        stream.bind(("127.0.0.1", 0))
        try:
            datagram.bind(stream.getsockname())
        except OSError:
            continue
        ports.append(stream.getsockname()[1])
    for each in held:
        each.close()
    return ports


@dataclass(frozen=True)
class Ports:
    """One for each IOC that tests of this process talk to."""

    instant: int
    fast: int
    faulty: int
    second: int


# A shell that starts something in the background has it ignore Ctrl-C, and all that it starts;
# nohup the end of its terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
_PORTS = Ports(*_free_ports(4))
use_loopback([_PORTS.instant, _PORTS.fast, _PORTS.faulty, _PORTS.second])


@pytest.fixture(scope="session")
def ca_ports() -> Ports:
    return _PORTS


@pytest.fixture(scope="session")
def instant_ioc(ca_ports: Ports) -> Iterator[Any]:
    """A virtual beamline, prefix ``I:``, on which nothing takes time."""
    from sim_ioc.process import IocProcess

    with IocProcess("I:", seed=1, instant=True, port=ca_ports.instant) as ioc:
        yield ioc


@pytest.fixture(scope="session")
def fast_ioc(ca_ports: Ports) -> Iterator[Any]:
    """A virtual beamline, prefix ``F:``, twenty times faster than life."""
    from sim_ioc.process import IocProcess

    with IocProcess("F:", time_factor=20, seed=1, port=ca_ports.fast) as ioc:
        yield ioc


@pytest.fixture(scope="module")
def unseen() -> Iterator[None]:
    """Have nobody look at plots in a module, nor in what it starts: each session takes seconds."""
    from blueline.consumers import PLOTS

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(PLOTS, "0")
        yield


@pytest.fixture
def connected() -> Iterator[Callable[[Any], Any]]:
    """Wait for a device's connection, and destroy it after the test."""
    made: list[Any] = []

    def connect(device: Any) -> Any:
        made.append(device)
        device.wait_for_connection(timeout=10)
        return device

    yield connect
    for device in reversed(made):
        device.destroy()


def end_engine(engine: Any) -> None:
    """Stop the event loop of an engine and the thread it runs in."""
    if engine.state != "idle":
        halting = threading.Thread(target=engine.halt, daemon=True)
        halting.start()
        halting.join(5)
    engine.loop.call_soon_threadsafe(engine.loop.stop)
    engine._th.join(5)
    engine.loop.close()


@pytest.fixture
def engines() -> Iterator[Callable[[Any], Any]]:
    """Keep an engine until the end of the test, then end its thread."""
    kept: list[Any] = []

    def keep(engine: Any) -> Any:
        kept.append(engine)
        return engine

    yield keep
    for engine in kept:
        end_engine(engine)


@pytest.fixture
def engine(engines: Callable[[Any], Any]) -> Any:
    """bluesky's own RunEngine."""
    from bluesky import RunEngine

    return engines(RunEngine())


@pytest.fixture
def documents(engine: Any) -> list[tuple[str, dict[str, Any]]]:
    """What the engine has emitted."""
    emitted: list[tuple[str, dict[str, Any]]] = []
    engine.subscribe(lambda name, doc: emitted.append((name, doc)))
    return emitted
