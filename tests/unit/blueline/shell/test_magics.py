"""bluesky's magics are commands and plans of ours."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ophyd.sim import SynAxis

from blueline.shell.magics import TYPED_AS, meant, register_magics
from blueline.shell.vocabulary import Vocabulary


def umv(*moves): ...


def ct(count_time=1.0, *counters):
    yield


def wa(*axes): ...


@pytest.fixture
def devices():
    made = {name: SynAxis(name=name) for name in ("one", "other")}
    made["one"]._ophyd_labels_ = {"sample"}
    return made


@pytest.fixture
def vocabulary(devices):
    commands = {"umv": umv, "ct": ct, "wa": wa}
    return Vocabulary({**commands, **devices}, commands)


@pytest.mark.parametrize(
    ("magic", "line", "python"),
    [
        ("mov", "one 3 other -2", "umv(one, 3, other, -2)"),
        ("mov", "one 2*(1 + 1)", "umv(one, 2*(1 + 1))"),
        ("mov", "", "umv()"),
        ("wa", "", "wa()"),
        ("wa", "sample", "wa(one)"),
        ("wa", "motors", "wa()"),
        ("ct", "", "RE(ct());"),
        ("ct", "0.5", "RE(ct(0.5));"),
        ("ct", "detectors", "RE(ct());"),
        ("ct", "sample", "RE(ct(1, one));"),
    ],
)
def test_a_magic_means_a_word_of_ours(vocabulary, devices, magic, line, python):
    assert meant(magic, line, vocabulary, devices) == python


def test_all_of_them_are_there(vocabulary, devices):
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    register_magics(shell, vocabulary, devices)
    assert set(TYPED_AS) <= set(shell.magics_manager.magics["line"])
    moved = []
    shell.user_ns |= {**vocabulary.names, "umv": lambda *moves: moved.append(moves)}
    shell.run_line_magic("mov", "one 3")
    shell.history_manager.end_session()
    assert moved == [(devices["one"], 3)]
