"""YAML becomes values that know their lines; whatever could mean two things is refused.

Only a part of YAML is taken: mappings with text as keys, lists, words. No tags, so nothing can be
made or executed; no anchors and aliases, so a small file cannot become a large one. All that the
parser gives is counted while it comes, so that no file takes longer than a second.
"""

import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from blueline.config.errors import ConfigError, Problem
from blueline.config.node import Node
from blueline.config.yaml_words import explained
from blueline.yaml_scalars import Scalar, meaning

#: Bytes of the largest file: some five hundred devices, which take 0.3 s to read.
LARGEST_FILE = 65_536
#: Lists and mappings inside each other.
DEEPEST = 24
_TOO_DEEP = f"more than {DEEPEST} lists and mappings inside each other"
#: Keys and values in one file.
MOST_VALUES = 15_000
#: Seconds of this thread's own time for one file.
LONGEST = 0.8


@dataclass(frozen=True)
class Limits:
    """What one file may have at the most: those of a configuration where nothing else is said.

    Parameters
    ----------
    size
        Bytes.
    values
        Keys and values.
    seconds
        Of the reading thread's own time.
    advice
        What to do with a file that has more.
    """

    size: int = LARGEST_FILE
    values: int = MOST_VALUES
    seconds: float = LONGEST
    advice: str = "describe the devices in several files"


_OF_A_CONFIGURATION = Limits()
#: What could be read, and what is wrong.
Parsed = tuple[Node | None, list[Problem]]
#: What a parser looks at for long before it tells the first list.
_DEEP = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST + 1}}}")
#: Problems of one file; then it is something else than a configuration.
_MOST_PROBLEMS = 20


def read(path: Path, limits: Limits = _OF_A_CONFIGURATION) -> Node:
    """Read a file.

    Raises
    ------
    ConfigError
        It cannot be read, is no YAML, or something in it could be misunderstood.
    """
    return parse(_text(path, limits), path, limits)


def parse(text: str, path: Path, limits: Limits = _OF_A_CONFIGURATION) -> Node:
    """Read the text of a file; `path` is for the places of its values.

    Raises
    ------
    ConfigError
        It is no YAML, or something in it could be misunderstood.
    """
    node, problems = parse_what_can_be(text, path, limits)
    if node is None or problems:
        raise ConfigError(problems)
    return node


def read_what_can_be(path: Path, limits: Limits = _OF_A_CONFIGURATION) -> Parsed:
    """Read a file as `parse_what_can_be` does its text."""
    try:
        text = _text(path, limits)
    except ConfigError as error:
        return None, error.problems
    return parse_what_can_be(text, path, limits)


def parse_what_can_be(text: str, path: Path, limits: Limits = _OF_A_CONFIGURATION) -> Parsed:
    """Give what a text says and what is wrong with it; None where it cannot be read to its end.

    A word that is refused is taken as text, and of a key that stands twice the first counts.
    """
    try:
        _require_size(len(text.encode("utf-8", "surrogatepass")), path, limits)
        _refuse_odd_text(text, path)
    except ConfigError as error:
        return None, error.problems
    builder = _Builder(path, limits)
    is_whole = False
    try:
        # not the parser in C: it takes no {prefix: BL:m1}, and is not on every machine
        builder.take(YAML(typ="safe", pure=True).parse(text))
        is_whole = True
    except MarkedYAMLError as error:
        line, words = explained(error)
        builder.note(line, f"this is not YAML: {words}")
    except (YAMLError, ValueError, RecursionError, AttributeError) as error:
        builder.note(
            1, f"this is not YAML: {str(error).splitlines()[0] if str(error) else error!r:.100}"
        )
    except _Hopeless:
        pass
    return builder.root if is_whole else None, sorted(builder.problems)


def _require_size(size: int, path: Path, limits: Limits) -> None:
    if size > limits.size:
        sentence = f"it has {size} bytes, and {limits.size} are the most: {limits.advice}"
        raise _refused(path, 0, sentence)


