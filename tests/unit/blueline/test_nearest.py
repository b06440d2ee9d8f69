"""Who mistypes a word is asked for the one that was meant."""

from blueline.nearest import did_you_mean


def test_the_nearest_word_is_asked_for():
    assert did_you_mean("hgp", {"hgap": 1, "theta": 2}) == "did you mean hgap?"


def test_a_word_in_another_case_is_near():
    assert did_you_mean("X", ["y", "x"]) == "did you mean x?"
    assert did_you_mean("HGAP", ["hgap", "vgap"]) == "did you mean hgap?"


def test_a_word_that_is_like_no_other_brings_what_else_there_is_to_say():
    assert did_you_mean("energy", ["hgap"], "lsmot() lists them") == "lsmot() lists them"
    assert did_you_mean("energy", ["hgap"]) == ""
