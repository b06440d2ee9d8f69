"""Two bent mirrors by where they focus (BL-62)."""

import math

import bluesky.plans as bp
import pytest

from devices import BentMirror, InvalidTargetError, KirkpatrickBaez, OutOfLimitsError
from tests.unit.devices.soft_stage import go, soft


def pair(limits=(-100.0, 100.0), source=40.0):
    benders = [soft(name, limits=limits) for name in ("v", "h")]
    kb = KirkpatrickBaez(
        name="kb",
        vertical=BentMirror(benders[0], source, 0.5, 3.0, (1e-4, 1e-4)),
        horizontal=BentMirror(benders[1], 40.3, 0.2, 3.0, (0.0, 3e-4)),
    )
    kb.set({"focus": 0.0, "astigmatism": 0.0}).wait(10)
    return kb, benders


def test_each_mirror_is_bent_by_the_lens_equation():
    _, (v, _) = pair()
    curvature = 1e-4 + 1e-4 * v.position
    assert 1 / 40 + 1 / 0.5 == pytest.approx(2 * curvature / math.sin(3e-3))


def test_the_focus_moves_both_mirrors_and_keeps_the_astigmatism():
    kb, (v, h) = pair()
    before = v.position, h.position
    go(kb.focus, 10.0)
    assert v.position < before[0]
    assert h.position < before[1]
    assert kb.position == pytest.approx({"focus": 10.0, "astigmatism": 0.0}, abs=1e-9)


def test_the_astigmatism_moves_the_foci_apart_and_keeps_their_mean():
    kb, _ = pair()
    go(kb.astigmatism, 4.0)
    assert kb.position == pytest.approx({"focus": 0.0, "astigmatism": 4.0}, abs=1e-9)


def test_the_focus_is_scanned(engine, documents):
    kb, _ = pair()
    engine(bp.scan([], kb.focus, -5, 5, 3))
    foci = [doc["data"]["kb_focus"] for name, doc in documents if name == "event"]
    assert foci == pytest.approx([-5, 0, 5])


def test_a_focus_that_a_bender_cannot_reach_is_refused_with_its_name():
    kb, _ = pair(limits=(0.0, 30.0))
    with pytest.raises(OutOfLimitsError, match="v would have to go to"):
        kb.focus.set(-300.0)


def test_a_focus_before_the_mirror_is_refused():
    kb, _ = pair()
    with pytest.raises((InvalidTargetError, OutOfLimitsError), match="kb_focus cannot go to -900"):
        kb.focus.set(-900.0)


def test_a_place_that_is_no_number_is_refused():
    with pytest.raises(InvalidTargetError, match="source of the vertical mirror of kb is a number"):
        pair(source=math.nan)
