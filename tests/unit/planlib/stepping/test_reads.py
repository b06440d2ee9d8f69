from ophyd import Signal
from ophyd.sim import SynAxis, SynSignal

from planlib.stepping.reads import is_triggered, reading, triggered
from planlib.stepscan import PutTrigger
from tests.unit.planlib.scanning import answers_lost


def commands(plan):
    return [message.command for message in plan]


def test_detectors_and_what_says_trigger_are_triggered(detector):
    assert is_triggered(detector)
    assert is_triggered(SynSignal(name="I0"))
    assert is_triggered(PutTrigger(Signal(name="start")))


def test_motors_are_not_triggered():
    assert not is_triggered(SynAxis(name="motor"))


def test_all_are_triggered_before_they_are_waited_for(detector, make_detector):
    found = list(
        triggered([detector, SynAxis(name="motor"), make_detector("other")], "count", timeout=9)
    )
    assert [message.command for message in found] == [
        *("checkpoint", "trigger", "trigger", "wait", "checkpoint")
    ]


def test_nothing_to_trigger_is_not_waited_for():
    assert commands(triggered([SynAxis(name="motor")], "count", timeout=9)) == ["checkpoint"]


def test_a_lost_answer_is_asked_for_again(result):
    signal = Signal(name="signal", value=3)
    assert result(answers_lost(reading(signal), "read", times=2))["signal"]["value"] == 3


def test_a_plan_that_is_only_listed_ends():
    assert set(commands(reading(Signal(name="signal")))) == {"read"}
