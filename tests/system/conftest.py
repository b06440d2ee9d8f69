"""The virtual beamlines of the tests, with a channel to each that stays open.

libca closes a connection when its last channel goes. A channel made at that very moment joins the
closing connection, loses it, and is searched for again only after up to ten seconds.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.waiting import PATIENCE


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
