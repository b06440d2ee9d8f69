"""The examples for production start what there is."""

import configparser
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from blueline.queue.commands import app

FOLDER = Path(__file__).parents[4] / "examples" / "queue"
OPTIONS = {
    option
    for parameter in get_command(app).commands["up"].params
    for option in parameter.opts  # pyright: ignore[reportAttributeAccessIssue] - a group
}


def unit():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(FOLDER / "blueline-queue.service")
    return parser["Service"]


def compose():
    return YAML(typ="safe").load((FOLDER / "compose.yml").read_text())["services"]


@pytest.mark.parametrize(
    "command", [unit()["ExecStart"], compose()["queue"]["command"]], ids=["systemd", "compose"]
)
def test_an_example_starts_the_queue_in_the_foreground(command):
    words = command.split()
    assert Path(words[0]).name == "blueline"
    assert words[1:3] == ["queue", "up"]
    assert "--foreground" in words
    assert {word for word in words if word.startswith("-")} <= OPTIONS


def test_systemd_leaves_the_plan_alone_when_the_supervisor_dies():
    assert unit()["KillMode"] == "process"
    assert unit()["Restart"] == "on-failure"


def test_redis_of_the_containers_listens_on_this_machine_and_keeps_what_it_has():
    words = compose()["redis"]["command"]
    assert "--bind 127.0.0.1" in words
    assert "--appendfsync always" in words
