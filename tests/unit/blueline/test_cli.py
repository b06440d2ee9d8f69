"""What the command line takes for a sentence and what for a defect."""

import importlib
import re

import pytest
import typer

from blueline import cli

SENTENCES = {
    "planlib.errors": "PlanError",
    "devices.errors": "DeviceError",
    "callbacks.errors": "CallbackError",
    "sim_ioc.errors": "SimError",
    "bluesky.utils": "FailedStatus",
}


def commands(command, name="blueline"):
    """Give all commands of the program, with the groups that they are in, by name."""
    found = {name: command}
    for key, each in getattr(command, "commands", {}).items():
        found |= commands(each, f"{name} {key}")
    return found


ALL = commands(typer.main.get_command(cli.app))


@pytest.mark.parametrize("module", SENTENCES)
def test_errors_of_every_package_are_sentences(module):
    error = getattr(importlib.import_module(module), SENTENCES[module])
    assert error in cli._expected()


def test_a_defect_of_ours_is_none():
    assert not issubclass(AttributeError, cli._expected())


@pytest.mark.parametrize("command", ALL.values(), ids=ALL)
def test_no_help_has_markup_or_loses_what_is_in_brackets(command):
    texts = [command.help or "", *(getattr(each, "help", "") or "" for each in command.params)]
    assert [text for text in texts if re.search(r"\[|`|\b[A-Z]{2}-\d", text)] == []
