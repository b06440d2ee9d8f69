"""The data set that is measured, as it was when it was made: no midnight moves its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from blueline.data_policy.layout import Layout, Place


@dataclass(frozen=True)
class Frozen:
    """A data set that has a folder of its own.

    Parameters
    ----------
    place
        Where it is.
    told
        What its runs say of it.
    """

    place: Place
    told: Mapping[str, Any]

    def kept(self, root: Path, layout: Layout) -> dict[str, Any]:
        """Give what settings keep of it."""
        return {
            **_of(root, layout),
            "folder": str(self.place.folder),
            "data_set": self.place.data_set,
            "told": dict(self.told),
        }


def thawed(kept: object, root: Path, layout: Layout) -> Frozen | None:
    """Give the data set that was kept; None where that is none of this folder and layout."""
    if not isinstance(kept, Mapping):
        return None
    if any(kept.get(key) != value for key, value in _of(root, layout).items()):
        return None
    place = Place(PurePosixPath(kept["folder"]), kept["data_set"])
    return Frozen(place, kept["told"])


def _of(root: Path, layout: Layout) -> dict[str, str]:
    return {"root": str(root), "templates": f"{layout.folder} {layout.data_set}"}
