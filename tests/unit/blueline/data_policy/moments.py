"""When policies of the tests are asked, and what for."""

from typing import Any

#: Noon on 22 November 2025, wherever the tests run; seconds of a day.
NOON, DAY = 1763812800.0, 86400.0


def stem(policy: Any) -> str:
    """Give the beginning of all files of the data set."""
    return policy.place().stem
