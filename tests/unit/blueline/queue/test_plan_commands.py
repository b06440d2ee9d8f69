"""The commands ``blueline plans``, on a beamline of devices without channels."""

import json

import pytest
from typer.testing import CliRunner

from blueline.errors import BluelineError
from blueline.queue.plan_commands import app

BEAMLINE = """
beamline: {name: bench}
devices:
  - {name: tilt, class: "ophyd.sim:SynAxis"}
  - {name: diode, class: "ophyd.sim:SynGauss", arguments: {motor: $tilt, motor_field: tilt,
     center: 0, Imax: 1}}
"""
OWN = '''
from __future__ import annotations

from typing import Annotated

from annotated_types import Le

import bluesky.plan_stubs as bps
from blueline.queue import queue_plan
from planlib.messages import Axis, MsgGenerator


@queue_plan
def park(motor: Axis, rest: Annotated[float, Le(10)] = 1.0) -> MsgGenerator:
    """Park a motor."""
    yield from bps.mv(motor, 0)
'''


@pytest.fixture
def run(tmp_path):
    (tmp_path / "beamline.yml").write_text(BEAMLINE)
    (tmp_path / "own.py").write_text(OWN)

    def call(*words: str) -> str:
        typed = [each.format(here=tmp_path) for each in words]
        return (
            CliRunner()
            .invoke(app, [*typed, "--beamline", str(tmp_path)], catch_exceptions=False)
            .output
        )

    return call


def test_plans_are_listed_with_where_they_are_from(run):
    lines = run("list", "--from", "{here}/own.py").splitlines()
    assert any(line.split()[:2] == ["ascan", "planlib"] for line in lines)
    assert any(line.split()[:2] == ["count", "bluesky"] for line in lines)
    assert [line.split(maxsplit=2) for line in lines if line.startswith("park")] == [
        ["park", "site", "Park a motor"]
    ]


def test_a_schema_has_the_devices_of_the_beamline(run):
    schema = json.loads(run("schema", "ascan"))
    assert schema["properties"]["motor"]["enum"] == ["tilt"]


def test_a_plan_in_a_file_has_a_schema(run):
    schema = json.loads(run("schema", "{here}/own.py::park"))
    assert schema["properties"]["rest"]["maximum"] == 10


def test_a_plan_that_cannot_be_in_the_queue_is_listed_with_the_reason(run, tmp_path):
    vague = OWN.replace("motor: Axis", "motor")
    (tmp_path / "own.py").write_text(vague)
    listed = run("list", "--from", "{here}/own.py")
    assert "park cannot be in the queue: its motor: it has no type hint" in listed
    assert "ascan" in listed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("schema", "ascna"), "no plan 'ascna'; did you mean ascan?"),
        (("schema", "zzz"), "`blueline plans list` tells"),
        (("schema", "{here}/beamline.yml::park"), "is no Python file"),
        (("schema", "{here}/none.py::park"), "is no Python file"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(run, words, sentence):
    with pytest.raises(BluelineError, match=sentence.replace("?", r"\?")):
        run(*words)


def test_a_file_that_fails_is_told_in_a_sentence(run, tmp_path):
    (tmp_path / "bad.py").write_text("1 / 0")
    with pytest.raises(BluelineError, match="cannot be run: ZeroDivisionError"):
        run("schema", "{here}/bad.py::park")
