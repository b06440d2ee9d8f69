"""Where the devices of an instrument stood, under a name; pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from blueline.positions.errors import PositionError


@dataclass(frozen=True)
class SavedPosition:
    """What was saved of an instrument (ES-47).

    Parameters
    ----------
    instrument, name
        As people call them.
    positions
        Where each device was set to, by its name: what restores it.
    readbacks
        Where it was.
    units
        Of those that have one.
    note, image
        What people say of it; the name of a file that shows it.
    saved, used
        POSIX times; `used` is that of the last restore, None for none.
    """

    instrument: str
    name: str
    positions: Mapping[str, Any]
    readbacks: Mapping[str, Any]
    units: Mapping[str, str]
    note: str = ""
    image: str = ""
    saved: float = 0.0
    used: float | None = None

    def kept(self) -> dict[str, Any]:
        """Give what settings keep of it."""
        found = asdict(self)
        return {key: found[key] for key in found if key not in {"instrument", "name"}}

    def without(self, left_out: set[str]) -> "SavedPosition":
        """Give it without some of its devices.

        Raises
        ------
        PositionError
            It has none of that name, or no other.
        """
        unknown = sorted(left_out - set(self.positions))
        left = {name: at for name, at in self.positions.items() if name not in left_out}
        if unknown or not left:
            wrong = f"has no {', '.join(unknown)}" if unknown else "has nothing else"
            known = ", ".join(self.positions)
            message = f"{self.name} of {self.instrument} {wrong}: leave out some of {known}"
            raise PositionError(message)
        return replace(self, positions=left)

    def only(self, names: set[str]) -> "SavedPosition":
        """Give it with those of its devices that are named."""
        kept = {name: at for name, at in self.positions.items() if name in names}
        return replace(self, positions=kept)

    def said(self) -> str:
        """Say the positions: ``x 1.5 mm, shutter open``."""
        words = (
            f"{name} {said(at)} {self.units.get(name, '')}".rstrip()
            for name, at in self.positions.items()
        )
        return ", ".join(words)

    def __str__(self) -> str:
        """Say it in one line."""
        when = datetime.fromtimestamp(self.saved).astimezone()
        note = f" ({self.note})" if self.note else ""
        return f"{when:%Y-%m-%d %H:%M:%S}  {self.name}: {self.said()}{note}"


def said(value: object) -> str:
    """Say one position, or several by their names."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}={said(each)}" for name, each in value.items())
    return f"{value:.6g}" if isinstance(value, float) else str(value)
