"""What names at the prompt mean."""

import types

import bluesky.plan_stubs as bps
import pytest

from blueline.shell.typing import typed
from blueline.shell.vocabulary import Kind, Vocabulary, makes_plan


class Motor:
    @property
    def position(self):
        raise AssertionError("a device was asked for a value")

    def move(self, position): ...

    @staticmethod
    def home(): ...


def set_pos(axis, position): ...


def steps():
    yield 1


MODULE = types.ModuleType("plans")
MODULE.steps = steps
NAMES = {"x": Motor(), "bps": bps, "plans": MODULE, "set_pos": set_pos, "number": 3, "Motor": Motor}
VOCABULARY = Vocabulary(NAMES, {"set_pos": set_pos}, {"set": "set_pos"})


@pytest.mark.parametrize("name", ["bps.mv", "plans.steps"])
def test_plans_are_known_by_what_they_give(name):
    callee = VOCABULARY.callee(name)
    assert callee.kind is Kind.PLAN


def test_a_method_of_a_device_can_be_called_and_has_one_parameter_less():
    callee = VOCABULARY.callee("x.move")
    assert callee.kind is Kind.FUNCTION
    assert list(callee.signature.parameters) == ["position"]


def test_no_device_is_asked_for_a_value():
    assert VOCABULARY.callee("x.position") is None


@pytest.mark.parametrize("name", ["nothing", "number", "Motor", "x", "x.nothing", "nothing.at", ""])
def test_what_is_no_function_is_no_command(name):
    assert VOCABULARY.callee(name) is None


def test_a_word_can_stand_for_a_command_whose_name_is_pythons():
    callee = VOCABULARY.callee("set")
    assert callee.name == "set_pos"
    assert not callee.is_command


def test_a_word_that_somebody_has_bound_is_his():
    assert Vocabulary({**NAMES, "set": 3}, {}, {"set": "set_pos"}).callee("set") is None


def test_what_is_no_plan_is_none():
    assert not makes_plan(set_pos)
    assert not makes_plan(3)


def test_a_column_is_meant_as_text_and_so_is_what_is_plotted():
    from callbacks.plot.selection import PlotSelection
    from planlib import cen

    names = {"cen": cen, "plotselect": PlotSelection({})}
    vocabulary = Vocabulary(names, {"cen": cen})
    assert typed("cen If", vocabulary) == "RE(cen('If'));"
    assert typed("plotselect If", vocabulary) == "plotselect('If')"
