"""What is to be written when the engine has died, as it travels to the process that watches.

The process that watches imports this, so it imports next to nothing itself.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Put(NamedTuple):
    """One number for one PV.

    Parameters
    ----------
    owner
        Name of the device, for people.
    pv
        Name of the process variable.
    value
        What is written.
    server
        Where it was found last, as ``host:port``; empty where that is not known.
    """

    owner: str
    pv: str
    value: float
    server: str = ""


class Line(NamedTuple):
    """What the engine's process says: a word, and a put where the word is of one."""

    word: str
    put: Put | None = None

    def text(self) -> bytes:
        """Give it as it travels."""
        fields = [] if self.put is None else [str(field) for field in self.put]
        return ("\t".join([self.word, *fields]) + "\n").encode()


#: Words: a shutter there is, a plan begins, it has moved something, it has ended, no more of this.
SHUTTER, BUSY, MOVED, IDLE, BYE = "shutter", "busy", "moved", "idle", "bye"
#: What was moved before goes on by this process alone, such as a loop that regulates.
HELD = "held"
#: The process takes its leave while something is under way; before that: shutters stay as they are.
LEFT, STAY = "left", "stay"


def read_line(text: bytes) -> Line:
    """Give what a line says.

    Raises
    ------
    ValueError
        It is none.
    """
    word, *fields = text.decode().rstrip("\n").split("\t")
    if not fields:
        return Line(word)
    owner, pv, value, server = fields
    return Line(word, Put(owner, pv, float(value), server))


class Watched:
    """What the engine does, as far as it matters when it dies.

    Examples
    --------
    >>> watched = Watched()
    >>> watched.take([Line(SHUTTER, Put("shutter", "BL:shutter:open", 0.0)), Line(BUSY)])
    >>> watched.take([Line(MOVED, Put("x", "BL:sample:x.STOP", 1.0))])
    >>> [put.owner for put in watched.due()]
    ['x', 'shutter']
    >>> watched.take([Line(IDLE)])
    >>> watched.due()
    []
    """

    def __init__(self) -> None:
        self._shutters: dict[str, Put] = {}
        self._moved: dict[str, Put] = {}
        self._held: dict[str, Put] = {}
        #: Whether a plan is under way, paused ones included.
        self.is_busy = False
        #: Whether the engine has taken its leave.
        self.has_left = False
        #: Whether it has done so while something was under way, which is stopped.
        self.left_early = False

    def take(self, lines: Iterable[Line]) -> None:
        """Take what the engine's process says."""
        for line in lines:
            if line.put is not None:
                known = {SHUTTER: self._shutters, HELD: self._held}.get(line.word, self._moved)
                known[line.put.pv] = line.put
            elif line.word == BYE:
                self.has_left = True
            elif line.word == LEFT:
                self.left_early = True
            elif line.word == STAY:
                self._shutters.clear()
            elif line.word in {BUSY, IDLE}:
                self.is_busy = line.word == BUSY
                self._moved.clear()
                self._held.clear()

    @property
    def known(self) -> list[Put]:
        """What may have to be written."""
        return [*self._shutters.values(), *self._moved.values(), *self._held.values()]

    def due(self) -> list[Put]:
        """Give what is to be written if the engine has died now; between two plans what is held."""
        if not self.is_busy:
            return list(self._held.values())
        return list((self._held | self._moved | self._shutters).values())
