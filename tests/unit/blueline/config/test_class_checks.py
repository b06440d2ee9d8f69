"""Whether classes take what is written for them, before any device is made."""

import pytest

from blueline.config.class_checks import class_problems
from blueline.config.example_beamline import write_example
from blueline.config.loading import load_configuration


@pytest.fixture
def found(tmp_path):
    """Replace something in a file of the example, and give the problems of its classes."""

    def after(file, old, new):
        folder = write_example("mine", tmp_path)
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        problems = class_problems(load_configuration(folder))
        return [str(each).removeprefix(f"{folder}/") for each in problems]

    return after


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "optics.yml",
            "number: 4",
            'number: "4"',
            "optics.yml:13: filters: arguments.number: a whole number is needed, not '4'",
        ),
        (
            "readout.yml",
            "I0: 2",
            "I0: two",
            "readout.yml:9: scaler: arguments.counters.I0: a whole number or Channel is needed, "
            "not 'two'",
        ),
        (
            "readout.yml",
            "monitor: I0",
            "monitor: I9",
            "readout.yml:8: scaler: arguments: the monitor of scaler is one of I0, It, If, "
            "not 'I9'",
        ),
        (
            "readout.yml",
            "[7800.0, 8300.0]",
            "[8300.0, 7800.0]",
            "readout.yml:24: mca: arguments: a region goes from low to high, not from 8300.0 to "
            "7800.0",
        ),
        (
            "readout.yml",
            "CuKa: [7800.0, 8300.0]",
            "CuKa: {class: devices.McaRegion, arguments: {low: 2, high: 1}}",
            "readout.yml:25: mca: arguments.rois.CuKa.arguments: a region goes from low to high, "
            "not from 2 to 1",
        ),
        (
            "axes.yml",
            "arguments: {egu: mm}",
            "arguments: {egu: mm, precison: 3}",
            "axes.yml:20: hslit: devices.Member does not take these arguments: there is no "
            "precison: did you mean precision?",
        ),
        (
            "motors/motors.yml",
            'prefix: "$(P)sample:x"',
            'prefix: "$(P)sample:x", arguments: {tolerence: 0.1}',
            "motors/motors.yml:7: x: devices.Motor does not take these arguments: there is no "
            "tolerence: did you mean tolerance?",
        ),
        (
            "sessions.yml",
            "suspenders:\n",
            "suspenders:\n  - name: old\n    signal: $ring_current\n"
            "    class: planlib.suspenders.Guard\n    arguments: {sleep: long}\n",
            "sessions.yml:19: old: arguments.sleep: a number is needed, not 'long'",
        ),
        (
            "motors/motors.yml",
            'prefix: "$(P)sample:x"',
            'prefix: "$(P)sample:x", settings: {velocity: fast}',
            "motors/motors.yml:7: x: settings.velocity: the velocity of a motor is a number "
            "above 0, not 'fast'",
        ),
        (
            "motors/motors.yml",
            'prefix: "$(P)sample:x"',
            'prefix: "$(P)sample:x", settings: {velocty: 2.0}',
            "motors/motors.yml:7: x: settings.velocty: there is no such setting: did you mean "
            "velocity?",
        ),
        (
            "optics.yml",
            "number: 4",
            "number: 0",
            "optics.yml:13: filters: arguments: filters has 1 filter or more, not 0",
        ),
        (
            "sessions.yml",
            "setup: setup/default.py",
            "setup: optics.yml",
            "sessions.yml:6: default: a setup file is Python, and its name ends in .py",
        ),
        (
            "setup/default.py",
            "def across_beam(",
            "def across_beam(:",
            "setup/default.py:14: this is no Python: invalid syntax",
        ),
    ],
)
def test_an_argument_that_cannot_work_is_told_with_its_line(found, file, old, new, told):
    assert found(file, old, new) == [told]


def test_arguments_that_only_a_session_has_are_not_judged(found):
    assert found("readout.yml", "counters: {I0: 2, It: 3, If: 4}", "counters: $camera") == []
