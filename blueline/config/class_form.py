"""What a class takes, as YAML to fill in: the form of a device (BL-08)."""

import inspect
from collections.abc import Iterator, Sequence
from inspect import Parameter

from blueline.config.class_paths import imported
from blueline.plain_text import plain_text
from blueline.yaml_text import word

#: What describes a device besides, and is asked for at the top.
_OWN = ("self", "name")


def form(path: str, packages: Sequence[str]) -> str:
    """Give the description of a device of a class; arguments that may be left out are comments.

    Raises
    ------
    ClassPathError
        There is no such class.

    Examples
    --------
    >>> print(form("devices.Shutter", ["devices"]).splitlines()[2])
      - name: shutter
    """
    made = imported(path, packages)
    said = plain_text((inspect.getdoc(made) or "").partition("\n\n")[0]).splitlines()
    called = path.replace(":", ".").rpartition(".")[2].lower()
    parameters = [each for each in inspect.signature(made).parameters.values() if _is_asked(each)]
    head = [f"# {line}" for line in said]
    head += ["devices:", f"  - name: {called}", f"    class: {path}"]
    if parameters and _is_prefix(parameters[0]):
        head.append(f'    prefix: "$(P){called}:"')
        parameters = parameters[1:]
    needed = [each for each in parameters if each.default is Parameter.empty]
    body = [line for each in parameters for line in _lines(each)]
    opening = "    arguments:" if needed else "    # arguments:"
    return "\n".join([*head, *([opening, *body] if body else [])])


def _is_asked(parameter: Parameter) -> bool:
    kinds = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
    return parameter.kind not in kinds and parameter.name not in _OWN


def _is_prefix(parameter: Parameter) -> bool:
    return parameter.name in {"prefix", "read_pv"}


def _lines(parameter: Parameter) -> Iterator[str]:
    annotation = parameter.annotation
    kind = "" if annotation is Parameter.empty else f"  # {inspect.formatannotation(annotation)}"
    if parameter.default is Parameter.empty:
        yield f"      {parameter.name}: {kind.lstrip()}".rstrip()
    else:
        yield f"    #   {parameter.name}: {_default(parameter.default)}{kind}"


def _default(value: object) -> str:
    is_plain = isinstance(value, bool | int | str | tuple | list | None)
    return word(value) if is_plain else f"{value!r:.60}"
