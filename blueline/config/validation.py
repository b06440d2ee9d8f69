"""A node becomes a model, or problems with their lines."""

import re
from collections.abc import Iterable
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
    "string_type": "text is needed; a number goes into quotes",
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


def validated(node: Node, model: type[Model], what: str) -> tuple[Model | None, list[Problem]]:
    """Give the model of a node, or None and what is wrong; `what` begins each sentence."""
    try:
        return model.model_validate(node.plain()), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, sorted({_problem(node, model, what, each) for each in found})


def _problem(node: Node, model: type[BaseModel], what: str, found: Any) -> Problem:  # noqa: ANN401
    place, names = node.find(found["loc"])
    kind, steps = found["type"], [str(step) for step in found["loc"]]
    if kind == "extra_forbidden":
        return Problem(place.file, place.line, f"{what}: {_no_such_key(model, steps)}", what)
    if kind == "missing":
        names = [*names, steps[-1]]
    given = found.get("input")
    words = _words(found)
    is_told = kind != "missing" and _is_scalar(given) and repr(given) not in words
    told = f", not {_shown(given)}" if is_told else ""
    where = f" {'.'.join(names)}:" if names else ""
    near = did_you_mean(given, _choices(found)) if isinstance(given, str) else ""
    sentence = f"{what}:{where} {words}{told}{f': {near}' if near else ''}"
    return Problem(place.file, place.line, sentence, what)


def _shown(given: object) -> str:
    return "nothing" if given is None else f"{given!r:.60}"


def _words(found: Any) -> str:  # noqa: ANN401 - pydantic's
    """Say what is needed."""
    choices = _choices(found)
    if choices:
        return f"{' or '.join([', '.join(choices[:-1]), choices[-1]])} is needed"
    words = _WORDS.get(found["type"])
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
    return f"there is no key {'.'.join(steps)}{suggestion(steps[-1], keys_of(inner))}"


def _model_at(model: type[BaseModel], steps: list[str]) -> type[BaseModel]:
    for step in steps:
        for name, field in model.model_fields.items():
            annotation = field.annotation
            if step == (field.alias or name):
                inner = [annotation, *getattr(annotation, "__args__", ())]
                models = [i for i in inner if isinstance(i, type) and issubclass(i, BaseModel)]
                model = models[0] if models else model
    return model


def keys_of(model: type[BaseModel]) -> list[str]:
    """Give the keys of a model as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Give what may have been meant, or what there is where that is little."""
    names = list(known)
    few = f"there are {', '.join(names)}" if 0 < len(names) <= 12 else ""
    hint = did_you_mean(word, names, few)
    return f": {hint}" if hint else ""
