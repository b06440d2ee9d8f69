"""Values of a file are changed, and its comments and order stay (BL-10)."""

import contextlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import RepresenterError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from blueline.config.configuration import Entry
from blueline.config.errors import ConfigError, Problem
from blueline.config.file_model import LISTS
from blueline.config.loading import load_configuration, problems_of
from blueline.config.safe_yaml import parse, read
from blueline.whole_files import replace_file

#: Seconds for which a folder that somebody else changes is waited for.
PATIENCE = 10.0


def change(folder: Path, entry: Entry[Any], key: str, values: Mapping[str, Any]) -> Path:
    """Write values below a key of something that is described, in its own file.

    Keys that are there already are changed, others added; all the rest stays as it is.

    Parameters
    ----------
    folder
        Of the configuration.

    Raises
    ------
    ConfigError
        The file is not as it was read, cannot be written, or could not be loaded then; it has not
        been changed.

    Examples
    --------
    >>> entry = configuration.device_entries["x"]  # doctest: +SKIP
    >>> change(configuration.folder, entry, "settings", {"velocity": 2.0})  # doctest: +SKIP
    """
    return put(folder, entry, {(key, name): value for name, value in values.items()})


def put(folder: Path, entry: Entry[Any], values: Mapping[tuple[str, ...], Any]) -> Path:
    """Write values at the keys of something that is described; see `change`.

    Parameters
    ----------
    values
        By key, and the keys below it: ``{("settings", "velocity"): 2.0}``.
    """
    with _alone(folder):
        return _put(folder, entry, values, ())


def _put(
    folder: Path,
    entry: Entry[Any],
    values: Mapping[tuple[str, ...], Any],
    gone: Iterable[tuple[str, ...]],
) -> Path:
    path = entry.file
    read(path)
    text = path.read_text(encoding="utf-8")
    ruamel = _round_trip(text)
    tree = ruamel.load(text)
    item = _item(tree, entry)
    for keys, value in values.items():
        _below(item, keys[:-1], entry)[keys[-1]] = _written(value)
    for keys in gone:
        _remove(item, keys, entry)
    _replace(path, _checked(tree, ruamel, path, folder))
    return path


def put_checked(
    folder: Path,
    entry: Entry[Any],
    values: Mapping[tuple[str, ...], Any],
    gone: Iterable[tuple[str, ...]] = (),
) -> Path:
    """Write values and remove keys, if the whole beamline can be loaded then.

    Parameters
    ----------
    values
        As for `put`.
    gone
        Keys that are removed.

    Raises
    ------
    ConfigError
        Something would be wrong; nothing has been changed.
    """
    from blueline.config.class_checks import class_problems

    with _alone(folder):
        before = entry.file.read_text(encoding="utf-8")
        path = _put(folder, entry, values, gone)
        try:
            load_configuration(folder, partial(class_problems, names={entry.name}))
        except BaseException:
            replace_file(path, before, is_durable=True)
            raise
    return path


def put_words(folder: Path, entry: Entry[Any], words: Sequence[str]) -> Path:
    """Write what is typed as ``settings.velocity=2.0``, if the whole beamline can be loaded then.

    Raises
    ------
    ConfigError
        What is typed makes no sense, or something would be wrong; nothing has been changed.
    """
    return put_checked(folder, entry, dict(_typed(word, entry) for word in words))


def append(folder: Path, path: Path, key: str, item: Mapping[str, Any]) -> None:
    """Write a new item at the end of a list, in a file of the folder that may not be there yet.

    Raises
    ------
    ConfigError
        Something would be wrong then; nothing has been changed.
    """
    with _alone(folder):
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        ruamel = _round_trip(before)
        tree = ruamel.load(before) or {}
        tree.setdefault(key, []).append(dict(item))
        _replace_whole(folder, path, _checked(tree, ruamel, path, folder))


def write_text(folder: Path, path: Path, text: str, before: str) -> None:
    """Write the whole text of a file that people have edited, if all can be loaded then.

    Parameters
    ----------
    before
        What they began with.

    Raises
    ------
    ConfigError
        Something would be wrong then, its classes as well; nothing has been changed. Or somebody
        else has changed the file meanwhile.
    """
    with _alone(folder):
        if path.read_text(encoding="utf-8") != before:
            sentence = "somebody else has changed it meanwhile: begin with what is there now"
            raise ConfigError([Problem(path, 0, sentence)])
        _replace_whole(folder, path, text)


