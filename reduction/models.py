"""Models of curves by name: what lmfit has, alone or as a sum (PS-112).

``"gaussian + linear"`` is a sum. Parts have the parameters that lmfit gives them; where two parts
share a name, each of its parameters begins with the part's own: ``gaussian_amplitude`` and
``exponential_amplitude``, or ``gaussian1_center`` and ``gaussian2_center`` of the same model twice.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

from reduction.errors import ReductionError

#: An lmfit model; lmfit has no types.
Model: TypeAlias = Any

_WRITTEN = re.compile(r"([a-z0-9 _-]+?)\s*(?:\(\s*(\d)\s*\))?")
#: Of two or more variables, of complex numbers, or not made without more than a name.
_WITHOUT = frozenset({"complexconstant", "gaussian2d", "spline", "expression"})
#: Steps that lmfit tells apart by a word.
_FORMS = {"step": "erf", "erf": "erf", "linearstep": "linear", "atan": "arctan"} | {
    "arctan": "arctan",
    "logistic": "logistic",
}
_LONGEST_POLYNOMIAL = 7


def names() -> tuple[str, ...]:
    """Give the names of all models.

    Examples
    --------
    >>> "lorentzian" in names() and "pseudovoigt" in names()
    True
    """
    return tuple(sorted({*_classes(), *_FORMS}))


def free_names(model: Model) -> list[str]:
    """Give the names of the parameters that do not follow from others."""
    return [name for name, parameter in model.make_params().items() if not parameter.expr]


def build(written: str) -> tuple[Model, Sequence[Model]]:
    """Make the model that is written, and its parts in the order in which they are written.

    Parameters
    ----------
    written
        Names joined by ``+``; case, spaces, ``-`` and ``_`` in a name do not matter. A polynomial
        has its degree with it: ``"polynomial(3)"``.

    Raises
    ------
    ReductionError
        There is no such model; the names that there are, are named.

    Examples
    --------
    >>> sorted(free_names(build("gaussian + linear")[0]))
    ['amplitude', 'center', 'intercept', 'sigma', 'slope']
    """
    made = [_part(text.strip()) for text in written.split("+")]
    clashing = _clashing([names_of for _, _, names_of in made])
    seen: Counter[str] = Counter()
    repeated = Counter(name for name, _, _ in made)
    parts: list[Model] = []
    for (name, part, _), is_clashing in zip(made, clashing, strict=True):
        seen[name] += 1
        if is_clashing:
            number = str(seen[name]) if repeated[name] > 1 else ""
            part.prefix = f"{name}{number}_"
        parts.append(part)
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole, parts


def _clashing(names_of: Sequence[frozenset[str]]) -> list[bool]:
    uses = Counter(name for some in names_of for name in some)
    return [any(uses[name] > 1 for name in some) for some in names_of]


def _part(text: str) -> tuple[str, Model, frozenset[str]]:
    name, degree = _read(text)
    classes = _classes()
    if name in _FORMS:
        made = classes["step"](form=_FORMS[name])
    elif name == "rectangle":
        made = classes[name](form="erf")
    elif name == "polynomial":
        made = classes[name](degree=degree)
    else:
        made = classes[name]()
    return name, made, frozenset(made.make_params())


def _read(text: str) -> tuple[str, int]:
    match = _WRITTEN.fullmatch(text.lower())
    name = re.sub(r"[ _-]", "", match[1]) if match else ""
    degree = int(match[2]) if match and match[2] else -1
    if name not in _classes() and name not in _FORMS:
        message = f"there is no model {text!r}; there are {', '.join(names())}"
        raise ReductionError(message)
    if name == "polynomial" and not 0 <= degree <= _LONGEST_POLYNOMIAL:
        message = (
            f"a polynomial has its degree with it, 0 to {_LONGEST_POLYNOMIAL}: "
            f"write polynomial(3), not {text!r}"
        )
        raise ReductionError(message)
    if name != "polynomial" and degree >= 0:
        message = f"{text!r} has a number, which only polynomial(3) may have"
        raise ReductionError(message)
    return name, degree


def _classes() -> dict[str, Any]:
    import lmfit.models as lmfit  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs] - 1 s

    known: dict[str, Any] = lmfit.lmfit_models  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    made = {re.sub(r"[ _-]", "", name.lower()): found for name, found in known.items()}
    made["sine"] = lmfit.SineModel
    return {name: found for name, found in made.items() if name not in _WITHOUT}
