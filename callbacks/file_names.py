"""Harmless file names from any text: slugs, templates, and the next name that is free; pure."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import PurePosixPath
from string import Formatter

#: Characters of a slug, so that names stay far below the 255 bytes of most file systems.
SLUG_LENGTH = 60
#: Folders that a template may ask for, and characters of each name: paths stay below 1024 bytes.
DEEPEST = 7
LONGEST = 120
#: Digits of a number that is added to a name: by Py4Syn (PS-121), by StepScan at least (ES-31).
PY4SYN_DIGITS = 4
STEPSCAN_DIGITS = 3

# names that some file systems take for devices
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_HARMLESS_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.+-]*[A-Za-z0-9_+-])?")
_NUMBER = re.compile(rf"_\d{{{PY4SYN_DIGITS},}}$")


def slug(text: str) -> str:
    """Turn any text into one harmless file name part.

    The result is made of ASCII letters, digits, ``_`` and ``-``, begins with a letter or digit and
    has at most `SLUG_LENGTH` characters. Text that had to be changed gets eight characters of its
    hash, so that two different texts do not share a name.

    Examples
    --------
    >>> slug("Cu_foil-3")
    'Cu_foil-3'
    >>> slug("../../etc/passwd")
    'etc_passwd-3754d6cb'
    """
    if len(text) <= SLUG_LENGTH and _HARMLESS.fullmatch(text) and not _is_reserved(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9-]+", "_", ascii_text).strip("_-")
    kept = kept[: SLUG_LENGTH - 1 - len(digest)].rstrip("_-")
    return f"{kept}-{digest}" if kept else digest


def file_name(text: str) -> str:
    """Give any text as one harmless file name; dots within it stay, as they begin an extension.

    Examples
    --------
    >>> file_name("Cu foil.dat")
    'Cu_foil-d776c067.dat'
    """
    if len(text) <= LONGEST and _HARMLESS_NAME.fullmatch(text) and not _is_reserved(text):
        return text
    stem, dot, extension = text.rpartition(".")
    has_extension = dot and len(extension) <= 8 and _HARMLESS.fullmatch(extension)
    return f"{slug(stem)}.{extension}" if has_extension else slug(text)


def filled(template: str, values: Mapping[str, object]) -> PurePosixPath:
    """Fill a template such as ``{user}/{sample}_{scan_number}``; every ``/`` makes a folder.

    What comes out is relative, stays where it is and can be made on any file system, whatever the
    template and the values are: ``..``, control characters and names of devices become slugs.

    Parameters
    ----------
    template
        Any text; one that cannot be read as a template is taken as a name.
    values
        By the name of the field. A field without a value reads ``no_`` and its name.

    Examples
    --------
    >>> str(filled("{user}/{sample}_{scan_number}", {"user": "Ada", "sample": "Cu"}))
    'Ada/Cu_no_scan_number'
    >>> str(filled("../{sample}", {"sample": "../x"}))
    '5ec1f7e7/x-d6b96a97'
    """
    try:
        text = "".join(_pieces(template, values))
    except ValueError:  # no template, as a brace is not closed
        text = template
    parts = [file_name(part) for part in text.split("/") if part]
    if not parts or len(parts) > DEEPEST:
        return PurePosixPath(slug(text))
    return PurePosixPath(*parts)


def fields_of(template: str) -> frozenset[str]:
    """Give the names of the fields of a template; none where it cannot be read."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)
    except ValueError:
        return frozenset()


def _pieces(template: str, values: Mapping[str, object]) -> list[str]:
    pieces: list[str] = []
    for literal, name, _, _ in Formatter().parse(template):
        pieces.append(literal)
        if name is not None:
            pieces.append(slug(str(values.get(name, f"no_{name}"))))
    return pieces


def first_free(name: str, taken: Callable[[str], bool]) -> str:
    """Give a name its first free number, as Py4Syn's ``setOutput`` does (PS-121).

    Parameters
    ----------
    name
        An extension is kept, a number of four digits that the name ends in is not.
    taken
        Tells whether there is such a file.

    Examples
    --------
    >>> first_free("cu.dat", {"cu_0001.dat"}.__contains__)
    'cu_0002.dat'
    >>> first_free("cu_0007.dat", lambda name: False)
    'cu_0001.dat'
    """
    path = PurePosixPath(file_name(name))
    stem = _NUMBER.sub("", path.stem) or path.stem
    number = 1
    while taken(found := f"{stem}_{number:0{PY4SYN_DIGITS}d}{path.suffix}"):
        number += 1
    return found


def incremented(name: str) -> str:
    """Give the name that follows a name, as StepScan does (ES-31).

    An extension that is a number is counted up, or else a number before the extension, of three
    digits at least; where there is none, ``_001`` is added.

    Examples
    --------
    >>> incremented("cu.001"), incremented("cu_009.xdi"), incremented("cu.xdi")
    ('cu.002', 'cu_010.xdi', 'cu_001.xdi')
    """
    path = PurePosixPath(file_name(name))
    if path.suffix[1:].isdigit():
        return f"{path.stem}.{_next(path.suffix[1:])}"
    stem, line, number = path.stem.rpartition("_")
    if line and stem and len(number) >= STEPSCAN_DIGITS and number.isdigit():
        return f"{stem}_{_next(number)}{path.suffix}"
    return f"{path.stem}_{1:0{STEPSCAN_DIGITS}d}{path.suffix}"


def next_free(name: str, taken: Callable[[str], bool]) -> str:
    """Give a name if it is free, or the first that is free of those that follow it (ES-31).

    Examples
    --------
    >>> next_free("cu.xdi", {"cu.xdi", "cu_001.xdi"}.__contains__)
    'cu_002.xdi'
    """
    found = file_name(name)
    while taken(found):
        found = incremented(found)
    return found


def followers(name: str) -> Iterator[str]:
    """Yield a name and what is tried when it is taken, without end: those of no other scan or day.

    Examples
    --------
    >>> names = followers("cu_0003.xdi")
    >>> next(names), next(names)
    ('cu_0003.xdi', 'cu_0003_002.xdi')
    """
    yield name
    path = PurePosixPath(name)
    for copy in count(2):
        yield f"{path.stem}_{copy:0{STEPSCAN_DIGITS}d}{path.suffix}"


def _next(digits: str) -> str:
    return f"{int(digits) + 1:0{max(len(digits), STEPSCAN_DIGITS)}d}"


def _is_reserved(text: str) -> bool:
    return text.partition(".")[0].lower() in _RESERVED