def _text(path: Path, limits: Limits) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refused(path, 0, "this is no file")
        _require_size(status.st_size, path, limits)
        with path.open("rb") as file:
            data = file.read(limits.size + 1)
        return data.decode("utf-8")
    except OSError as error:
        raise _refused(path, 0, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refused(path, line, "this is no text in UTF-8") from None


def _refuse_odd_text(text: str, path: Path) -> None:
    if text.startswith("\ufeff"):
        raise _refused(path, 1, "it begins with a byte order mark: save it as UTF-8 without one")
    deep = _DEEP.search(text)
    if deep is not None:
        raise _refused(path, text.count("\n", 0, deep.start()) + 1, _TOO_DEEP)
    problems = [
        Problem(path, number, "a tab: indent with spaces")
        for number, line in enumerate(text.split("\n"), 1)
        if "\t" in line[: len(line) - len(line.lstrip())]
    ]
    if problems:
        raise ConfigError(problems[:_MOST_PROBLEMS])
    for number, line in enumerate(text.split("\n"), 1):
        odd = _odd(line.rstrip("\r"))
        if odd:
            raise _refused(path, number, f"a character that cannot be printed, {odd}")


def _odd(line: str) -> str:
    """Give the code of the first character of a line that people cannot see; nothing for none."""
    odd = next((each for each in line if each != "\t" and not each.isprintable()), None)
    if odd is None:
        return ""
    return "U+00A0, a space that does not break" if odd == "\u00a0" else f"U+{ord(odd):04X}"


def _refused(path: Path, line: int, sentence: str) -> ConfigError:
    return ConfigError([Problem(path, line, sentence)])


class _Hopeless(Exception):  # noqa: N818 - never leaves this module
    """There is no sense in reading on."""


class _Builder:
    """Makes nodes of what a parser tells, and notes what is refused."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self._limits = limits
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._roots: list[Node] = []
        self._values = 0
        self._ends = time.thread_time() + limits.seconds

    @property
    def root(self) -> Node | None:
        return next((each for each in self._roots if each.value is not None), None)

    def note(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(self.path, line, sentence))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _Hopeless

    def take(self, events: Iterator[Any]) -> None:
        for event in events:
            line = event.start_mark.line + 1
            kind = type(event).__name__
            if kind in {"MappingStartEvent", "SequenceStartEvent"}:
                self._refuse_names(event, line)
                self._begin({} if kind.startswith("M") else [], line)
            elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
                self._put(self._open.pop().node)
            elif kind == "ScalarEvent":
                self._refuse_names(event, line)
                self._scalar(event, line)
            elif kind == "AliasEvent":
                self._give_up(line, f"there are no aliases here: write *{event.anchor} out")
        if self.root is None:
            self.note(1, "there is nothing in it")

    def _give_up(self, line: int, sentence: str) -> None:
        self.note(line, sentence)
        raise _Hopeless

    def _refuse_names(self, event: Any, line: int) -> None:  # noqa: ANN401 - ruamel's
        if event.anchor is not None:
            self._give_up(line, f"there are no anchors here: leave &{event.anchor} out")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._give_up(line, f"values have no tags here: leave {tag:.60} out")

    def _begin(self, value: Any, line: int) -> None:  # noqa: ANN401
        if len(self._open) >= DEEPEST:
            self._give_up(line, _TOO_DEEP)
        self._open.append(_Open(Node(value, self.path, line)))

    def _scalar(self, event: Any, line: int) -> None:  # noqa: ANN401
        if not event.value.replace("\n", "").replace("\t", "").isprintable():
            self.note(line, "a text with a character that cannot be printed")
        value = self._meaning(event.value, line) if event.implicit[0] else event.value
        self._put(Node(value, self.path, line))

    def _meaning(self, text: str, line: int) -> Scalar:
        try:
            return meaning(text)
        except ValueError as error:
            self.note(line, f"{error}; text goes into quotes")
            return text

    def _put(self, node: Node) -> None:
        self._count(node.line)
        if not self._open:
            if self._roots:
                self._give_up(node.line, "a second document begins here: one is all a file has")
            self._roots.append(node)
            return
        self._open[-1].put(node, self)

    def _count(self, line: int) -> None:
        self._values += 1
        most, longest, advice = self._limits.values, self._limits.seconds, self._limits.advice
        if self._values > most:
            self._give_up(line, f"more than {most} values: {advice}")
        if time.thread_time() > self._ends:
            self._give_up(line, f"to read so far takes {longest:g} s: {advice}")


class _Open:
    """A list or a mapping that has not ended."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._key: Node | None = None

    def put(self, node: Node, builder: _Builder) -> None:
        if isinstance(self.node.value, list):
            self.node.value.append(node)
        elif self._key is None:
            self._key = node
        elif isinstance(self.node.value, dict):
            key, self._key = self._key, None
            self._pair(self.node.value, key, node, builder)

    @staticmethod
    def _pair(pairs: dict[str, Node], key: Node, node: Node, builder: _Builder) -> None:
        if not isinstance(key.value, str):
            builder.note(key.line, "a key that is no text: put it in quotes")
        elif key.value in pairs:
            first = pairs[key.value].line
            builder.note(key.line, f"{key.value:.60} stands twice: first in line {first}")
        else:
            pairs[key.value] = Node(node.value, node.file, key.line)
