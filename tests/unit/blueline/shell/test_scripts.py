"""What scripts give to the prompt."""

import io
from types import SimpleNamespace

import pytest

from blueline.errors import BluelineError
from blueline.shell.commands import make_commands
from blueline.shell.errors import explain
from blueline.shell.vocabulary import Vocabulary


@pytest.fixture
def names():
    return {"x": "the axis"}


@pytest.fixture
def commands(tmp_path, names):
    (tmp_path / "scripts").mkdir()
    session = SimpleNamespace(
        folder=SimpleNamespace(root=tmp_path),
        namespace=lambda: names,
        screen=io.StringIO(),
        config=None,
    )
    return make_commands(session)


@pytest.fixture
def write(tmp_path):
    return (tmp_path / "scripts" / "mine.py").write_text


def test_the_names_of_a_script_stay_its_own(commands, names, write):
    write("half = 0.5")
    assert commands["user_script_load"]("mine").half == 0.5
    assert "half" not in names


def test_the_names_of_a_script_are_given_to_the_prompt_where_that_is_asked_for(
    commands, names, write
):
    write("half = 0.5")
    commands["user_script_load"]("mine", export_global=True)
    assert names["half"] == 0.5
    write("half = 0.25")
    commands["user_script_load"]("mine", export_global=True)
    assert names["half"] == 0.25


def test_a_script_cannot_take_the_name_of_an_axis(commands, names, write):
    write("x = 3\nhalf = 0.5")
    commands["user_script_load"]("mine", export_global=True)
    assert names == {"x": "the axis", "half": 0.5}


def test_what_is_refused_in_a_script_is_shown_with_its_line(commands, write, tmp_path):
    write("1 + 1\nuser_script_run('nobody')\n")
    with pytest.raises(BluelineError) as refused:
        commands["user_script_run"]("mine")
    lines = explain(refused.value, "user_script_run mine", Vocabulary({}), 400)
    assert lines[-1].startswith(f"at {tmp_path}/scripts/mine.py:2: user_script_run('nobody')")
