import re
from pathlib import Path

from tools.plot_pictures import PICTURES

PAGE = Path(__file__).parents[3] / "docs/how-to/look-at-a-scan.md"


def test_the_page_shows_every_picture():
    shown = re.findall(r"images/generated/([a-z-]+)\.png", PAGE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PICTURES)
