"""The examples for production start what there is."""

import configparser
import json
import tomllib
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


def dockerfile():
    """Give the instructions of the recipe, each with its words."""
    lines = (FOLDER / "Dockerfile").read_text().splitlines()
    return [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]


def test_the_image_of_the_containers_has_a_recipe_beside_them():
    build = compose()["queue"]["build"]
    root = (FOLDER / build["context"]).resolve()
    assert root == FOLDER.parents[1]
    assert root / build["dockerfile"] == FOLDER / "Dockerfile"


def test_the_recipe_has_what_is_built_and_no_path_that_is_not_there():
    instructions = dockerfile()
    assert instructions[0][0] == "FROM"
    assert {name for name, _ in instructions} <= {"FROM", "WORKDIR", "COPY", "RUN", "CMD"}
    copied = [words.split()[:-1] for name, words in instructions if name == "COPY"]
    sources = {source for each in copied for source in each}
    root = FOLDER.parents[1]
    assert [source for source in sources if not (root / source).exists()] == []
    project = tomllib.loads((root / "pyproject.toml").read_text())
    built = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    needed = {"pyproject.toml", project["project"]["readme"], *built}
    assert needed | set(project["project"]["license-files"]) == sources


def test_the_recipe_starts_what_the_containers_do():
    (command,) = (words for name, words in dockerfile() if name == "CMD")
    assert json.loads(command) == compose()["queue"]["command"].split()


def test_systemd_leaves_data_readable_as_the_shell_does():
    assert unit()["UMask"] == "0022"


def test_systemd_leaves_the_plan_alone_when_the_supervisor_dies():
    assert unit()["KillMode"] == "process"
    assert unit()["Restart"] == "on-failure"


def test_redis_of_the_containers_listens_on_this_machine_and_keeps_what_it_has():
    words = compose()["redis"]["command"]
    assert "--bind 127.0.0.1" in words
    assert "--appendfsync always" in words
