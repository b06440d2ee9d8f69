"""The functions and operators of expressions: on float64, NaN wherever they are undefined."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Value = np.float64 | NDArray[np.float64]
Operation = Callable[..., Value]

#: Kinds of numpy arrays that hold numbers: booleans, integers, floats and Python's own.
_NUMBERS = "biufO"


def defined(value: Any) -> Value:  # noqa: ANN401 - whatever numpy makes floats of
    """Give float64 with NaN in place of infinities.

    Raises
    ------
    TypeError, ValueError, OverflowError
        `value` is not made of numbers, or of one that is too large.
    """
    numbers = np.asarray(value)
    if numbers.dtype.kind not in _NUMBERS:  # numpy reads texts and drops imaginary parts
        message = f"a {type(value).__name__} is not made of numbers"
        raise TypeError(message)
    floats = numbers.astype(np.float64, copy=False)
    return np.where(np.isfinite(floats), floats, np.nan)[()]


def strict(function: Callable[..., Any]) -> Operation:
    """Make the result NaN wherever an argument is, or the function has no finite value."""

    def operation(*arguments: Value) -> Value:
        result = defined(function(*arguments))
        for argument in arguments:
            # 1**NaN is 1 and NaN > 0 is False in IEEE arithmetic; here both are undefined
            result = result + (argument - argument)
        return result

    return operation


def where(condition: Value, then: Value, otherwise: Value) -> Value:
    """Choose; what is not chosen may be undefined, the condition may not."""
    chosen = np.where(condition != 0, then, otherwise)
    return np.where(np.isnan(condition), np.nan, chosen)[()]


#: Name, number of arguments allowed (least, most), and what it does.
FUNCTIONS: Mapping[str, tuple[int, int, Operation]] = {
    **{
        name: (1, 1, strict(function))
        for name, function in {
            "abs": np.abs, "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp,
            "log": np.log, "log10": np.log10, "log2": np.log2, "log1p": np.log1p,
            "expm1": np.expm1,
            "sin": np.sin, "cos": np.cos, "tan": np.tan,
            "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
            "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
            "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
            "degrees": np.degrees, "radians": np.radians,
            "floor": np.floor, "ceil": np.ceil, "round": np.round, "sign": np.sign,
        }.items()
    },
    "atan2": (2, 2, strict(np.arctan2)),
    "hypot": (2, 2, strict(np.hypot)),
    "pow": (2, 2, strict(np.power)),
    "min": (2, 8, strict(lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)))),
    "max": (2, 8, strict(lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)))),
    "where": (3, 3, where),
}  # fmt: skip

OPERATORS: Mapping[type[ast.operator] | type[ast.unaryop] | type[ast.cmpop], Operation] = {
    ast.Add: strict(np.add),
    ast.Sub: strict(np.subtract),
    ast.Mult: strict(np.multiply),
    ast.Div: strict(np.divide),
    ast.FloorDiv: strict(np.floor_divide),
    ast.Mod: strict(np.mod),
    ast.Pow: strict(np.power),
    ast.UAdd: strict(np.positive),
    ast.USub: strict(np.negative),
    ast.Lt: strict(np.less),
    ast.LtE: strict(np.less_equal),
    ast.Gt: strict(np.greater),
    ast.GtE: strict(np.greater_equal),
    ast.Eq: strict(np.equal),
    ast.NotEq: strict(np.not_equal),
}

CONSTANTS: Mapping[str, float] = {"pi": float(np.pi)}
