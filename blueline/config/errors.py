"""What is wrong with a configuration: every problem at once, each with its file and line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from blueline.errors import BluelineError

#: Problems told; a configuration with more has a few causes.
MOST_TOLD = 50


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, in one sentence.

    Parameters
    ----------
    line
        Counted from 1; 0 where it is about the whole file.
    about
        What the sentence begins with, such as a device: others may have the problem from there too.
    """

    file: Path
    line: int
    sentence: str
    about: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Give ``file:line: sentence``, without the line where the whole file is meant."""
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.sentence}"

    @property
    def cause(self) -> tuple[Path, int, str]:
        """What has to be corrected, whichever device it was seen at."""
        return self.file, self.line, self.sentence.removeprefix(self.about)


def together(problems: Iterable[Problem]) -> list[Problem]:
    """Tell once what many devices have from one place, such as a class from their folder.

    Examples
    --------
    >>> place = Path("motors/__init__.yml")
    >>> wrong = [Problem(place, 4, f"{name}: no such class", name) for name in ("x", "y", "z")]
    >>> [str(problem) for problem in together(wrong)]
    ['motors/__init__.yml:4: x and 2 others: no such class']
    """
    found: dict[tuple[Path, int, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.cause, []).append(problem)
    return [_of_all(alike) for alike in found.values()]


def _of_all(alike: Sequence[Problem]) -> Problem:
    first, more = alike[0], len({problem.about for problem in alike}) - 1
    if not more:
        return first
    from reduction.plural import numbered  # whose package that is, is checked before

    named = f"{first.about} and {numbered(more, 'other')}"
    return replace(first, sentence=f"{named}{first.cause[-1]}", about=named)


class ConfigError(BluelineError):
    """A configuration cannot be used; `problems` has all that is wrong with it.

    Parameters
    ----------
    problems
        In the order of the files.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        found = together(self.problems)
        told = [str(problem) for problem in found[:MOST_TOLD]]
        more = len(found) - MOST_TOLD
        super().__init__("\n".join([*told, *[f"and {more} more problems"] * (more > 0)]))
