"""A whole configuration that has passed its checks."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from blueline.config.beamline_model import PACKAGES, BeamlineModel
from blueline.config.consumers_model import ConsumersModel
from blueline.config.device_model import DeviceModel, GroupModel, SuspenderModel
from blueline.config.errors import Problem
from blueline.config.node import Node
from blueline.config.references import named_in
from blueline.config.session_model import SessionModel
from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.config.config_node import ConfigNode
    from blueline.config.made_beamline import MadeBeamline
    from blueline.data_policy import DataPolicy

Written = TypeVar("Written", DeviceModel, GroupModel, SessionModel, SuspenderModel)
#: The session that there is where none is described.
DEFAULT_SESSION = "default"


@dataclass(frozen=True)
class Entry(Generic[Written]):
    """Something that is described, and the node that describes it."""

    written: Written
    node: Node

    @property
    def name(self) -> str:
        """Its name."""
        return self.written.name

    @property
    def class_(self) -> str:
        """The class path of a device or a guard; empty for what has none."""
        return getattr(self.written, "class_", None) or ""

    @property
    def file(self) -> Path:
        """Where it is written."""
        return self.node.file

    @property
    def line(self) -> int:
        """Where it begins in its file."""
        return self.node.line

    @property
    def place(self) -> str:
        """Where it is written, as file:line."""
        return f"{self.file}:{self.line}"

    @property
    def needs(self) -> list[str]:
        """Names of what must be made before a device, a group or a guard."""
        found = list(getattr(self.written, "counters", None) or ())
        found += named_in(getattr(self.written, "arguments", {}))
        return list(dict.fromkeys([*found, *named_in(getattr(self.written, "signal", ""))]))

    def problem(self, sentence: str, *where: str | int) -> Problem:
        """Say what is wrong at a path below it."""
        place, _ = self.node.find(where)
        return Problem(place.file, place.line, f"{self.name}: {sentence}", self.name)


@dataclass(frozen=True)
class Configuration:
    """A beamline as its folder describes it.

    Parameters
    ----------
    folder
        With ``beamline.yml``; absolute.
    beamline
        What is written about the whole.
    device_entries, group_entries, session_entries, suspender_entries
        By name, in the order of the files; what is not enabled is among them.
    beamline_node
        Where what is written about the whole stands.
    """

    folder: Path
    beamline: BeamlineModel
    device_entries: Mapping[str, Entry[DeviceModel]] = field(default_factory=dict)
    group_entries: Mapping[str, Entry[GroupModel]] = field(default_factory=dict)
    session_entries: Mapping[str, Entry[SessionModel]] = field(default_factory=dict)
    suspender_entries: Mapping[str, Entry[SuspenderModel]] = field(default_factory=dict)
    beamline_node: Node | None = field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """Of the beamline."""
        return self.beamline.name

    @property
    def sessions(self) -> list[str]:
        """Names of the sessions; the first is meant where none is named."""
        return list(self.session_entries) or [DEFAULT_SESSION]

    @property
    def objects(self) -> list[str]:
        """Names of all devices and groups that are enabled."""
        devices = [name for name, each in self.device_entries.items() if each.written.enabled]
        return [*devices, *self.group_entries]

    def entry(self, name: str) -> Entry[Any]:
        """Give what is described under a name: a device, a group, a session or a guard.

        Raises
        ------
        BluelineError
            Nothing is.
        """
        for entries in self._entries.values():
            if name in entries:
                return entries[name]
        message = f"{self.name} describes no {name:.60}; `blueline config show` lists what it does"
        raise BluelineError(message)

    @property
    def root(self) -> "dict[str, dict[str, ConfigNode]]":
        """All that is described, to be read, changed and saved from Python (BL-10).

        Examples
        --------
        >>> config.root["devices"]["x"]["settings"]["velocity"] = 2.0  # doctest: +SKIP
        >>> config.root["devices"]["x"].save()  # doctest: +SKIP
        """
        from blueline.config.config_node import ConfigNode

        return {
            kind: {name: ConfigNode(self.folder, entry) for name, entry in entries.items()}
            for kind, entries in self._entries.items()
        }

    def node(self, name: str) -> "ConfigNode":
        """Give what is described under a name, to be read, changed and saved from Python.

        Raises
        ------
        BluelineError
            Nothing is.
        """
        from blueline.config.config_node import ConfigNode

        return ConfigNode(self.folder, self.entry(name))

    @property
    def _entries(self) -> "dict[str, Mapping[str, Entry[Any]]]":
        return {
            "devices": self.device_entries,
            "groups": self.group_entries,
            "sessions": self.session_entries,
            "suspenders": self.suspender_entries,
        }

    def entries_like(self, entry: Entry[Any]) -> Mapping[str, Entry[Any]]:
        """Give what is described of the same kind, by name."""
        kind = type(entry.written)
        return {
            name: each
            for entries in self._entries.values()
            for name, each in entries.items()
            if type(each.written) is kind
        }

    def known(self, name: str) -> Entry[Any] | None:
        """Give the device, group or guard that is described under a name; None for none."""
        every = (self.device_entries, self.group_entries, self.suspender_entries)
        return next((entries[name] for entries in every if name in entries), None)

    @property
    def packages(self) -> tuple[str, ...]:
        """Whose classes may be named."""
        return (*PACKAGES, *self.beamline.packages)

    @property
    def state(self) -> Path:
        """Folder of settings, locks and positions."""
        return self.folder / self.beamline.state

    def data(self, session: str = DEFAULT_SESSION) -> Path:
        """Folder of the data of a session."""
        return self.folder / (self.session(session).data or self.beamline.data.root)

    def scripts(self, session: str = DEFAULT_SESSION) -> Path | None:
        """Folder of the scripts of a session's users; None where they are beside its data."""
        said = self.session(session).scripts
        return None if said is None else self.folder / said

    def session(self, name: str = DEFAULT_SESSION) -> SessionModel:
        """Give a session; ``default`` has everything where it is not described.

        Raises
        ------
        BluelineError
            There is no such session.
        """
        if name in self.session_entries:
            return self.session_entries[name].written
        if name == DEFAULT_SESSION:
            return SessionModel(name=name)  # pyright: ignore[reportCallIssue] - the rest has defaults
        known = ", ".join(dict.fromkeys([*self.session_entries, DEFAULT_SESSION]))
        message = f"{self.name} has no session {name}; there are {known}"
        raise BluelineError(message)

    def included(self, name: str) -> list[SessionModel]:
        """Give the sessions that one is made of, itself last (BL-31)."""
        found: dict[str, SessionModel] = {}

        def add(each: str, above: tuple[str, ...]) -> None:
            session = self.session(each)
            for inner in session.include:
                if inner not in above:
                    add(inner, (*above, each))
            found.setdefault(each, session)

        add(name, (name,))
        return list(found.values())

    def names_of(self, name: str) -> list[str]:
        """Give the names of the devices and groups of a session, in the order of the files.

        What a guard watches is among them, left out or not: a session without it is unprotected.
        """
        guards = [each for each in self.suspender_entries.values() if each.written.enabled]
        wanted = {needed for guard in guards for needed in guard.needs}
        for session in self.included(name):
            patterns = ["*"] if session.devices is None else session.devices
            chosen = {each for each in self.objects if _matches(each, patterns)}
            wanted |= {each for each in chosen if not _matches(each, session.exclude)}
        return [each for each in self.objects if each in wanted]

    def all_of(self, name: str) -> set[str]:
        """Give the names of what a session has: its devices and groups, and what they refer to."""
        entries = {**self.device_entries, **self.group_entries}
        found: set[str] = set()
        left = self.names_of(name)
        while left:
            each = left.pop()
            if each in entries and each not in found:
                found.add(each)
                left += entries[each].needs
        return found

    def aliases_of(self, name: str) -> dict[str, str]:
        """Give devices by their other names in a session; its own count most (BL-31)."""
        return {
            alias: device
            for session in self.included(name)
            for alias, device in session.aliases.items()
        }

    def consumers_of(self, name: str) -> ConsumersModel:
        """Give who consumes the documents of a session: what it says itself counts most."""
        sessions = [each.consumers for each in self.included(name)]
        said = [each for each in (self.beamline.consumers, *sessions) if each is not None]
        switches: dict[str, bool] = {}
        for each in said:
            switches |= each.model_dump(exclude={"own"}, exclude_unset=True)
        own = {consumer.name: consumer for each in said for consumer in each.own}
        return ConsumersModel(**switches, own=list(own.values()))

    def make(
        self,
        session: str = DEFAULT_SESSION,
        data: Path | None = None,
        policy: "DataPolicy | None" = None,
        **macros: str,
    ) -> "MadeBeamline":
        """Make the devices of a session; see `blueline.config.build.make_beamline`."""
        from blueline.config.build import make_beamline

        return make_beamline(self, session, data, macros=macros, policy=policy)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def macros_of(configuration: Configuration, **known: Any) -> dict[str, str]:  # noqa: ANN401
    """Give what $(NAME) stands for: what is known here counts more than what is written."""
    given = {name: str(value) for name, value in known.items() if value is not None}
    return {**configuration.beamline.macros, **given}
