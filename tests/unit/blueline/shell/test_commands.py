"""The table of commands is whole, and its pages are up to date."""

import inspect
import re
from types import SimpleNamespace

import pytest

from blueline.errors import BluelineError
from blueline.shell.cheat_sheets import PLANS, known_rows
from blueline.shell.commands import COMMANDS, make_commands
from tools.cheat_sheets import PAGES, page

#: What SPEC's, BLISS's and Py4Syn's people type (acquisition 2.2, 3.3, 3.4).
PROMISED = """wa wu wm wmr lm lms set_lm set_pos set_dial mv mvr mvd mvdr umv umvr umvd umvdr mmv
mmvr ummv ummvr tw sta stm stop sync pon poff lsmot lscnt lsmg lsobj lsconfig wid info prdef bench
countdown rockit elog_print elog_add elog_plot debugon debugoff where runs instrument save_position
restore_position positions newproposal newsample newcollection newdataset endproposal lock unlock
lslock user_script_load user_script_run user_script_list""".split()


def test_all_promised_commands_are_there():
    assert set(PROMISED) <= {command.name for command in COMMANDS}


def test_no_name_is_given_twice():
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))


def test_no_command_takes_a_name_of_python_or_of_a_plan():
    import builtins

    import planlib

    names = {command.name for command in COMMANDS}
    assert not names & (set(dir(builtins)) | set(planlib.__all__))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_says_in_one_sentence_what_it_does_and_shows_how(command):
    assert command.sentence.endswith(".")
    assert command.name in command.example


def test_commands_at_the_prompt_do_not_show_what_they_work_with():
    commands = make_commands(SimpleNamespace())
    assert str(inspect.signature(commands["wmr"])) == "(axis: object) -> float"
    assert inspect.unwrap(commands["wmr"]) is commands["wmr"]
    assert commands["wmr"].__doc__.startswith("Give the position")


def test_commands_for_what_a_session_does_not_have_are_left_out():
    assert "lock" not in make_commands(SimpleNamespace())
    assert "lock" in make_commands(SimpleNamespace(device_locks=object()))


@pytest.mark.parametrize(
    ("name", "arguments", "options", "said"),
    [
        ("set_pos", ["x"], {}, "set_pos: position is missing; it is typed set_pos axis position, "),
        ("set_lm", [], {}, "axis and low and high are missing"),
        (
            "umv",
            [],
            {"x": 3},
            "umv: it takes no x=; it is typed umv [moves ...], such as umv x 1.5",
        ),
        ("info", [1, 2], {}, "info: that is too much; it is typed info device, such as info x"),
        ("stop", [], {"axis": 1}, "; it is typed stop [axes ...]"),
        ("newdataset", [], {"nmae": "a"}, "it takes no nmae="),
        (
            "note_position",
            ["stage", "aligned", "new", "mirror"],
            {},
            "note_position: that is too much: a text of several words goes in quotes; it is typed",
        ),
    ],
)
def test_a_wrong_call_is_answered_with_how_it_is_typed(name, arguments, options, said):
    commands = make_commands(SimpleNamespace(data_policy=object(), settings=object()))
    with pytest.raises(BluelineError, match=re.escape(said)):
        commands[name](*arguments, **options)


def test_a_wrong_call_is_not_answered_with_the_same_words_twice():
    with pytest.raises(BluelineError) as refused:
        make_commands(SimpleNamespace())["user_script_list"](1)
    expected = "user_script_list: that is too much; it is typed user_script_list"
    assert str(refused.value) == expected


@pytest.mark.parametrize("system", PAGES)
def test_a_cheat_sheet_is_what_the_commands_give(system):
    assert PAGES[system].read_text(encoding="utf-8") == page(system)


@pytest.mark.parametrize("system", PAGES)
def test_a_cheat_sheet_has_moves_and_scans(system):
    assert {"umv", "wa", "ascan", "ct"} <= {row.theirs for row in known_rows(system)}


def test_all_plans_of_the_sheets_exist():
    import planlib

    assert set(PLANS) <= set(planlib.__all__)
