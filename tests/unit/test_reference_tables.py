"""The tables of capabilities and faults are true, and every cited id is in them."""

import re
from pathlib import Path

import pytest

from tools import reference_tables as tables

ROOT = Path(__file__).parents[2]
CITED = re.compile(r"\b((?:PS|BL|ES|GT|SC)-\d{2,3})\b")


@pytest.mark.parametrize("table", tables.PAGES)
def test_the_page_is_what_the_table_gives(table):
    written = (tables.REFERENCE / f"{table}.md").read_text(encoding="utf-8")
    assert written == tables.page(table, *tables.PAGES[table])


@pytest.mark.parametrize("table", tables.PAGES)
def test_each_row_has_a_known_state_and_what_is_done_names_its_test(table):
    for row in tables.rows(table):
        assert row.state in tables.STATES, row
        assert row.state != "done" or row.tests, row


@pytest.mark.parametrize("table", tables.PAGES)
def test_each_named_test_exists(table):
    for row in tables.rows(table):
        for test in row.tests:
            path, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), row


@pytest.mark.parametrize("table", tables.PAGES)
def test_each_id_stands_once(table):
    ids = [row.id for row in tables.rows(table)]
    assert len(ids) == len(set(ids))


def test_each_id_that_the_code_cites_is_in_the_table():
    known = {row.id for row in tables.rows("capabilities")}
    folders = ("planlib", "devices", "callbacks", "sim_ioc", "reduction", "blueline", "tests")
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            missing = set(CITED.findall(path.read_text(encoding="utf-8"))) - known
            assert not missing, f"{path.relative_to(ROOT)} cites {missing}"
