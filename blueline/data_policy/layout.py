"""Where a data set goes and how its files begin: templates and what fills them; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from blueline.data_policy.errors import DataPolicyError
from callbacks.file_names import DEEPEST, fields_of, filled, slug

#: How many scans a SPEC file holds, and how the template of its name ends then.
SpecPer: TypeAlias = Literal["day", "data_set", "scan"]
SPEC_ENDS: Mapping[SpecPer, str] = {"day": "_{date}", "data_set": "", "scan": "_{scan_number}"}
#: Files of which each scan has one, by their kind; a SPEC file is shared, unless people say so.
KINDS = ("nexus", "xdi", "csv", "plot")
#: Characters of what begins a file's name: a number and a stream's name come after it.
LONGEST_STEM = 80
#: With what the names of scans end.
_SCAN = re.compile(r"_\d{4,}$")
#: Stands for the number of a data set where others of its kind are looked for.
ANY_NUMBER = "0001"


@dataclass(frozen=True)
class Place:
    """Where a data set is, below the data folder, and how the names of its files begin.

    Examples
    --------
    >>> Place(PurePosixPath("hg7"), "Cu_0001").file_names()["nexus"]
    'hg7/Cu_0001_{scan_number}'
    """

    folder: PurePosixPath
    data_set: str

    @property
    def stem(self) -> str:
        """The beginning of all its files, as a path."""
        return str(self.folder / self.data_set)

    @property
    def key(self) -> str:
        """The same for two data sets whose files one disk or another takes for the same."""
        return self.stem.casefold()

    def file_names(self, kinds: Sequence[str] = KINDS, spec_per: SpecPer = "day") -> dict[str, str]:
        """Give the templates of its files, as start documents have them (`callbacks.naming`).

        Parameters
        ----------
        kinds
            Those of which each scan has one.
        spec_per
            How many scans a SPEC file holds: those of a day, of the data set, or one (SC-13).
        """
        one_each = dict.fromkeys(kinds, f"{self.stem}_{{scan_number}}")
        return {"spec": f"{self.stem}{SPEC_ENDS[spec_per]}", **one_each}


@dataclass(frozen=True)
class Layout:
    """How the folders of data are built, and what files are called.

    The fields of both templates are ``proposal``, ``proposal_session``, ``sample``, ``collection``,
    ``dataset``, ``date``, ``beamline``, ``session``, ``user`` and the keys that people add. What
    they hold becomes part of one harmless name; only a ``/`` of the template makes a folder.

    Parameters
    ----------
    name
        What people call it.
    folder
        Template of the folder below the data folder; empty for the data folder itself.
    data_set
        Template of how file names begin; it has ``{dataset}``.
    numbered
        What a data set is called that nobody has given a name; it has ``{number}``.
    joined
        Stands between a name that was given before and its number.
    spec_per
        How many scans a SPEC file holds: those of a day, of the data set, or one (SC-13).

    Raises
    ------
    DataPolicyError
        A template cannot be read, lacks its field or asks for too many folders.

    Examples
    --------
    >>> by_day = Layout("by day", "{date}/{sample}", "{sample}_{dataset}")
    >>> by_day.place({"date": "20251122", "sample": "../Cu", "dataset": "0003"}).stem
    '20251122/Cu-2d43418f/Cu-2d43418f_0003'
    """

    name: str
    folder: str
    data_set: str
    numbered: str = "{number}"
    joined: str = "_"
    spec_per: SpecPer = "day"

    def __post_init__(self) -> None:
        wanted = ((self.data_set, "dataset"), (self.numbered, "number"))
        for template, field in wanted:
            if field not in fields_of(template) or "/" in template:
                message = f"the template {template!r} needs {{{field}}}, and no slash"
                raise DataPolicyError(message)
        if self.folder and not fields_of(self.folder) and "{" in self.folder:
            message = f"the template {self.folder!r} cannot be read: close each brace"
            raise DataPolicyError(message)
        if len(_parts(self.folder)) >= DEEPEST:
            message = f"the template {self.folder!r} has more than {DEEPEST - 1} folders"
            raise DataPolicyError(message)

    @cached_property
    def fields(self) -> frozenset[str]:
        """What it is filled with."""
        return fields_of(self.folder) | fields_of(self.data_set)

    @property
    def has_own_folders(self) -> bool:
        """Whether each data set has a folder of its own."""
        return "dataset" in fields_of(self.folder)

    def place(self, values: Mapping[str, object]) -> Place:
        """Give the place of a data set; fields without a value read ``no_`` and their name."""
        folder = filled(self.folder, values) if self.folder else PurePosixPath()
        stem = str(filled(self.data_set, values))
        return Place(folder, stem if len(stem) <= LONGEST_STEM else slug(stem))

    def number(self, number: int, name: str = "") -> str:
        """Give the name of a data set that has a number, with at least four digits."""
        text = f"{number:04d}"
        return f"{name}{self.joined}{text}" if name else self.numbered.replace("{number}", text)

    def looks_like_a_scan(self, name: str) -> bool:
        """Tell whether a data set's files would begin as those of a scan of another one do."""
        return _SCAN.search(name) is not None


def _parts(template: str) -> list[str]:
    return [part for part in template.split("/") if part]


#: BLISS's ``SCAN_SAVING`` (BL-140): all in the data folder. A number after ``_`` is a scan's.
SIMPLE = Layout("simple", "", "{dataset}", numbered="data-{number}", joined="-")
#: That of the ESRF (BL-142).
ESRF = Layout(
    "esrf",
    "{proposal}/{beamline}/{proposal_session}/RAW_DATA/{collection}/{collection}_{dataset}",
    "{collection}_{dataset}",
)
#: By name, for configurations.
LAYOUTS = {layout.name: layout for layout in (SIMPLE, ESRF)}
