"""Read commands that are typed as words: ``ascan th 0 2 20 0.1`` for ``RE(ascan(th, 0, ...))``.

Pure: text and names in, text out. Text that is Python already is never touched, with one exception
that is looked at on its own, `alone`: the name of a command is a command, as IPython's own ``exit``
is, and so is the name with a negative number after it, which Python would read as a difference with
a function.
"""

import ast
import keyword
import re
import warnings
from collections.abc import Callable
from dataclasses import replace

from blueline.shell.vocabulary import Callee, Kind, Vocabulary, choices, may_be_text, takes_text
from blueline.shell.words import statements, words

#: Characters of text that are looked at; nobody types more.
LONGEST = 20_000
#: Lines of one text that are read as commands.
MOST_LINES = 200

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")
_OPTION = re.compile(r"([^\W\d]\w*)=(?!=)(.+)\Z", re.DOTALL)
_LITERAL_TEXT = re.compile(r"[rbfuRBFU]{0,2}[\"']")
_COUNT = re.compile(r"[-+](\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")


def is_python(text: str) -> bool:
    """Whether Python can read the text, ``await`` outside functions included as in IPython."""
    return _error_line(text) is None


def _error_line(text: str) -> int | None:
    """Give the line, from 1 on, that Python cannot read; 0 where it does not say, None for none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(text, "<typed>", "exec", flags=flags)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return 0
    return None


#: Names that a text gives a meaning to, as far as that can be told of one that is not Python yet.
_BOUND = re.compile(r"\b([A-Za-z_]\w*)\s*(?:=|,|:|\bin\b)")


def typed(text: str, vocabulary: Vocabulary) -> str:
    """Turn commands typed as words into Python; anything else is given back as it is.

    Only the lines at which Python stumbles are looked at, and only where the first word is a plan
    or a function at the prompt. What is made of them is Python in the end, or nothing is changed.

    Parameters
    ----------
    text
        One line or several, as typed.
    vocabulary
        What the names mean.

    Examples
    --------
    >>> def ascan(motor, start, stop, intervals, count_time): yield
    >>> words = Vocabulary({"ascan": ascan, "th": None})
    >>> typed("ascan th 0 2 20 0.1", words)
    'RE(ascan(th, 0, 2, 20, 0.1));'
    >>> typed("print 'hello'", words)
    "print 'hello'"
    """
    if len(text) > LONGEST:
        return text
    bound = dict.fromkeys(_BOUND.findall(text))
    vocabulary = replace(vocabulary, names={**bound, **vocabulary.names})
    lines = text.split("\n")
    wrong = _error_line(text)
    for _ in range(min(len(lines), MOST_LINES)):
        if not wrong or wrong > len(lines):
            break
        line = _command_line(lines[wrong - 1], vocabulary)
        if line is None:
            return text
        lines[wrong - 1] = line
        wrong = _error_line("\n".join(lines))
    return text if wrong is not None else "\n".join(lines)


def _command_line(line: str, vocabulary: Vocabulary) -> str | None:
    """Give a line of commands and Python, parted by semicolons; None where one is neither."""
    indent = line[: len(line) - len(line.lstrip())]
    return _each(line, indent, lambda statement: _statement(statement, vocabulary))


def _each(line: str, indent: str, read: Callable[[str], str | None]) -> str | None:
    parts = [read(statement) for statement in statements(line)]
    made = [part for part in parts if part is not None]
    if not made or len(made) < len(parts):
        return None
    is_quiet = made[-1].startswith("RE(") or line.rstrip().endswith(";")
    return f"{indent}{'; '.join(made)}{';' * is_quiet}"


def _statement(statement: str, vocabulary: Vocabulary) -> str | None:
    short = _alone(statement, vocabulary)
    if short is not None:
        return short
    if is_python(statement):
        return statement
    name, rest = statement.split(maxsplit=1)[0], words(statement)[1:]
    callee = vocabulary.callee(name) if _NAME.match(name) else None
    if callee is None:
        return None
    made = _call(callee, rest, vocabulary)
    return made if is_python(made) else None


def _call(callee: Callee, rest: list[str], vocabulary: Vocabulary) -> str:
    """Give the call that the words mean."""
    arguments: list[str] = []
    for word in rest:
        option = _OPTION.match(word)
        if option is not None and _is_option(callee, option[1], len(arguments)):
            arguments.append(f"{option[1]}={_option(callee, option, vocabulary)}")
        else:
            arguments.append(_argument(callee, len(arguments), word, vocabulary))
    call = f"{callee.name}({', '.join(arguments)})"
    return f"RE({call})" if callee.kind is Kind.PLAN else call


def _is_option(callee: Callee, name: str, place: int) -> bool:
    """Whether ``name=...`` is an option, and not the text that is meant at its place."""
    return callee.takes_option(name) or not takes_text(callee.parameter(place))


def _argument(callee: Callee, place: int, word: str, vocabulary: Vocabulary) -> str:
    """Give one argument: text where text is meant, Python otherwise.

    No command takes a function of Python's, nor what is nobody's name: ``mv shutter open``.
    """
    parameter = callee.parameter(place)
    is_text = takes_text(parameter) or word in choices(parameter) or vocabulary.is_built_in(word)
    is_text = is_text or (may_be_text(parameter) and not _is_value(word, vocabulary))
    if callee.kind is Kind.FUNCTION and word.isidentifier() and not keyword.iskeyword(word):
        is_text = is_text or not vocabulary.is_known(word)
    return repr(word) if is_text and not _LITERAL_TEXT.match(word) else word


def _is_value(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is Python all of whose names are known: ``3``, and not ``Cu/3``."""
    if not is_python(word):
        return False
    nodes = ast.walk(ast.parse(word))
    return all(vocabulary.is_known(node.id) for node in nodes if isinstance(node, ast.Name))


