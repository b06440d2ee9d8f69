"""The page on cameras shows what happens."""

import contextlib
import io
import re

import pytest

from tests.conftest import end_engine
from tests.system.documents import ROOT, python_blocks

PAGE = "docs/how-to/use-a-camera.md"
FOLDER = "/tmp/blueline-frames"  # noqa: S108 - what the page says


@pytest.fixture(scope="module")
def printed(instant_ioc, tmp_path_factory):
    """What its examples print, run one after the other."""
    names = {}
    written = io.StringIO()
    folder = str(tmp_path_factory.mktemp("frames"))
    with contextlib.redirect_stdout(written):
        for block in python_blocks(PAGE):
            ours = block.replace("BL:", instant_ioc.prefix).replace(FOLDER, folder)
            exec(ours, names)  # noqa: S102 - our own page
    end_engine(names["RE"])
    for name in ("camera", "cut", "powder", "bright", "tiff", "small", "masked", "edge"):
        names[name].wait_for_connection(timeout=10)
        names[name].destroy()
    return written.getvalue().replace(instant_ioc.prefix, "BL:")


def test_every_example_runs(printed):
    assert printed


def test_what_it_shows_is_what_is_printed(printed):
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```", page, re.M | re.S)
    assert "".join(shown) == printed
