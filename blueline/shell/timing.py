"""Time at the prompt: countdown, bench (BL-40, BL-43)."""

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueline.errors import BluelineError
from blueline.shell.live import live
from planlib.checks import require_number

if TYPE_CHECKING:
    from blueline.shell.desk import Desk


def countdown(desk: "Desk", seconds: float, text: str = "") -> None:
    """Wait so many seconds and show how many are left; Ctrl-C ends it.

    Examples
    --------
    >>> countdown(60, "cooling")  # doctest: +SKIP
    """
    number = require_number("the time of a countdown", seconds)
    if number < 0:
        message = f"a countdown takes seconds from 0 on, not {seconds!r}"
        raise BluelineError(message)
    ends = time.monotonic() + number
    before = f"{text}: " if text else ""
    with live(desk.status, lambda: f"{before}{max(0.0, ends - time.monotonic()):.0f} s left"):
        while (left := ends - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))


@contextlib.contextmanager
def bench(desk: "Desk") -> Iterator[None]:
    """Tell how long what is done within took: ``with bench(): ...``.

    Examples
    --------
    >>> with bench():  # doctest: +SKIP
    ...     umv(x, 5)
    """
    began = time.monotonic()
    try:
        yield
    finally:
        desk.show(f"took {said(time.monotonic() - began)}")


def said(seconds: float) -> str:
    """Say how long something took.

    Examples
    --------
    >>> said(0.0123), said(12.3456), said(125)
    ('12.3 ms', '12.3 s', '2 min 5 s')
    """
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 100:
        return f"{seconds:.3g} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"
