"""Formulas of scientists, such as ``log(I0/It)``: parsed into arithmetic and nothing else.

The grammar is an allow-list over Python's syntax tree (PS-40..44, PS-67): numbers, names,
``+ - * / // % **``, comparisons (1 for true, 0 for false), calls of `FUNCTIONS` by name, and
subscripts of the tables A T AD TD AR TR C by a literal name. Everything is float64, so that no
tower of powers takes time or memory, and what is undefined is NaN from there on.
"""

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reduction.errors import ExpressionError
from reduction.functions import CONSTANTS, FUNCTIONS, OPERATORS, Value, defined

__all__ = ["Evaluated", "Expression", "ExpressionError"]

#: User, dial and raw positions and targets of motors (PS-42), and counters.
TABLES = ("A", "T", "AD", "TD", "AR", "TR", "C")
#: What a formula may have at the most (S6): enough for every optics formula, and too little to
#: keep a processor busy.
MOST_CHARACTERS = 2000
MOST_LEVELS = 40
MOST_PARTS = 200

_Scope = tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]
_Step = Callable[[_Scope], Value]


class Evaluated(NamedTuple):
    """A value, or an array of them, and which are valid; those that are not are NaN."""

    value: Value
    valid: np.bool_ | NDArray[np.bool_]


class Expression:
    """A formula that can be evaluated and can do nothing else.

    Parameters
    ----------
    text
        The formula.

    Attributes
    ----------
    names
        The variables it needs.
    references
        The (table, name) pairs it needs, ``("A", "bragg")`` for ``A["bragg"]``.

    Raises
    ------
    ExpressionError
        The text is not in the grammar.

    Examples
    --------
    >>> mu = Expression("log(I0/It)")
    >>> sorted(mu.names)
    ['I0', 'It']
    >>> mu.evaluate({"I0": 2.0, "It": 2.0})
    Evaluated(value=np.float64(0.0), valid=np.True_)
    >>> mu.evaluate({"I0": 2.0, "It": 0.0})
    Evaluated(value=np.float64(nan), valid=np.False_)
    """

    __slots__ = ("_step", "names", "references", "text")

    def __init__(self, text: str) -> None:
        compiler = _Compiler(text)
        self._step = compiler.compiled()
        self.text = text
        self.names = frozenset(compiler.names)
        self.references = frozenset(compiler.references)

    def evaluate(
        self,
        variables: Mapping[str, Any],
        tables: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Evaluated:
        """Compute the value for numbers, or element by element for arrays that broadcast.

        Raises
        ------
        ExpressionError
            A name it needs is missing, is no number, or the shapes do not fit.
        """
        try:
            with np.errstate(all="ignore"):
                value = self._step((variables, tables or {}))
        except ValueError as error:
            if isinstance(error, ExpressionError):
                raise
            message = f"the shapes of the values of {self.text} do not fit: {error}"
            raise ExpressionError(message) from error
        return Evaluated(value, np.isfinite(value))

    def __repr__(self) -> str:
        """Show the formula."""
        return f"Expression({self.text!r})"


class _Compiler:
    """Turn a formula into nested closures, node by allowed node."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self.references: set[tuple[str, str]] = set()
        self._level = 0
        self._parts = 0

    def compiled(self) -> _Step:
        return self._compile(_parsed(self.text))

    def _compile(self, node: ast.expr) -> _Step:
        compile_node = self._NODES.get(type(node))
        if compile_node is None:
            raise self._refused(node, f"{_said(node)} is not allowed")
        self._level += 1
        if self._level > MOST_LEVELS:
            raise self._refused(node, f"it is nested deeper than {MOST_LEVELS} levels")
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise self._refused(node, f"it has more than {MOST_PARTS} numbers, names and operators")
        step = compile_node(self, node)
        self._level -= 1
        return step

    def _constant(self, node: ast.Constant) -> _Step:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self._refused(node, f"{_said(node)} is no number")
        try:
            value = np.float64(float(node.value))
        except OverflowError:
            value = np.float64(np.inf)
        if not np.isfinite(value):
            raise self._refused(node, "this number is too large")
        return lambda _scope: value

    def _name(self, node: ast.Name) -> _Step:
        name = node.id
        if name in CONSTANTS:
            value = np.float64(CONSTANTS[name])
            return lambda _scope: value
        if name in FUNCTIONS or name in TABLES or name.startswith("__"):
            raise self._refused(node, f"{name} is not a value")
        self.names.add(name)
        return lambda scope: _looked_up(scope[0], name, name)

    def _subscript(self, node: ast.Subscript) -> _Step:
        if not (isinstance(node.value, ast.Name) and node.value.id in TABLES):
            raise self._refused(node, f"only {', '.join(TABLES)} have subscripts")
        table, name = node.value.id, _literal(node.slice)
        if name is None:
            raise self._refused(node, f'the subscript of {table} is a name, as in {table}["x"]')
        self.references.add((table, name))
        said = f'{table}["{name}"]'
        return lambda scope: _looked_up(scope[1].get(table, {}), name, said)

    def _unary(self, node: ast.UnaryOp) -> _Step:
        operation, operand = self._operation(node, node.op), self._compile(node.operand)
        return lambda scope: operation(operand(scope))

    def _binary(self, node: ast.BinOp) -> _Step:
        operation = self._operation(node, node.op)
        left, right = self._compile(node.left), self._compile(node.right)
        return lambda scope: operation(left(scope), right(scope))

    def _compare(self, node: ast.Compare) -> _Step:
        if len(node.ops) > 1:
            raise self._refused(node, "compare two values at a time, as in (0 < x) * (x < 1)")
        operation = self._operation(node, node.ops[0])
        left, right = self._compile(node.left), self._compile(node.comparators[0])
        return lambda scope: operation(left(scope), right(scope))

    def _call(self, node: ast.Call) -> _Step:
        name = node.func.id if isinstance(node.func, ast.Name) else "this"
        if name not in FUNCTIONS:
            raise self._refused(
                node, f"{name} is no function here; there are {', '.join(FUNCTIONS)}"
            )
        least, most, operation = FUNCTIONS[name]
        if node.keywords or not least <= len(node.args) <= most:
            allowed = f"{least}" if least == most else f"{least} to {most}"
            raise self._refused(node, f"{name} takes {allowed} arguments")
        steps = [self._compile(argument) for argument in node.args]
        return lambda scope: operation(*(step(scope) for step in steps))

    def _operation(self, node: ast.expr, operator: ast.AST) -> Callable[..., Value]:
        operation = OPERATORS.get(type(operator))  # pyright: ignore[reportArgumentType]
        if operation is None:
            raise self._refused(node, "this operator is not allowed")
        return operation

    def _refused(self, node: ast.expr, why: str) -> ExpressionError:
        character = _character(self.text, node.lineno, node.col_offset + 1)
        return _refusal(self.text, f"at character {character}, {why}")

    _NODES: Mapping[type[ast.expr], Callable[..., _Step]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Subscript: _subscript,
        ast.UnaryOp: _unary,
        ast.BinOp: _binary,
        ast.Compare: _compare,
        ast.Call: _call,
    }


def _parsed(text: str) -> ast.expr:
    if not isinstance(text, str) or not text.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
        message = "an expression is a text such as log(I0/It); this one is empty"
        raise ExpressionError(message)
    if len(text) > MOST_CHARACTERS:
        raise _refusal(text, f"it has {len(text)} characters; {MOST_CHARACTERS} are allowed")
    odd = next((each for each in text if not each.isascii() or each == "\0"), None)
    if odd is not None:  # Python folds look-alikes of Latin letters into names
        raise _refusal(text, f"{odd!r} at character {text.index(odd) + 1} is not allowed")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        column = getattr(error, "offset", None) or len(text.strip()) + 1  # where it ends too early
        where = _character(text, line, column)
        raise _refusal(text, f"from character {where} on it cannot be read") from error


def _character(text: str, line: int, column: int) -> int:
    """Give the place in the text as it was typed, from that in the text without outer blanks."""
    blanks = len(text) - len(text.lstrip())
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text.strip())
    return blanks + sum(len(each) for each in lines[: line - 1]) + column


def _refusal(text: str, why: str) -> ExpressionError:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return ExpressionError(f"the expression {shown!r} is refused: {why}")


def _said(node: ast.expr) -> str:
    name = type(node).__name__
    known = {"Attribute": "a dot after a name", "Constant": "a text or keyword"}
    return known.get(name, f"this ({name})")


def _literal(node: ast.expr) -> str | None:
    """Give the name between brackets, with or without quotes (Py4Syn writes it either way)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.id if isinstance(node, ast.Name) else None


def _looked_up(values: Mapping[str, Any], name: str, said: str) -> Value:
    try:
        return defined(values[name])
    except KeyError:
        known = ", ".join(sorted(map(str, values))) or "nothing"
        message = f"{said} is needed and not there; there is {known}"
        raise ExpressionError(message) from None
    except OverflowError:
        message = f"{said} is too large a number"
        raise ExpressionError(message) from None
    except (TypeError, ValueError):
        message = f"{said} is {values[name]!r:.60}, which is no number"
        raise ExpressionError(message) from None
