"""The commands ``blueline plans``, on a beamline of devices without channels."""

import json
import re
import runpy

import pytest
from ophyd.sim import SynAxis
from typer.testing import CliRunner

from blueline.errors import BluelineError
from blueline.queue.annotate import annotated
from blueline.queue.places import QueueFolder
from blueline.queue.plan_commands import app
from blueline.queue.plans import known_plans
from blueline.queue.site_plans import note_site_plans

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


VAGUE = OWN.partition("@queue_plan")[2].replace("def park(motor: Axis", "def vague(motor")
SETUP = f"{OWN}\n\n@queue_plan{VAGUE}"


@pytest.fixture
def opened(tmp_path):
    """Have a worker of the queue note the plans of a setup file, as when its session opens."""
    (tmp_path / "setup.py").write_text(SETUP)
    names, refused = runpy.run_path(str(tmp_path / "setup.py")), []
    plans = known_plans({"tilt": SynAxis(name="tilt")}, names, refused.append)
    offered = {name: annotated(plan) for name, plan in plans.items()}
    place = QueueFolder(tmp_path / "state" / "queue").made()
    note_site_plans(place.site_plans, "default", offered, names, refused)


def test_plans_of_setup_files_are_listed_as_the_queue_offers_them(opened, run):
    listed = run("list")
    assert re.search(r"^park +site +Park a motor$", listed, re.MULTILINE)
    assert re.search("^ascan +planlib ", listed, re.MULTILINE)
    assert "vague cannot be in the queue: its motor: it has no type hint" in listed


def test_a_plan_of_a_setup_file_has_the_schema_that_the_queue_goes_by(opened, run):
    assert json.loads(run("schema", "park"))["properties"]["motor"]["enum"] == ["tilt"]
    with pytest.raises(BluelineError, match="vague cannot be in the queue: its motor: it has no"):
        run("schema", "vague")


def test_plans_of_another_session_are_not_listed(opened, run, tmp_path):
    (tmp_path / "sessions.yml").write_text("sessions: [{name: other}]\n")
    assert "park" not in run("list", "--session", "other")


def test_plans_of_a_setup_file_that_no_queue_has_run_are_told_to_be_unknown(run, tmp_path):
    (tmp_path / "sessions.yml").write_text("sessions: [{name: default, setup: own.py}]\n")
    assert "those of own.py are known once the queue has opened its session: `" in run("list")
    with pytest.raises(BluelineError, match=r"no plan 'park'.*; those of own.py are known once"):
        run("schema", "park")


def test_another_plan_of_the_file_that_cannot_be_in_the_queue_is_no_hindrance(run, tmp_path):
    (tmp_path / "own.py").write_text(SETUP)
    assert json.loads(run("schema", "{here}/own.py::park"))["title"] == "park"
    with pytest.raises(BluelineError, match="vague cannot be in the queue: its motor: it has no"):
        run("schema", "{here}/own.py::vague")


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
