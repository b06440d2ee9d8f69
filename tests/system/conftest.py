"""The virtual beamlines of the tests, with a channel to each that stays open.

libca closes a connection when its last channel goes. A channel made at that very moment joins the
closing connection, loses it, and is searched for again only after up to ten seconds.
"""

import contextlib
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
