"""Python's garbage collector, kept out of the way while many devices are made."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collected_later() -> Iterator[None]:
    """Collect no garbage inside.

    A device makes thousands of objects that stay: looking through all of them again and again, as
    the collector does when their number grows, costs more than making them.

    Examples
    --------
    >>> with collected_later():
    ...     motors = [Motor(f"BL:m{number}", name=f"m{number}") for number in range(500)]
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
