"""The typing helper: what gives typed words to IPython as Python, and its switch (BL-35)."""

from collections.abc import Callable

from blueline.shell.typing import alone, is_python, typed
from blueline.shell.vocabulary import Vocabulary

_STATES = {
    True: "the typing helper is on: ascan x 0 5 10 0.1 is read as RE(ascan(x, 0, 5, 10, 0.1))",
    False: "the typing helper is off: type Python, RE(ascan(x, 0, 5, 10, 0.1))",
}


class TypingHelper:
    """Reads what is typed, and can be switched off.

    Parameters
    ----------
    vocabulary
        The names at the prompt.
    tell
        Shows a sentence.

    Examples
    --------
    >>> def wa(): ...
    >>> helper = TypingHelper(Vocabulary({"wa": wa}, {"wa": wa}), print)
    >>> helper(["wa"])
    ['wa()']
    >>> helper.typing_helper(False)
    the typing helper is off: type Python, RE(ascan(x, 0, 5, 10, 0.1))
    >>> helper(["wa"])
    ['wa']
    """

    def __init__(self, vocabulary: Vocabulary, tell: Callable[[str], object]) -> None:
        self._vocabulary, self._tell = vocabulary, tell
        self.is_on = True

    def __call__(self, lines: list[str]) -> list[str]:
        """Give the lines of what was typed as Python, as far as they are known commands."""
        if not self.is_on:
            return lines
        text = "".join(lines)
        read = alone if is_python(text) else typed
        return read(text, self._vocabulary).splitlines(keepends=True)

    def typing_helper(self, on: bool | None = None) -> None:
        """Switch the typing helper on or off, or over where nothing is said; so does F7.

        Parameters
        ----------
        on
            Whether it should be on.

        Examples
        --------
        >>> typing_helper(False)  # doctest: +SKIP
        """
        self.is_on = not self.is_on if on is None else bool(on)
        self._tell(_STATES[self.is_on])
