"""What devices, plans and commands are called stays so, or is told: ``x = 5`` hides an axis."""

import re
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass, field

_WORD = re.compile(r"[^\W\d]\w*")
#: Characters of a value that are shown.
_SHOWN = 30


@dataclass
class OwnNames:
    """The names that mean something from the beginning of a prompt.

    Parameters
    ----------
    names
        All that can be typed, as it is now.
    own
        What they mean from the beginning, by name.
    devices
        Which of them are devices.

    Examples
    --------
    >>> names = {"x": "the axis"}
    >>> own = OwnNames(names, dict(names), {"x"})
    >>> names["x"] = 5
    >>> own.changes()
    ['x is 5 now, and no longer a device: del x gives that back']
    >>> del names["x"]
    >>> own.changes(), names
    (['x is the device again'], {'x': 'the axis'})
    """

    names: MutableMapping[str, object]
    own: Mapping[str, object]
    devices: Collection[str]
    _hidden: dict[str, object] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._hidden |= self._now()  # by a setup file, which was told

    def changes(self) -> list[str]:
        """Say which names mean something else since this was asked last; give back deleted ones."""
        gone = [name for name in self.own if name not in self.names]
        for name in gone:
            self.names[name] = self.own[name]
            self._hidden.pop(name, None)
        told = [f"{name} is the {self._kind(name)} again" for name in gone]
        hidden = self._now()
        new = [name for name in hidden if self._hidden.get(name, self) is not hidden[name]]
        self._hidden = hidden
        return told + [self._said(name, "now, and no longer a") for name in new]

    def hint(self, typed: str) -> str:
        """Say which names of a text mean something else; empty where none does."""
        words = dict.fromkeys(_WORD.findall(typed))
        said = (self._said(word, "and not the") for word in words if word in self._hidden)
        return "; ".join(said)

    def _now(self) -> dict[str, object]:
        names = self.names
        return {n: names[n] for n, own in self.own.items() if n in names and names[n] is not own}

    def _kind(self, name: str) -> str:
        return "device" if name in self.devices else "command"

    def _said(self, name: str, but: str) -> str:
        shown = _shown(self.names.get(name))
        return f"{name} is {shown} {but} {self._kind(name)}: del {name} gives that back"


def _shown(value: object) -> str:
    """Give the beginning of a value, or its type where it cannot be shown."""
    try:
        shown = repr(value).split("\n")[0]
    except Exception:  # whatever people have written
        return f"a {type(value).__name__}"
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 4]} ..."


def own_names(
    names: MutableMapping[str, object],
    devices: Mapping[str, object],
    others: Collection[str],
) -> OwnNames:
    """Take the names of a prompt that begins, with the devices of its session, whatever hides them.

    Parameters
    ----------
    others
        Names of plans, commands and parts of the session.
    """
    own = {name: names[name] for name in others if name in names} | dict(devices)
    return OwnNames(names, own, frozenset(devices))
