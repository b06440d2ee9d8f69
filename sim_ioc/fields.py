"""What a field of a record is: name, type, unit, limits, access; and what may be put into it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from sim_ioc.errors import PutRefusedError

Value = float | int | str

#: Channel Access strings have 40 bytes with their final zero.
LONGEST_STRING = 39
#: No stage is larger: it keeps sums and products of what clients put finite.
LARGEST_NUMBER = 1e12


class Kind(Enum):
    """Name the types that Channel Access knows, as far as they are used here."""

    DOUBLE = "double"
    LONG = "long"
    SHORT = "short"
    ENUM = "enum"
    STRING = "string"


_INTEGER_LIMITS = {Kind.LONG: 2**31, Kind.SHORT: 2**15}


@dataclass(frozen=True, slots=True)
class Field:
    """Describe one field. The value of an enum is its index.

    `unit` may name a field of the same record in braces ("{EGU}/s"); `limits` names the two fields
    that hold the control limits, low and high.
    """

    name: str
    kind: Kind
    description: str
    initial: Value = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    limits: tuple[str, str] | None = None
    writable: bool = True

    @property
    def default(self) -> Value:
        """Return the initial value in the field's own type."""
        return float(self.initial) if self.kind is Kind.DOUBLE else self.initial


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


def checked(field: Field, value: object) -> Value:
    """Return what was put in the field's own type, or say why it cannot be taken."""
    if field.kind is Kind.STRING:
        return _checked_string(field, value)
    if field.kind is Kind.ENUM:
        return _checked_choice(field, value)
    number = _number(field, value)
    if field.kind is Kind.DOUBLE:
        return number
    limit = _INTEGER_LIMITS[field.kind]
    if not -limit <= number < limit:
        raise PutRefusedError(f"{field.name} takes integers up to {limit - 1}, not {number:g}.")
    return int(number)


def _number(field: Field, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise PutRefusedError(f"{field.name} takes a number, not {value!r:.60}.") from None
    if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
        raise PutRefusedError(f"{field.name} takes numbers up to {LARGEST_NUMBER:g}, not {number}.")
    return number


def _checked_string(field: Field, value: object) -> str:
    text = str(value)
    if len(text) > LONGEST_STRING or not text.isprintable():
        raise PutRefusedError(
            f"{field.name} takes up to {LONGEST_STRING} printable characters, not {text!r:.60}."
        )
    return text


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
