"""A plan that was called and not run is explained."""

from typing import Any

import bluesky.plan_stubs as bps
import pytest
from IPython.core.interactiveshell import InteractiveShell
from ophyd import Device

from blueline.shell.forgotten import described, explain_at, explanation, is_plan
from blueline.shell.rocking import rockit
from planlib import ascan, ct


def test_plans_of_ours_and_of_bluesky_are_known():
    ours, theirs = ct(1), bps.sleep(1)
    assert is_plan(ours)
    assert is_plan(theirs)
    ours.close()  # one that was dropped would be warned of
    assert len(list(theirs)) == 1


def test_other_generators_and_things_are_no_plans():
    assert not is_plan(number for number in range(3))
    assert not is_plan(3)


def test_what_is_to_be_typed_is_told():
    plan = ct(1)
    assert "RE(ct(...))" in explanation(plan)
    plan.close()


def test_a_command_that_was_named_and_not_called_says_how_it_is_typed():
    text = described(ascan)
    assert text.startswith("ascan motor start stop intervals count_time [counters ...]: Scan one")
    assert text.endswith('help_me("ascan") shows more')


@pytest.fixture
def shell():
    made = InteractiveShell()
    made.history_manager.enabled = False
    explain_at(made)
    yield made
    made.history_manager.end_session()


def shown(shell, thing):
    return shell.display_formatter.format(thing)[0]["text/plain"]


def test_a_device_that_is_typed_alone_says_what_it_is(shell):
    class Shutter(Device):
        def info(self):
            if not self.connected:
                raise TimeoutError("it does not answer")
            return f"{self.name}: open"

        connected = True

    shutter = Shutter("BL:", name="shutter")
    assert shown(shell, shutter) == "shutter: open"
    Shutter.connected = False
    assert shown(shell, shutter) == "shutter: it does not answer"


def test_what_lasts_as_long_as_a_block_says_so(shell):
    desk: Any = None
    block = rockit(desk, "theta", 1)
    assert shown(shell, block).startswith("rockit lasts as long as what is done within: with rock")


def test_a_shell_shows_plans_and_commands_so_and_other_functions_as_always(shell):
    plan = ct(1)
    assert shown(shell, plan) == explanation(plan)
    plan.close()
    assert shown(shell, ascan) == described(ascan)
    assert shown(shell, shown).startswith("<function ")
    assert shown(shell, (number for number in range(3))).startswith("<generator ")
