"""U1 to U7 and U9: what is typed wrongly is told in a sentence before anything moves or counts."""

import math

import pytest
from bluesky.utils import RunEngineInterrupted

from blueline.beamline import virtual_beamline
from blueline.connections import connect
from devices.channel_access import fetch
from planlib import py4syn, spec
from planlib.checks import require_plan
from planlib.errors import PlanError
from tests.waiting import wait_until

NAN = math.nan


@pytest.fixture(scope="module")
def devices(fast_ioc, tmp_path_factory):
    """Nothing breaks here: one virtual beamline serves all."""
    beamline = virtual_beamline(fast_ioc.prefix, tmp_path_factory.mktemp("frames"))
    connect(beamline)
    yield beamline.devices
    beamline.destroy()


@pytest.fixture
def untouched(devices):
    """After the test, nothing has been sent anywhere: a put would have renewed the time."""
    signals = [
        *(devices[name].user_setpoint for name in ("x", "y", "bragg")),
        devices["scaler"].count,
        devices["scaler"].preset_time,
    ]
    before = fetch(signals)
    yield
    assert fetch(signals) == before


BAD = {
    "U1 zero intervals": (lambda d: spec.ascan(d["x"], 0, 1, 0, 0.1), "whole number from 1 on"),
    "U1 half an interval": (lambda d: spec.ascan(d["x"], 0, 1, 2.5, 0.1), "whole number from 1"),
    "U1 no points": (lambda d: spec.loopscan(0, 0.1), "whole number from 1 on"),
    "U1 yes repeats": (lambda d: py4syn.timescan(1, 1, True), "whole number from 1 on"),
    "U2 nan": (lambda d: spec.ascan(d["x"], NAN, 1, 2, 0.1), "start of x must be a finite"),
    "U2 infinity": (lambda d: spec.dscan(d["x"], 0, math.inf, 2, 0.1), "stop of x must be a fin"),
    "U2 text": (lambda d: spec.pointscan(d["x"], [0, "1"], 0.1), "positions of x must be a fin"),
    "U3 swapped": (lambda d: spec.ascan(0, d["x"], 1, 2, 0.1), "a motor is expected here"),
    "U3 missing": (lambda d: spec.ascan(d["x"], 0, 1), "a right call is ascan(x, 0, 5, 10, 0.1)"),
    "U3 unknown": (lambda d: spec.ascan(d["x"], 0, 1, 2, 1, snake=True), "ascan takes no snake"),
    "U4 motor twice": (
        lambda d: spec.mesh(d["x"], 0, 1, 2, d["x"], 0, 1, 2, 0.1, d["scaler"]),
        "x is given twice",
    ),
    "U4 group and member": (
        lambda d: spec.ascan(d["x"], 0, 1, 2, 0.1, d["mg"], d["scaler"]),
        "would be counted twice, by mg and by scaler",
    ),
    "U5 no counters": (lambda d: spec.ascan(d["x"], 0, 1, 2, 0.1, []), "nothing to count with"),
    "U5 only the motor": (
        lambda d: spec.ascan(d["x"], 0, 1, 2, 0.1, d["x"]),
        "nothing to count with",
    ),
    "U5 no positions": (lambda d: spec.pointscan(d["x"], [], 0.1), "positions of x are none"),
    "U6 not called": (lambda d: require_plan(spec.ascan), "ascan has not been called"),
    "U6 text": (lambda d: require_plan("ascan x 0 1 2 0.1"), "is no plan: write a call"),
    "U6 nothing": (lambda d: require_plan(None), "was `yield from` forgotten?"),
    "U7 no JSON": (lambda d: spec.sct(0.1, md={"sample": object()}), "the metadata sample must"),
    "U7 too much": (lambda d: spec.sct(0.1, md={"notes": "x" * 10**7}), "MB of JSON"),
    "U7 escapes": (lambda d: spec.sct(0.1, md={"sample": "\x1b[31m"}), "control characters"),
    "U7 reserved": (lambda d: spec.sct(0.1, md={"uid": "mine"}), "the engine itself writes uid"),
    "U9 a billion": (
        lambda d: spec.mesh(d["x"], 0, 1, 31622, d["y"], 0, 1, 31622, 0.1),
        "too many",
    ),
    "SC-04 no monitor": (
        lambda d: spec.ascan(d["x"], 0, 1, 2, -1000, d["mca"]),
        "mca cannot count to 1000 counts: it has no monitor",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_in_one_sentence_before_the_first_message(untouched, devices, name):
    make, sentence = BAD[name]
    with pytest.raises(PlanError) as refusal:
        next(make(devices))
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_forgotten_yield_from_is_warned_of(engine, devices, untouched):
    """U6: to bluesky it is a success."""

    def mine():
        yield from ()
        spec.ascan(devices["x"], 0, 1, 2, 0.1, devices["scaler"])

    with pytest.warns(RuntimeWarning, match="was `yield from` forgotten"):
        engine(mine())


def test_ct_that_is_paused_and_aborted_leaves_nothing_counting(engine, devices):
    """What is not saved is cleaned up all the same."""
    from bluesky.preprocessors import plan_mutator
    from bluesky.utils import Msg, single_gen

    def pause(message):
        pauses = message.command == "wait" and message.kwargs.get("group") == "count"
        return (None, None) if not pauses else (single_gen(Msg("pause", None)), None)

    with pytest.raises(RunEngineInterrupted):
        engine(plan_mutator(spec.ct(200, devices["scaler"]), pause))
    engine.abort()
    wait_until("nothing counts", lambda: fetch([devices["scaler"].count])[0].value == 0, 2)