def _option(callee: Callee, option: re.Match[str], vocabulary: Vocabulary) -> str:
    """Give the value of an option: a word that is a command, or nothing at all, is text."""
    value = option[2]
    parameters = {} if callee.signature is None else callee.signature.parameters
    if takes_text(parameters.get(option[1])) and not _LITERAL_TEXT.match(value):
        return repr(value)
    if not value.isidentifier() or not _NAME.match(value):
        return value
    is_word = not vocabulary.is_known(value) or vocabulary.callee(value) is not None
    return repr(value) if is_word and value not in _CONSTANTS else value


_CONSTANTS = frozenset({"True", "False", "None"})


def alone(text: str, vocabulary: Vocabulary) -> str:
    """Turn the names of commands into calls where they are all there is; see the module.

    Examples
    --------
    >>> def wa(): ...
    >>> def ct(count_time=1.0): yield
    >>> commands = {"wa": wa, "ct": ct}
    >>> words = Vocabulary(commands, commands)
    >>> alone("wa", words), alone("ct -10000", words), alone("ct - 10000", words)
    ('wa()', 'RE(ct(-10000));', 'ct - 10000')
    """
    line = text.rstrip("\n")
    if "\n" in line or len(line) > LONGEST or not is_python(line):
        return text
    source, made = line.encode(), False
    for node in reversed(ast.parse(line).body):  # from the end, so that places stay what they are
        begin, end = node.col_offset, node.end_col_offset or 0
        call = _alone(source[begin:end].decode(), vocabulary) if _is_alone(node) else None
        if call is not None:
            is_last = not source[end:].decode().partition("#")[0].strip()
            quiet = ";" * (is_last and call.startswith("RE("))
            source = source[:begin] + f"{call}{quiet}".encode() + source[end:]
            made = True
    return source.decode() + text[len(line) :] if made else text


def _is_alone(node: ast.stmt) -> bool:
    """Whether a statement is a name, or a name and a signed number, without brackets around it."""
    if not isinstance(node, ast.Expr):
        return False
    value, is_bare = node.value, node.col_offset == node.value.col_offset
    if isinstance(value, ast.BinOp):
        return is_bare and isinstance(value.left, ast.Name | ast.Attribute)
    return is_bare and isinstance(value, ast.Name | ast.Attribute)


def _alone(statement: str, vocabulary: Vocabulary) -> str | None:
    """Give the call of a command that stands alone, or with a signed number; None for others."""
    name, _, rest = statement.partition(" ")
    callee = vocabulary.callee(name) if _NAME.match(name) else None
    if callee is None or not callee.is_command:
        return None
    number = rest.strip()
    if not number and callee.runs_alone:
        return _call(callee, [], vocabulary)
    return _call(callee, [number], vocabulary) if _COUNT.match(number) else None
