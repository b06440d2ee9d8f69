"""What events hold, as descriptors say it."""

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
