"""Hold the entries and subentries that claim a definition against it, as pynxtools does."""

import logging
import sys
from collections.abc import Iterator

import h5py
from pynxtools.dataconverter.validation import validate_hdf_group_against
from told import tell

logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(levelname)s: %(message)s")


def check(path: str) -> str:
    """Validate each of them, what is not documented included."""
    said = []
    number = 0
    with h5py.File(path) as file:
        for group in _claiming(file):
            number += 1
            definition = group["definition"].asstr()[()]
            if not validate_hdf_group_against(definition, group, path, False):
                said.append(f"invalid: {group.name} is not valid as {definition}")
    return "\n".join([*said, f"checked {number} definitions"])


def _claiming(file: h5py.File) -> Iterator[h5py.Group]:
    # not through links to other files, which pynxtools does not follow
    entries = (
        file[n] for n in file if not isinstance(file.get(n, getlink=True), h5py.ExternalLink)
    )
    for entry in entries:
        for group in (entry, *(each for each in entry.values() if isinstance(each, h5py.Group))):
            if "definition" in group:
                yield group


tell(check)
