"""What subscribers are being told: the reading that belongs to an event.

bluesky takes an update as a sign to read the device. By then it may have another value, or the time
of another one: who asks while being told is given what was told.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

Told = TypeVar("Told")


class Telling(Generic[Told]):
    """What is being told in the present thread; None in all others.

    Examples
    --------
    >>> telling = Telling()
    >>> with telling.of(1.5):
    ...     telling.now
    1.5
    >>> telling.now is None
    True
    """

    def __init__(self) -> None:
        self._thread = 0
        self._told: Told | None = None

    @contextlib.contextmanager
    def of(self, told: Told) -> Iterator[None]:
        """Tell it inside."""
        self._thread, self._told = threading.get_ident(), told
        try:
            yield
        finally:
            self._told = None

    @property
    def now(self) -> Told | None:
        """What is being told to who asks."""
        told = self._told
        return told if told is not None and self._thread == threading.get_ident() else None
