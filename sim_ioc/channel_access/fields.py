"""What a field of a record is: name, type, unit, limits, access; and what may be put into it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from sim_ioc.errors import PutRefusedError

Array = npt.NDArray[Any]
Value = float | int | str | Array

#: Channel Access strings have 40 bytes with their final zero.
LONGEST_STRING = 39
#: Texts in arrays of characters, as file names are in areaDetector, have 256 with the final zero.
LONGEST_TEXT = 255
#: No stage is larger: it keeps sums and products of what clients put finite.
LARGEST_NUMBER = 1e12


class Kind(Enum):
    """Name the types that Channel Access knows, as far as they are used here."""

    DOUBLE = "double"
    FLOAT = "float"
    LONG = "long"
    SHORT = "short"
    CHAR = "char"
    ENUM = "enum"
    STRING = "string"
    #: A text that travels as an array of characters.
    TEXT = "text"


#: What arrays of a kind are made of.
TYPES: dict[Kind, npt.DTypeLike] = {
    Kind.DOUBLE: np.float64,
    Kind.FLOAT: np.float32,
    Kind.LONG: np.int32,
    Kind.SHORT: np.int16,
    Kind.CHAR: np.uint8,
}
_REAL = (Kind.DOUBLE, Kind.FLOAT)
_INTEGER_RANGES = {
    Kind.LONG: (-(2**31), 2**31 - 1),
    Kind.SHORT: (-(2**15), 2**15 - 1),
    Kind.CHAR: (0, 255),
}


@dataclass(frozen=True, slots=True)
class Field:
    """Describe one field. The value of an enum is its index, that of an array is numpy's.

    `length` is the most elements of an array; 1 means that it is none. `unit` may name a field of
    the same record in braces ("{EGU}/s"); `limits` names the two fields that hold the control
    limits, low and high; `alarms` says that LOLO, LOW, HIGH and HIHI of the record are about it.
    """

    name: str
    kind: Kind
    description: str
    initial: Value = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    limits: tuple[str, str] | None = None
    writable: bool = True
    length: int = 1
    alarms: bool = False

    @property
    def is_array(self) -> bool:
        """Say whether the value is an array of numbers."""
        return self.length > 1 and self.kind in TYPES

    @property
    def default(self) -> Value:
        """Return the initial value in the field's own type; of an array, zeros."""
        if self.is_array:
            return np.zeros(self.length, TYPES[self.kind])
        return float(self.initial) if self.kind in _REAL else self.initial


def table(fields: Iterable[Field]) -> dict[str, Field]:
    """Return the fields by name."""
    return {field.name: field for field in fields}


def double(name: str, description: str, initial: float = 0.0, unit: str = "") -> Field:
    """Describe a number that clients may write."""
    return Field(name, Kind.DOUBLE, description, initial, unit=unit)


def readback(name: str, description: str, unit: str = "") -> Field:
    """Describe a number that only the record writes."""
    return Field(name, Kind.DOUBLE, description, unit=unit, writable=False)


def short(name: str, description: str, initial: int = 0, *, writable: bool = True) -> Field:
    """Describe a small integer."""
    return Field(name, Kind.SHORT, description, initial, writable=writable)


def menu(name: str, description: str, choices: tuple[str, ...], initial: int = 0) -> Field:
    """Describe a choice among words."""
    return Field(name, Kind.ENUM, description, initial, choices)


def string(name: str, description: str, initial: str = "", *, writable: bool = True) -> Field:
    """Describe a text of at most 39 characters."""
    return Field(name, Kind.STRING, description, initial, writable=writable)


def text(name: str, description: str, initial: str = "", *, writable: bool = True) -> Field:
    """Describe a text of at most 255 characters, which travels as an array of characters."""
    length = LONGEST_TEXT + 1
    return Field(name, Kind.TEXT, description, initial, writable=writable, length=length)


def array(
    name: str, kind: Kind, description: str, length: int, unit: str = "", *, writable: bool = False
) -> Field:
    """Describe an array of up to `length` numbers; zeros at first."""
    return Field(name, kind, description, unit=unit, writable=writable, length=length)


def checked(field: Field, value: object) -> Value:
    """Return what was put in the field's own type, or say why it cannot be taken."""
    if field.kind in {Kind.STRING, Kind.TEXT}:
        return _checked_string(field, value)
    if field.kind is Kind.ENUM:
        return _checked_choice(field, value)
    if field.is_array:
        return _checked_array(field, value)
    number = _number(field, value)
    if field.kind in _REAL:
        return number
    low, high = _INTEGER_RANGES[field.kind]
    if not low <= number <= high:
        raise PutRefusedError(f"{field.name} takes integers up to {high}, not {number:g}.")
    return int(number)


def _checked_array(field: Field, value: object) -> Array:
    try:
        numbers = np.atleast_1d(np.asarray(value, float))
    except (TypeError, ValueError):
        raise PutRefusedError(f"{field.name} takes numbers, not {value!r:.60}.") from None
    if numbers.size > field.length:
        raise PutRefusedError(
            f"{field.name} takes up to {field.length} numbers, not {numbers.size}."
        )
    low, high = _INTEGER_RANGES.get(field.kind, (-LARGEST_NUMBER, LARGEST_NUMBER))
    if not np.all((low <= numbers) & (numbers <= high)):
        raise PutRefusedError(f"{field.name} takes numbers from {low:g} to {high:g} only.")
    return numbers.astype(TYPES[field.kind])


def _number(field: Field, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise PutRefusedError(f"{field.name} takes a number, not {value!r:.60}.") from None
    if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
        raise PutRefusedError(f"{field.name} takes numbers up to {LARGEST_NUMBER:g}, not {number}.")
    return number


def _checked_string(field: Field, value: object) -> str:
    put = str(value)
    longest = LONGEST_STRING if field.kind is Kind.STRING else field.length - 1
    size = len(put if field.kind is Kind.STRING else put.encode())
    if size > longest or not put.isprintable():
        raise PutRefusedError(
            f"{field.name} takes up to {longest} printable characters, not {put!r:.60}."
        )
    return put


def _checked_choice(field: Field, value: object) -> int:
    if value in field.choices:
        return field.choices.index(str(value))
    try:
        index = int(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        index = -1
    if not 0 <= index < len(field.choices):
        allowed = ", ".join(field.choices)
        raise PutRefusedError(f"{field.name} takes one of {allowed}, not {value!r:.60}.")
    return index
