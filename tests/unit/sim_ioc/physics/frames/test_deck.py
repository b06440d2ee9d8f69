"""Random numbers dealt anew for each frame."""

import numpy as np
import pytest

from sim_ioc.physics.frames.deck import STRETCH, Deck
from sim_ioc.physics.frames.quantiles import column_of

BLOCK = 4 * STRETCH
WHOLE = slice(0, BLOCK)


def deck(seed=1, pixels=BLOCK):
    return Deck(pixels, BLOCK, np.random.default_rng(seed))


def dealt(kind, times=200):
    cards = deck()
    frames = []
    for _ in range(times):
        cards.shuffle()
        frames.append(getattr(cards, kind)(WHOLE).copy())
    return np.concatenate(frames)


def test_deviates_are_standard_normal():
    deviates = dealt("normal")
    assert abs(deviates.mean()) < 0.01
    assert deviates.std() == pytest.approx(1, abs=0.01)


def test_fractions_fill_the_interval():
    fractions = dealt("uniform")
    assert fractions.mean() == pytest.approx(0.5, abs=0.005)
    assert fractions.var() == pytest.approx(1 / 12, abs=0.001)
    assert (fractions.min(), fractions.max()) == pytest.approx((0, 1), abs=1e-3)


def test_fractions_know_nothing_of_the_deviates():
    assert abs(np.corrcoef(dealt("normal"), dealt("uniform"))[0, 1]) < 0.01


def test_columns_belong_to_the_deviates():
    cards = deck()
    assert (cards.column(WHOLE) == column_of(cards.normal(WHOLE))).all()


def test_part_of_a_stretch_is_dealt():
    cards = deck(pixels=STRETCH + 10)
    assert cards.normal(slice(STRETCH, STRETCH + 10)).shape == (10,)


def test_parts_are_those_of_the_whole():
    cards = deck()
    whole = cards.normal(WHOLE).copy()
    assert (cards.normal(slice(STRETCH, BLOCK)) == whole[STRETCH:]).all()


def test_shuffling_deals_other_numbers():
    cards = deck()
    before = cards.normal(WHOLE).copy()
    cards.shuffle()
    assert (before != cards.normal(WHOLE)).mean() > 0.99


def test_same_seed_deals_the_same():
    assert (deck(7).normal(WHOLE) == deck(7).normal(WHOLE)).all()
