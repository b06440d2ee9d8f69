"""The word that was meant by one that is not known."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Ask for the known word that is nearest; say something else where none is near.

    Examples
    --------
    >>> did_you_mean("thta", ["x", "theta"])
    'did you mean theta?'
    >>> did_you_mean("energy", ["x", "theta"], "there are x and theta")
    'there are x and theta'
    """
    close = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {close[0]}?" if close else otherwise
