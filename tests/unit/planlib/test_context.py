from types import SimpleNamespace

import pytest

from planlib.context import COMMAND, default_counters
from planlib.errors import NoSessionError


def bind(engine, counters):
    async def answer(_message):
        return SimpleNamespace(active_counters=lambda: counters)

    engine.register_command(COMMAND, answer)


def ask(found):
    found.extend((yield from default_counters()))


def test_session_gives_its_active_counters(engine, detector):
    bind(engine, [detector])
    found = []
    engine(ask(found))
    assert found == [detector]


def test_engine_without_session_is_told_in_a_sentence(engine):
    with pytest.raises(NoSessionError, match="name the counters: this engine belongs to no"):
        engine(ask([]))


def test_session_without_counters_is_told_in_a_sentence(engine):
    bind(engine, [])
    with pytest.raises(NoSessionError, match="name the counters: the session has no active ones"):
        engine(ask([]))