def _replace_whole(folder: Path, path: Path, text: str) -> None:
    """Put a text in place, and back what was there where something is wrong then."""
    from blueline.config.class_checks import class_problems

    before = path.read_text(encoding="utf-8") if path.exists() else None
    _replace(path, text)
    try:
        load_configuration(folder, class_problems)
    except BaseException:
        if before is None:
            path.unlink()
        else:
            replace_file(path, before, is_durable=True)
        raise


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who changes files of a folder: a change that is read too early is lost."""
    from callbacks.file_lock import lock  # a package that takes long to load

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        lock(descriptor, PATIENCE)
    except BlockingIOError:
        sentence = f"somebody else has been changing it for {PATIENCE:g} s: try again"
        raise ConfigError([Problem(folder, 0, sentence)]) from None
    else:
        yield
    finally:
        os.close(descriptor)


def _typed(word: str, entry: Entry[Any]) -> tuple[tuple[str, ...], Any]:
    """Give the keys and the value of ``settings.velocity=2.0``; the value is YAML."""
    keys, sign, value = word.partition("=")
    if not sign or not all(keys.split(".")):
        sentence = f"{entry.name}: write KEY=VALUE, such as settings.velocity=2.0, not {word:.60}"
        raise ConfigError([Problem(entry.file, entry.line, sentence)])
    return tuple(keys.split(".")), parse(value, Path(keys)).plain()


def _below(item: Any, keys: Sequence[str], entry: Entry[Any]) -> Any:  # noqa: ANN401 - ruamel's
    for key in keys:
        item = item.setdefault(key, {})
        if not isinstance(item, dict):
            sentence = f"{entry.name}: {key} is a value, there is nothing below it"
            raise ConfigError([Problem(entry.file, entry.line, sentence)])
    return item


def _remove(item: Any, keys: Sequence[str], entry: Entry[Any]) -> None:  # noqa: ANN401 - ruamel's
    below = _below(item, keys[:-1], entry)
    if keys[-1] not in below:
        sentence = f"{entry.name}: {keys[-1]} is not written here, but given by its folder"
        raise ConfigError([Problem(entry.file, entry.line, sentence)])
    del below[keys[-1]]


def _round_trip(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000
    offset = _offset(text)
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    yaml.representer.add_representer(float, _as_number)
    return yaml


def _offset(text: str) -> int:
    """Give how far the items of lists are indented, by the first one."""
    for line in text.splitlines():
        if line.lstrip().startswith("- "):
            return min(len(line) - len(line.lstrip()), 8)
    return 2


def _as_number(representer: Any, value: float) -> Any:  # noqa: ANN401 - ruamel's
    """Write a number as every version of YAML reads it: 1.0e-05, not 1e-05."""
    text = repr(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return representer.represent_scalar("tag:yaml.org,2002:float", text)


def _item(tree: Any, entry: Entry[Any]) -> Any:  # noqa: ANN401 - ruamel's
    own = next(key for key, model in LISTS.items() if isinstance(entry.written, model))
    items = tree.get(own) if isinstance(tree, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("name") == entry.name:
            return item
    sentence = f"{entry.name} is not described here any more: load the configuration again"
    raise ConfigError([Problem(entry.file, entry.line, sentence)])


def _written(value: Any) -> Any:  # noqa: ANN401 - what a device gives
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, dict):
        return {key: _written(each) for key, each in value.items()}
    if hasattr(value, "tolist"):  # of numpy
        return _written(value.tolist())
    return [_written(each) for each in value] if isinstance(value, tuple | list) else value


def _checked(tree: Any, yaml: YAML, path: Path, folder: Path) -> str:  # noqa: ANN401
    """Give the new text, when the next load takes it."""
    stream = io.StringIO()
    try:
        yaml.dump(tree, stream)
    except RepresenterError as error:
        raise ConfigError([Problem(path, 0, f"{error.args[0]}: YAML has no such value")]) from error
    problems = problems_of(stream.getvalue(), path, folder)
    if problems:
        raise ConfigError(problems)
    return stream.getvalue()


def _replace(path: Path, text: str) -> None:
    """Put the new text in place as a whole."""
    try:
        replace_file(path, text, is_durable=True)
    except OSError as error:
        raise ConfigError([Problem(path, 0, f"it cannot be written: {error.strerror}")]) from error
