"""Explain an error in at most five lines: what was refused, and where it was typed (BL-37).

Pure: takes the error and the names at the prompt, gives text.
"""

import os
import re
import sysconfig
import textwrap
import traceback
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from blueline.nearest import did_you_mean
from blueline.shell.spec_words import instead_of
from blueline.shell.typing import typed as read_words
from blueline.shell.usage import typed_as
from blueline.shell.vocabulary import Vocabulary
from blueline.shell.words import words

#: Lines that an error has at the prompt, at the most.
LINES = 5
#: Lines that say where it was, at the most.
_PLACE_LINES = 2
#: Characters of a line where the terminal does not say.
WIDTH = 100
#: Names of errors whose sentence is all there is to say.
SENTENCES = frozenset({"BluelineError", "CallbackError", "DeviceError", "PlanError", "HookError"})
#: bluesky's, which say in their own words that something else has failed.
_ENVELOPES = frozenset({"FailedStatus"})
_LIMITS = frozenset({"LimitError"})
#: What is called rather than given to a command.
_CALLED = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, type, types.ModuleType)
#: What looks like a name and is meant as a value.
_NO_NUMBERS = frozenset({"nan", "inf", "infinity"})
#: A loop or a condition on one line, and what stands behind its colon.
_BEHIND_COLON = re.compile(r"((?:for|while|if|with)\b.*?:)\s+(\S.*)")
#: Causes that are looked through.
_DEEPEST = 10
_PACKAGES = ("blueline", "callbacks", "devices", "planlib", "reduction", "sim_ioc")
_CODE = tuple(f"{Path(__file__).parents[2] / name}{os.sep}" for name in _PACKAGES)


def is_sentence(error: BaseException) -> bool:
    """Whether an error is one of ours, whose message is a sentence for the person who typed."""
    return any(kind.__name__ in SENTENCES for kind in type(error).__mro__)


def explain(
    error: BaseException, typed: str, vocabulary: Vocabulary, width: int = WIDTH
) -> list[str]:
    """Give the lines that are shown of an error, five at the most.

    Parameters
    ----------
    error
        With its traceback.
    typed
        What was typed.
    vocabulary
        The names at the prompt.
    width
        Columns of the terminal.

    Examples
    --------
    >>> names = Vocabulary({"theta": None})
    >>> explain(NameError("name 'thta' is not defined", name="thta"), "thta", names)
    ["NameError: there is no 'thta'; did you mean theta?"]
    """
    root = root_of(error)
    said = _said(root, typed, vocabulary)
    place = _place(error, root)
    last = _folded(place, width, _PLACE_LINES) if place else []
    first = f"{type(root).__name__}: {said}"
    return [*_folded(first, width, LINES - len(last)), *last]


def _folded(text: str, width: int, room: int) -> list[str]:
    """Fold text; of what has too many lines the beginning is kept."""
    lines = [
        folded
        for line in text.splitlines() or [""]
        for folded in textwrap.wrap(line, width, subsequent_indent="  ") or [""]
    ]
    if len(lines) <= room:
        return lines
    return [*lines[: room - 1], f"{lines[room - 1][: width - 4]} ..."]


def _place(error: BaseException, root: BaseException) -> str:
    """Give the place that is shown: a sentence is enough, with what was noted on its way."""
    if is_sentence(root) or isinstance(root, SyntaxError):
        return "; ".join(getattr(error, "__notes__", ()))
    return where(root)


def root_of(error: BaseException) -> BaseException:
    """Give what has gone wrong, which bluesky tells within an error of its own."""
    for _ in range(_DEEPEST):
        inner = error.__cause__
        if type(error).__name__ not in _ENVELOPES or inner is None:
            break
        error = inner
    return error


def _said(error: BaseException, typed: str, vocabulary: Vocabulary) -> str:
    if isinstance(error, NameError) and error.name:
        return _unknown(error.name, typed, vocabulary)
    if isinstance(error, AttributeError) and error.name and error.obj is not None:
        # ophyd's error is the bare name
        said = str(error)
        text = f"{_called(error.obj)} has no {error.name!r}" if said == error.name else said
        return f"{text}{_meant(error.name, _attributes(error.obj))}"
    if isinstance(error, SyntaxError):
        return _syntax(error, typed, vocabulary)
    if type(error).__name__ in _LIMITS:
        return f"{_device(error)}{error}"
    return str(error).strip() or "it says nothing more"


def _unknown(name: str, typed: str, vocabulary: Vocabulary) -> str:
    """Say of a name that is not there what comes nearest."""
    theirs = vocabulary.why_absent(name) or instead_of(name)
    if theirs:
        return theirs
    callee = vocabulary.callee(name) if name in vocabulary.words else None
    if callee is not None and callee.signature is not None:
        like = typed_as(callee.name, callee.signature, vocabulary.find(callee.name))
        return f"{name} is {callee.name} here, typed {like}"
    if name.casefold() in _NO_NUMBERS:
        return f"{name} is no number that a command takes; Python has float('{name}')"
    return f"there is no {name!r}{_meant(name, _candidates(name, typed, vocabulary))}"


