"""The expressions of EPICS's calc record, as far as counters need them: ``A/MAX(B,1)``.

Operators and functions after the documentation of the calc record in EPICS base: letters A to L are
inputs; ``= == != # < <= > >= + - * / % ^ ** && || ! ?:``; LOG is the decimal logarithm.
"""

import math
import operator
import re
from collections.abc import Callable, Mapping

from sim_ioc.errors import PutRefusedError

Inputs = Mapping[str, float]
Expression = Callable[[Inputs], float]

_LETTERS = "ABCDEFGHIJKL"
_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
    r"|([A-Za-z][A-Za-z0-9]*)|(\*\*|&&|\|\||==|!=|>=|<=|[-+*/%^()?:,<>=#!]))"
)
_Two = Callable[[float, float], float]
#: How strongly an operator binds, and what it does.
_OPERATORS: dict[str, tuple[int, _Two]] = {
    "||": (2, lambda a, b: float(bool(a) or bool(b))),
    "&&": (3, lambda a, b: float(bool(a) and bool(b))),
    **dict.fromkeys(("=", "=="), (4, operator.eq)),
    **dict.fromkeys(("#", "!="), (4, operator.ne)),
    "<": (4, operator.lt),
    "<=": (4, operator.le),
    ">": (4, operator.gt),
    ">=": (4, operator.ge),
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
    "/": (6, operator.truediv),
    "%": (6, math.fmod),
    **dict.fromkeys(("^", "**"), (7, math.pow)),
}
_QUESTION = 1
_SIGN = 8
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "ABS": math.fabs,
    "SQR": math.sqrt,
    "SQRT": math.sqrt,
    "EXP": math.exp,
    "LOG": math.log10,
    "LN": math.log,
    "LOGE": math.log,
    "MIN": lambda *numbers: min(numbers),
    "MAX": lambda *numbers: max(numbers),
    "FLOOR": math.floor,
    "CEIL": math.ceil,
    "NINT": round,
    "INT": lambda number: float(math.trunc(number)),
    "SIN": math.sin,
    "COS": math.cos,
    "TAN": math.tan,
}
_CONSTANTS = {"PI": math.pi, "D2R": math.pi / 180, "R2D": 180 / math.pi}
_CALCULATION_ERRORS = (ArithmeticError, ValueError, TypeError)


def compiled(text: str) -> Expression:
    """Return what `text` computes; a result that does not exist is NaN. An empty text gives 0."""
    if not text.strip():
        return lambda _: 0.0
    expression = _Parser(text).whole()

    def compute(inputs: Inputs) -> float:
        try:
            return float(expression(inputs))
        except _CALCULATION_ERRORS:
            return math.nan

    return compute


class _Parser:
    """Read an expression from left to right, by how strongly operators bind."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = self._split(text)
        self._next = 0

    def _split(self, text: str) -> list[str]:
        words: list[str] = []
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._refusal()
            words.append(match.group().strip().upper())
            position = match.end()
        return words

    def _refusal(self) -> PutRefusedError:
        return PutRefusedError(
            f"CALC takes an expression such as A/MAX(B,1) of A to L, not {self._text!r}."
        )

    def _peek(self) -> str:
        return self._words[self._next] if self._next < len(self._words) else ""

    def _take(self, wanted: str = "") -> str:
        word = self._peek()
        if not word or (wanted and word != wanted):
            raise self._refusal()
        self._next += 1
        return word

    def whole(self) -> Expression:
        """Return the whole text as one expression."""
        expression = self._expression(0)
        if self._peek():
            raise self._refusal()
        return expression

    def _expression(self, strength: int) -> Expression:
        left = self._operand()
        while True:
            word = self._peek()
            if word == "?" and strength < _QUESTION:
                left = self._choice(left)
            elif word in _OPERATORS and _OPERATORS[word][0] > strength:
                left = self._binary(left, *_OPERATORS[self._take()])
            else:
                return left

    def _binary(self, left: Expression, strength: int, function: _Two) -> Expression:
        right = self._expression(strength)
        return lambda inputs: function(left(inputs), right(inputs))

    def _choice(self, condition: Expression) -> Expression:
        self._take("?")
        chosen = self._expression(0)
        self._take(":")
        otherwise = self._expression(0)
        return lambda inputs: chosen(inputs) if condition(inputs) else otherwise(inputs)

    def _operand(self) -> Expression:
        word = self._take()
        if word == "(":
            inside = self._expression(0)
            self._take(")")
            return inside
        if word in {"-", "!"}:
            follows = self._expression(_SIGN)
            negative = word == "-"
            return lambda inputs: -follows(inputs) if negative else float(not follows(inputs))
        if word in _FUNCTIONS:
            return self._function(_FUNCTIONS[word])
        return self._atom(word)

    def _atom(self, word: str) -> Expression:
        if len(word) == 1 and word in _LETTERS:
            return lambda inputs: inputs.get(word, 0.0)
        if word in _CONSTANTS:
            return lambda _: _CONSTANTS[word]
        if word[0].isdigit() or word[0] == ".":
            number = float(word)
            return lambda _: number
        raise self._refusal()

    def _function(self, function: Callable[..., float]) -> Expression:
        self._take("(")
        arguments = [self._expression(0)]
        while self._peek() == ",":
            self._take()
            arguments.append(self._expression(0))
        self._take(")")
        return lambda inputs: function(*(argument(inputs) for argument in arguments))
