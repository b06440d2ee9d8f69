"""Valves, shutters and amplifiers as many IOCs have them: a command, and whatever follows it."""

import math

import pytest

from devices import Amplifier, DeadlineError, DeviceError, MoveError
from devices.optics.two_state import TwoState
from sim_ioc.process import IocProcess
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

BEAMLINE = """
prefix: "L:"
parts:
  - {kind: pv, name: "valve:open", type: choice, choices: [Closed, Open]}
  - {kind: pv, name: "valve:is_open", type: choice, choices: [Closed, Open]}
"""
BEHIND = 'type: choice, choices: ["No", "Yes"]'
AMPLIFIERS = {
    "gapped": '["off", "1e5 V/A", "1e6 V/A"]',
    "sensitive": '["1 pA/V", "20 nA/V"]',
    "prefixed": '["2 MV/A", "500 V/A"]',
    "odd": '["1e5 V/A", "1 mV"]',
}


@pytest.fixture(scope="module")
def commanded_ioc(ca_ports, tmp_path_factory):
    parts = "".join(
        f'  - {{kind: pv, name: "{name}:gain", type: choice, choices: {choices}}}\n'
        f'  - {{kind: pv, name: "{name}:offset"}}\n'
        f'  - {{kind: pv, name: "{name}:overload", {BEHIND}}}\n'
        for name, choices in AMPLIFIERS.items()
    )
    config = tmp_path_factory.mktemp("commanded") / "beamline.yaml"
    config.write_text(BEAMLINE + parts)
    with IocProcess(config=config, port=ca_ports.second) as ioc:
        yield ioc


# --- a state that follows its command


@pytest.fixture
def make(commanded_ioc, connected):
    """Make a valve that is closed, whose command completes at once and is obeyed by the test."""
    write_pv("L:valve:open", 0)
    write_pv("L:valve:is_open", 0)

    def make_valve(**options):
        words = {"name": "valve", "command": "open", "status": "is_open"} | options
        return connected(TwoState("L:valve:", **words))

    return make_valve


def test_it_may_follow_after_its_command_has_completed(make):
    status = make().set("in")
    wait_until("it is told", lambda: read_pv("L:valve:open") == 1)
    assert not status.done
    write_pv("L:valve:is_open", 1)
    status.wait(PATIENCE)


def test_one_that_does_not_follow_fails_by_its_deadline(make):
    with pytest.raises(DeadlineError, match=r"setting valve to in did not end .* it is out"):
        make(deadline=0.5).set("in").wait(PATIENCE)


def test_one_that_is_set_otherwise_meanwhile_has_failed(make):
    valve = make()
    first = valve.set("in")
    second = valve.set("out")
    with pytest.raises(MoveError, match="setting valve to in failed: it was set to out meanwhile"):
        first.wait(PATIENCE)
    second.wait(PATIENCE)


def test_two_who_want_the_same_both_get_it(make):
    valve = make()
    statuses = [valve.set("in"), valve.set("in")]
    write_pv("L:valve:is_open", 1)
    for status in statuses:
        status.wait(PATIENCE)


# --- gains


@pytest.fixture
def amplifier(commanded_ioc, connected):
    return lambda name: connected(Amplifier(f"L:{name}:", name="amplifier"))


def test_a_gain_is_that_of_its_choice_where_another_choice_has_none(amplifier):
    gapped = amplifier("gapped")
    assert gapped.gains == (1e5, 1e6)
    gapped.set(1e5).wait(PATIENCE)
    assert read_pv("L:gapped:gain") == 1
    wait_until("it is seen", lambda: gapped.gain == gapped.read()["amplifier"]["value"] == 1e5)


def test_an_amplifier_that_is_off_has_no_gain(amplifier):
    gapped = amplifier("gapped")
    write_pv("L:gapped:gain", 0)
    wait_until("it is off", lambda: math.isnan(gapped.gain))
    reading = gapped.read()["amplifier"]
    assert math.isnan(reading["value"])
    assert reading["message"] == "its gain is 'off', which is no number"


@pytest.mark.parametrize(
    ("name", "gains"), [("sensitive", (1e12, 5e7)), ("prefixed", (2e6, 500.0))]
)
def test_gains_are_in_volts_per_ampere_however_they_are_written(amplifier, name, gains):
    assert amplifier(name).gains == pytest.approx(gains)


def test_what_cannot_be_read_as_a_gain_is_refused(amplifier):
    odd = amplifier("odd")
    with pytest.raises(DeviceError, match="L:odd:gain offers '1 mV', which is no gain in V/A"):
        odd.set(1e5)
    with pytest.raises(DeviceError, match="which is no gain in V/A"):
        odd.check_value(1e5)
