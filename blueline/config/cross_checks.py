"""What only the whole configuration shows: names and channels twice, what refers to nothing."""

import fnmatch
import keyword
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from blueline.config.class_paths import allowed
from blueline.config.configuration import Configuration, Entry
from blueline.config.consuming import consumer_problems
from blueline.config.errors import Problem
from blueline.config.references import GIVEN, expanded, is_call, made_in_place, texts
from blueline.config.taken_names import taken
from blueline.config.validation import suggestion
from blueline.nearest import did_you_mean

Entries = Mapping[str, Sequence[Entry[Any]]]
_IN_PLACE = "what is made in place has a class and arguments by name, and no other key"
#: What is given to texts when a session opens.
_KNOWN_LATER = {"data": "", "session": ""}


def cross_problems(
    configuration: Configuration,
    entries: Entries,
    mentioned: Collection[str] | None,
    *,
    has_beamline: bool = True,
) -> list[Problem]:
    """Give what is wrong between the parts of a configuration.

    Parameters
    ----------
    entries
        All that is written, what stands twice as well.
    mentioned
        Names that may be referred to; None where nobody knows all of them.
    has_beamline
        Whether macros and packages are known.
    """
    objects = [*entries["devices"], *entries["groups"]]
    found = [
        *_twice([*objects, *entries["suspenders"]]),
        *_twice(entries["sessions"]),
        *_taken(objects, entries["sessions"]),
        *_same_channels(configuration, entries["devices"]),
        *_cycles(objects, "is made of itself", lambda each: each.needs),
        *_cycles(entries["sessions"], "includes itself", lambda each: each.written.include),
        *_files(configuration),
    ]
    if has_beamline:
        found += consumer_problems(configuration)
        found += _texts(configuration, [*objects, *entries["suspenders"]])
        found += _classes(configuration, [*entries["devices"], *entries["suspenders"]])
    if mentioned is not None:
        for each in [*objects, *entries["suspenders"]]:
            known = {*mentioned, *GIVEN}
            found += _unknown(each, each.needs, known, "arguments", "counters", "signal")
        for each in entries["sessions"]:
            found += _session(configuration, each, set(mentioned))
    return found


def _twice(entries: Iterable[Entry[Any]]) -> list[Problem]:
    first: dict[str, Entry[Any]] = {}
    found = []
    for entry in entries:
        other = first.setdefault(entry.name, entry)
        if other is not entry:
            found.append(entry.problem(f"the name stands twice: first at {other.place}"))
    return found


def _taken(objects: Iterable[Entry[Any]], sessions: Iterable[Entry[Any]]) -> list[Problem]:
    """Find what would hide something at the prompt, or be hidden by it."""
    words = "already: give it another name"
    found = [
        each.problem(f"the name is {taken(each.name)} {words}", "name")
        for each in objects
        if taken(each.name) and not keyword.iskeyword(each.name)  # told as a wrong name
    ]
    return found + [
        each.problem(f"the alias {alias} is {taken(alias)} {words}", "aliases", alias)
        for each in sessions
        for alias in each.written.aliases
        if taken(alias)
    ]


def _same_channels(configuration: Configuration, entries: Iterable[Entry[Any]]) -> list[Problem]:
    first: dict[str, Entry[Any]] = {}
    found = []
    for entry in entries:
        written = entry.written
        if not written.prefix or not written.enabled or written.shares_channels:
            continue
        channel = _expanded(written.prefix, configuration).removesuffix(".VAL")
        other = first.setdefault(channel, entry)
        if other is not entry and other.name != entry.name:
            sentence = (
                f"{channel} is {other.name} already, at {other.place}; where that is meant, "
                "shares_channels: true"
            )
            found.append(entry.problem(sentence, "prefix"))
    return found


def _expanded(text: str, configuration: Configuration) -> str:
    try:
        return expanded(text, {**_KNOWN_LATER, **configuration.beamline.macros})
    except ValueError:
        return text


def _texts(configuration: Configuration, entries: Iterable[Entry[Any]]) -> list[Problem]:
    """Find macros that stand for nothing."""
    known = {**_KNOWN_LATER, **configuration.beamline.macros}
    found = []
    for entry in entries:
        for key in ("prefix", "arguments"):
            for text in texts(getattr(entry.written, key, None)):
                try:
                    expanded(text, known)
                except ValueError as error:
                    found.append(entry.problem(str(error), key))
    return found


