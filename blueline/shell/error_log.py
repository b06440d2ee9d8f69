"""The errors of a session, the newest last, with what is needed to look at one again (BL-37)."""

import reprlib
import sys
import traceback
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import TextIO

from blueline.errors import BluelineError

#: Errors that are kept; each keeps what its functions had at hand.
KEPT = 10
#: Characters of a value that are shown.
VALUE = 80


@dataclass(frozen=True)
class Kept:
    """One error."""

    when: datetime
    typed: str
    error: BaseException


class ErrorLog:
    """Keeps the last errors of a prompt.

    Parameters
    ----------
    screen
        Where `last_error` writes; None for standard output.

    Examples
    --------
    >>> log = ErrorLog()
    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as error:
    ...     log.keep("1 / 0", error)
    >>> log.last_error()  # doctest: +ELLIPSIS
    1 / 0 ...
    """

    def __init__(self, screen: TextIO | None = None) -> None:
        self._screen = screen
        self._kept: deque[Kept] = deque(maxlen=KEPT)

    def keep(self, typed: str, error: BaseException) -> None:
        """Keep an error and what was typed."""
        self._kept.append(Kept(datetime.now().astimezone(), typed.strip(), error))

    def clear(self) -> None:
        """Let go of all of them, and of what their functions had at hand."""
        self._kept.clear()

    def __len__(self) -> int:
        """Give how many are kept."""
        return len(self._kept)

    def last_error(self, index: int = -1, show_locals: bool = False) -> None:
        """Show all of an error that was told in short before.

        Parameters
        ----------
        index
            -1 is the last one, -2 the one before, 0 the oldest that is kept; ten are.
        show_locals
            Show as well what the functions had at hand, cut to 80 characters each.

        Raises
        ------
        BluelineError
            There is no such error.

        Examples
        --------
        >>> last_error()  # doctest: +SKIP
        >>> last_error(-2, show_locals=True)  # doctest: +SKIP
        """
        screen = self._screen or sys.stdout
        screen.write(self.text(index, show_locals=show_locals))
        screen.flush()

    def text(self, index: int = -1, *, show_locals: bool = False) -> str:
        """Give what `last_error` shows."""
        kept = self._at(index)
        head = f"{_shortened(kept.typed)} at {kept.when:%H:%M:%S}\n"
        return head + full_text(kept.error, show_locals=show_locals)

    def _at(self, index: int) -> Kept:
        try:
            return self._kept[index]
        except IndexError:
            number = len(self._kept)
            message = (
                f"there is no error {index}: {number} are kept, the last is -1"
                if number
                else "there was no error yet"
            )
            raise BluelineError(message) from None


def full_text(error: BaseException, *, show_locals: bool = False) -> str:
    """Give an error with the places it came through, and its causes."""
    text = "".join(traceback.format_exception(error))
    if not show_locals:
        return text
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return text + "".join(_with_locals(frame) for frame in frames)


def _with_locals(frame: FrameType) -> str:
    code = frame.f_code
    lines = [f"in {code.co_name}, {code.co_filename}:{frame.f_lineno}\n"]
    at_module = code.co_name == "<module>"  # the names of the prompt are no news
    for name, value in () if at_module else sorted(frame.f_locals.items()):
        lines.append(f"    {name} = {_value(value)}\n")
    return "".join(lines)


def _value(value: object) -> str:
    """Give a value in short; big ones are not written out in full before they are cut."""
    short = reprlib.Repr()
    short.maxother = short.maxstring = VALUE
    try:
        text = short.repr(value)
    except Exception as error:  # a repr may raise anything
        text = f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
    return _shortened(text)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= VALUE else f"{line[: VALUE - 4]} ..."
