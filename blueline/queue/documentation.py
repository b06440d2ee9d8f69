"""What docstrings say of a plan and of each argument."""

import importlib
import inspect
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from blueline.plain_text import plain_text


@dataclass(frozen=True)
class Documented:
    """What a docstring says: in a few sentences, and of each parameter."""

    summary: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Give what is said of a parameter, also where it is one of motor1 ... motor5."""
        if name in self.parameters:
            return self.parameters[name]
        stem = name.rstrip("0123456789")
        return self.parameters.get(f"{stem}...", "") if stem != name else ""


@cache
def documented(thing: Any) -> Documented:  # noqa: ANN401
    """Read the docstring of a function or class, in numpydoc's form or any other."""
    text = inspect.getdoc(thing) or ""
    if not text:
        return Documented()
    parsed = _parsed(text)
    summary = " ".join([*parsed["Summary"], *parsed["Extended Summary"]])
    told: dict[str, str] = {}
    for parameter in [*parsed["Parameters"], *parsed["Other Parameters"]]:
        said = _sentences(parameter.desc)
        for name in _names(parameter.name):
            told.setdefault(name, _elsewhere(said, name, thing))
    return Documented(_sentences([summary]), told)


def _parsed(text: str) -> Any:  # noqa: ANN401
    from numpydoc.docscrape import NumpyDocString

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sections it does not know are those of other styles
        try:
            return NumpyDocString(text)
        except ValueError:  # a section that is there twice
            return NumpyDocString(text.partition("\n")[0])


def _names(told: str) -> list[str]:
    """Give the names of an entry; ``motor1 ... motor3`` also as ``motor...``."""
    words = re.split(r",|\.\.\.", told.partition(":")[0].replace("\\", ""))
    names = [word.strip().strip("*`").lstrip("*") for word in words if word.strip()]
    if "..." not in told:
        return names
    return [*names, *(f"{name.rstrip('0123456789')}..." for name in names)]


def _sentences(lines: list[str]) -> str:
    return plain_text(re.sub(r"\s+", " ", " ".join(lines)).strip())


def _elsewhere(said: str, name: str, thing: Any) -> str:  # noqa: ANN401
    """Follow "As `planlib.spec.dscan`." to what is said there."""
    found = re.search(r"^(?:As|See) ([\w.]+?)\.?$", said)
    other = None if found is None else _named(found[1], thing)
    if other is None or other is thing:
        return said
    return documented(other).of(name) or said


def _named(dotted: str, thing: Any) -> Any:  # noqa: ANN401
    """Give a function or class that a docstring names, of the same module or by its full name."""
    module, _, last = dotted.rpartition(".")
    try:
        home = importlib.import_module(module or thing.__module__)
    except ImportError:
        return None
    found = getattr(home, last, None)
    return found if inspect.isclass(found) or inspect.isfunction(found) else None
