"""YAML on disk becomes settings, or one message with every problem and its line."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim_ioc.config import PART_PROBLEM, BeamlineSettings
from sim_ioc.errors import ConfigError

#: Bytes of the largest file taken: a thousand parts, each described at length.
LARGEST_FILE = 1_000_000
#: Problems shown; a file with more has one cause.
_MOST_PROBLEMS = 20
#: What ``!!`` stands for in YAML.
_STANDARD_TAG = "tag:yaml.org,2002:"
#: Keys that are always written, in this order.
_FIRST = {"prefix": 0, "kind": 0, "name": 1}
#: Clearer words for what pydantic finds; {…} come from its context.
_WORDS = {
    "union_tag_invalid": "there is no kind {tag}; there are {expected_tags}",
    "union_tag_not_found": "a part needs its kind",
    "extra_forbidden": "there is no such key",
    "missing": "this key is needed",
}


def load(path: Path) -> BeamlineSettings:
    """Read a beamline.

    Raises
    ------
    ConfigError
        The file cannot be read, is no YAML, or does not describe a beamline; all problems are in
        the message, one a line, as ``file:line: where: what``.
    """
    tree = _parse(path, _text(path))
    if not isinstance(tree, CommentedMap):
        raise ConfigError(f"{path}: a beamline is written as keys and values, 'parts:' among them.")
    try:
        return BeamlineSettings.model_validate(_plain(tree))
    except ValidationError as error:
        raise ConfigError("\n".join(_problems(path, tree, error))) from None


def dump(settings: BeamlineSettings) -> str:
    """Return a beamline as YAML that `load` takes; what is left at its default is left out."""
    lines = _commented(settings, indent="", skip=("parts",))
    lines.append("parts:")
    for part in settings.parts:
        described = _commented(part, indent="    ", skip=())
        described[0] = "  - " + described[0].lstrip()
        lines += ["", *described]
    return "\n".join(lines) + "\n"


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ConfigError(f"{path} has {size} bytes; a beamline takes {LARGEST_FILE} at most.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text in UTF-8: byte {error.start}.") from error


def _parse(path: Path, text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        _refuse_tags(path, text)
        return YAML(typ="rt", pure=True).load(text)
    except ConfigError:
        raise
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = (error.problem or "it cannot be read").splitlines()[0]
        raise ConfigError(f"{path}:{line}: this is not YAML: {problem}.") from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{path}: this is not YAML: {error!s:.100}.") from None


def _refuse_tags(path: Path, text: str) -> None:
    """Refuse ``!!type`` before any value: it would say what a node is, which its key does."""
    if "!" not in text:
        return
    for event in YAML(typ="rt", pure=True).parse(text):
        if getattr(event, "tag", None) is not None:
            tag = event.tag.replace(_STANDARD_TAG, "!!")
            where = f"{path}:{event.start_mark.line + 1}"
            raise ConfigError(f"{where}: values have no tags here: leave {tag:.60} out.")


def _plain(node: Any) -> Any:  # noqa: ANN401 - YAML
    """Return the tree in Python's own types."""
    if isinstance(node, CommentedMap):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _problems(path: Path, tree: CommentedMap, error: ValidationError) -> list[str]:
    found = error.errors(include_url=False)
    lines = [_problem(path, tree, problem) for problem in found[:_MOST_PROBLEMS]]
    if len(found) > _MOST_PROBLEMS:
        lines.append(f"{path}: and {len(found) - _MOST_PROBLEMS} more")
    return lines


def _problem(path: Path, tree: CommentedMap, problem: Any) -> str:  # noqa: ANN401 - of pydantic
    where: Sequence[str | int] = problem["loc"]
    if problem["type"] == PART_PROBLEM:
        where = (*where, "parts", problem["ctx"]["part"])
    line, names = _locate(tree, where)
    words = _WORDS.get(problem["type"])
    what = words.format(**problem.get("ctx", {})) if words else problem["msg"]
    what = what.removeprefix("Value error, ")
    given = problem.get("input")
    told = f" (here: {given!r:.60})" if isinstance(given, str | int | float) else ""
    return f"{path}:{line}: {'.'.join(names) + ': ' if names else ''}{what}{told}"


def _locate(tree: CommentedMap, where: Sequence[str | int]) -> tuple[int, list[str]]:
    """Return line and path of a problem; steps that only pydantic knows are left out."""
    node: Any = tree
    line, names = tree.lc.line + 1, []
    for step in where:
        names.append(str(step))
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0] + 1
        else:
            if isinstance(node, CommentedMap) and node.get("kind") == step:
                names.pop()
            continue
        node = node[step]
    return line, names


def _commented(model: BaseModel, indent: str, skip: Sequence[str]) -> list[str]:
    """Return one line per key that is not left at its default, with its meaning as a comment."""
    fields = {name: field for name, field in type(model).model_fields.items() if name not in skip}
    lines = []
    for name in sorted(fields, key=lambda name: _FIRST.get(name, len(_FIRST))):
        value, field = getattr(model, name), fields[name]
        if name not in _FIRST and value == field.get_default(call_default_factory=True):
            continue
        text = f"{indent}{name}: {_yaml(value)}"
        lines.append(f"{text:<40}  # {field.description}" if field.description else text)
    return lines


def _yaml(value: object) -> str:
    """Return a value in one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False, default=_of_a_model)


def _of_a_model(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"there is no YAML for {value!r:.60}")
