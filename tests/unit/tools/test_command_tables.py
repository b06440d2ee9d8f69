"""The table of the other systems' commands is true."""

import importlib
import inspect
from pathlib import Path

import pytest

import planlib
from blueline.shell.commands import COMMANDS as SHELL
from planlib import py4syn
from tools import command_tables as tables

ROOT = Path(__file__).parents[3]
COMMANDS, DEFECTS = tables.table("commands"), tables.table("defects")


def test_the_page_is_what_the_tables_give():
    assert tables.PAGE.read_text(encoding="utf-8") == tables.page()


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: f"{row['system']} {row['command']}")
def test_each_command_has_a_plan_here(row):
    assert all(callable(named(path)) for path in row["plan"].split())


def words():
    """What is typed at the prompt: the commands, and the plans and what belongs to them."""
    functions = (getattr(planlib, name) for name in planlib.__all__)
    plans = [each for each in functions if inspect.isfunction(each)]
    return [*(command.function for command in SHELL), *plans, py4syn.scan, py4syn.mesh]


@pytest.mark.parametrize("word", words(), ids=lambda word: word.__name__)
def test_each_word_of_the_prompt_has_a_row(word):
    assert any(word in map(named, row["plan"].split()) for row in COMMANDS)


def named(path):
    module, _, attribute = path.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize(
    "row", [*COMMANDS, *DEFECTS], ids=lambda row: row.get("command") or row["defect"]
)
def test_each_row_names_a_test_that_exists(row):
    assert row["test"]
    for test in row["test"].split():
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), test


def test_the_list_of_defects_is_whole():
    """Acquisition 2.12 has eleven."""
    assert [row["number"] for row in DEFECTS] == [str(number) for number in range(1, 12)]
