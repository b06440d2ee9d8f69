"""Whether the setup files of a configuration are Python; none is run."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blueline.config.configuration import Configuration, Entry
from blueline.config.errors import Problem


def setup_problems(configuration: Configuration) -> Iterator[Problem]:
    """Give what is wrong with the setup files that are there."""
    for entry in configuration.session_entries.values():
        file = entry.written.setup
        if file and (configuration.folder / file).is_file():
            yield from _of_file(_shown(configuration.folder / file), entry)


def _of_file(file: Path, entry: Entry[Any]) -> Iterator[Problem]:
    if file.suffix != ".py":
        yield entry.problem("a setup file is Python, and its name ends in .py", "setup")
        return
    try:
        ast.parse(file.read_bytes())
    except SyntaxError as error:
        yield Problem(file, error.lineno or 0, f"this is no Python: {error.msg}")
    except (ValueError, OSError) as error:
        yield Problem(file, 0, f"this is no Python: {error}")


def _shown(file: Path) -> Path:
    """Give a file below the folder that we are in as people would type it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
