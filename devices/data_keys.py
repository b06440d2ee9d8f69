"""What events hold, as descriptors say it."""

from collections.abc import Sequence
from typing import Any


def number_key(source: str, units: str, precision: int = 3) -> dict[str, Any]:
    """Describe a number of so many decimals."""
    return {
        "source": source,
        "dtype": "number",
        "dtype_numpy": "<f8",
        "shape": [],
        "units": units,
        "precision": precision,
    }


def integer_key(source: str) -> dict[str, Any]:
    """Describe a whole number."""
    return {"source": source, "dtype": "integer", "dtype_numpy": "<i8", "shape": []}


def array_key(source: str, units: str, shape: Sequence[int], dtype: str) -> dict[str, Any]:
    """Describe an array whose elements are of numpy's type `dtype`, such as ``"<i4"``."""
    return {
        "source": source,
        "dtype": "array",
        "dtype_numpy": dtype,
        "shape": list(shape),
        "units": units,
    }
