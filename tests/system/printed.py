"""What a command has printed."""

import re


def row(text: str, name: str) -> list[str]:
    """Give the words of the one line of a table that begins with a name."""
    (line,) = re.findall(rf"^{name} .*$", text, re.MULTILINE)
    return line.split()