def _candidates(name: str, typed: str, vocabulary: Vocabulary) -> list[str]:
    """Give the names that one may be meant for: of what is given to a command, no commands."""
    is_called = re.search(rf"(^|;)\s*{re.escape(name)}\b|\b{re.escape(name)}\s*\(", typed)
    if is_called or not re.search(rf"\b{re.escape(name)}\b", typed):
        return list(vocabulary.names)
    return [each for each, thing in vocabulary.names.items() if not isinstance(thing, _CALLED)]


def _meant(name: str, names: "Mapping[str, object] | list[str]") -> str:
    known = [each for each in names if not each.startswith("_") or name.startswith("_")]
    meant = did_you_mean(name, known)
    return f"; {meant}" if meant else ""


def _called(thing: object) -> str:
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) else f"this {type(thing).__name__}"


def _attributes(thing: object) -> list[str]:
    return [*dir(type(thing)), *getattr(thing, "__dict__", {})]


def _syntax(error: SyntaxError, typed: str, vocabulary: Vocabulary) -> str:
    """Say of a line that is neither Python nor a command what comes nearest."""
    if error.filename and _is_theirs(error.filename):
        return f"{error.msg}, in {error.filename}:{error.lineno}{_pointed_at(error)}"
    first = (words(typed.strip()) or [""])[0]
    callee = vocabulary.callee(first) if first.replace(".", "").isidentifier() else None
    if callee is not None and callee.signature is not None:
        like = typed_as(callee.name, callee.signature, vocabulary.find(callee.name))
        return f"this cannot be read; it is {like}"
    theirs = "" if first in vocabulary.names else instead_of(first)
    if theirs:
        return theirs
    within = _words_within(typed, vocabulary)
    if within:
        return within
    meant = did_you_mean(first, _callable_names(vocabulary))
    if first.isidentifier() and first not in vocabulary.names and meant and " " in typed.strip():
        return f"there is no {first!r}; {meant}"
    return f"{error.msg}{_pointed_at(error)}"


def _words_within(text: str, vocabulary: Vocabulary) -> str:
    """Say how a command is typed behind a colon, as in ``for i in range(2): umv y i``."""
    found = _BEHIND_COLON.match(text.strip())
    call = "" if found is None else read_words(found[2], vocabulary).rstrip(";")
    if found is None or call == found[2]:
        return ""
    name = found[2].split()[0]
    return f"{name} without brackets stands on a line of its own; here it is {found[1]} {call}"


def _pointed_at(error: SyntaxError) -> str:
    """Give two lines, the text that cannot be read and an arrow; nothing where it is not known."""
    text = (error.text or "").rstrip("\n")
    shown = text.lstrip()
    arrow = " " * max(0, (error.offset or 1) - 1 - (len(text) - len(shown))) + "^"
    return f"\n{shown}\n{arrow}" if shown else ""


def _callable_names(vocabulary: Vocabulary) -> list[str]:
    return [name for name, thing in vocabulary.names.items() if callable(thing)]


def _device(error: BaseException) -> str:
    """Give the name of the device that has refused a position, which ophyd does not say."""
    found = ""
    for frame in _frames(error.__traceback__):
        device = frame.tb_frame.f_locals.get("self")
        name = getattr(device, "name", None)
        if hasattr(device, "check_value") and isinstance(name, str):
            found = f"{name}: "
    return "" if found and found[:-2] in str(error) else found


def where(error: BaseException) -> str:
    """Give the last place in what people have written: a file and line, or nothing for the prompt.

    Neither Python's nor our packages are it: `last_error` shows those.
    """
    frames = list(_frames(error.__traceback__))
    for frame in reversed(frames):
        path = frame.tb_frame.f_code.co_filename
        if _is_theirs(path):
            line = traceback.extract_tb(frame, 1)[0]
            return f"at {path}:{frame.tb_lineno}: {line.line or ''}; last_error() shows the rest"
    deep = any(_is_deeper(frame.tb_frame.f_code.co_filename) for frame in frames)
    return "last_error() shows where" if deep else ""


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_deeper(path: str) -> bool:
    """Whether a place is further in than the prompt."""
    return "ipython-input" not in path and f"{os.sep}IPython{os.sep}" not in path


def _is_theirs(path: str) -> bool:
    """Whether a file is somebody's own, neither ours nor one of a package or the prompt."""
    if path.startswith("<") or "ipython-input" in path or not os.path.isabs(path):
        return False
    if "site-packages" in path or path.startswith(sysconfig.get_paths()["stdlib"]):
        return False
    return not path.startswith(_CODE)
