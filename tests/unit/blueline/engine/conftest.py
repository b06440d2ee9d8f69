"""Engines with and without our quicker messages, and how their documents are compared."""

from collections.abc import Callable
from typing import Any

import pytest
from ophyd.sim import SynAxis, SynGauss

from blueline.engine import Engine
from planlib.context import NoSession

#: What differs from run to run.
FLEETING = {"uid", "time", "run_start", "descriptor", "timestamps", "timestamp", "versions"}


class Told(NoSession):
    """A session that remembers what was shown, and has counters."""

    def __init__(self, *counters: Any) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self._counters = counters

    def active_counters(self):
        return self._counters

    def tell(self, sentence: str) -> None:
        self.sentences.append(sentence)


@pytest.fixture
def x():
    return SynAxis(name="x", value=0.0)


@pytest.fixture
def y():
    return SynAxis(name="y", value=0.0)


@pytest.fixture
def detector(x):
    return SynGauss("det", x, "x", center=0, Imax=1, sigma=1)


@pytest.fixture
def session(detector):
    return Told(detector)


@pytest.fixture
def ours(engines, session):
    return engines(Engine(session))


@pytest.fixture(params=[True, False], ids=["quick", "unhurried"])
def either(request, engines, session):
    """Our engine, with and without its quicker messages."""
    return engines(Engine(session, quick=request.param))


def _documents_of(engine, plan):
    emitted = []
    token = engine.subscribe(lambda name, doc: emitted.append((name, doc)))
    try:
        engine(plan)
    finally:
        engine.unsubscribe(token)
    return emitted


@pytest.fixture
def documents_of() -> Callable[[Any, Any], list[tuple[str, dict[str, Any]]]]:
    """Run a plan and give what it emits."""
    return _documents_of


def _lasting(value):
    if isinstance(value, dict):
        return {key: _lasting(v) for key, v in value.items() if key not in FLEETING}
    return [_lasting(v) for v in value] if isinstance(value, list | tuple) else value


@pytest.fixture
def lasting() -> Callable[[Any], Any]:
    """Give a document without what differs from run to run."""
    return _lasting
