"""A folder of YAML becomes a configuration, or one error with everything that is wrong."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blueline.config.beamline_model import BeamlineModel
from blueline.config.configuration import Configuration, Entry
from blueline.config.cross_checks import cross_problems
from blueline.config.device_model import DeviceModel
from blueline.config.errors import ConfigError, Problem
from blueline.config.file_model import FOLDER_FILE, LISTS, FileModel
from blueline.config.finding import BEAMLINE_FILE
from blueline.config.node import Node, merged
from blueline.config.right_so_far import right_so_far
from blueline.config.safe_yaml import LARGEST_FILE, Parsed, parse_what_can_be, read_what_can_be
from blueline.config.validation import keys_of, suggestion, validated

#: Files of one beamline, and bytes of all of them: ten thousand devices.
MOST_FILES = 1000
MOST_BYTES = 1_500_000
#: Keys of a device that a folder cannot give: they make it that one.
_OWN_KEYS = ("name",)
#: Gives more problems of a configuration, such as `blueline.config.class_checks.class_problems`.
Look = Callable[[Configuration], list[Problem]]


def load_configuration(folder: Path | str, look: Look | None = None) -> Configuration:
    """Read all files of a beamline; nothing is made, and nothing imported by itself.

    Parameters
    ----------
    look
        Looks for more problems, in what is right so far: they are told with the others.

    Raises
    ------
    ConfigError
        With every problem of every file (Y1 to Y4).

    Examples
    --------
    >>> load_configuration("blueline/config/example").sessions
    ['default', 'alignment']
    """
    root = Path(folder)
    if not (root / BEAMLINE_FILE).is_file():
        sentence = "there is no such file: `blueline new beamline NAME` writes an example"
        raise ConfigError([Problem(root / BEAMLINE_FILE, 0, sentence)])
    found = _Found()
    found.take_file(root / BEAMLINE_FILE, root)
    for path in _files(root, found):
        found.take_file(path, root)
    return found.configuration(root, look)


def problems_of(text: str, path: Path, folder: Path) -> list[Problem]:
    """Give what would be wrong with one file if it had another text; the others are not looked at.

    Parameters
    ----------
    path
        Of the file.
    folder
        Of the beamline.
    """
    root, path = folder.absolute(), path.absolute()
    found = _Found()
    above = [each for each in path.parents if each == root or root in each.parents]
    for each in reversed(above):  # they give defaults
        if (each / FOLDER_FILE).is_file() and each / FOLDER_FILE != path:
            found.take_file(each / FOLDER_FILE, root)
    found.take_parsed(parse_what_can_be(text, path), path, root)
    return sorted(each for each in found.problems if each.file == path)


def _files(root: Path, found: "_Found") -> Iterator[Path]:
    """Give the other files in the order of their names; what sessions write is left out."""
    left_out = {root / BEAMLINE_FILE}
    if found.beamline is not None:
        left_out |= _not_ours(root, found.beamline)
    size = 0
    for number, path in enumerate(_described(root, left_out, found)):
        with contextlib.suppress(OSError):  # told when it is read
            size += min(path.stat().st_size, LARGEST_FILE)
        if number >= MOST_FILES or size > MOST_BYTES:
            sentence = f"a beamline has {MOST_FILES} files and {MOST_BYTES} bytes at the most"
            found.problems.append(Problem(path, 0, sentence))
            return
        yield path


def _described(folder: Path, left_out: set[Path], found: "_Found") -> Iterator[Path]:
    try:
        inside = sorted(os.scandir(folder), key=lambda each: (each.name != FOLDER_FILE, each.name))
    except OSError as error:
        found.problems.append(Problem(folder, 0, f"it cannot be read: {error.strerror}"))
        return
    for each in inside:
        path = folder / each.name
        if path in left_out:
            continue
        if each.name.endswith(".yml"):
            yield path
        elif each.name.endswith(".yaml") and _describes(path):
            sentence = "it describes a beamline, and is not read: its name has to end in .yml"
            found.problems.append(Problem(path, 0, sentence))
            found.has_gaps = True
        elif each.is_dir(follow_symlinks=False) and each.name[0] not in "._":
            yield from _described(path, left_out, found)


def _describes(path: Path) -> bool:
    """Tell whether a file that is not read has keys of ours."""
    if not path.is_file():
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(LARGEST_FILE)
    except OSError:
        return False
    return any(text.startswith(f"{key}:") or f"\n{key}:" in text for key in keys_of(FileModel))


def _not_ours(root: Path, beamline: BeamlineModel) -> set[Path]:
    simulation = beamline.simulation
    files = [simulation.file] if simulation is not None and simulation.file else []
    return {root / each for each in [*files, beamline.state, beamline.data.root]}


@dataclass
class _Found:
    """What has been read so far."""

    beamline: BeamlineModel | None = None
    problems: list[Problem] = field(default_factory=list)
    defaults: dict[Path, Node] = field(default_factory=dict)
    entries: dict[str, list[Entry[Any]]] = field(default_factory=lambda: {key: [] for key in LISTS})
    #: Names of what is described, correctly or not.
    mentioned: set[str] = field(default_factory=set)
    #: A file could not be read at all: nobody knows what it describes.
    has_gaps: bool = False
    #: Lines of which it is told what is wrong as YAML, and nothing else.
    told_lines: set[tuple[Path, int]] = field(default_factory=set)
    #: What is written about the whole could be read: macros and packages are known.
    has_beamline: bool = False
    _macros: Node | None = None
    _packages: Node | None = None
    _beamline_node: Node | None = None

    def take_file(self, path: Path, root: Path) -> None:
        self.take_parsed(read_what_can_be(path), path, root)

    def take_parsed(self, parsed: Parsed, path: Path, root: Path) -> None:
        """Take what could be read; of a line that is wrong as YAML nothing else is told."""
        node, wrong = parsed
        self.told_lines |= {(each.file, each.line) for each in wrong}
        if node is None:
            self.has_gaps = True
        else:
            before = len(self.problems)
            self._take(node, path, root)
            self.problems[before:] = self._new(self.problems[before:])
        self.problems += wrong

    def _new(self, problems: Iterable[Problem]) -> list[Problem]:
        return [each for each in problems if (each.file, each.line) not in self.told_lines]

    def _take(self, node: Node, path: Path, root: Path) -> None:
        if not isinstance(node.value, dict):
            self.has_gaps = True
            self._note(node, f"a file has keys and values: {', '.join(keys_of(FileModel))}")
            return
        for key, value in node.value.items():
            self._take_key(key, value, path, root)

    def _note(self, node: Node, sentence: str) -> None:
        self.problems.append(Problem(node.file, node.line, sentence))

    def _take_key(self, key: str, node: Node, path: Path, root: Path) -> None:
        if key == "beamline":
            self._take_beamline(node, path, root)
        elif key == "defaults":
            self._take_defaults(node, path)
        elif key in LISTS:
            self._take_list(key, node, path, root)
        else:
            self.has_gaps = True
            self._note(node, f"there is no key {key:.60}{suggestion(key, keys_of(FileModel))}")

    def _take_beamline(self, node: Node, path: Path, root: Path) -> None:
        if path != root / BEAMLINE_FILE:
            self._note(node, f"the key beamline stands in {root / BEAMLINE_FILE} alone")
            return
        self.beamline, problems = validated(node, BeamlineModel, "beamline")
        self.problems += problems
        self.has_beamline, self._beamline_node = True, node
        self._macros, self._packages = node.child("macros"), node.child("packages")

    def _take_defaults(self, node: Node, path: Path) -> None:
        """Keep what a folder gives to its devices (BL-04)."""
        if path.name != FOLDER_FILE or not isinstance(node.value, dict):
            self._note(node, f"defaults are keys and values in {FOLDER_FILE} alone")
            return
        known = [key for key in keys_of(DeviceModel) if key not in _OWN_KEYS]
        for key, value in list(node.value.items()):
            if key not in known:
                sentence = f"defaults: no device has the key {key:.60} from its folder"
                self._note(value, sentence + suggestion(key, known))
                del node.value[key]
        self.defaults[path.parent] = node

    def _take_list(self, key: str, node: Node, path: Path, root: Path) -> None:
        if not isinstance(node.value, list):
            self.has_gaps = True
            self._note(node, f"{key}: a list is needed, each item with a -")
            return
        for item in node.items:
            full = self._inherited(item, path, root) if key == "devices" else item
            self._take_item(key, full)

    def _inherited(self, item: Node, path: Path, root: Path) -> Node:
        """Give a device with the defaults of its folders, the nearest counting most."""
        above = [path.parent, *path.parent.parents]
        for folder in above[: above.index(root) + 1]:
            if folder in self.defaults:
                item = merged(self.defaults[folder], item)
        return item

    def _take_item(self, key: str, node: Node) -> None:
        named = node.child("name")
        name = named.value if named is not None and isinstance(named.value, str) else "one of them"
        made, problems = validated(node, LISTS[key], f"{key}: {name:.60}")
        self.problems += problems
        self.mentioned.add(name)
        self.has_gaps |= not isinstance(node.value, dict)
        made = made or right_so_far(node, LISTS[key])
        if made is not None:
            self.entries[key].append(Entry(made, node))

    def configuration(self, root: Path, look: Look | None) -> Configuration:
        """Give the whole, or all that is wrong with it."""
        if self.beamline is None and not self.problems:
            sentence = "the key beamline is needed, with its name at least"
            self.problems.append(Problem(root / BEAMLINE_FILE, 1, sentence))
        beamline = self.beamline or self._what_is_known()
        entries = (_by_name(self.entries[key]) for key in LISTS)
        made = Configuration(root.absolute(), beamline, *entries, beamline_node=self._beamline_node)
        mentioned = None if self.has_gaps else self.mentioned
        found = cross_problems(made, self.entries, mentioned, has_beamline=self.has_beamline)
        if look is not None and self.has_beamline:
            twice = (_by_name(_of_taken_names(self.entries[key])) for key in LISTS)
            found += [*look(made), *look(Configuration(made.folder, beamline, *twice))]
        self.problems += self._new(found)
        if self.problems:
            raise ConfigError(_in_order(self.problems, root))
        return made

    def _what_is_known(self) -> BeamlineModel:
        """Give what others refer to, where something else of the beamline is wrong."""
        macros = self._macros.plain() if self._macros is not None else {}
        packages = self._packages.plain() if self._packages is not None else []
        known = macros.items() if isinstance(macros, dict) else ()
        return BeamlineModel.model_construct(
            name="unknown",
            macros={name: text for name, text in known if isinstance(text, str)},
            packages=packages if isinstance(packages, list) else [],
        )


def _by_name(entries: list[Entry[Any]]) -> Mapping[str, Entry[Any]]:
    found: dict[str, Entry[Any]] = {}
    for entry in entries:
        found.setdefault(entry.name, entry)
    return found


def _of_taken_names(entries: list[Entry[Any]]) -> list[Entry[Any]]:
    """Give what stands under a name that something before it has."""
    first = _by_name(entries)
    return [each for each in entries if first[each.name] is not each]


def _in_order(problems: list[Problem], root: Path) -> list[Problem]:
    """Sort by place, the file of the beamline first."""
    first = root / BEAMLINE_FILE
    return sorted(set(problems), key=lambda each: (each.file != first, each))
