"""The pictures of the how-to page, from scans on a virtual beamline."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tools.plot_pictures import PICTURES, TEXT

#: Seconds for all of them, on two cores that others use as well; alone it takes forty.
DEADLINE = 300.0
ROOT = Path(__file__).parents[2]
#: A peak, a map and text are enough to know that all of the way is there.
FEW = ("peak", "map", "image")

pytestmark = pytest.mark.timeout(DEADLINE + 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("pictures")
    command = [sys.executable, "-m", "tools.plot_pictures", str(made), *FEW]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert done.returncode == 0, done.stderr
    return made


@pytest.mark.parametrize("name", FEW)
def test_a_picture_is_made_of_a_real_scan(folder, name):
    assert name in PICTURES
    with Image.open(folder / f"{name}.png") as image:
        assert image.width > 600
        colors = image.convert("HSV").getchannel("S").histogram()
    assert sum(colors[100:]) > 500


def test_the_plot_for_terminals_is_made_of_a_real_scan(folder):
    assert "peak 1." in (folder / TEXT[1]).read_text(encoding="utf-8")
