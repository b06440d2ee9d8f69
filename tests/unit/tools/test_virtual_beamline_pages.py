"""The pages that are made of the code: every key that a file may have is on them."""

import re

import pytest

from sim_ioc.beam.filters import FilterSettings
from sim_ioc.config import BeamlineSettings
from tools.virtual_beamline_pages import file_page


@pytest.fixture(scope="module", name="page")
def _page():
    return file_page(BeamlineSettings())


def keys_under(page, heading):
    part = page.partition(f"{heading}\n")[2].partition("\n#")[0]
    return set(re.findall(r"^\| `(\w+)`", part, re.MULTILINE))


def test_keys_of_what_a_part_holds_are_in_a_table_of_their_own(page):
    assert keys_under(page, "### FilterSettings, in kind: filters") == set(
        FilterSettings.model_fields
    )


def test_defaults_are_written_as_in_a_file(page):
    assert "| `is_open` | boolean | `true` |" in page
    assert "see above" not in page
