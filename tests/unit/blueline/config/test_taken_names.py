"""The names that no device can have are those that can be typed."""

import planlib
from blueline.config.taken_names import COMMANDS, PLANS
from blueline.shell.commands import COMMANDS as THERE


def test_every_command_of_the_prompt_is_known_to_the_check():
    assert {each.name for each in THERE} == COMMANDS


def test_every_plan_is_known_to_the_check():
    assert set(planlib.__all__) == PLANS
