"""The page on pseudo counters shows what happens."""

import pytest

from tests.conftest import end_engine
from tests.system.documents import run_page, text_blocks
from tests.waiting import PATIENCE

PAGE = "docs/how-to/write-a-pseudo-counter.md"


@pytest.fixture(scope="module")
def printed(instant_ioc):
    """What its examples print, run one after the other."""
    names, written = run_page(PAGE, {"BL:": instant_ioc.prefix})
    end_engine(names["RE"])
    scaler = names["scaler"]
    scaler.clock_gate.put(1)
    scaler.monitor_signals["gate"].put(0)
    scaler.preset_time.set(1.0).wait(PATIENCE)
    scaler.destroy()
    return written


def test_every_example_runs(printed):
    assert printed


def test_what_it_shows_is_what_is_printed(printed):
    shown = text_blocks(PAGE)
    assert len(shown) == 3
    assert all(sentence.strip() in printed for sentence in shown)
