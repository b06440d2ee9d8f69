"""Split what is typed into statements and words, as SPEC does, minding brackets and quotes."""

from collections.abc import Iterator

_OPEN, _CLOSE = "([{", ")]}"
_QUOTES = "\"'"


def statements(line: str) -> list[str]:
    """Split a line at the semicolons outside brackets and quotes; a comment is left out.

    Examples
    --------
    >>> statements("umv x 3; elog_add('a; b')  # done")
    ['umv x 3', "elog_add('a; b')"]
    """
    return [part.strip() for part in _split(line, ";") if part.strip()]


def words(statement: str) -> list[str]:
    """Split a statement at the spaces and commas outside brackets and quotes.

    Examples
    --------
    >>> words("ascan x, 0 2*(1 + 1) [1, 2] 'a b'")
    ['ascan', 'x', '0', '2*(1 + 1)', '[1, 2]', "'a b'"]
    """
    return [word for word in _split(statement, " \t,") if word]


def _split(text: str, separators: str) -> list[str]:
    """Split text outside brackets and quotes, up to a comment."""
    parts = [""]
    for piece, is_plain in _pieces(text):
        if is_plain and piece == "#":
            break
        if is_plain and piece in separators:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Give the characters and the quoted texts, and whether each is outside all brackets."""
    depth, at = 0, 0
    while at < len(text):
        piece = _quoted(text, at) if text[at] in _QUOTES else text[at]
        depth += (piece in _OPEN) - (piece in _CLOSE)
        yield piece, depth == 0 and len(piece) == 1
        at += len(piece)


def _quoted(text: str, begin: int) -> str:
    """Give the text in quotes that begins somewhere; to the end where it does not end."""
    quote, at = text[begin], begin + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return text[begin : at + 1]
