"""The tables of faults, and the page that explains them."""

import re
from pathlib import Path

import pytest

from sim_ioc import faults
from sim_ioc.channel_access.fields import Kind
from sim_ioc.faults import Faults

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "inject-a-fault.md"
TABLES = {name: table for name, table in vars(faults).items() if name.endswith("_FAULTS")}
TABLES.pop("NO_FAULTS")


@pytest.mark.parametrize("name", TABLES)
def test_each_fault_is_explained_to_people(name):
    explained = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(TABLES[name]) <= set(explained)


def test_no_fault_is_explained_that_does_not_exist():
    explained = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(explained) == {fault for table in TABLES.values() for fault in table}


@pytest.mark.parametrize("name", TABLES)
def test_each_fault_is_off_at_first(name):
    assert Faults(TABLES[name]).active() == []


@pytest.mark.parametrize("name", TABLES)
def test_each_fault_that_is_a_number_has_a_range_in_which_it_can_be_off(name):
    for fault in TABLES[name].values():
        if fault.kind is not Kind.ENUM:
            low, high = faults.RANGES[fault.name]
            assert low <= 0 < high


def test_fault_unknown_to_a_record_is_off():
    assert not Faults(faults.RECORD_FAULTS).is_on("stall")
