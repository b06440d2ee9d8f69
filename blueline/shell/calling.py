"""A command as it is called at the prompt: without the desk, and with sentences for wrong calls."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from blueline.errors import BluelineError
from blueline.shell.desk import Desk
from blueline.shell.usage import typed_as
from blueline.shell.vocabulary import BY_NAME, takes_text


def bound(function: Callable[..., Any], desk: Desk) -> Callable[..., Any]:
    """Leave out the first parameter, also for whoever asks for the signature.

    Unlike `functools.partial` it is a function, and unlike `functools.wraps` it does not let people
    see through to the parameter that is not theirs.
    """
    full = inspect.signature(function)
    signature = full.replace(parameters=list(full.parameters.values())[1:])

    def command(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - of any command
        _require_bindable(function, signature, arguments, options)
        return function(desk, *arguments, **options)

    functools.update_wrapper(command, function)
    described: Any = command
    del described.__wrapped__
    described.__signature__ = signature
    described.function = function
    return command


def _require_bindable(
    function: Callable[..., Any],
    signature: inspect.Signature,
    arguments: Sequence[object],
    options: Mapping[str, object],
) -> None:
    """Refuse a call that Python would refuse, with how it is typed.

    Raises
    ------
    BluelineError
        An argument is missing, or there is one too many.
    """
    try:
        signature.bind(*arguments, **options)
    except TypeError as error:
        name = function.__name__
        wrong = _wrong(signature, arguments, options)
        message = f"{name}: {wrong}; it is typed {typed_as(name, signature, function)}"
        raise BluelineError(message) from error


def _wrong(
    signature: inspect.Signature, arguments: Sequence[object], options: Mapping[str, object]
) -> str:
    """Say what a call has too much or lacks."""
    named = {each.name for each in signature.parameters.values() if each.kind in BY_NAME}
    unknown = [name for name in options if name not in named]
    if unknown:
        return f"it takes no {', '.join(f'{name}=' for name in unknown)}"
    try:
        bound = signature.bind_partial(*arguments, **options)
    except TypeError:
        has_text = any(map(takes_text, signature.parameters.values()))
        return f"that is too much{': a text of several words goes in quotes' * has_text}"
    needed = (each for each in signature.parameters.values() if each.kind in BY_NAME)
    missing = [
        each.name
        for each in needed
        if each.default is inspect.Parameter.empty and each.name not in bound.arguments
    ]
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