def _classes(configuration: Configuration, entries: Iterable[Entry[Any]]) -> list[Problem]:
    """Find classes of other packages, and what cannot be made in place."""
    packages = configuration.packages
    found = []
    for entry in entries:
        outer = [] if entry.written.class_ is None else [(entry.written.class_, "class")]
        inner = list(made_in_place(entry.written.arguments))
        found += [entry.problem(_IN_PLACE, "arguments") for each in inner if not is_call(each)]
        calls = [(each["class"], "arguments") for each in inner if is_call(each)]
        for path, key in [*outer, *calls]:
            if not allowed(path, packages):
                near = did_you_mean(path.replace(":", ".").rpartition(".")[0], packages)
                sentence = (
                    f"{path:.100} is in none of the packages {', '.join(packages)}; "
                    f"{near or 'others are added by packages in beamline'}"
                )
                found.append(entry.problem(sentence, key))
    return found


def _unknown(entry: Entry[Any], names: Iterable[str], known: set[str], *keys: str) -> list[Problem]:
    key = next((each for each in keys if entry.node.child(each) is not None), "")
    return [
        entry.problem(f"there is no device {name}{suggestion(name, sorted(known))}", key)
        for name in names
        if name not in known
    ]


def _session(configuration: Configuration, entry: Entry[Any], known: set[str]) -> list[Problem]:
    session = entry.written
    found = _unknown(entry, session.counters or (), known, "counters")
    found += _unknown(entry, session.aliases.values(), known, "aliases")
    for key in ("devices", "exclude"):
        patterns = getattr(session, key) or ()
        for index, pattern in enumerate(patterns):
            if not fnmatch.filter(known, pattern):
                near = suggestion(pattern.strip("*?"), sorted(known))
                sentence = f"{key}: nothing has the name {pattern}{near}"
                found.append(entry.problem(sentence, key, index))
    for index, other in enumerate(session.include):
        is_device = configuration.known(other) is not None
        if other not in configuration.session_entries and (other not in known or is_device):
            near = suggestion(other, configuration.session_entries)
            found.append(entry.problem(f"there is no session {other}{near}", "include", index))
    for alias in session.aliases:
        if alias in configuration.objects:
            found.append(entry.problem(f"the alias {alias} is a device already", "aliases", alias))
    return found + _absent(configuration, entry)


def _absent(configuration: Configuration, entry: Entry[Any]) -> list[Problem]:
    """Find what a session counts or gives other names to, and does not have."""
    name, session = entry.name, entry.written
    if any(each not in configuration.session_entries for each in session.include):
        return []
    absent = set(configuration.objects) - configuration.all_of(name)
    words = "is not among the devices of this session: add it to devices, or leave it out here"
    found = [
        entry.problem(f"counters: {each} {words}", "counters", index)
        for index, each in enumerate(session.counters or ())
        if each in absent
    ]
    return found + [
        entry.problem(f"aliases: {each} {words}", "aliases", alias)
        for alias, each in session.aliases.items()
        if each in absent
    ]


def _files(configuration: Configuration) -> list[Problem]:
    return [
        entry.problem(f"there is no file {file}", key)
        for entry in configuration.session_entries.values()
        for key in ("setup", "synoptic")
        if (file := getattr(entry.written, key)) and not (configuration.folder / file).is_file()
    ] + _simulation(configuration)


def _simulation(configuration: Configuration) -> list[Problem]:
    """Find that the file of the simulated beamline is not there."""
    simulation, node = configuration.beamline.simulation, configuration.beamline_node
    file = None if simulation is None else simulation.file
    if not file or node is None or (configuration.folder / file).is_file():
        return []
    place, _ = node.find(("simulation", "file"))
    return [Problem(place.file, place.line, f"beamline: simulation.file: there is no file {file}")]


def _cycles(
    entries: Iterable[Entry[Any]], words: str, below: Callable[[Entry[Any]], Iterable[str]]
) -> list[Problem]:
    """Find what leads back to itself; each circle is told once."""
    known = {entry.name: entry for entry in entries}
    edges = {
        name: [each for each in below(entry) if each in known] for name, entry in known.items()
    }
    done: set[str] = set()
    found = []
    for name, entry in known.items():
        circle = _circle(name, edges, done)
        if circle:
            found.append(entry.problem(f"{words}: {' → '.join(circle)}"))
    return found


def _circle(start: str, edges: Mapping[str, Sequence[str]], done: set[str]) -> list[str]:
    """Give a circle that can be reached, without recursion: chains may be long."""
    trail: list[str] = [start]
    left = [iter(edges[start])] if start not in done else []
    done.add(start)
    circle: list[str] = []
    while left:
        step = next(left[-1], None)
        if step is None:
            left.pop()
            trail.pop()
        elif step in trail:
            circle = circle or [*trail[trail.index(step) :], step]
        elif step not in done:
            done.add(step)
            trail.append(step)
            left.append(iter(edges[step]))
    return circle
