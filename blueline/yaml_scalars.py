"""What a word without quotes means in our YAML, and which words are refused because readers differ.

YAML 1.1 (PyYAML, most tools of the field) and YAML 1.2 give ``NO``, ``010``, ``1e5`` and
``12:30:00`` different meanings (reliability 2.6): none is taken here, so that nobody can be wrong.
"""

import math
import re

Scalar = str | int | float | bool | None

#: Digits of the longest number: what needs more is text.
_LONGEST_NUMBER = 40
_NOTHING = frozenset({"", "~", "null"})
_TRUTH = {"true": True, "false": False}
#: What word processors make of quotes.
_OTHER_QUOTES = frozenset("“”„‘’‚«»´")
_OLD_TRUTH = frozenset({"yes", "no", "on", "off"})
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
#: Both versions of YAML take these for the same number: a point, and a sign in the exponent.
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")
_REFUSED = (
    (re.compile(r"[-+]?0[0-9_]+"), "has a leading zero, which some readers take for octal"),
    (re.compile(r"[-+]?0[xob][0-9a-fA-F_]+"), "is a number in another base"),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_.eE+-]*"), "is a number with underscores"),
    (
        re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+"),
        "is a number to some readers and text to others (1.0e+5 is a number to all)",
    ),
    (re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"), "is base 60 or a time"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"), "is a date"),
    (re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)"), "is no finite number"),
    (re.compile(r"=|<<"), "is a word of YAML itself"),
)


def meaning(text: str) -> Scalar:
    """Give what a plain word means.

    Raises
    ------
    ValueError
        With the reason, where readers of YAML do not agree or a number is none.

    Examples
    --------
    >>> meaning("1.5"), meaning("true"), meaning("BL:m1"), meaning("")
    (1.5, True, 'BL:m1', None)
    """
    if text in _NOTHING:
        return None
    lowered = text.lower()
    if lowered in _TRUTH or lowered in _OLD_TRUTH:
        return _truth(text, lowered)
    if text[0] in _OTHER_QUOTES:
        message = f"{text[0]} is no quote of YAML: write \" or '"
        raise ValueError(message)
    if text[0] in "+-.0123456789=<":
        return _number(text)
    return text


def _truth(text: str, lowered: str) -> bool:
    if lowered in _OLD_TRUTH or text not in _TRUTH:
        message = f"{text} is a truth to some readers and text to others: write true or false"
        raise ValueError(message)
    return _TRUTH[text]


def _number(text: str) -> Scalar:
    if _WHOLE.fullmatch(text):
        _refuse_long(text)
        return int(text)
    for pattern, why in _REFUSED:
        if pattern.fullmatch(text) and not _DECIMAL.fullmatch(text):
            message = f"{_shortened(text)} {why}"
            raise ValueError(message)
    if not _DECIMAL.fullmatch(text):
        return text
    _refuse_long(text)
    if not math.isfinite(float(text)):
        message = f"{_shortened(text)} is too large for a number"
        raise ValueError(message)
    return float(text)


def _refuse_long(text: str) -> None:
    if len(text) > _LONGEST_NUMBER:
        message = f"{_shortened(text)} has more than {_LONGEST_NUMBER} digits"
        raise ValueError(message)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NUMBER else f"{text[:_LONGEST_NUMBER]}…"
