import re
from pathlib import Path

import pytest
from PIL import Image

from tools.plot_pictures import PICTURES, picture

PAGE = Path(__file__).parents[3] / "docs/how-to/look-at-a-scan.md"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_each_picture_of_the_page_can_be_drawn(name, tmp_path):
    path = tmp_path / f"{name}.png"
    picture(name, path)
    with Image.open(path) as image:
        assert image.width > 600


def test_the_same_picture_is_drawn_every_time(tmp_path):
    for name in ("once", "again"):
        picture("map", tmp_path / f"{name}.png")
    with Image.open(tmp_path / "once.png") as once, Image.open(tmp_path / "again.png") as again:
        assert once.tobytes() == again.tobytes()


def test_the_page_shows_every_picture():
    shown = re.findall(r"images/generated/([a-z-]+)\.png", PAGE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
