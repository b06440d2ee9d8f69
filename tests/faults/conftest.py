"""The one place where faults are injected: a virtual beamline that a test may break.

`fault` is an IOC of the test's own; freeze, thaw, kill or restart it. However the test ends, no
motor may move on, no process may be left and no port may still listen.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from blueline.beamline import MOTORS, virtual_beamline
from devices import Camera, Health, RunFolders
from reduction.counting import CountPolicy
from sim_ioc.process import IocProcess
from tests.another_client import read_pv, write_pv
from tests.waiting import wait_until

PREFIX = "X:"
#: Inherited by whatever a test starts, so that its processes are known even without a parent.
MARK = "BLUELINE_FAULT_TEST"
#: Seconds within which all must have come to rest: twice the slowest motor's braking.
REST = 2.0


@pytest.fixture
def fault(ca_ports: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[IocProcess]:
    """A virtual beamline, prefix ``X:``, as fast as life, that ends with the test."""
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    ioc = IocProcess(PREFIX, seed=1, port=ca_ports.faulty)
    with ioc:
        yield ioc
        if ioc.is_running():
            ioc.thaw()
            wait_until("all motors stand", lambda: not _moving_motors(), REST)
    wait_until("no process is left", lambda: not _marked_processes(mark), REST)
    wait_until("nobody listens on the port", lambda: not _listeners(ca_ports.faulty), REST)


@pytest.fixture
def started(
    fault: IocProcess, tmp_path: Path, unseen: None
) -> Iterator[Callable[[Callable[..., Any], str], Any]]:
    """Start children that do something, and wait in the end for all that they have started."""
    children: list[Any] = []

    def start(kind: Callable[..., Any], what: str) -> Any:
        children.append(kind(what, tmp_path, fault))
        return children[-1]

    yield start
    for child in children:
        child.close()


def _moving_motors() -> list[str]:
    return [name for name, record in MOTORS.items() if not read_pv(f"{PREFIX}{record}.DMOV")]


def _marked_processes(mark: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get(MARK) == mark and process.pid != os.getpid()
    ]


def _listeners(port: int) -> list[Any]:
    return [
        connection
        for connection in psutil.net_connections("inet")
        if connection.laddr.port == port and not connection.raddr
    ]


@pytest.fixture
def inject(fault: IocProcess) -> Iterator[Callable[..., None]]:
    """Put a fault of a record, e.g. ``inject("sample:x", "stall", 0.6)``; all end with the test."""

    def put(record: str, name: str, value: float = 1) -> None:
        write_pv(f"{PREFIX}{record}:fault:{name}", value)

    yield put
    if fault.is_running():
        write_pv(f"{PREFIX}sim:fault:clear", 1)


@pytest.fixture
def devices(fault: IocProcess) -> Iterator[dict[str, Any]]:
    """The devices of `fault` by the names that people type, but for those that come later."""
    beamline = virtual_beamline(PREFIX)
    health = Health(beamline.everything)
    health.connect(10)
    assert all(row.state == "connected" for row in health.rows()), health
    yield beamline.devices
    beamline.destroy()


@pytest.fixture
def x(devices: dict[str, Any]) -> Any:
    """The sample's horizontal motor, 2 mm/s."""
    return devices["x"]


@pytest.fixture
def engine(devices: dict[str, Any], engine: Any) -> Any:
    """bluesky's own RunEngine; it ends before the devices do."""
    return engine


@pytest.fixture
def camera(fault: IocProcess, connected: Any, tmp_path: Path) -> Any:
    """The camera; it exposes for a tenth of a second, and saves its frames."""
    folders = RunFolders(tmp_path, folder="frames")
    made = connected(
        Camera(f"{PREFIX}cam:", name="camera", path_provider=folders, counters={"spot": "sum"})
    )
    made.prepare(CountPolicy(seconds=0.1))
    return made


@pytest.fixture
def staged(camera: Any) -> Iterator[Any]:
    """The camera with an open file."""
    camera.stage()
    yield camera
    if read_pv(f"{PREFIX}cam:HDF1:Capture_RBV"):
        camera.unstage()


@pytest.fixture
def is_at_rest(fault: IocProcess) -> Callable[[], bool]:
    """Say whether the camera neither exposes nor captures."""
    names = (f"{PREFIX}cam:cam1:Acquire", f"{PREFIX}cam:HDF1:Capture_RBV")
    return lambda: all(read_pv(name) == 0 for name in names)
