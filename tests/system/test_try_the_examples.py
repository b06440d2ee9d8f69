"""Examples on devices are typed as they are written, once a virtual beamline runs."""

import contextlib
import os
import re
import subprocess
import sys

import pytest

from tests.free_port import free_port
from tests.system.commands import BLUELINE
from tests.system.documents import ROOT, python_blocks
from tests.waiting import PATIENCE

HOW_TO = ROOT / "docs" / "how-to"
#: Seconds in which all examples of a page end: axes move as they do in life.
ENDED = 50
PAGE = "docs/how-to/try-the-examples.md"


@contextlib.contextmanager
def serving(*words):
    """Serve a virtual beamline as the page says; give what is to be exported for its clients."""
    command = [*BLUELINE, "ioc", *words, "--port", str(port := free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as ioc:
        try:
            assert ioc.stdout.readline().startswith("READY {")
            (exported,) = re.findall(r"^\$ export (.*)$", (ROOT / PAGE).read_text(), re.M)
            assert "127.0.0.1:5064 " in exported
            yield dict(each.split("=") for each in exported.replace("5064", str(port)).split())
        finally:
            ioc.terminate()
            ioc.communicate(timeout=PATIENCE)


def blocks(page, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S)


def printed(page, folder, exported):
    """What the examples of a page print, typed in a fresh folder into a Python of their own."""
    (folder / "page.py").write_text("\n".join(python_blocks(page)))
    ended = subprocess.run(
        [sys.executable, "page.py"], cwd=folder, env=os.environ | exported, timeout=ENDED,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_examples_are_typed_in_python_with_the_built_in_beamline(tmp_path):
    page = "docs/how-to/set-up-an-axis.md"
    with serving() as exported:
        assert printed(page, tmp_path, exported) == "".join(blocks(page, "text"))


def test_a_device_of_one_s_own_is_tried_on_process_variables_of_a_file(tmp_path):
    page = "docs/how-to/write-a-device.md"
    (described,) = blocks(page, "yaml")
    (tmp_path / "pump.yml").write_text(described)
    assert "blueline ioc pump.yml" in (ROOT / page).read_text()
    with serving(str(tmp_path / "pump.yml")) as exported:
        assert printed(page, tmp_path, exported) == "".join(blocks(page, "text"))


@pytest.mark.parametrize("page", sorted(each.name for each in HOW_TO.glob("*.md")))
def test_pages_whose_examples_need_a_virtual_beamline_say_how_to_start_one(page):
    needs_one = any('"BL:' in block for block in blocks(f"docs/how-to/{page}", "python"))
    assert not needs_one or "(try-the-examples.md)" in (HOW_TO / page).read_text()
