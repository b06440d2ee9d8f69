"""A node becomes a model, or problems with their lines."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from blueline.config.errors import Problem
from blueline.config.node import Node
from blueline.nearest import did_you_mean

Model = TypeVar("Model", bound=BaseModel)

#: Clearer words for what pydantic finds; {…} come from its context.
_WORDS = {
    "missing": "this key is needed",
    "list_type": "a list is needed",
    "dict_type": "keys and values are needed",
    "model_type": "keys and values are needed",
    "string_type": "text is needed",
    "int_type": "a whole number is needed",
    "float_type": "a number is needed",
    "bool_type": "true or false is needed",
    "none_required": "nothing may stand here",
    "string_too_long": "{max_length} characters are the most",
    "string_too_short": "{min_length} characters or more are needed",
    "too_long": "{max_length} of them are the most, and there are {actual_length}",
    "too_short": "{min_length} or more of them are needed",
    "greater_than": "more than {gt} is needed",
    "greater_than_equal": "{ge:g} or more is needed",
    "less_than": "less than {lt} is needed",
    "less_than_equal": "{le:g} or less is needed",
    "string_pattern_mismatch": "it is not written as it should be",
}
#: What pydantic names where a value may be one thing or another; no keys of files.
_UNION_STEPS = frozenset({"str", "FormulaModel"})
#: What the patterns of the models stand for.
_FORMS = {
    r"^[A-Za-z0-9][\w.-]*$": "letters, digits, _, . and - are needed, a letter or digit first",
    r"^\w[\w. -]*$": "letters, digits, _, ., - and spaces are needed",
    r"^\w[\w .-]*$": "letters, digits, _, ., - and spaces are needed",
    r"^\w[\w -]*$": "letters, digits, _, - and spaces are needed",
    r"^[A-Za-z]\w*$": "letters, digits and _ are needed, a letter first",
    r"^[A-Za-z]\w*(\.[A-Za-z]\w*)*$": "the name of a package is needed, such as mine.devices",
    r"^\$": "$name or $name.part of a device is needed, such as $ring_current",
    r"^[\w*?\[\]-]+$": "a name is needed, or a pattern of names such as cam*",
    r"^(sqlite|(rediss?|unix)://[^\s]+)$": "sqlite is needed, or redis://host:port/db",
}


def validated(node: Node, model: type[Model], what: str) -> tuple[Model | None, list[Problem]]:
    """Give the model of a node, or None and what is wrong; `what` begins each sentence."""
    try:
        return model.model_validate(node.plain()), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        meant = [each for each in found if not _is_other_choice(each)]
        return None, sorted({_problem(node, model, what, each) for each in meant or found})


def _is_other_choice(found: Any) -> bool:  # noqa: ANN401 - pydantic's
    """Tell whether a problem is of a choice that was not made, such as text for a mapping."""
    is_mapping, kind = isinstance(found.get("input"), dict), found["type"]
    is_of_union = bool(found["loc"]) and found["loc"][-1] in _UNION_STEPS
    return is_of_union and kind == ("string_type" if is_mapping else "model_type")


def _problem(node: Node, model: type[BaseModel], what: str, found: Any) -> Problem:  # noqa: ANN401
    place, names = node.find(found["loc"])
    kind, steps = found["type"], [str(step) for step in found["loc"]]
    if kind == "extra_forbidden":
        return Problem(place.file, place.line, f"{what}: {_no_such_key(model, steps)}", what)
    if kind == "missing":
        names = [*names, steps[-1]]
    given = found.get("input")
    words = _words(found)
    is_told = kind != "missing" and repr(given) not in words
    told = f", not {_shown(given)}" if is_told and _is_telling(given, kind) else ""
    where = f" {'.'.join(names)}:" if names else ""
    near = did_you_mean(given, _choices(found)) if isinstance(given, str) else ""
    sentence = f"{what}:{where} {words}{told}{f': {near}' if near else ''}"
    return Problem(place.file, place.line, sentence, what)


def _shown(given: object) -> str:
    if isinstance(given, list | dict):
        return "a list" if isinstance(given, list) else "keys and values"
    return "nothing" if given is None else f"{given!r:.60}"


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def _is_telling(given: object, kind: str) -> bool:
    """Tell whether what stands there says more: of lists and mappings, where they are wrong."""
    return _is_scalar(given) or (isinstance(given, list | dict) and kind.endswith("_type"))


def _words(found: Any) -> str:  # noqa: ANN401 - pydantic's
    """Say what is needed."""
    choices = _choices(found)
    if choices:
        return f"{' or '.join([', '.join(choices[:-1]), choices[-1]])} is needed"
    words = _FORMS.get(found.get("ctx", {}).get("pattern", "")) or _WORDS.get(found["type"])
    if found["type"] == "string_type" and _is_number(found.get("input")):
        return "text is needed; a number goes into quotes"
    if words is None:
        return found["msg"].removeprefix("Value error, ")
    return words.format(**found.get("ctx", {}))


def _choices(found: Any) -> list[str]:  # noqa: ANN401
    """Give the words that are allowed where these are all."""
    expected = found.get("ctx", {}).get("expected", "")
    return re.findall(r"'(.*?)'", expected) if found["type"] == "literal_error" else []


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _no_such_key(model: type[BaseModel], steps: list[str]) -> str:
    """Say that a key is unknown, and which one it may have been meant to be."""
    inner = _model_at(model, steps[:-1])
    path = ".".join(step for step in steps if step not in _UNION_STEPS)
    return f"there is no key {path}{suggestion(steps[-1], keys_of(inner))}"


def _model_at(model: type[BaseModel], steps: list[str]) -> type[BaseModel]:
    for step in steps:
        for name, field in model.model_fields.items():
            if step == (field.alias or name):
                model = next(_models_in(field.annotation), model)
                break
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from _models_in(each)


def keys_of(model: type[BaseModel]) -> list[str]:
    """Give the keys of a model as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Give what may have been meant, or what there is where that is little."""
    names = list(known)
    few = f"there are {', '.join(names)}" if 0 < len(names) <= 12 else ""
    hint = did_you_mean(word, names, few)
    return f": {hint}" if hint else ""
