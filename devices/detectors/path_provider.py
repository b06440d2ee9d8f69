"""Where a detector writes, as it says it and as everybody else says it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import quote

from devices.errors import InvalidTargetError

#: Letters of a random number that keeps names apart.
_ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class FilePlace:
    r"""Name a file without its suffix, and its folder on both sides.

    Parameters
    ----------
    detector_folder
        As the detector's computer knows it, such as ``"Z:\\data\\2026-02-11"``.
    client_folder
        As those who read the data know it: an absolute path.
    name
        Of the file, without suffix.
    levels
        Last folders of the path that the detector may make where they are missing.
    """

    detector_folder: str
    client_folder: str
    name: str
    levels: int = 0

    def uri(self, file: str = "") -> str:
        """Give where clients find a file of the folder, or the folder itself, ending in a slash."""
        folder = self.client_folder.replace("\\", "/").strip("/")
        return f"file://localhost/{quote(folder)}/{quote(file)}"


class PathProvider(Protocol):
    """Say where the next file of a device goes; asked once for each file."""

    def __call__(self, device: str) -> FilePlace:
        """Give a place that no other file has."""
        ...


class RunFolders:
    r"""Give each run's file a name of its own, in folders below one that both sides know.

    Parameters
    ----------
    client
        The folder as those who read the data know it; absolute.
    detector
        The same folder as the detector knows it; where it is not given, both know it by one name.
    folder
        What comes below it; the detector makes what is missing of this, never of `client`.
    name
        Of each file, without suffix. Both may use ``{device}``, ``{time}`` with a format of
        strftime, and ``{id}``, which keeps apart files of one second.

    Examples
    --------
    >>> places = RunFolders("/data", detector="Z:\\data", folder="{device}", name="{device}_{id}")
    >>> places("camera").detector_folder
    'Z:\\data\\camera'
    >>> places("camera").client_folder
    '/data/camera'
    """

    def __init__(
        self,
        client: str | Path,
        detector: str | Path | None = None,
        *,
        folder: str = "{time:%Y-%m-%d}",
        name: str = "{device}_{time:%H%M%S}_{id}",
    ) -> None:
        self._client = str(client)
        self._detector = str(client if detector is None else detector)
        self._folder = folder
        self._name = name
        if "://" in self._client or not _is_absolute(self._client):
            message = f"files are found by an absolute path such as '/data', not {self._client!r}"
            raise InvalidTargetError(message)
        self("check")

    def __call__(self, device: str) -> FilePlace:
        """Give the place of the next file.

        Raises
        ------
        InvalidTargetError
            The templates make no file name, or one that leads out of the folder.
        """
        given = {
            "device": device,
            "time": datetime.now().astimezone(),
            "id": uuid.uuid4().hex[:_ID_LENGTH],
        }
        try:
            folder = PurePosixPath(self._folder.format(**given))
            name = self._name.format(**given)
        except (KeyError, IndexError, ValueError) as error:
            message = (
                f"file names are made of {{device}}, {{time}} and {{id}}: "
                f"{self._folder!r} and {self._name!r} are not ({error})"
            )
            raise InvalidTargetError(message) from error
        if folder.is_absolute() or ".." in folder.parts or not _is_name(name):
            message = f"{folder} / {name!r} is no folder below {self._client} and name of a file"
            raise InvalidTargetError(message)
        return FilePlace(
            _below(self._detector, folder),
            _below(self._client, folder),
            name,
            levels=len(folder.parts),
        )

    def __repr__(self) -> str:
        """Show both sides."""
        return f"RunFolders({self._client!r}, detector={self._detector!r})"


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] in (":\\", ":/")


def _is_name(name: str) -> bool:
    return bool(name) and name not in (".", "..") and not set(name) & set('/\\%"\n\0')


def _below(root: str, folder: PurePosixPath) -> str:
    """Join in the way that the root is written in."""
    separator = "\\" if "\\" in root else "/"
    return separator.join([root.rstrip("/\\"), *folder.parts])
