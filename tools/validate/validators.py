"""Which program judges which files, and what its words mean."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.environments import FOLDER, python_with

INSIDE = Path(__file__).with_name("inside")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
#: Seconds that one program gets for all its files.
DEADLINE = 300
#: Begins what a script says of one file.
FILE = "FILE "


@dataclass(frozen=True)
class Validator:
    """A program that reads files, run by a script of its name below `INSIDE`.

    Parameters
    ----------
    name
        Of the script.
    suffixes
        Of the files that it reads.
    accepts
        What its text must have.
    refuses
        What makes a line of its text an objection.
    allowed
        Objections that are passed over, each by a pattern of the whole line, with the reason.
    """

    name: str
    suffixes: tuple[str, ...]
    accepts: str
    refuses: str
    allowed: dict[str, str] = field(default_factory=dict)

    def objections(self, text: str) -> list[str]:
        """Give what the text has against a file, empty where it is valid."""
        lines = [_plain(line) for line in text.splitlines()]
        found = [line for line in lines if re.search(self.refuses, line)]
        found = [line for line in found if not any(re.fullmatch(p, line) for p in self.allowed)]
        if not any(re.search(self.accepts, line) for line in lines):
            found.append("it does not say that the file is valid")
        return found


@dataclass(frozen=True)
class Verdict:
    """What one program says of one file."""

    validator: str
    path: Path
    objections: Sequence[str]

    @property
    def is_valid(self) -> bool:
        """Whether it has nothing against it."""
        return not self.objections

    def __str__(self) -> str:
        """Say it on one line, and each objection on another."""
        said = "valid" if self.is_valid else "INVALID"
        return "\n    ".join([f"{said:8}{self.validator:20}{self.path}", *self.objections])


_TRACEBACK = r"^Traceback|Error\b"
VALIDATORS = (
    Validator("spec_silx", (".spec",), r"^read \d+ scans$", rf"^invalid|{_TRACEBACK}"),
    Validator("spec_spec2nexus", (".spec",), r"^read \d+ scans$", rf"(?i)invalid|{_TRACEBACK}"),
    Validator("nexus_silx", (".nxs",), r"^read \d+ plots$", rf"^invalid|{_TRACEBACK}"),
    Validator(
        "nexus_nexusformat",
        (".nxs",),
        r"^Total number of errors: \d+$",
        rf"^error |{_TRACEBACK}",
        {
            r'error "\d+\.\d+" is an invalid name': (
                "entries are named as BLISS names them, acquisition 3.14"
            ),
            r"error (NXelement|NXabsorption_edge) is not a valid base class": (
                "they belong to NXxas of newer definitions than nexusformat brings"
            ),
        },
    ),
    Validator(
        "nexus_pynxtools",
        (".nxs",),
        r"^checked \d+ definitions$",
        rf"(?i)^invalid|not valid|hasn't been supplied|should be one of|{_TRACEBACK}",
    ),
    Validator("xdi_larch", (".xdi",), r"^read \d+ rows$", rf"^invalid|{_TRACEBACK}"),
    Validator("xdi_grammar", (".xdi",), r"^read \d+ rows$", rf"^invalid|{_TRACEBACK}"),
)


def validators_python() -> Path:
    """Give the Python that has the programs; its environment is made where there is none.

    Raises
    ------
    subprocess.CalledProcessError
        The requirements cannot be installed.
    """
    # the file pins all that is needed; what else the packages ask for is hundreds of megabytes
    return python_with(REQUIREMENTS, FOLDER / "validators", is_complete=True)


def judge(python: Path, folder: Path) -> list[Verdict]:
    """Have every file of a folder, and of those below it, judged by every program that reads it.

    Parameters
    ----------
    python
        That of the environment of the validators.
    """
    verdicts: list[Verdict] = []
    for validator in VALIDATORS:
        paths = sorted(p for suffix in validator.suffixes for p in folder.rglob(f"*{suffix}"))
        if paths:
            verdicts.extend(_verdicts(python, validator, paths))
    return verdicts


def _verdicts(python: Path, validator: Validator, paths: list[Path]) -> Iterator[Verdict]:
    told = _told(_text(python, validator.name, paths))
    for path in paths:
        text = told.get(str(path), "")
        yield Verdict(validator.name, path, validator.objections(text))


def _text(python: Path, name: str, paths: list[Path]) -> str:
    """Give all that a script says; of a program that crashes or hangs, as far as it came."""
    command = [str(python), "-u", str(INSIDE / f"{name}.py"), *map(str, paths)]
    try:
        done = subprocess.run(  # noqa: S603 - our own
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        return said.decode(errors="replace") if isinstance(said, bytes) else said
    return done.stdout


def _told(text: str) -> dict[str, str]:
    """Give what was said of each file."""
    found: dict[str, str] = {}
    for part in f"\n{text}".split(f"\n{FILE}")[1:]:
        path, _, said = part.partition("\n")
        found[path] = said
    return found


def _plain(line: str) -> str:
    """Take away colours and indentation."""
    return re.sub(r"\x1b\[[0-9;]*m", "", line).strip()
