"""How a plan or command is typed: its words, and its examples."""

import inspect
import re
from inspect import Parameter, Signature

_EXAMPLE = re.compile(r"^\s*>>> (.+?)\s*(# doctest:.*)?$", re.MULTILINE)
_RUN = re.compile(r"(?:session\.)?RE\((?P<call>.*)\)\Z")
_CALL = re.compile(r"(?P<name>\w+)\((?P<words>[^()=\[\]]*)\)\Z")


def examples(function: object) -> list[str]:
    """Give the examples of a function's documentation, as lines that can be typed.

    Examples
    --------
    >>> from blueline.shell.positions_view import wa
    >>> examples(wa)
    ['wa()', 'wa(x, y)']
    """
    return [found[1] for found in _EXAMPLE.finditer(inspect.getdoc(function) or "")]


def as_words(example: str) -> str:
    """Give an example without brackets where it is a call with plain arguments.

    Examples
    --------
    >>> as_words("RE(ascan(x, 0, 5, 10, 0.1))")
    'ascan x 0 5 10 0.1'
    >>> as_words("RE(ct(1, after='peak'))")
    "RE(ct(1, after='peak'))"
    """
    run = _RUN.match(example.strip())
    plain = _CALL.match(run["call"] if run else example.strip())
    if plain is None:
        return example
    return " ".join([plain["name"], *(word.strip() for word in plain["words"].split(","))]).strip()


def usage(name: str, signature: Signature) -> str:
    """Give how a command is typed: its name and its parameters, without their types.

    Examples
    --------
    >>> def ct(count_time: float = 1.0, *counters: object, **options: object) -> None: ...
    >>> usage("ct", inspect.signature(ct))
    'ct [count_time] [counters ...]'
    """
    shown = [_parameter(each) for each in signature.parameters.values()]
    return " ".join(filter(None, [name, *shown]))


def typed_as(name: str, signature: Signature, function: object) -> str:
    """Give how a command is typed, with an example where that says more.

    Examples
    --------
    >>> from blueline.shell.positions_view import wa
    >>> typed_as("wa", inspect.signature(lambda *axes: None), wa)
    'wa [axes ...], such as wa x y'
    """
    like = usage(name, signature)
    typical = [as_words(each) for each in examples(function)]
    shown = [each for each in typical if each != name and not each.startswith(">>>")]
    return f"{like}, such as {shown[0]}" if shown and shown[0] != like else like


def _parameter(parameter: Parameter) -> str:
    if parameter.kind in {Parameter.VAR_KEYWORD, Parameter.KEYWORD_ONLY}:
        return ""
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return f"[{parameter.name} ...]"
    return parameter.name if parameter.default is Parameter.empty else f"[{parameter.name}]"
