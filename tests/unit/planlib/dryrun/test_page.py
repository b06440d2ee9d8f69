"""The page on checks shows what happens."""

from tests.conftest import end_engine
from tests.system.documents import run_page, text_blocks

PAGE = "docs/how-to/check-before-you-scan.md"


def test_the_examples_run_and_print_what_is_shown():
    names, printed = run_page(PAGE)
    end_engine(names["RE"])
    assert text_blocks(PAGE)[2].strip() in printed
