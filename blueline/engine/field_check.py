"""Whether what was read is of the kind that was described when the stream began (H14)."""

from collections.abc import Mapping, Sequence
from numbers import Number
from typing import Any

import numpy as np

from blueline.errors import BluelineError

_NUMBERS = frozenset({"number", "integer", "boolean"})
_SEQUENCES = (np.ndarray, list, tuple)


class ReadingChangedError(BluelineError):
    """A reading is of another kind, or of another shape, than its stream's descriptor says."""


class FieldCheck:
    """Refuse values of one field that are not what its data key describes.

    Numbers of all kinds pass for one another, and NaN is a number. A value of a type that was found
    to be right once costs one look into a set.

    Parameters
    ----------
    name
        Of the field.
    key
        Its data key.

    Examples
    --------
    >>> check = FieldCheck("It", {"source": "PV:S3", "dtype": "number", "shape": []})
    >>> check(float("nan"))
    >>> check("many")
    Traceback (most recent call last):
    blueline.engine.field_check.ReadingChangedError: It was described as a number when its stream \
began, and now gives a text: a run cannot hold both, so look at the device and scan again
    """

    def __init__(self, name: str, key: Mapping[str, Any]) -> None:
        self._name = name
        self._dtype = key.get("dtype")
        self._shape = tuple(key.get("shape") or ())
        self._is_array = self._dtype == "array" or bool(self._shape)
        self._good: set[type] = set()

    def __call__(self, value: object) -> None:
        """Refuse a value that does not fit.

        Raises
        ------
        ReadingChangedError
            It is of another kind, or of another shape.
        """
        kind = type(value)
        if kind in self._good:
            return
        shape = _shape(value)
        if shape:
            self._require(self._is_array and self._has_shape(shape), value)
        else:
            self._require(not self._is_array and self._is_kind(value), value)
            if not isinstance(value, _SEQUENCES):
                self._good.add(kind)

    def _has_shape(self, shape: tuple[int, ...]) -> bool:
        if not self._shape:  # an array of whatever length
            return True
        return len(shape) == len(self._shape) and all(
            wanted in (None, length) for wanted, length in zip(self._shape, shape, strict=True)
        )

    def _is_kind(self, value: object) -> bool:
        if self._dtype in _NUMBERS:
            return isinstance(value, Number | np.bool_) or _is_plain_number(value)
        return self._dtype != "string" or isinstance(value, str | bytes)

    def _require(self, fits: bool, value: object) -> None:
        if fits:
            return
        message = (
            f"{self._name} was described as {self._described()} when its stream began, and now "
            f"gives {_told(value)}: a run cannot hold both, so look at the device and scan again"
        )
        raise ReadingChangedError(message)

    def _described(self) -> str:
        if self._is_array:
            return _array(self._shape)
        return {"string": "a text"}.get(str(self._dtype), "a number")


def checks_of(data_keys: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, FieldCheck]]:
    """Give a check for each field whose values are in the events, not in files."""
    return [(name, FieldCheck(name, key)) for name, key in data_keys.items() if not external(key)]


def external(key: Mapping[str, Any]) -> bool:
    """Tell whether values of a data key are in files, and events hold references at the most."""
    return "external" in key


def _shape(value: object) -> tuple[int, ...]:
    if isinstance(value, list | tuple):  # looking at its first item, as converting it would cost
        return (len(value), *(_shape(value[0]) if len(value) else ()))
    return getattr(value, "shape", ())


def _is_plain_number(value: object) -> bool:
    """Tell whether this is a number that numpy wraps as an array without dimensions."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "biufc"


def _told(value: object) -> str:
    shape = _shape(value)
    if shape:
        return _array(shape)
    if isinstance(value, str | bytes):
        return "a text"
    return "a number" if isinstance(value, Number | np.bool_) else f"a {type(value).__name__}"


def _array(shape: Sequence[int | None]) -> str:
    sizes = " x ".join("any" if length is None else str(length) for length in shape)
    return f"an array of {sizes} values" if sizes else "an array"
