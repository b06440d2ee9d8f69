"""SPEC files as independent programs read them."""

import warnings
from pathlib import Path
from typing import Any

from silx.io.specfile import SpecFile as SilxSpecFile
from spec2nexus.spec import SpecDataFile


def by_silx(path: Path, index: int = 0) -> Any:
    return SilxSpecFile(str(path))[index]


def spec2nexus_file(path: Path) -> Any:
    with warnings.catch_warnings():  # it leaves the file open
        warnings.simplefilter("ignore", ResourceWarning)
        return SpecDataFile(str(path))


def by_spec2nexus(path: Path, number: int) -> Any:
    scan = spec2nexus_file(path).getScan(number)
    scan.interpret()
    return scan


def read_spec(path):
    return path.read_text(encoding="utf-8", errors="surrogateescape")
