"""The points of a stream that have no place in the file yet, numbers packed; pure."""

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

_PACKED = {"d": float, "q": int}


class KeptRows:
    """Rows of readings, kept by column: eight bytes a number, so that a million of them is little.

    Examples
    --------
    >>> kept = KeptRows()
    >>> kept.append({"I0": 1.0})
    >>> kept.append({"I0": 2.0, "note": "late"})
    >>> list(kept)
    [{'I0': 1.0, 'note': None}, {'I0': 2.0, 'note': 'late'}]
    """

    def __init__(self) -> None:
        self._columns: dict[str, array[Any] | list[Any]] = {}
        self._length = 0

    def __len__(self) -> int:
        """Give the number of rows."""
        return self._length

    def append(self, row: Mapping[str, Any]) -> None:
        """Keep one row; what it lacks is None."""
        for name in row.keys() - self._columns.keys():
            self._columns[name] = _column(row[name], self._length)
        for name, column in self._columns.items():
            value = row.get(name)
            if isinstance(column, list) or _fits(value, column.typecode):
                column.append(value)
            else:
                self._columns[name] = [*column, value]
        self._length += 1

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in their order."""
        for index in range(self._length):
            yield {name: column[index] for name, column in self._columns.items()}


def _column(value: object, length: int) -> "array[Any] | list[Any]":
    """Give the column for values like this one, of which `length` are missing already."""
    typecode = next((code for code in _PACKED if _fits(value, code)), "")
    return array(typecode) if typecode and not length else [None] * length


def _fits(value: object, typecode: str) -> bool:
    """Tell whether a packed column gives a value back exactly as it was."""
    is_small = not isinstance(value, int) or abs(value) < 1 << 63
    return type(value) is _PACKED[typecode] and is_small
