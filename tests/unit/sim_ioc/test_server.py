"""The life of the server: it says that it is ready, and ends when told or when it cannot go on."""

import asyncio
import json
import os

import pytest

from sim_ioc.config import BeamlineSettings
from sim_ioc.layout import builtin_beamline
from sim_ioc.server import ready_line, ready_sentence, serve


def test_ready_line_says_where_and_what():
    line = ready_line(BeamlineSettings(prefix="X:", time_factor=2.0), 5064)
    told = json.loads(line.removeprefix("READY "))
    assert told == {"port": 5064, "prefix": "X:", "time_factor": 2.0, "pid": os.getpid()}


def test_somebody_at_a_terminal_is_told_in_words():
    said = ready_sentence(BeamlineSettings(prefix="X:", time_factor=20.0), 5064)
    assert "X: answers at 127.0.0.1, port 5064, 20 times faster than life; Ctrl-C ends it" in said
    assert said.endswith("blueline shell --port 5064")


def test_served_beamline_ends_when_told():
    async def main():
        stop, lines = asyncio.Event(), []

        def ready(line):
            lines.append(line)
            stop.set()

        async with asyncio.timeout(5):
            await serve(builtin_beamline(), 0, stop, ready)
        return lines

    assert len(asyncio.run(main())) == 1


def test_failure_in_the_background_ends_the_server(monkeypatch):
    def no_tables(_):
        raise OSError("no tables")

    async def main():
        async with asyncio.timeout(5):
            await serve(builtin_beamline(), 0, asyncio.Event(), lambda _: None)

    monkeypatch.setattr("sim_ioc.beam.beam.beam_path", no_tables)
    with pytest.raises(OSError, match="no tables"):
        asyncio.run(main())
