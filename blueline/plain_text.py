"""What a docstring says, as people read it: without markup, and without where it was asked for.

Pure.
"""

import re
import textwrap

#: Rows of the lists of requirements, and sections of them: BL-100, GT-63, acquisition 10.4, P2.
_ROW = r"(?:(?:acquisition|reliability|ecosystem)(?:,? section)? [\d.]*\d|[A-Z]{1,2}-?\d+)"
_ROWS = re.compile(rf"\s*\({_ROW}(?:(?:,|;| to| and)\s+{_ROW})*\)")
#: As code, and as code with where it is: a letter on one side alone, or ``1`x`` would lose its own.
_MARKUP = re.compile(r"``|(?<!\w)`|`(?!\w)")
_HEADINGS = frozenset({"Parameters", "Other Parameters", "Returns", "Yields", "Raises", "Notes"})
_RULE = re.compile(r"-{3,}")
_LISTED = re.compile(r"\s*([-*]|\d+[.)]) |\s*[|=>]")


def plain_text(text: str) -> str:
    """Leave out what says nothing to somebody who uses it.

    Examples
    --------
    >>> plain_text("Go to an edge, as `goto` (BL-100, acquisition 4.5): ``goto Cu`` (see there).")
    'Go to an edge, as goto: goto Cu (see there).'
    """
    return _MARKUP.sub("", _ROWS.sub("", text))


def folded(text: str, width: int) -> str:
    r"""Fold a docstring to a width, paragraph by paragraph; lists and examples stay as they are.

    Examples
    --------
    >>> print(folded("Scan one motor over\nsome points.\n\nParameters\n---\nx\n    A\n    b", 60))
    Scan one motor over some points.
    <BLANKLINE>
    Parameters
    x
        A b
    """
    lines: list[str] = []
    block: list[str] = []
    in_parameters = False
    for line in [*text.splitlines(), ""]:
        is_heading = line in _HEADINGS
        stands_alone = is_heading or not line.strip() or bool(_LISTED.match(line))
        stands_alone = stands_alone or (in_parameters and _indent(line) == "")
        in_parameters = in_parameters or is_heading
        if block and (stands_alone or _indent(line) != _indent(block[0])):
            lines += _filled(block, width)
            block = []
        if _RULE.fullmatch(line.strip()):
            continue
        if stands_alone:
            lines.append(line)
        else:
            block.append(line)
    return "\n".join(lines).rstrip()


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _filled(block: list[str], width: int) -> list[str]:
    indent = _indent(block[0])
    return textwrap.wrap(
        " ".join(line.strip() for line in block),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
