"""What is described is read, changed and saved from Python, and comments stay (BL-10)."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from blueline.config.configuration import Entry

_Keys = tuple[str, ...]


class ConfigNode(dict[str, Any]):
    """A device, a group, a session or a guard as it is written, what its folder gives included.

    It is a dictionary of what YAML has: text, numbers, lists and dictionaries. Nothing is written
    before `save`.

    Parameters
    ----------
    folder
        Of the configuration.
    entry
        What is described, and where.

    Examples
    --------
    >>> from blueline.config import load_configuration
    >>> x = load_configuration("blueline/config/example").node("x")
    >>> x["class"], x.name
    ('devices.Motor', 'x')
    >>> x["settings"] = {"velocity": 2.0}
    >>> x.save()  # doctest: +SKIP
    """

    def __init__(self, folder: Path, entry: Entry[Any]) -> None:
        super().__init__(entry.node.plain())
        self._folder, self._entry, self._saved = folder, entry, self.to_dict()

    @property
    def name(self) -> str:
        """What it is called in its file."""
        return str(self._entry.name)

    @property
    def file(self) -> Path:
        """Where it is written."""
        return self._entry.file

    def to_dict(self) -> dict[str, Any]:
        """Give a copy, in Python's own types."""
        return deepcopy(dict(self))

    def save(self) -> Path:
        """Write what was changed here into the file, and nothing else; comments stay.

        Returns
        -------
        file
            The one that is written.

        Raises
        ------
        ConfigError
            The beamline could not be loaded then; the file stays as it was, and so do the changes
            here.
        """
        from blueline.config.editing import put_checked
        from blueline.config.loading import load_configuration

        wanted = self.to_dict()
        changed, gone = dict(_changed(self._saved, wanted)), list(_gone(self._saved, wanted))
        if changed or gone:
            put_checked(self._folder, self._entry, changed, gone)
            name = str(wanted.get("name", self.name))
            entries = load_configuration(self._folder).entries_like(self._entry)
            self._entry, self._saved = entries[name], wanted
        return self.file


def _changed(
    before: Mapping[str, Any], now: Mapping[str, Any], above: _Keys = ()
) -> Iterator[tuple[_Keys, Any]]:
    """Give values that are new or others, by the keys on the way to them; pure."""
    for key, value in now.items():
        was = before.get(key)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            yield from _changed(was, value, (*above, key))
        elif key not in before or was != value or type(was) is not type(value):
            yield (*above, key), value


def _gone(before: Mapping[str, Any], now: Mapping[str, Any], above: _Keys = ()) -> Iterator[_Keys]:
    """Give the keys that are not there any more; pure."""
    for key, was in before.items():
        if key not in now:
            yield (*above, key)
        elif isinstance(was, Mapping) and isinstance(now[key], Mapping):
            yield from _gone(was, now[key], (*above, key))
