"""The table of the other systems' commands is true."""

import importlib
from pathlib import Path

import pytest

from tools import command_tables as tables

ROOT = Path(__file__).parents[3]
COMMANDS, DEFECTS = tables.table("commands"), tables.table("defects")


def test_the_page_is_what_the_tables_give():
    assert tables.PAGE.read_text(encoding="utf-8") == tables.page()


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: f"{row['system']} {row['command']}")
def test_each_command_has_a_plan_here(row):
    for name in row["plan"].split():
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


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
