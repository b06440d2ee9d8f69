"""The Python file of a session, run when its devices are there (BL-32)."""

import ast
import importlib.util
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from types import ModuleType
from typing import Any

from blueline.config.configuration import DEFAULT_SESSION, Configuration
from blueline.config.taken_names import taken


def run_setup(
    configuration: Configuration, session: str, namespace: MutableMapping[str, Any]
) -> list[str]:
    """Run the setup files of a session, those of included sessions first (BL-31).

    They see the names of the prompt, and what they define can be typed there. May be repeated: the
    files are read again.

    Parameters
    ----------
    namespace
        The names of the prompt; changed.

    Returns
    -------
        What went wrong, and what a file hides, a sentence each; the rest has run.
    """
    files = [each.setup for each in configuration.included(session or DEFAULT_SESSION)]
    failures = []
    for file in dict.fromkeys(filter(None, files)):
        path = configuration.folder / file
        module = _module(path, namespace)
        if module is None:
            failures.append(f"{path}: a setup file is Python, and its name ends in .py")
            continue
        try:
            _execute(module)
        except (Exception, SystemExit) as error:  # whatever people write there
            failures.append(_sentence(path, error))
        defined = _defined(module, namespace)
        names = _hidden(defined, configuration, session or DEFAULT_SESSION)
        failures += [_hiding(path, names)] if names else []
        namespace.update(defined)
    return failures


def _module(path: Path, namespace: MutableMapping[str, Any]) -> ModuleType | None:
    """Make the module of a file that is still to be run; None where the file is not Python's."""
    specification = importlib.util.spec_from_file_location(f"setup_{path.stem}", path)
    if specification is None:
        return None
    module = importlib.util.module_from_spec(specification)
    kept = dict(vars(module))
    vars(module).update(namespace)
    vars(module).update(kept)
    return module


def _execute(module: ModuleType) -> None:
    specification = module.__spec__
    if specification is not None and specification.loader is not None:
        specification.loader.exec_module(module)


def _defined(module: ModuleType, namespace: MutableMapping[str, Any]) -> dict[str, Any]:
    found = vars(module).items()
    return {
        name: value
        for name, value in found
        if not name.startswith("__") and namespace.get(name) is not value
    }


def _hidden(defined: Iterable[str], configuration: Configuration, session: str) -> dict[str, str]:
    """Give what can be typed no more where a file has defined these names, and what it was."""
    devices = [*configuration.objects, *configuration.aliases_of(session)]
    meant = {name: "a device" if name in devices else taken(name) for name in defined}
    return {name: what for name, what in meant.items() if what}


def _hiding(path: Path, names: Mapping[str, str]) -> str:
    first, what = next(iter(names.items()))
    more = f", and {len(names) - 1} more: {', '.join(list(names)[1:])}" if len(names) > 1 else ""
    advice = "what is defined here under another name hides nothing"
    return f"{_place(path, first)}: {first} hides {what}{more:.200}; {advice}"


def _place(path: Path, name: str) -> str:
    """Give the line where a file binds a name; the file alone where that is not plain."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Name):
            bound = node.id if isinstance(node.ctx, ast.Store) else ""
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound = node.name
        elif isinstance(node, ast.alias):
            bound = node.asname or node.name
        else:
            continue
        if bound == name:
            return f"{path}:{node.lineno}"
    return str(path)


def _sentence(path: Path, error: BaseException) -> str:
    """Say which line of the file has failed; the line of a syntax error is in the error itself."""
    frames = [
        each for each in traceback.extract_tb(error.__traceback__) if each.filename == str(path)
    ]
    line = frames[-1].lineno if frames else getattr(error, "lineno", None)
    place = f"{path}:{line}" if line else str(path)
    return f"{place}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
