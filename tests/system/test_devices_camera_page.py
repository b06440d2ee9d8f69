"""The page on cameras shows what happens."""

import pytest

from tests.conftest import end_engine
from tests.system.documents import run_page, text_blocks

PAGE = "docs/how-to/use-a-camera.md"
FOLDER = "/tmp/blueline-frames"  # noqa: S108 - what the page says


@pytest.fixture(scope="module")
def printed(instant_ioc, tmp_path_factory):
    """What its examples print, run one after the other."""
    folder = str(tmp_path_factory.mktemp("frames"))
    names, written = run_page(PAGE, {"BL:": instant_ioc.prefix, FOLDER: folder})
    end_engine(names["RE"])
    for name in ("camera", "cut", "powder", "bright", "tiff", "small", "masked", "edge"):
        names[name].wait_for_connection(timeout=10)
        names[name].destroy()
    return written.replace(instant_ioc.prefix, "BL:")


def test_every_example_runs(printed):
    assert printed


def test_what_it_shows_is_what_is_printed(printed):
    assert "".join(text_blocks(PAGE)) == printed
