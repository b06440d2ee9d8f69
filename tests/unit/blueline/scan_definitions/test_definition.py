"""What a named scan says of itself."""

import pytest

from blueline.scan_definitions import ScanDefinition


@pytest.fixture
def definition():
    arguments = {"motor": "x", "start": 0, "stop": 1, "intervals": 2, "count_time": 0.1}
    return ScanDefinition("align", "ascan", arguments, "ascan x 0 1 2 0.1", "coarse")


def test_a_line_has_what_was_typed_and_the_last_run(definition):
    assert str(definition) == "align: ascan x 0 1 2 0.1 (coarse); never run"


def test_what_is_kept_makes_it_again(definition):
    assert ScanDefinition("align", **definition.kept()) == definition


def test_it_reads_as_a_start_document(definition):
    start = definition.start()
    assert start["plan_name"] == "ascan"
    assert start["plan_args"]["motor"] == "x"
