"""The code of the documentation."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python_blocks(page: str) -> list[str]:
    """Give the Python code of a page, named from the root, block by block."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert blocks, f"{page} has no code"
    return blocks
