"""Debug messages of parts of the program, and of single devices."""

import io
import logging
from types import SimpleNamespace

import pytest
from ophyd.sim import SynAxis

from blueline.errors import BluelineError
from blueline.shell.commands import make_commands


@pytest.fixture
def log():
    handler = logging.StreamHandler(io.StringIO())
    handler.setLevel(logging.INFO)
    logging.getLogger("devices.some.part")
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    before = [(each, each.level, list(each.handlers)) for each in loggers]
    yield handler
    for each, level, handlers in before:
        each.setLevel(level)
        each.handlers[:] = handlers


@pytest.fixture
def commands(log):
    screen = io.StringIO()
    devices = {name: SynAxis(name=name) for name in ("x", "xy")}
    return make_commands(SimpleNamespace(log=log, screen=screen, devices=devices))


def said(log):
    return log.stream.getvalue().splitlines()


def ours(sentence):
    logging.getLogger("devices.some.part").debug(sentence)


def ophyd_s(name, sentence):
    logger = logging.getLogger("ophyd.objects")
    logging.LoggerAdapter(logger, {"ophyd_object_name": name}).debug(sentence)


def test_a_device_alone_is_debugged(commands, log):
    commands["debugon"]("x")
    for sentence in ("setting x to 3", "setting xy to 3", "something else"):
        ours(sentence)
    for name in ("x_user_setpoint", "xy_user_setpoint"):
        ophyd_s(name, f"put of {name}")
    assert said(log) == ["setting x to 3", "put of x_user_setpoint"]


def test_messages_of_plans_to_a_device_are_debugged(commands, log):
    commands["debugon"]("x")
    messages = logging.getLogger("bluesky.RE.msg")
    messages.debug("set: (%r)", SynAxis(name="x"))
    messages.debug("set: (%r)", SynAxis(name="xy"))
    (line,) = said(log)
    assert "name='x'" in line


def test_a_device_and_a_part_are_debugged_together(commands, log):
    commands["debugon"]("xy", "devices.some*")
    ours("something else")
    ophyd_s("x", "of x")
    ophyd_s("xy", "of xy")
    assert said(log) == ["something else", "of xy"]


def test_it_ends_for_one_device_and_for_all(commands, log):
    commands["debugon"]("x", "xy")
    commands["debugoff"]("x")
    ours("setting x to 3")
    ours("setting xy to 3")
    commands["debugoff"]()
    ours("setting xy to 4")
    assert said(log) == ["setting xy to 3"]
    assert log.level == logging.INFO


def test_what_is_neither_is_told(commands):
    with pytest.raises(BluelineError, match="no part of the program matches 'nosuch'"):
        commands["debugon"]("nosuch")
