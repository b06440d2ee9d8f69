"""The code of the documentation, and what it shows to be printed."""

import contextlib
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def python_blocks(page: str) -> list[str]:
    """Give the Python code of a page, named from the root, block by block."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert blocks, f"{page} has no code"
    return blocks


def text_blocks(page: str) -> list[str]:
    """Give what a page shows as text, such as what its code prints."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```text\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def run_page(page: str, replaced: Mapping[str, str] | None = None) -> tuple[dict[str, Any], str]:
    """Run the Python code of a page, block by block; give its names, and what it prints.

    Parameters
    ----------
    replaced
        What stands in the place of words of the page.
    """
    names: dict[str, Any] = {}
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        for block in python_blocks(page):
            for old, new in (replaced or {}).items():
                block = block.replace(old, new)  # noqa: PLW2901 - it grows as it goes
            exec(block, names)  # noqa: S102 - our own page
    return names, written.getvalue()
