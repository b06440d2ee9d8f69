"""`blueline queue` where there is no queue."""

import pytest
from typer.testing import CliRunner

from blueline.config.errors import ConfigError
from blueline.queue.commands import app
from blueline.queue.errors import QueueError

CALLS = [
    ["status"],
    ["list"],
    ["add", "ct", "0.1"],
    ["remove", "a"],
    ["move", "1", "2"],
    ["start"],
    ["stop"],
    ["pause"],
    ["resume"],
    ["abort"],
    ["history"],
    ["clear"],
    ["reopen"],
    ["down"],
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_without_a_queue_each_command_says_so(call, tmp_path):
    command, *words = call
    result = CliRunner().invoke(app, [command, "--data", str(tmp_path), *words])
    assert isinstance(result.exception, QueueError)
    assert "no queue runs in" in str(result.exception)


@pytest.mark.parametrize(
    "words",
    [
        ["ascan", "x", "-1", "-0.5", "5", "-1000", "--data", "DATA"],
        ["--data", "DATA", "ct", "0.1"],
        ["ct", "--data", "DATA", "0.1", "--front"],
    ],
    ids=["behind", "before", "among"],
)
def test_the_options_of_add_are_taken_wherever_they_stand(words, tmp_path):
    given = [word.replace("DATA", str(tmp_path)) for word in words]
    result = CliRunner().invoke(app, ["add", *given])
    assert str(result.exception).startswith(f"no queue runs in {tmp_path}")


def test_the_beamline_of_add_is_no_word_of_the_plan(tmp_path):
    result = CliRunner().invoke(app, ["add", "ct", "0.1", "--beamline", str(tmp_path / "id98")])
    assert "id98" in str(result.exception)
    assert isinstance(result.exception, ConfigError)


def test_a_beamline_is_given_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "id99").mkdir()
    (tmp_path / "id99" / "beamline.yml").write_text("beamline:\n  name: id99\n")
    result = CliRunner().invoke(app, ["up", "id98", "--beamline", "id99"])
    assert "two beamlines are given, id98 and id99" in str(result.exception)


def test_up_takes_the_beamline_as_its_argument(tmp_path):
    result = CliRunner().invoke(app, ["up", str(tmp_path / "nosuch")])
    assert f"there is no beamline {tmp_path / 'nosuch'}" in str(result.exception)
