"""The virtual beamlines of the tests, with a channel to each that stays open; sessions on them.

libca closes a connection when its last channel goes. A channel made at that very moment joins the
closing connection, loses it, and is searched for again only after up to ten seconds.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.another_client import write_pv
from tests.waiting import PATIENCE

#: Channels of the scalers.
COUNTERS = {"I0": 2, "It": 3, "If": 4}


@contextlib.contextmanager
def _kept_connection(prefix: str) -> Iterator[None]:
    from ophyd import EpicsSignalRO

    kept = EpicsSignalRO(f"{prefix}sim:seed", name="kept")
    kept.wait_for_connection(timeout=PATIENCE)
    yield
    kept.destroy()


@pytest.fixture(scope="session")
def instant_ioc(instant_ioc: Any) -> Iterator[Any]:
    with _kept_connection(instant_ioc.prefix):
        yield instant_ioc


@pytest.fixture(scope="session")
def fast_ioc(fast_ioc: Any) -> Iterator[Any]:
    with _kept_connection(fast_ioc.prefix):
        yield fast_ioc


@contextlib.contextmanager
def _scaler(prefix: str, connected: Callable[[Any], Any]) -> Iterator[Any]:
    from devices import Scaler

    yield connected(Scaler(f"{prefix}scaler1", name="scaler", counters=COUNTERS, monitor="I0"))
    write_pv(f"{prefix}scaler1.G2", 0)
    write_pv(f"{prefix}scaler1.TP", 1.0)


@pytest.fixture
def scaler(instant_ioc: Any, connected: Callable[[Any], Any]) -> Iterator[Any]:
    """A scaler that counts in no time."""
    with _scaler(instant_ioc.prefix, connected) as made:
        yield made


@pytest.fixture
def slow(fast_ioc: Any, connected: Callable[[Any], Any]) -> Iterator[Any]:
    """A scaler that needs a twentieth of the time it counts for."""
    with _scaler(fast_ioc.prefix, connected) as made:
        yield made


@pytest.fixture
def inject(fast_ioc: Any) -> Iterator[Callable[..., None]]:
    """Put a fault of the slow scaler, e.g. ``inject("nan")``; all end with the test."""
    yield lambda name, value=1: write_pv(f"{fast_ioc.prefix}scaler1:fault:{name}", value)
    write_pv(f"{fast_ioc.prefix}sim:fault:clear", 1)


@pytest.fixture(scope="module")
def screen() -> io.StringIO:
    """Where the session of a module writes."""
    return io.StringIO()


@pytest.fixture(scope="module")
def opened(
    unseen: None, screen: io.StringIO, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Any], Any]:
    """Make a session on a beamline, in a new folder; nobody looks at its plots."""
    from blueline import open_session

    def on(ioc: Any) -> Any:
        folder = tmp_path_factory.mktemp("data")
        return open_session(data=folder, port=ioc.port, prefix=ioc.prefix, screen=screen)

    return on


@pytest.fixture(scope="module")
def session(instant_ioc: Any, opened: Callable[[Any], Any]) -> Iterator[Any]:
    """A session on the beamline on which nothing takes time."""
    with opened(instant_ioc) as made:
        yield made


@pytest.fixture(scope="module")
def fast_session(fast_ioc: Any, opened: Callable[[Any], Any]) -> Iterator[Any]:
    """A session on the beamline that is twenty times faster than life."""
    with opened(fast_ioc) as made:
        yield made


@pytest.fixture(scope="module")
def commands(session: Any) -> dict[str, Any]:
    """What is typed at the prompt of the module's session."""
    from blueline.shell.commands import make_commands

    return make_commands(session)


@pytest.fixture
def printed(screen: io.StringIO) -> Callable[[], str]:
    """Give what was printed since the test began."""
    before = len(screen.getvalue())
    return lambda: screen.getvalue()[before:]
