"""Where the files of a run go: path arithmetic alone, nothing is made or looked up here."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

#: Characters of a slug, so that names stay far below the 255 bytes of most file systems.
SLUG_LENGTH = 60

# names that some file systems take for devices
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


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
    if len(text) <= SLUG_LENGTH and _HARMLESS.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9-]+", "_", ascii_text).strip("_-")
    kept = kept[: SLUG_LENGTH - 1 - len(digest)].rstrip("_-")
    return f"{kept}-{digest}" if kept else digest


def number(value: object) -> str:
    """Give a scan number at least four digits; what is no number becomes a slug."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return f"{value:04d}"
    return slug(str(value))


def scan_id_of(journal: Path) -> int | None:
    """Give the scan number in the name of a journal, or None where it has none."""
    digits, _, uid = journal.name.partition("_")
    return int(digits) if uid and digits.isascii() and digits.isdigit() else None


def local_day(timestamp: float) -> str:
    """Give the day of a POSIX time in this computer's time zone, as ``YYYYMMDD``."""
    return datetime.fromtimestamp(timestamp).astimezone().strftime("%Y%m%d")


class DataFolder:
    """The folder of one data set and the names of the files in it.

    Parameters
    ----------
    root
        The folder itself; it need not exist.
    data_set
        Any text; its slug begins the file names.

    Examples
    --------
    >>> folder = DataFolder("data", "copper")
    >>> folder.nexus_path({"scan_id": 3}).name
    'copper_0003.nxs'
    """

    def __init__(self, root: Path | str, data_set: str = "blueline") -> None:
        self.root = Path(root)
        self.data_set = data_set
        self._stem = slug(data_set)

    @property
    def journal_folder(self) -> Path:
        """The folder of the journals, one file per run."""
        return self.root / "journal"

    @property
    def nexus_dataset_path(self) -> Path:
        """The file of external links to every scan of the data set."""
        return self.root / f"{self._stem}.nxs"

    def journal_path(self, start: Mapping[str, Any]) -> Path:
        """Give the journal of a run; its name has the run's uid, so that none is written twice."""
        uid = slug(str(start.get("uid", "")))[:8]
        return self.journal_folder / f"{number(start.get('scan_id', 0))}_{uid}.jsonl"

    def spec_path(self, start: Mapping[str, Any]) -> Path:
        """Give the SPEC file of the local day on which a run started."""
        return self.root / f"{self._stem}_{local_day(float(start.get('time', 0.0)))}.spec"

    def nexus_path(self, start: Mapping[str, Any]) -> Path:
        """Give the NeXus file of one scan."""
        return self._scan_path(start, "nxs")

    def plot_path(self, start: Mapping[str, Any]) -> Path:
        """Give the picture of one scan's default plot."""
        return self._scan_path(start, "png")

    def _scan_path(self, start: Mapping[str, Any], suffix: str) -> Path:
        return self.root / f"{self._stem}_{number(start.get('scan_id', 0))}.{suffix}"
