"""Wait for a condition, with a deadline; act while something else goes on."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

#: Far above what anything local takes on a busy machine.
PATIENCE = 10.0


def wait_until(claim: str, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return when `condition` holds; fail the test where it does not within `seconds`."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            pytest.fail(f"not within {seconds:g} s: {claim}")
        time.sleep(0.005)


@contextlib.contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """Do `action` in another thread while the block runs; what it raises is raised at the end."""
    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(action)
        yield
        acting.result(PATIENCE)
