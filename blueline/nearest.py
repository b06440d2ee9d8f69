"""The word that was meant by one that is not known."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Ask for the known word that is nearest; say something else where none is near.

    One that differs in upper and lower case alone is near.

    Examples
    --------
    >>> did_you_mean("thta", ["x", "theta"])
    'did you mean theta?'
    >>> did_you_mean("energy", ["x", "theta"], "there are x and theta")
    'there are x and theta'
    >>> did_you_mean("X", ["x", "theta"])
    'did you mean x?'
    """
    words = list(known)
    close = difflib.get_close_matches(word, words, 1)
    if not close:
        folded = {each.casefold(): each for each in words}
        near = difflib.get_close_matches(word.casefold(), folded, 1)
        close = [folded[each] for each in near]
    return f"did you mean {close[0]}?" if close else otherwise
