"""The axes that really move behind the axes that people name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def real_axes(axes: Iterable[Any]) -> list[Any]:
    """Give the axes that really move, each once.

    Our derived axes tell theirs by ``reals``, a mapping; ophyd's pseudo positioners, and their
    single axes, by ``real_positioners``. Any other axis is real itself.
    """
    found: dict[int, Any] = {}
    for axis in axes:
        behind = _behind(axis)
        each = real_axes(behind) if behind else [axis]
        found |= {id(real): real for real in each}
    return list(found.values())


def _behind(axis: Any) -> Sequence[Any]:  # noqa: ANN401 - any axis
    reals = getattr(axis, "reals", None)
    if isinstance(reals, Mapping):
        return list(reals.values())
    parent = getattr(axis, "parent", None)
    if any(axis is single for single in getattr(parent, "pseudo_positioners", ())):
        return list(parent.real_positioners)  # pyright: ignore[reportOptionalMemberAccess]
    return list(getattr(axis, "real_positioners", ()))
