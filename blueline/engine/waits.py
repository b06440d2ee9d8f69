"""What is told of a wait that took too long."""

from collections.abc import Iterable
from typing import Any

from bluesky.run_engine import WaitForTimeoutError


def too_late(statuses: Iterable[Any], timeout: float | None) -> WaitForTimeoutError:
    """Give the error of a wait that has ended by its deadline, with what has not ended."""
    late = [_name(status) for status in statuses if not status.done]
    names = ", ".join(sorted(filter(None, late))) or "what was waited for"
    return WaitForTimeoutError(f"{names} did not end within {timeout or 0.0:g} s")


def _name(status: object) -> str:
    thing = getattr(status, "device", None) or getattr(status, "obj", None)
    return str(getattr(thing, "name", "") or getattr(status, "what", ""))
