"""What the command line takes for a sentence and what for a defect."""

import importlib

import pytest

from blueline import cli

SENTENCES = {
    "planlib.errors": "PlanError",
    "devices.errors": "DeviceError",
    "callbacks.errors": "CallbackError",
    "sim_ioc.errors": "SimError",
    "bluesky.utils": "FailedStatus",
}


@pytest.mark.parametrize("module", SENTENCES)
def test_errors_of_every_package_are_sentences(module):
    error = getattr(importlib.import_module(module), SENTENCES[module])
    assert error in cli._expected()


def test_a_defect_of_ours_is_none():
    assert not issubclass(AttributeError, cli._expected())
