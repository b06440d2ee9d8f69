"""Where the files of a run go: path arithmetic alone, nothing is made or looked up here."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from callbacks.file_names import fields_of, filled, slug

#: Templates of the files of a scan, and of those that many scans share, by kind.
SCAN_TEMPLATE = "{data_set}_{scan_number}"
SHARED_TEMPLATES = {"spec": "{data_set}_{date}"}


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


def is_saved(start: Mapping[str, Any]) -> bool:
    """Tell whether files are made of a run; ``save: False`` says no (BL-90).

    Examples
    --------
    >>> is_saved({"uid": "3f2a"}), is_saved({"uid": "3f2a", "save": False})
    (True, False)
    """
    return start.get("save") is not False


def left_out(start: Mapping[str, Any]) -> frozenset[str]:
    """Give the formats of which no files are made of a run, where its session leaves them out.

    Examples
    --------
    >>> left_out({"uid": "3f2a", "files_left_out": ["csv"]})
    frozenset({'csv'})
    """
    said = start.get("files_left_out")
    return frozenset(map(str, said)) if isinstance(said, list | tuple) else frozenset()


def uid_in_name(path: Path) -> str:
    """Give the beginning of a run's uid, with which the names of its files end."""
    return path.stem.rpartition("_")[2]


def files_of_run(folder: Path, suffix: str, uid: str) -> Iterator[Path]:
    """Give the files of a folder whose names say that they may be of a run, by its uid's beginning.

    Names have a part of the uid: what is in a file says whether it is of that run.
    """
    for path in sorted(folder.glob(f"*{suffix}")):
        if uid_in_name(path).startswith(uid[:8]):
            yield path


class DataFolder:
    """The folder of one data set and the names of the files in it.

    A run names its files itself: ``file_names`` in its start document has a template for each kind
    of file (``spec``, ``nexus``, ``xdi``, ``csv``, ``plot`` or a site's own), so that every writer
    and `callbacks.recover` agree on them. The fields of a template are ``data_set``, ``date``,
    ``scan_number`` and whatever the start document has; every ``/`` makes a folder, and nothing
    leads out of `root` (acquisition BL-140). What is of one scan gets its number where the
    template has neither ``scan_number`` nor ``uid``.

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
    >>> names = {"spec": "{user}/{data_set}", "xdi": "{sample}"}
    >>> str(folder.spec_path({"user": "Ada", "file_names": names}))
    'data/Ada/copper.spec'
    >>> str(folder.xdi_path({"scan_id": 3, "sample": "foil", "file_names": names}))
    'data/foil_0003.xdi'
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

    def nexus_links_path(self, start: Mapping[str, Any]) -> Path:
        """Give the file of external links to the scans that are called like that of a run.

        It is beside them: that of the data set, or of the one that the run names (SC-13).
        """
        scan = self.nexus_path(start)
        stem = scan.stem.removesuffix(f"_{number(start.get('scan_id', 0))}")
        return self.nexus_dataset_path if stem == scan.stem else scan.with_name(f"{stem}.nxs")

    def journal_path(self, start: Mapping[str, Any]) -> Path:
        """Give the journal of a run; its name has the run's uid, so that none is written twice."""
        uid = slug(str(start.get("uid", "")))[:8]
        return self.journal_folder / f"{number(start.get('scan_id', 0))}_{uid}.jsonl"

    def spec_path(self, start: Mapping[str, Any]) -> Path:
        """Give the SPEC file of a run: that of the local day on which it started, or as it says."""
        return self.scan_path(start, "spec", "spec")

    def nexus_path(self, start: Mapping[str, Any]) -> Path:
        """Give the NeXus file of one scan."""
        return self.scan_path(start, "nexus", "nxs")

    def plot_path(self, start: Mapping[str, Any]) -> Path:
        """Give the picture of one scan's default plot."""
        return self.scan_path(start, "plot", "png")

    def xdi_path(self, start: Mapping[str, Any]) -> Path:
        """Give the XDI file of one scan."""
        return self.scan_path(start, "xdi", "xdi")

    def csv_path(self, start: Mapping[str, Any], stream: str = "primary") -> Path:
        """Give the CSV file of one stream of a scan."""
        path = self.scan_path(start, "csv", "csv")
        return path if stream == "primary" else path.with_name(f"{path.stem}_{slug(stream)}.csv")

    def scan_path(self, start: Mapping[str, Any], kind: str, suffix: str) -> Path:
        """Give the file of any kind of one scan, such as that of a site's own format."""
        template = _template(start, kind)
        values = {
            **start,
            "data_set": self._stem,
            "date": local_day(float(start.get("time", 0.0))),
            "scan_number": number(start.get("scan_id", 0)),
        }
        found = self.root / filled(template.removesuffix(f".{suffix}"), values)
        return found.with_name(f"{found.name}.{suffix}")


def _template(start: Mapping[str, Any], kind: str) -> str:
    """Give the template of a run's own, where it has one, or ours."""
    named = start.get("file_names")
    template = named.get(kind) if isinstance(named, Mapping) else None
    if not isinstance(template, str) or not template:
        return SHARED_TEMPLATES.get(kind, SCAN_TEMPLATE)
    if kind not in SHARED_TEMPLATES and not fields_of(template) & {"scan_number", "uid"}:
        return f"{template}_{{scan_number}}"
    return template
