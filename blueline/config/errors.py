"""What is wrong with a configuration: every problem at once, each with its file and line."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """

    file: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        """Give ``file:line: sentence``."""
        return f"{self.file}:{self.line}: {self.sentence}"


class ConfigError(BluelineError):
    """A configuration cannot be used; `problems` has all that is wrong with it.

    Parameters
    ----------
    problems
        In the order of the files.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        told = [str(problem) for problem in self.problems[:MOST_TOLD]]
        more = len(self.problems) - MOST_TOLD
        super().__init__("\n".join([*told, *[f"and {more} more problems"] * (more > 0)]))
