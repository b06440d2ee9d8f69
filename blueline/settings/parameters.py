"""Named sets of the same parameters, one of which is in use (BL-22)."""

from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from blueline.settings.errors import SettingsError
from blueline.settings.plain import JSON, copied, plain, text
from blueline.settings.stored import Settings

#: The set that is there from the beginning.
FIRST = "default"
#: Where the name of the set in use is kept; and what begins the names of the sets.
_CURRENT, _SET = "current", "set "


class Parameters(MutableMapping[str, JSON]):
    """A dictionary of parameters that has several sets of values; all share keys and defaults.

    Which set is in use is kept as well, so that it is the same for all processes.

    Parameters
    ----------
    settings
        Where all is kept.
    name
        Of the parameters.
    defaults
        The keys there are, and their values in a new set.

    Examples
    --------
    >>> from blueline.settings import Parameters, open_settings
    >>> fly = Parameters(
    ...     open_settings("settings.sqlite"), "fly scan", {"from": 0, "to": 10, "points": 101}
    ... )  # doctest: +SKIP
    >>> fly.switch("fine", copy="default")  # doctest: +SKIP
    >>> fly["points"] = 1001  # doctest: +SKIP
    """

    def __init__(self, settings: Settings, name: str, defaults: Mapping[str, object]) -> None:
        self.name = name
        self._kept = settings.namespace(f"parameters {name}")
        self._told = plain(defaults, f"the defaults of {name}")

    @property
    def _defaults(self) -> dict[str, JSON]:
        """The keys there are, and their values in a new set."""
        return self._told

    @property
    def current(self) -> str:
        """Name of the set in use."""
        return self._kept.get(_CURRENT, FIRST)

    @property
    def sets(self) -> list[str]:
        """Names of all sets."""
        named = [key.removeprefix(_SET) for key in self._kept if key.startswith(_SET)]
        return list(dict.fromkeys([FIRST, *named]))

    def switch(self, name: str, copy: str | None = None) -> None:
        """Use another set; with `copy`, one that is not there is made of the set of that name.

        Raises
        ------
        SettingsError
            There is no such set.
        """
        if copy is None:
            self._own(name)
        elif name not in self.sets:
            self._kept.setdefault(_SET + text(name, "a set of parameters"), self._own(copy))
        self._kept[_CURRENT] = name

    def new(self, name: str) -> None:
        """Make a set that has the defaults, and use it.

        Raises
        ------
        SettingsError
            There is such a set.
        """
        if name in self.sets:
            message = f"{self.name} has a set {name!r}; switch({name!r}) uses it"
            raise SettingsError(message)
        self._kept.setdefault(_SET + text(name, "a set of parameters"), {})
        self._kept[_CURRENT] = name

    def copy(self, name: str) -> None:
        """Keep the values of the set in use as the set `name` too, in place of what that was."""
        self._kept[_SET + text(name, "a set of parameters")] = self._own(self.current)

    def remove(self, name: str) -> None:
        """Remove a set; the one in use cannot be.

        Raises
        ------
        SettingsError
            There is no such set, or it is in use.
        """
        self._own(name)
        if name == self.current:
            message = f"the set {name!r} of {self.name} is in use; switch to another one first"
            raise SettingsError(message)
        self._kept.pop(_SET + name, None)

    def values_of(self, name: str) -> dict[str, JSON]:
        """Give all values of a set as they are at one moment.

        Raises
        ------
        SettingsError
            There is no such set.
        """
        return copied(self._defaults) | self._own(name)

    def to_file(self, path: Path | str, *names: str) -> None:
        """Write sets, or all, into a new file, as YAML or JSON by how its name ends.

        Raises
        ------
        SettingsError
            There is no such set, or the file is there, or cannot be written.
        """
        from blueline.settings.parameter_files import write

        write(Path(path), {name: self.values_of(name) for name in names or self.sets})

    def from_file(self, path: Path | str, *names: str) -> None:
        """Take sets, or all, of a file, in place of what they were.

        Raises
        ------
        SettingsError
            The file cannot be understood, or has no such set, or one has an unknown parameter;
            then nothing has been changed.
        """
        from blueline.settings.parameter_files import read

        found = read(Path(path))
        missing = [name for name in names if name not in found]
        if missing:
            message = f"{path} has no set {', '.join(missing)}; it has {', '.join(found)}"
            raise SettingsError(message)
        taken = {name: found[name] for name in names or found}
        for values in taken.values():
            for key in values:
                self._require(key)
        self._kept.update({_SET + name: values for name, values in taken.items()})

    def _own(self, name: str) -> dict[str, JSON]:
        """Give what was set in a set, as far as such parameters are still known."""
        found = self._kept.get(_SET + name, {} if name == FIRST else None)
        if found is None:
            message = (
                f"{self.name} has no set {name!r}; it has {', '.join(self.sets)}; "
                f"new({name!r}) makes it"
            )
            raise SettingsError(message)
        return {key: value for key, value in found.items() if key in self._defaults}

    def _require(self, key: str) -> None:
        if key not in self._defaults:
            known = ", ".join(self._defaults)
            message = f"{self.name} has no parameter {key!r}; it has {known}"
            raise SettingsError(message)

    def __getitem__(self, key: str) -> JSON:
        return self.values_of(self.current)[key]

    def __setitem__(self, key: str, value: object) -> None:
        self._require(key)
        put = plain(value, f"{self.name}/{key}")
        self._kept.edit(_SET + self.current, lambda kept: ({**kept, key: put}, None), {})

    def __delitem__(self, key: str) -> None:
        """Give a parameter its default again."""
        self._require(key)

        def without(kept: dict[str, JSON]) -> tuple[JSON, None]:
            kept.pop(key, None)
            return kept, None

        self._kept.edit(_SET + self.current, without, {})

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._defaults))

    def __len__(self) -> int:
        return len(self._defaults)

    def __repr__(self) -> str:
        return f"<parameters {self.name!r}, {self.current!r}: {self.values_of(self.current)!r}>"
