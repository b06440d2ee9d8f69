"""What a parser of YAML stumbles over, in the words of people who write a configuration; pure."""

import re

from ruamel.yaml.error import MarkedYAMLError

_COLON = (
    "it does not fit the lines above: a colon too many (text with one goes into quotes), no space "
    "behind - or :, or another indentation"
)
_INDENT = "it is indented otherwise than the lines that it belongs to"
_REST = "something stands behind a value that has ended"
_KEY = "a key has no colon: write key: value"
_NAMES = "there are no anchors and aliases here: text with & or * goes into quotes"
#: What ruamel.yaml says, and what that mostly comes from; {line} is where what it was in begins.
_CAUSES = (
    (r"while parsing a flow sequence.*expected ',' or '\]'", "the [ of line {line} is not closed"),
    (r"while parsing a flow mapping.*expected ',' or '\}'", "the {{ of line {line} is not closed"),
    (r"quoted scalar.*unexpected end", "the quote of line {line} is not closed"),
    (r"quoted scalar.*unexpected document separator", "the quote of line {line} is not closed"),
    (r"found unknown escape character '(.)'", "\\{0} means nothing in \" \": take ' ' around it"),
    (r"found character '(.)' that cannot start", "no text begins with {0}: put it into quotes"),
    (r"mapping values are not allowed", _COLON),
    (r"could not find expected ':'", _KEY),
    (r"scanning an (?:alias|anchor)", _NAMES),
    (r"sequence entries are not allowed", "the first - of a list begins a line of its own"),
    (r"expected '<document start>'", "a line that begins with % is no key and no value"),
    (r"expected <block end>.*'(?:<scalar>|\[|\{|\]|\}|,)'", _REST),
    (r"expected <block end>|did not find expected <block|inconsistent|dedent", _INDENT),
    (r"expected the node content, but found '(\S+)'", "no value begins with {0}"),
)


def explained(error: MarkedYAMLError) -> tuple[int, str]:
    r"""Give the line where a parser has stumbled, and over what.

    Examples
    --------
    >>> from ruamel.yaml import YAML
    >>> try:
    ...     list(YAML(typ="safe", pure=True).parse("a: [1\nb: 2"))
    ... except MarkedYAMLError as error:
    ...     explained(error)
    (2, 'the [ of line 1 is not closed')
    """
    mark = error.problem_mark or error.context_mark
    begins = error.context_mark or mark
    said = " ".join(f"{error.context or ''}: {error.problem or ''}".split())
    for pattern, words in _CAUSES:
        found = re.search(pattern, said)
        if found is not None:
            given = found.groups() or ("",)
            sentence = words.format(*given, line=begins.line + 1 if begins else 1)
            where = begins if words is _KEY else mark  # a key is missed in a later line
            return (where.line + 1 if where else 1), sentence
    plain = (error.problem or error.context or "it cannot be read").splitlines()[0]
    return (mark.line + 1 if mark else 1), f"{plain:.100}"
