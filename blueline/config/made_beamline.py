"""The devices of a session as they could be made, and what is told of the others (BL-06)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from blueline.beamline import Beamline
from blueline.config.configuration import Configuration

#: Devices that are named where many could not be made for one reason.
_MOST_NAMED = 3


@dataclass
class MadeBeamline(Beamline):
    """The devices of a session, and what could not be made.

    Parameters
    ----------
    aliases
        Devices by the other names that the session gives them.
    suspenders
        Guards by name, for the engine to install. One that could not be made is among the
        failed: scans are not protected by it.
    make
        Makes what is described and not in the session.
    configuration
        What describes it.
    """

    aliases: dict[str, Any] = field(default_factory=dict)
    suspenders: dict[str, Any] = field(default_factory=dict)
    make: "Callable[[str], Any] | None" = None
    configuration: Configuration | None = None

    def get(self, name: str) -> Any:  # noqa: ANN401 - a device of any framework
        """Give a device by its name or alias, the same one each time (BL-05).

        One that is described and not in this session is made now, and is among its devices then.

        Raises
        ------
        BluelineError
            There is none of that name, or it cannot be made.

        Examples
        --------
        >>> mirror = session.beamline.get("mirror")  # doctest: +SKIP
        """
        if name in self.aliases:
            return self.aliases[name]
        if self.make is None or name in self.everything:
            return super().get(name)
        self.devices[name] = found = self.make(name)
        self.tell([found])
        return found

    def not_made(self) -> dict[str, str]:
        """Give why, and where it is described, by the name of what could not be made."""
        return {name: f"{why}{self._at(name)}" for name, why in self.failed.items()}

    def _at(self, name: str) -> str:
        entry = None if self.configuration is None else self.configuration.known(name)
        return "" if entry is None else f", at {entry.place}"

    def why_absent(self, name: str) -> str:
        """Say why what is described is not there, and where it is; empty where it is not."""
        entry = None if self.configuration is None else self.configuration.known(name)
        if entry is None or name in self.everything:
            return super().why_absent(name)
        if not getattr(entry.written, "enabled", True):
            return f"{name} is switched off: enabled is false, at {entry.place}"
        needed = next((each for each in entry.needs if each in self.failed), None)
        if name in self.failed and needed is not None:
            return f"{name} needs {needed}, and {self.why_absent(needed)}"
        if name in self.failed:
            advice = f"correct {entry.place}, and open the session again"
            return f"{name} could not be made: {self.failed[name]}; {advice}"
        return (
            f"{name} is not in this session: session.beamline.get({name!r}) makes it all the same"
        )

    def notice(self) -> str:
        """Say which devices could not be made, a line for each reason; nothing where all were.

        Each line begins with where the first of them is described.
        """
        reasons: dict[str, list[str]] = {}
        for name, why in self.failed.items():
            reasons.setdefault(why, []).append(name)
        return "\n".join(
            f"{self._place(names[0])}{_some(names)} could not be made: {why}"
            for why, names in reasons.items()
        )

    def _place(self, name: str) -> str:
        entry = None if self.configuration is None else self.configuration.known(name)
        return "" if entry is None else f"{entry.place}: "


def _some(names: Sequence[str]) -> str:
    """Give names in words, the first ones of many."""
    more = len(names) - _MOST_NAMED
    if more > 1:
        return f"{', '.join(names[:_MOST_NAMED])} and {more} others"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
