"""Tables of text as wide as a terminal; pure."""

from collections.abc import Sequence

#: Stands at the end of a text that was cut.
CUT = "…"
#: Columns that a text keeps however narrow the terminal is.
_LEAST = 8
_GAP = "  "


def cut(text: str, width: int | None) -> str:
    """Give a text with at most `width` characters; None for as many as it has.

    Examples
    --------
    >>> cut("a long line", 8)
    'a long …'
    """
    if width is None or len(text) <= width:
        return text
    return text[: max(0, width - 1)] + CUT


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int | None = None,
    left: Sequence[str] = (),
) -> str:
    """Give rows under headings, numbers to the right; the widest text gives way to the width.

    Parameters
    ----------
    width
        Columns of the terminal; None for a file, which has all.
    left
        Headings of what is text, besides the first column.

    Examples
    --------
    >>> print(table(["axis", "user", ""], [["x", "1.000", "mm"], ["theta", "-0.5", "deg"]]))
    axis    user
    x      1.000   mm
    theta   -0.5  deg
    """
    cells = [list(map(str, row)) for row in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_left = [not index or heading in left for index, heading in enumerate(headings)]
    widths = _fitted(widths, is_left, width)
    lines = (
        _GAP.join(
            cut(cell, size).ljust(size) if to_left else cut(cell, size).rjust(size)
            for cell, size, to_left in zip(row, widths, is_left, strict=True)
        )
        for row in cells
    )
    return "\n".join(cut(line.rstrip(), width) for line in lines)


def _fitted(widths: list[int], is_text: list[bool], width: int | None) -> list[int]:
    """Take what is too much from the widest texts, never from numbers."""
    if width is None:
        return widths
    found = list(widths)
    texts = [index for index, text in enumerate(is_text) if text]
    while sum(found) + len(_GAP) * (len(found) - 1) > width:
        widest = max(texts, key=lambda index: found[index])
        if found[widest] <= _LEAST:
            break
        found[widest] -= 1
    return found


def blocks(
    columns: Sequence[Sequence[str]],
    names: Sequence[str],
    width: int | None,
    most: int | None = None,
) -> str:
    """Give columns of numbers beside the names of their rows, below each other where too many.

    Parameters
    ----------
    columns
        Each with its heading first.
    names
        Of the rows, that of the headings first.
    width
        Columns of the terminal; None for all in one block.
    most
        Columns of numbers in one block; None for as many as fit.

    Examples
    --------
    >>> print(blocks([["x", "1.0"], ["y", "2.0"]], ["", "user"], 12))
            x
    user  1.0
    <BLANKLINE>
            y
    user  2.0
    """
    before = max(map(len, names))
    sizes = [max(map(len, column)) for column in columns]
    parts: list[list[int]] = []
    used = 0
    for index, size in enumerate(sizes):
        is_full = width is not None and used + len(_GAP) + size > width
        if not parts or is_full or len(parts[-1]) == most:
            parts.append([])
            used = before
        parts[-1].append(index)
        used += len(_GAP) + size
    return "\n\n".join(
        "\n".join(
            cut(
                _GAP.join(
                    [name.ljust(before), *(columns[i][row].rjust(sizes[i]) for i in part)]
                ).rstrip(),
                width,
            )
            for row, name in enumerate(names)
        )
        for part in parts
    )


def wrapped(words: Sequence[str], width: int | None) -> str:
    """Give words in lines, in columns where they are many.

    Examples
    --------
    >>> print(wrapped(["I0", "It", "If"], 6))
    I0  It
    If
    """
    if not words:
        return ""
    size = max(map(len, words)) + len(_GAP)
    number = max(1, ((width or 100) + len(_GAP)) // size)
    lines = [words[first : first + number] for first in range(0, len(words), number)]
    return "\n".join("".join(word.ljust(size) for word in line).rstrip() for line in lines)
