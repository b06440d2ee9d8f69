"""What devices are called, in plans, at the prompt and on the command line (PS-01)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from blueline.errors import BluelineError
from blueline.nearest import did_you_mean
from planlib.real_axes import members_of


class UnknownDeviceError(BluelineError, KeyError):
    """There is no such device; also the `KeyError` that `planlib.context` promises to plans."""

    def __str__(self) -> str:
        """Give the sentence, which a `KeyError` would put into quotes."""
        return str(self.args[0])


class Mnemonics(Mapping[str, Any]):
    """The devices by all their names: their own, aliases, and those of the members of groups.

    A member is ``slit_gap``, as its columns are called, or ``slit.gap``, as Python has it.

    Parameters
    ----------
    devices
        By the names that people have given them; looked at anew for each name.
    aliases
        Other names of some of them.
    why_absent
        Says of a name why there is no device under it; empty where nobody knows.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> gap = SimpleNamespace(name="slit_gap")
    >>> names = Mnemonics({"slit": SimpleNamespace(members={"gap": gap})})
    >>> names["slit_gap"] is names["slit.gap"] is gap
    True
    """

    def __init__(
        self,
        devices: Mapping[str, Any],
        aliases: Mapping[str, Any] | None = None,
        why_absent: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._devices = devices
        self._why_absent = why_absent
        self._aliases = aliases or {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any device
        """Give a device.

        Raises
        ------
        UnknownDeviceError
            There is none; the name that was probably meant is said.
        """
        for known in (self._devices, self._aliases):
            if name in known:
                return known[name]
        members = self._members()
        found = members.get(name, members.get(name.replace(".", "_")))
        if found is None:
            names = list(self)
            hint = did_you_mean(name, names, f"there are {', '.join(sorted(names))}")
            message = self._why_absent(name) or f"there is no device {name!r}; {hint}"
            raise UnknownDeviceError(message)
        return found

    def __iter__(self) -> Iterator[str]:
        """Go through the names, those of members after all others."""
        return iter({**self._devices, **self._aliases, **self._members()})

    def __len__(self) -> int:
        """Give the number of names."""
        return len(list(iter(self)))

    def _members(self) -> dict[str, Any]:
        return {
            str(member.name): member
            for device in self._devices.values()
            for member in members_of(device).values()
            if hasattr(member, "name")
        }
