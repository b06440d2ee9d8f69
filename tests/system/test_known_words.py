"""What Tab offers of what a session has kept."""

import pytest

from blueline.shell.known_words import known_words
from blueline.shell.vocabulary import Vocabulary
from planlib import ascan


@pytest.fixture
def known(session, commands):
    return known_words(session, Vocabulary(commands, commands))


def test_saved_positions_are_those_of_the_instrument(commands, known):
    commands["instrument"]("stage", "x")
    commands["instrument"]("mirror", "y")
    commands["save_position"]("stage", "aligned")
    assert set(known("restore_position", "instrument", "")) == {"stage", "mirror"}
    assert list(known("restore_position", "name", "stage")) == ["aligned"]
    assert list(known("restore_position", "name", "mirror")) == []
    assert list(known("restore_position", "name", "nobody")) == []


def test_scripts_are_those_of_their_folder(session, known):
    folder = session.folder.root / "scripts"
    folder.mkdir()
    (folder / "alignment.py").touch()
    assert list(known("user_script_run", "name", "")) == ["alignment"]


def test_columns_are_what_scans_may_show(known):
    assert {"I0", "It", "scaler", "theta"} <= set(known("plotselect", "counters", ""))


def test_named_scans_and_parameters_are_those_that_are_kept(session, commands, known):
    commands["define"]("edge", ascan(session.devices["x"], 0, 1, 10, 0.1))
    commands["parameters"]("fly", start=0)
    assert list(known("do_scan", "name", "")) == ["edge"]
    assert list(known("parameters", "name", "")) == ["fly"]


def test_help_is_offered_for_commands(known):
    assert {"wa", "umv"} <= set(known("help_me", "what", ""))
    assert "assert" not in set(known("help_me", "what", ""))


def test_of_other_words_nothing_is_known(known):
    assert known("newsample", "name", "") is None
